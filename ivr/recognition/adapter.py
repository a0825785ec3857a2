"""What a Whisper model learnt of hotline calls: small changes of its weights, kept in a file of their own.

Whisper was taught on sounds of the whole world, most of them clear, in windows of 30 s. `telephone.npz` was taught on
sentences as citizens say them, spoken by mixed voices beside noises and through a telephone line, in windows that end
soon after the last word (`scripts/adapt_recogniser`). For each matrix it holds two thin ones whose product is added
(Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021), so it has a hundredth of the model's size.
It changes the model it was made for, and no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from ivr.recognition.model_file import FLOAT16, Tensor, tensors

TELEPHONE = Path(__file__).with_name("telephone.npz")
OWN = "adapter.npz"
"""In a model's folder: a city's own, used instead."""
MADE_FOR = "encoder/conv1/weight"
"""The tensor by which a model is known."""
_KNOWN_BY = "made for"
UP, DOWN, SCALE, ADDED = "up", "down", "scale", "added"
_STEPS = 127
ROWS = 64
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Adapter:
    """What is added to weights, by the names of their tensors: the product of two matrices, or itself."""

    made_for: str
    changes: Mapping[str, Matrix | tuple[Matrix, Matrix]]

    def fits(self, model: Path) -> bool:
        """Whether it was made for the model in this folder. OSError."""
        return any(digest(one) == self.made_for for one in tensors(model / "model.bin", only=MADE_FOR))

    def __call__(self, one: Tensor) -> Tensor:
        """The tensor with what is added to it."""
        added = self.changes.get(one.name)
        if added is None or one.kind != FLOAT16:
            return one
        values = np.frombuffer(one.content, np.float16)
        changed = _sum(values, *added) if isinstance(added, tuple) else (values + added.ravel()).astype(np.float16)
        return replace(one, content=changed.tobytes())


def _sum(values: npt.NDArray[np.float16], up: Matrix, down: Matrix) -> npt.NDArray[np.float16]:
    """What is added is made some rows at a time: whole matrices in single precision cost three times as much."""
    rows = values.reshape(len(up), -1)
    found = np.empty_like(rows)
    for at in range(0, len(rows), ROWS):
        found[at : at + ROWS] = rows[at : at + ROWS] + up[at : at + ROWS] @ down
    return found


def of_model(model: Path) -> Adapter | None:
    """What the model in a folder learnt: the file `OWN` there, else what is shipped if it was made for this model.

    OSError; ValueError when the file is no adapter.
    """
    own = model / OWN
    learnt = load(own if own.is_file() else TELEPHONE)
    return learnt if learnt.fits(model) else None


def digest(known: Tensor) -> str:
    """How the tensor `MADE_FOR` tells one model from another."""
    return hashlib.sha256(known.content).hexdigest()


def load(path: Path) -> Adapter:
    """Read one. OSError; ValueError when the file is no adapter."""
    changes: dict[str, Matrix | tuple[Matrix, Matrix]] = {}
    try:
        with path.open("rb") as source, np.load(source, allow_pickle=False) as file:
            for name in {name.rpartition(":")[0] for name in file if name != _KNOWN_BY}:
                if f"{name}:{ADDED}" in file:
                    changes[name] = file[f"{name}:{ADDED}"].astype(np.float32)
                else:
                    up, down = (file[f"{name}:{one}"] * file[f"{name}:{one} {SCALE}"] for one in (UP, DOWN))
                    changes[name] = up, down
            return Adapter(str(file[_KNOWN_BY]), changes)
    except (BadZipFile, EOFError, KeyError, AttributeError, TypeError) as problem:
        raise ValueError(f"{path} is no adapter: {problem}") from None


def save(path: Path, adapter: Adapter) -> None:
    """Write one; matrices in steps of a 127th of the largest value of each row or column. OSError."""
    kept: dict[str, npt.NDArray[np.generic]] = {_KNOWN_BY: np.array(adapter.made_for)}
    for name, change in adapter.changes.items():
        if not isinstance(change, tuple):
            kept[f"{name}:{ADDED}"] = change.astype(np.float16)
            continue
        for one, matrix, axis in ((UP, change[0], 0), (DOWN, change[1], 1)):
            scale = np.maximum(np.abs(matrix).max(axis, keepdims=True), 1e-8) / _STEPS
            kept[f"{name}:{one}"] = np.round(matrix / scale).astype(np.int8)
            kept[f"{name}:{one} {SCALE}"] = scale.astype(np.float32)
    np.savez_compressed(path, **kept)  # type: ignore[arg-type] # its other parameter is no array
