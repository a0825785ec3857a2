"""Asking again: at which try a node is stands with the call, so that another engine goes on where this one died."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivr.conversation.port import EmergencyWanted, HumanWanted, Listening
from ivr.nodes.asides import NOTHING
from ivr.nodes.walk import Walk
from ivr.speech.spoken_pieces import Piece
from ivr.speech.written_pieces import Said
from ivr.understanding.human import asks_for_human

ASIDE = "aside"
"""The note of a node that is come back to: how what was asked in between ended."""


class Tries:
    """The tries of a node that asks `most` times; the node leaves by `way`, which says why the last one failed."""

    def __init__(self, walk: Walk, most: int) -> None:
        self._walk = walk
        self._most = most
        self.done = int(walk.notes.get("tried", 0))
        self.way = str(walk.notes.get("way", "timeout"))
        self._resumed = walk.resumed
        if walk.notes.pop(ASIDE, "") == NOTHING:
            # What was asked in between had no answer either.
            self.done, self.way = self.done + 1, "unknown"
            walk.notes |= {"tried": self.done, "way": self.way}

    @property
    def left(self) -> bool:
        """Whether it is asked once more."""
        return self.done < self._most

    def question(self, question: Sequence[Said], **before: Sequence[Said]) -> list[Piece]:
        """What is said now: the question, and before it what the way of the last failure has to say."""
        return self._walk.pieces((*(before[self.way] if self.done else ()), *question))

    def listening(self, listening: Listening, *, ahead: bool = True) -> Listening:
        """How it listens now: what was typed before counts for the first try at most, if `ahead` is allowed at all.

        What was typed wrongly must not answer again. A node that another engine takes up heard nothing of what was
        typed since the death of the one before: that counts where one key answers. Of more keys the first may be lost.
        """
        counts = listening.longest == 1 if self._resumed else ahead and not self.done
        self._resumed = False
        return listening if counts else replace(listening, fresh=True)

    async def succeeded(self) -> None:
        """Something was answered: what failed before counts no more."""
        self.done, self.way = 0, "timeout"
        await self._walk.note(tried=0, way=self.way)

    async def failed(self, way: str, said: str = "") -> None:
        """This one brought no answer; HumanWanted when what was `said` instead asks for a human.

        EmergencyWanted when the emergency key alone was pressed.
        """
        if self._walk.pressed_emergency:
            raise EmergencyWanted
        if asks_for_human(said):
            raise HumanWanted
        self.done, self.way = self.done + 1, way
        if self.left:
            await self._walk.note(tried=self.done, way=way)
