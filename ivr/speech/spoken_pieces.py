"""Pieces of speech: what a flow wants said, before it becomes prompts on a telephone or text in a chat."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.prompts import spoken


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt of the catalogue by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words to be synthesised; `instead` is a prompt's id for when they cannot be."""

    text: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in words, decimals included."""

    value: decimal.Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of yuan."""

    value: decimal.Decimal


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits read one by one: a telephone number, a ticket's number."""

    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date; with the year when asked for."""

    day: datetime.date
    year: bool = False


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """Hours and minutes."""

    time: datetime.time


@dataclass(frozen=True, slots=True)
class Position:
    """The citizen's position in the queue: known only there."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimated wait in the queue: known only there; not said while unknown."""


Piece = Prompt | Text | Amount | Money | Digits | Day | TimeOfDay | Position | Estimate


Unspoken = Callable[[str, str], None]
"""Hears of a piece that cannot be said here: its words or its id, and why."""

SOUNDS = ("tone/", "music/")
"""Prompts that are no words."""


def sounds(piece: Piece) -> bool:
    """Whether a piece is heard without any words."""
    return isinstance(piece, Prompt) and piece.id.startswith(SOUNDS)


class PromptTexts(Protocol):
    """Where the text of a prompt is found."""

    def text(self, prompt: str) -> str:
        """The words of a prompt; raises KeyError when there is no such prompt."""


def prompt_ids(piece: Piece, *, position: int = 0, estimate: float | None = None) -> list[str]:
    """The prompts that say `piece`, in order; ValueError for what prompts cannot say (`Text`, Latin digits)."""
    match piece:
        case Prompt(prompt):
            return [prompt]
        case Amount(value):
            return spoken.amount(value)
        case Money(value):
            return spoken.money(value)
        case Digits(text):
            return spoken.ticket(text)
        case Day(day, year):
            return spoken.date(day, year=year)
        case TimeOfDay(time):
            return spoken.time(time)
        case Position():
            return spoken.position(max(position - 1, 0)) if position else []
        case Estimate():
            return [] if estimate is None else spoken.estimate(estimate)
        case Text(text):
            raise ValueError(f"no prompt says {text!r}")


def written(
    pieces: Sequence[Piece],
    texts: PromptTexts,
    unspoken: Unspoken,
    *,
    position: int = 0,
    estimate: float | None = None,
) -> str:
    """What a reader gets instead of hearing `pieces`, without prompts that do not exist."""
    found = ""
    for piece in pieces:
        try:
            found += _written(piece, texts, position, estimate)
        except KeyError as error:
            unspoken(str(error.args[0]), "there is no such prompt")
    return found


def _written(piece: Piece, texts: PromptTexts, position: int, estimate: float | None) -> str:
    match piece:
        case Prompt(prompt):
            return "" if prompt.startswith(SOUNDS) else texts.text(prompt)
        case Text(text) | Digits(text):
            return text
        case Amount(value):
            return f"{value:f}"
        case Money(value):
            return f"{value:.2f}元"
        case Day(day, year):
            return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"
        case TimeOfDay(time):
            return f"{time.hour}点{time.minute:02d}分" if time.minute else f"{time.hour}点"
        case Position() | Estimate():
            return "".join(texts.text(one) for one in prompt_ids(piece, position=position, estimate=estimate))
