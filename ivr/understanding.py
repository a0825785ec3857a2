"""Understanding what a citizen said: a port, and an implementation by keywords that needs no model."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from ivr import spoken_values

Kind = Literal["mobile", "phone", "identity", "digits", "ticket", "number", "money", "date", "time", "text"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An intent that is expected here, with words that show it; `not_words` show that it is not meant."""

    intent: str
    words: Sequence[str] = ()
    not_words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A value wanted from what was said, of a kind.

    It is given as text: `date` as 2026-03-05, `time` as 15:30, `number` and `money` (yuan) as a plain decimal.
    """

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Understood:
    """The intent meant (empty: none of those expected), how sure that is (0–1), and the slots found."""

    intent: str = ""
    confidence: float = 0.0
    slots: Mapping[str, str] = field(default_factory=dict)


class Understanding(Protocol):
    """Finds out what a citizen means."""

    async def understand(
        self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot], today: datetime.date
    ) -> Understood:
        """The intent of `text` among those wanted, and the slots it fills; `today` is the day it was said."""


Find = Callable[[str, datetime.date], object]


def _row(pattern: str) -> Find:
    rows = re.compile(pattern)

    def find(text: str, _: datetime.date) -> str | None:
        found = rows.search(spoken_values.in_digits(text).upper())
        return found.group() if found else None

    return find


def _ticket(text: str, _: datetime.date) -> str | None:
    """The longest row: a ticket's number may stand beside a date or a count."""
    rows = re.findall(r"[A-Z]{0,6}\d{4,32}", spoken_values.in_digits(text).upper())
    return max(rows, key=len) if rows else None


_KINDS: Mapping[str, Find] = {
    "mobile": _row(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "phone": _row(r"(?<!\d)(?:1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7})(?!\d)"),
    "identity": _row(r"(?<!\d)\d{17}[\dX]"),
    "digits": _row(r"\d{2,32}"),
    "ticket": _ticket,
    "number": lambda text, _: _plain(spoken_values.number(text)),
    "money": lambda text, _: _plain(spoken_values.money(text)),
    "date": lambda text, today: spoken_values.date(text, today),
    "time": lambda text, _: (found := spoken_values.time(text)) and found.isoformat("minutes"),
    "text": lambda text, _: text.strip(),
}


class KeywordUnderstanding:
    """The intent with the most characters of its words in the text; a tie means that it is not understood.

    A word with `…` in it (`查…进度`) is there when its parts are, in this order.
    """

    async def understand(
        self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot], today: datetime.date
    ) -> Understood:
        """See `Understanding.understand`."""
        said = re.sub(r"[\s,.!?;:,。!?;:、]+", "", text).lower()
        scores = {one.intent: _score(said, one) for one in wanted}
        best = max(scores.values(), default=0)
        meant = [intent for intent, score in scores.items() if score == best]
        found = {one.name: str(value) for one in slots if (value := _KINDS[one.kind](text, today))}
        if best == 0 or len(meant) != 1:
            return Understood(slots=found)
        return Understood(meant[0], min(1.0, best / max(len(said), 1) + 0.5), found)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _score(said: str, one: Wanted) -> int:
    if any(_length(word, said) for word in one.not_words):
        return 0
    return sum(_length(word, said) for word in one.words)


def _length(word: str, said: str) -> int:
    """How many characters of `word` are in what was said: all or none."""
    at, parts = 0, parts_of(word)
    for part in parts:
        at = said.find(part.lower(), at)
        if at < 0:
            return 0
        at += len(part)
    return sum(map(len, parts))


def parts_of(word: str) -> list[str]:
    """The parts of an intent's word: `查…进度` has two."""
    return [part for part in re.split("[…*]+", word) if part]
