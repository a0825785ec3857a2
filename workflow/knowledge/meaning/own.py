"""A model of sentences in a folder of one's own, as sentence-transformers writes them with their ONNX graph.

In it lie `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`; where they lie there, too, `1_Pooling/config.json`
says how tokens become a sentence (their mean, if not said), `sentence_bert_config.json` how many are read, and
`config_sentence_transformers.json` what is said before questions and passages (`prompts`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GRAPHS = ("model.onnx", "onnx/model.onnx")
TOKENS = "tokenizer.json"
POOLING, LENGTH, PROMPTS = "1_Pooling/config.json", "sentence_bert_config.json", "config_sentence_transformers.json"
LONGEST = 512
"""Tokens of a text, if the folder does not say."""
_SAID_BEFORE = {True: ("query",), False: ("passage", "document")}


class BrokenFolder(Exception):
    """It is no such model; the message says why."""


@dataclass(frozen=True, slots=True)
class OwnModel:
    """What a folder has. `first` says that the first token stands for the sentence; `before` what is said before
    questions (True) and passages."""

    graph: Path
    tokens: Path
    first: bool
    longest: int
    before: Mapping[bool, str]


def own_model(folder: Path) -> OwnModel:
    """Read what the folder says of its model; BrokenFolder names the file that is missing or wrong."""
    if not folder.is_dir():
        raise BrokenFolder(f"{folder}: there is no such folder")
    graph = next((path for name in GRAPHS if (path := folder / name).is_file()), None)
    if graph is None:
        raise BrokenFolder(f"{folder}: model.onnx is missing")
    if not (folder / TOKENS).is_file():
        raise BrokenFolder(f"{folder}: {TOKENS} is missing")
    pooling, length, prompts = (_read(folder / name) for name in (POOLING, LENGTH, PROMPTS))
    longest = length.get("max_seq_length") or LONGEST
    said = prompts.get("prompts") or {}
    if not isinstance(longest, int) or longest < 1:
        raise BrokenFolder(f"{folder / LENGTH}: max_seq_length is no number of tokens")
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        raise BrokenFolder(f"{folder / PROMPTS}: prompts are no texts")
    before = {asked: next((said[one] for one in names if one in said), "") for asked, names in _SAID_BEFORE.items()}
    return OwnModel(graph, folder / TOKENS, bool(pooling.get("pooling_mode_cls_token")), longest, before)


def name_of(folder: Path) -> str:
    """The model's name: another one when a file of it is another, whose vectors say nothing beside the old ones."""
    digest = hashlib.sha256()
    for name in (*GRAPHS, TOKENS, POOLING, LENGTH, PROMPTS):
        if (path := folder / name).is_file():
            found = path.stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return f"folder {digest.hexdigest()[:16]}"


def _read(path: Path) -> dict[str, Any]:
    """A JSON file; nothing where there is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BrokenFolder(f"{path}: {error}") from None
    if not isinstance(found, dict):
        raise BrokenFolder(f"{path}: no object")
    return found


class OwnEncodes:
    """The model, loaded; used in a process of its own. BrokenFolder when its files are not what they should be."""

    def __init__(self, folder: Path, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        model = own_model(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(str(model.graph), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise BrokenFolder(f"{model.graph}: {error}") from None
        try:
            self._tokens = Tokenizer.from_file(str(model.tokens))
        except Exception as error:
            raise BrokenFolder(f"{model.tokens}: {error}") from None
        self._tokens.enable_truncation(model.longest)
        self._tokens.enable_padding()
        self._model = model
        self._inputs = {one.name for one in self._session.get_inputs()}
        if not self._inputs <= {"input_ids", "attention_mask", "token_type_ids"}:
            raise BrokenFolder(f"{model.graph}: it asks for {', '.join(sorted(self._inputs))}")

    def __call__(self, texts: Sequence[str], asked: bool) -> Any:  # as the others are asked
        """A vector for each text."""
        import numpy as np

        before = self._model.before[asked]
        found = self._tokens.encode_batch([f"{before}{one}" for one in texts])
        mask = np.array([one.attention_mask for one in found], np.int64)
        said = {
            "input_ids": np.array([one.ids for one in found], np.int64), "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }  # fmt: skip
        (hidden, *_) = self._session.run(None, {name: said[name] for name in self._inputs})
        if hidden.ndim == 2:
            return hidden
        if self._model.first:
            return hidden[:, 0]
        weights = mask[:, :, None].astype(np.float32)
        return (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
