"""Whisper in PyTorch, with the weights of a CTranslate2 model, and what is added to them as all that learns.

Its layers are those of openai/whisper, `model.py`; their names are CTranslate2's. Keys of attention have no bias, so
the queries, keys and values of a layer stand in one matrix with zeros there.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional

from ivr.recognition.adapter import MADE_FOR, Adapter, Matrix, digest
from ivr.recognition.model_file import FLOAT16, tensors

HEADS = 8
LAYERS = 6
STRENGTH = 2.0
"""By which the product of the two matrices is multiplied."""
KEPT = 0.5
"""Of what was learnt so much is added in the end: with all of it the voices it learnt by are heard better still, and
other people worse than before (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022)."""
EMBEDDINGS = "decoder/embeddings/weight"


class Network:
    """`kept` are the tokens that it can write; the other rows are left out."""

    def __init__(self, model: Path, rank: int, kept: Collection[int]) -> None:
        self.learning: dict[str, Any] = {}
        self._weights: dict[str, Any] = {}
        for one in tensors(model / "model.bin"):
            if one.name == MADE_FOR:
                self._made_for = digest(one)
            if one.kind == FLOAT16:
                values = np.frombuffer(one.content, np.float16).reshape(one.sizes).astype(np.float32)
                self._weights[one.name] = torch.from_numpy(values)
                self._learn(one.name, values, rank)
        self._weights[EMBEDDINGS] = self._weights[EMBEDDINGS][torch.tensor(sorted(kept))]

    def _learn(self, name: str, values: Matrix, rank: int) -> None:
        if name.endswith("/weight") and name != EMBEDDINGS:
            rows, columns = len(values), values[0].size
            # Only one of both begins with zeros: nothing is changed, and both learn.
            self.learning[f"{name}:down"] = torch.randn(rank, columns) / columns**0.5
            self.learning[f"{name}:up"] = torch.zeros(rows, rank)
        elif "layer_norm" in name or name.endswith("bias"):
            self.learning[f"{name}:added"] = torch.zeros(values.shape)
        for one in self.learning.values():
            one.requires_grad_()

    def words(self, spectrum: Any, tokens: Any) -> Any:
        """How likely each token is to come next, as logarithms of any sum: sounds × places × tokens."""
        return self._decoded(self._encoded(spectrum), tokens)

    def adapter(self) -> Adapter:
        """What was learnt."""
        found: dict[str, Matrix] = {name: one.detach().numpy() for name, one in self.learning.items()}
        changes: dict[str, Matrix | tuple[Matrix, Matrix]] = {}
        for name in {one.rpartition(":")[0] for one in found}:
            added = found.get(f"{name}:added")
            if added is None:
                changes[name] = np.float32(KEPT * STRENGTH) * found[f"{name}:up"], found[f"{name}:down"]
            else:
                changes[name] = np.float32(KEPT) * added
        return Adapter(self._made_for, changes)

    def _weight(self, name: str) -> Any:
        weight, learning = self._weights[name], self.learning
        if (added := learning.get(f"{name}:added")) is not None:
            return weight + added
        return weight + (STRENGTH * (learning[f"{name}:up"] @ learning[f"{name}:down"])).reshape(weight.shape)

    def _linear(self, states: Any, name: str) -> Any:
        """The thin matrices are used one after the other: with a gradient of their product a step costs half more."""
        plain = functional.linear(states, self._weights[f"{name}/weight"], self._weight(f"{name}/bias"))
        thin = functional.linear(states, self.learning[f"{name}/weight:down"])
        return plain + STRENGTH * functional.linear(thin, self.learning[f"{name}/weight:up"])

    def _normal(self, states: Any, name: str) -> Any:
        gamma, beta = (self._weight(f"{name}/layer_norm/{one}") for one in ("gamma", "beta"))
        return functional.layer_norm(states, (states.shape[-1],), gamma, beta)

    def _encoded(self, spectrum: Any) -> Any:
        for number, stride in ((1, 1), (2, 2)):
            weight, bias = (self._weight(f"encoder/conv{number}/{one}") for one in ("weight", "bias"))
            spectrum = functional.gelu(functional.conv1d(spectrum, weight, bias, padding=1, stride=stride))
        states = spectrum.transpose(1, 2)
        states = states + self._weights["encoder/position_encodings/encodings"][: states.shape[1]]
        for layer in range(LAYERS):
            states = self._fed(self._attended(states, f"encoder/layer_{layer}", is_causal=False), layer, "encoder")
        return self._normal(states, "encoder")

    def _decoded(self, sound: Any, tokens: Any) -> Any:
        places = self._weights["decoder/position_encodings/encodings"][: tokens.shape[1]]
        states = self._weights[EMBEDDINGS][tokens] + places
        for layer in range(LAYERS):
            name = f"decoder/layer_{layer}"
            states = self._attended(states, name, is_causal=True)
            asked = self._linear(self._normal(states, f"{name}/attention"), f"{name}/attention/linear_0")
            keys, values = self._linear(sound, f"{name}/attention/linear_1").chunk(2, -1)
            found = _attention(asked, keys, values, is_causal=False)
            states = states + self._linear(found, f"{name}/attention/linear_2")
            states = self._fed(states, layer, "decoder")
        return functional.linear(self._normal(states, "decoder"), self._weights[EMBEDDINGS])

    def _attended(self, states: Any, name: str, *, is_causal: bool) -> Any:
        name = f"{name}/self_attention"
        asked, keys, values = self._linear(self._normal(states, name), f"{name}/linear_0").chunk(3, -1)
        return states + self._linear(_attention(asked, keys, values, is_causal=is_causal), f"{name}/linear_1")

    def _fed(self, states: Any, layer: int, part: str) -> Any:
        name = f"{part}/layer_{layer}/ffn"
        wide = functional.gelu(self._linear(self._normal(states, name), f"{name}/linear_0"))
        return states + self._linear(wide, f"{name}/linear_1")


def _attention(asked: Any, keys: Any, values: Any, *, is_causal: bool) -> Any:
    def heads(states: Any) -> Any:
        return states.view(*states.shape[:2], HEADS, -1).transpose(1, 2)

    found = functional.scaled_dot_product_attention(heads(asked), heads(keys), heads(values), is_causal=is_causal)
    return found.transpose(1, 2).reshape(asked.shape)
