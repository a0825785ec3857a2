"""What is said in a flow by telephone, both sides in words: kept with the call, told to whoever follows it.

Only of calls that have a place for it in their progress (`begin`): revisits from the first word, others from the first
question that may be answered by speech. Of menus with keys alone nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict

from cti.base.call import Call
from cti.base.clock import Clock
from ivr.conversation.port import Heard
from ivr.speech.spoken_pieces import Piece, PromptTexts, written

MINUTES = "minutes"
MOST = 200
"""Lines of one call: a flow that goes round for ever does not fill the disk."""
Side = Literal["flow", "citizen"]
SIDES: dict[Side, str] = {"flow": "系统", "citizen": "市民"}


class SaidLine(TypedDict):
    """One of them; `at` is when it was said or made out, in seconds of the epoch."""

    side: Side
    text: str
    at: float


Told = Callable[[Call], None]
"""Hears of a call in which something was said."""


class Minutes:
    """Writes them down. `save` keeps a call as it is now."""

    def __init__(self, texts: PromptTexts, clock: Clock, save: Callable[[Call], None]) -> None:
        self._texts, self._clock, self._save = texts, clock, save
        self._following: list[Told] = []

    def follow(self, told: Told) -> Callable[[], None]:
        """Tell of each new line; returns the undo."""
        self._following.append(told)
        return lambda: self._following.remove(told)

    @staticmethod
    def begin(call: Call) -> None:
        """Keep what is said in this call from now on."""
        call.progress.setdefault(MINUTES, [])

    def asked(self, call: Call, pieces: Sequence[Piece]) -> None:
        """The flow says this."""
        if MINUTES in call.progress:
            self._add(call, "flow", written(pieces, self._texts, lambda piece, why: None))

    def answered(self, call: Call, heard: Heard, *, hidden: bool) -> None:
        """The citizen answered; keys that nobody may read are told by their count."""
        if MINUTES not in call.progress:
            return
        keys = "*" * len(heard.digits) if hidden else heard.digits
        if heard.text or keys:
            self._add(call, "citizen", heard.text or f"按键 {keys}")
        elif heard.unclear:
            self._add(call, "citizen", "（没有听清）")

    def _add(self, call: Call, side: Side, text: str) -> None:
        lines = said_in(call)
        if text and len(lines) < MOST:
            call.progress[MINUTES] = [*lines, SaidLine(side=side, text=text, at=self._clock.wall().timestamp())]
            self._save(call)
            for told in tuple(self._following):
                told(call)


def said_in(call: Call) -> list[SaidLine]:
    """What has been said in its flows so far."""
    found: list[Any] = call.progress.get(MINUTES, [])
    return [*found]


def said_words(call: Call) -> str:
    """The same as a text for people, a line each; empty when nothing was said."""
    return "\n".join(f"{SIDES[one['side']]}：{one['text']}" for one in said_in(call))
