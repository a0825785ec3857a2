"""A model that knows only how to write Chinese: its files are whole, and it hears what the whole one hears."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from ivr.recognition.narrowed import END, FILES, FIRST_TIME, narrow, writes_chinese

Rows = npt.NDArray[np.generic]
NAMES = ["!", "ä½łå¥½", "Ġhello", "APP", "Ġde", "ä½", "Ñģ", "ãģ®", END, "<|zh|>", FIRST_TIME, "<|0.02|>"]
KEPT = [0, 1, 3, 4, 5, 8, 9, 10]
"""The exclamation mark, 你好, APP, de, the beginning of a character, what tells the model what to do."""


def tensor(name: str, values: Rows, kind: int) -> bytes:
    head = struct.pack("<H", len(name) + 1) + name.encode() + b"\0"
    sizes = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
    return head + sizes + struct.pack("<BI", kind, values.nbytes) + values.tobytes()


def write(folder: Path, *tensors: bytes, version: int = 6) -> bytes:
    """A model's folder; returns what stands behind the tensors."""
    spec = "WhisperSpec"
    aliases = b"\1\0\0\0" + struct.pack("<H", 2) + b"a\0" + struct.pack("<H", 2) + b"b\0"
    head = struct.pack("<IH", version, len(spec) + 1) + spec.encode() + b"\0" + struct.pack("<II", 3, len(tensors))
    (folder / "model.bin").write_bytes(head + b"".join(tensors) + aliases)
    config = {"suppress_ids": [0, 2, 9], "suppress_ids_begin": [8], "lang_ids": [9], "other": 1}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "vocabulary.txt").write_text("".join(f"{one}\n" for one in NAMES), "utf-8")
    return aliases


def rows(count: int, width: int = 3) -> Rows:
    return np.arange(count * width, dtype=np.float16).reshape(count, width)


def test_rows_names_and_numbers_fit(tmp_path: Path) -> None:
    weights, other = rows(len(NAMES)), rows(len(NAMES), 2)
    scale = np.arange(len(NAMES), dtype=np.float32)
    between = tensor("encoder/weight", other, 4)
    names = "decoder/embeddings/weight", "decoder/embeddings/weight_scale"
    aliases = write(tmp_path, tensor(names[0], weights, 4), between, tensor(names[1], scale, 0))
    target = tmp_path / "narrow"
    target.mkdir()
    assert narrow(tmp_path, target) == KEPT
    assert sorted(one.name for one in target.iterdir()) == sorted(FILES)
    assert json.loads((target / "config.json").read_text("utf-8")) == {
        "suppress_ids": [0, 6], "suppress_ids_begin": [5], "lang_ids": [6], "other": 1,
    }  # fmt: skip
    assert (target / "vocabulary.txt").read_text("utf-8").splitlines() == [NAMES[one] for one in KEPT]
    # The same file with fewer rows, and nothing else changed.
    tensors = tensor(names[0], weights[KEPT], 4) + between + tensor(names[1], scale[KEPT], 0)
    assert (target / "model.bin").read_bytes().endswith(struct.pack("<I", 3) + tensors + aliases)


@pytest.mark.parametrize("trouble", ["version", "no such rows", "no vocabulary", "other names", "no room"])
def test_a_model_of_another_kind_is_taken_as_it_is(tmp_path: Path, trouble: str) -> None:
    name = "decoder/other" if trouble == "no such rows" else "decoder/embeddings/weight"
    write(tmp_path, tensor(name, rows(len(NAMES)), 4), version=7 if trouble == "version" else 6)
    vocabulary = tmp_path / "vocabulary.txt"
    if trouble == "no vocabulary":
        vocabulary.unlink()
    if trouble == "other names":
        vocabulary.write_text(vocabulary.read_text("utf-8").replace(END, "</s>"), "utf-8")
    target = tmp_path / "narrow"
    if trouble != "no room":
        target.mkdir()
    assert narrow(tmp_path, target) is None


@pytest.mark.parametrize(
    ("token", "stays"),
    [("12345", True), ("OK", True), ("Ġa", True), ("%", True), ("the", False), ("Ġhello", False), ("Wifi", False)],
)
def test_digits_and_short_latin_pieces_stay(token: str, stays: bool) -> None:
    assert writes_chinese(token) == stays
