"""Understanding what a citizen said: a port, and an implementation by keywords that needs no model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wanted:
    """An intent that is expected here, with words that show it; `not_words` show that it is not meant."""

    intent: str
    words: Sequence[str] = ()
    not_words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A value wanted from what was said: `kind` is mobile, digits, identity, date or text."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Understood:
    """The intent meant (empty: none of those expected), how sure that is (0–1), and the slots found."""

    intent: str = ""
    confidence: float = 0.0
    slots: Mapping[str, str] = field(default_factory=dict)


class Understanding(Protocol):
    """Finds out what a citizen means."""

    async def understand(self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot]) -> Understood:
        """The intent of `text` among those wanted, and the slots it fills."""


_NUMERALS = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")
_SLOTS = {
    "mobile": re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "identity": re.compile(r"(?<!\d)\d{17}[\dXx]"),
    "digits": re.compile(r"\d{2,32}"),
}


class KeywordUnderstanding:
    """The intent with the most characters of its words in the text; a tie means that it is not understood."""

    async def understand(self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot]) -> Understood:
        """See `Understanding.understand`."""
        said = re.sub(r"[\s,.!?;:,。!?;:、]+", "", text).lower()
        scores = {one.intent: _score(said, one) for one in wanted}
        best = max(scores.values(), default=0)
        meant = [intent for intent, score in scores.items() if score == best]
        found = {one.name: value for one in slots if (value := _slot(text, said, one.kind))}
        if best == 0 or len(meant) != 1:
            return Understood(slots=found)
        return Understood(meant[0], min(1.0, best / max(len(said), 1) + 0.5), found)


def _score(said: str, one: Wanted) -> int:
    if any(word.lower() in said for word in one.not_words):
        return 0
    return sum(len(word) for word in one.words if word.lower() in said)


def _slot(text: str, said: str, kind: str) -> str:
    if kind == "text":
        return text.strip()
    pattern = _SLOTS.get(kind)
    if pattern is None:
        return ""
    found = pattern.search(said.translate(_NUMERALS).upper())
    return found.group() if found else ""
