"""Texts as tokens of a Whisper model, and tokens as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Tokens:
    """Texts as tokens of the model: of a narrowed one the n-th is token `kept[n]` of the tokenizer's."""

    def __init__(self, tokenizer: Any, kept: Sequence[int] | None) -> None:
        self._tokenizer, self._kept = tokenizer, kept
        self._place = None if kept is None else {whole: number for number, whole in enumerate(kept)}

    def of(self, *names: str) -> list[int]:
        """Those with these names, which every model has."""
        ids = [self._tokenizer.token_to_id(one) for one in names]
        return ids if self._place is None else [self._place[one] for one in ids]

    def encode(self, text: str) -> list[int]:
        """Those of a text; what the model has no token for is spelled by those of its bytes."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        if (place := self._place) is None:
            return ids
        return [
            place[spelled]
            for one in ids
            for spelled in (
                [one] if one in place else map(self._tokenizer.token_to_id, self._tokenizer.id_to_token(one))
            )
        ]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of some."""
        text: str = self._tokenizer.decode(tokens if self._kept is None else [self._kept[one] for one in tokens])
        return text
