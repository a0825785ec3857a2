"""A model in a folder of one's own: what the folder says, what is wrong with it, and a real one on its runtime."""

from __future__ import annotations

import base64
import json
import textwrap
from pathlib import Path

import numpy as np
import pytest

from workflow.knowledge.meaning import packages
from workflow.knowledge.meaning.encoders import find_encoder
from workflow.knowledge.meaning.own import BrokenFolder, name_of, own_model
from workflow.knowledge.meaning.packaged import PackagedEncoder
from workflow.knowledge.meaning.port import NotEncoded
from workflow.knowledge.settings import MeaningSettings

GRAPH = base64.b64decode(
    "CAg6jwEKHgoBdwoJaW5wdXRfaWRzEgZoaWRkZW4iBkdhdGhlchIBZyorCAQIAhABQgF3SiAAAAAAAAAAAAAAgD8AAA"
    "AAAAAAAAAAgD8AAIA/AACAP1odCglpbnB1dF9pZHMSEAoOCAcSCgoDEgFiCgMSAXRiHgoGaGlkZGVuEhQKEggBEg4K"
    "AxIBYgoDEgF0CgIIAkIECgAQEQ=="
)
"""An ONNX graph: the four tokens below have the vectors (0, 0), (1, 0), (0, 1) and (1, 1)."""
TOKENS = {
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "公积金": 1, "医保": 2, "问": 3}, "unk_token": "[UNK]"},
}  # fmt: skip
RUNTIME = """
import numpy as np

class SessionOptions:
    intra_op_num_threads = 0

class _Input:
    name = "input_ids"

class InferenceSession:
    def __init__(self, path, options, providers):
        if open(path, "rb").read(3) == b"bad":
            raise ValueError("no graph")

    def get_inputs(self):
        return [_Input()]

    def run(self, names, said):
        ids = said["input_ids"]
        return [np.stack([ids == 1, ids == 2], axis=2).astype(np.float32)]
"""
CUTTER = """
from types import SimpleNamespace

class Tokenizer:
    @classmethod
    def from_file(cls, path):
        return cls()

    def enable_truncation(self, longest):
        self.longest = longest

    def enable_padding(self):
        pass

    def encode_batch(self, texts):
        words = [[{"公积金": 1, "医保": 2}.get(one, 0) for one in text.split()][: self.longest] for text in texts]
        most = max(map(len, words))
        return [
            SimpleNamespace(ids=one + [0] * (most - len(one)), attention_mask=[1] * len(one) + [0] * (most - len(one)))
            for one in words
        ]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "own"
    made.mkdir()
    (made / "model.onnx").write_bytes(GRAPH)
    (made / "tokenizer.json").write_text(json.dumps(TOKENS), "utf-8")
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Packages that do as the runtime and the tokeniser do."""
    for name, code in (("onnxruntime", RUNTIME), ("tokenizers", CUTTER)):
        (tmp_path / "packages" / name).mkdir(parents=True)
        (tmp_path / "packages" / name / "__init__.py").write_text(textwrap.dedent(code), "utf-8")
    return tmp_path / "packages"


async def test_a_sentence_is_the_mean_of_its_tokens_or_the_first(home: Path, folder: Path) -> None:
    model = PackagedEncoder("folder", home, 0, folder)
    found = await model.encode(["公积金 医保", "医保"])
    assert np.allclose(found, [[0.5**0.5, 0.5**0.5], [0, 1]]), "what fills up a shorter text does not count"
    await model.close()
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}', "utf-8")
    model = PackagedEncoder("folder", home, 0, folder)
    assert np.allclose(await model.encode(["公积金 医保"]), [[1, 0]])
    await model.close()


async def test_what_is_said_before_questions_is_the_folders_own(home: Path, folder: Path) -> None:
    said = {"prompts": {"query": "医保 ", "document": ""}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(said), "utf-8")
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 1}', "utf-8")
    model = PackagedEncoder("folder", home, 0, folder)
    assert np.allclose(await model.encode(["公积金"], asked=True), [[0, 1]])
    assert np.allclose(await model.encode(["公积金"]), [[1, 0]])
    await model.close()


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("model.onnx", None, "model.onnx is missing"),
        ("tokenizer.json", None, "tokenizer.json is missing"),
        ("sentence_bert_config.json", '{"max_seq_length": "x"}', "no number of tokens"),
        ("sentence_bert_config.json", "{", r"sentence_bert_config\.json: "),
        ("config_sentence_transformers.json", '{"prompts": [1]}', "prompts are no texts"),
        ("config_sentence_transformers.json", "[]", "no object"),
    ],
)
def test_a_broken_folder_says_which_file(folder: Path, file: str, content: str | None, reason: str) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content, "utf-8")
    with pytest.raises(BrokenFolder, match=reason):
        own_model(folder)


async def test_a_graph_that_cannot_be_loaded_gives_no_vectors(home: Path, folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"bad")
    model = PackagedEncoder("folder", home, 0, folder)
    with pytest.raises(NotEncoded):
        await model.encode(["公积金"])
    await model.close()


def test_the_words_serve_alone_where_the_folder_is_broken(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "installed", lambda model, cache=None: tmp_path)
    assert find_encoder(MeaningSettings(model="folder", folder=tmp_path / "not there")) is None
    found = find_encoder(MeaningSettings(model="folder", folder=folder))
    assert found is not None and found.name == name_of(folder)
    (folder / "tokenizer.json").write_text("{}", "utf-8")
    assert found.name != name_of(folder), "another model, whose vectors are others"
    with pytest.raises(ValueError, match="needs its folder"):
        MeaningSettings(model="folder")


async def test_a_real_runtime_runs_a_real_graph(folder: Path) -> None:
    home = packages.installed("folder")
    if home is None:
        pytest.skip("the runtime was not installed: hotline knowledge model --install")
    model = PackagedEncoder("folder", home, 0, folder)
    found = await model.encode(["公积金", "医保 公积金"])
    assert np.allclose(found, [[1, 0], [0.5**0.5, 0.5**0.5]])
    await model.close()
