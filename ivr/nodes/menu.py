"""`menu`: let the citizen choose by a key, or by words in a chat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

import pydantic

from cti.base.expressions.types import BOOLEAN
from cti.base.files.parts import Seconds
from ivr.conversation.port import Choice, Heard, Listening
from ivr.nodes.keys import KeyRange, Option, Options
from ivr.nodes.node import FAILED, Edge, Node, Target, Turn
from ivr.nodes.tries import Tries
from ivr.nodes.walk import Walk
from ivr.speech.written_pieces import Pieces, expressions_of
from ivr.understanding.human import asks_for_human
from ivr.understanding.intents import Utterance
from ivr.understanding.understanding import Wanted


class Menu(Node):
    """Say the menu and take a key. After a wrong key or silence it is said again, `tries` times in all.

    Before it is said again comes `say_invalid` or `say_timeout`. `wait` is how long silence may last, in seconds.
    """

    KIND: ClassVar[str] = "menu"
    FAILS: ClassVar[tuple[str, ...]] = ("invalid", "timeout", FAILED)

    menu: Pieces
    keys: Options = pydantic.Field(min_length=1)
    tries: int = pydantic.Field(default=2, ge=1, le=10)
    wait: Seconds = 5.0
    say_invalid: Pieces = ()
    say_timeout: Pieces = ()
    invalid: Target | None = None
    timeout: Target | None = None
    failed: Target | None = None

    @cached_property
    def _ranges(self) -> tuple[tuple[KeyRange, str, Option], ...]:
        return tuple((KeyRange.read(key), key, option) for key, option in self.keys.items())

    @cached_property
    def _listening(self) -> Listening:
        longest = max(len(keys.first) for keys, _, _ in self._ranges)
        terminators = "" if "#" in self.keys or longest == 1 else "#"
        return Listening(longest=longest, terminators=terminators, first=self.wait, between=2.0)

    def edges(self) -> Iterator[Edge]:
        """See `Node.edges`."""
        for key, option in self.keys.items():
            yield Edge(key, option.next, ("keys", key), driven=True)
        yield from super().edges()

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name in ("menu", "say_invalid", "say_timeout"):
            yield from expressions_of(getattr(self, name), name)
        for key, option in self.keys.items():
            if option.condition is not None:
                yield ("keys", key, "if"), option.condition, BOOLEAN

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        tries = Tries(walk, self.tries)
        while tries.left:
            said = tries.question(self.menu, invalid=self.say_invalid, timeout=self.say_timeout)
            listening = replace(tries.listening(self._listening), choices=self._choices(walk))
            heard = await walk.conversation.hear(said, listening)
            walk.typed(heard.digits)
            if chosen := self._chosen(walk, heard):
                if heard.is_words:
                    walk.heard(heard.text, "intent", chosen, 1.0)
                return chosen
            if heard.is_words:
                walk.heard(heard.text, "human" if asks_for_human(heard.text) else "unknown")
            await tries.failed("invalid" if heard.digits or heard.text else "timeout", heard.text)
        return tries.way

    def _choices(self, walk: Walk) -> tuple[Choice, ...]:
        """The single keys that exist now and have words."""
        return tuple(
            Choice(key, option.shown)
            for keys, key, option in self._ranges
            if keys.first == keys.last and option.shown and (option.condition is None or option.condition.truth(walk))
        )

    def _chosen(self, walk: Walk, heard: Heard) -> str:
        said = Utterance.of(heard.text)
        for keys, key, option in self._ranges:
            meant = heard.digits in keys or said.score(Wanted(key, option.words)) > 0
            if meant and (option.condition is None or option.condition.truth(walk)):
                return key
        return ""
