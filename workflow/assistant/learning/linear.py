"""A model in use: for a text the classes in their order, each with its probability."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from workflow.assistant.learning.terms import Floats, Vocabulary

KIND = "hotline-assistant-linear-1"


class NotAModel(Exception):
    """A file that is no model of ours, or broken; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A class, and how likely it is (0 to 1)."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights (terms × classes) in half precision; `steep` turns margins into probabilities."""

    classes: tuple[str, ...]
    known: Vocabulary
    weights: npt.NDArray[np.float16]
    bias: Floats
    steep: float

    def margins(self, text: str) -> Floats:
        """How far on its side the text lies for each class."""
        at, values = self.known.row(text)
        return values @ self.weights[at].astype(np.float32) + self.bias

    def rank(self, text: str, most: int = 5) -> list[Ranked]:
        """The likeliest classes, the likeliest first; none of a text in which the model knows nothing."""
        at, _ = self.known.row(text)
        if not len(at):
            return []
        likely = probabilities(self.margins(text)[None, :], self.steep)[0]
        return [Ranked(self.classes[one], float(likely[one])) for one in np.argsort(-likely, kind="stable")[:most]]

    def to_bytes(self) -> bytes:
        """As it is kept."""
        file = io.BytesIO()
        head = json.dumps({"kind": KIND, "classes": self.classes, "steep": self.steep}).encode()
        np.savez_compressed(
            file, head=np.frombuffer(head, np.uint8), terms=self.known.terms, rare=self.known.weights,
            weights=self.weights, bias=self.bias,
        )  # fmt: skip
        return file.getvalue()


def probabilities(margins: Floats, steep: float) -> npt.NDArray[np.float64]:
    """Of margins (texts × classes): the softmax of them, `steep` times as far apart."""
    scaled = steep * margins.astype(np.float64)
    scaled -= scaled.max(axis=1, keepdims=True)
    raised = np.exp(scaled)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def read_model(path: Path) -> Linear:
    """A model from its file. NotAModel; nothing in the file is run."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            head = json.loads(kept["head"].tobytes())
            if head.get("kind") != KIND:
                raise ValueError(f"its kind is {head.get('kind')!r}")
            made = Linear(
                tuple(str(one) for one in head["classes"]), Vocabulary(kept["terms"], kept["rare"]), kept["weights"],
                kept["bias"], float(head["steep"]),
            )  # fmt: skip
    except Exception as error:
        raise NotAModel(f"{path.name}: {type(error).__name__}: {error}") from None
    if made.weights.shape != (len(made.known.terms), len(made.classes)) or made.bias.shape != (len(made.classes),):
        raise NotAModel(f"{path.name}: {made.weights.shape} weights for {len(made.classes)} classes")
    return made
