"""`rate`: ask the citizen how the talk was (满意度) and keep the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

import pydantic

from cti.base.files.parts import Seconds, as_text
from ivr.conversation.port import Choice, Listening
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.tries import Tries
from ivr.nodes.walk import Walk
from ivr.speech.written_pieces import Pieces, expressions_of

Score = Annotated[int, pydantic.Field(ge=0, le=100)]
ScoreKey = Annotated[str, pydantic.BeforeValidator(as_text), pydantic.Field(pattern=r"^[0-9]$")]


class Rate(Node):
    """Take one key of `scores` and keep it for the last talk. Without an answer it goes `timeout` or `invalid`,
    else `next`: nobody is kept for a survey. `titles` stand on the buttons of a chat, by key.
    """

    KIND: ClassVar[str] = "rate"
    DRIVEN: ClassVar[frozenset[str]] = frozenset()
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)
    INSTEAD: ClassVar[Mapping[str, str]] = {"timeout": "next", "invalid": "next", FAILED: "next"}

    rate: Pieces
    scores: dict[ScoreKey, Score] = pydantic.Field(min_length=1)
    titles: dict[ScoreKey, Annotated[str, pydantic.Field(max_length=20)]] = pydantic.Field(default={})
    tries: int = pydantic.Field(default=2, ge=1, le=10)
    wait: Seconds = 5.0
    say_invalid: Pieces = ()
    say_timeout: Pieces = ()
    next: Target
    invalid: Target | None = None
    timeout: Target | None = None
    failed: Target | None = None

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name in ("rate", "say_invalid", "say_timeout"):
            yield from expressions_of(getattr(self, name), name)

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        tries = Tries(walk, self.tries)
        choices = tuple(Choice(key, title) for key, title in self.titles.items() if key in self.scores)
        listening = Listening(longest=1, first=self.wait, choices=choices)
        while tries.left:
            said = tries.question(self.rate, invalid=self.say_invalid, timeout=self.say_timeout)
            # Keys pressed in the talk before are no rating.
            heard = await walk.conversation.hear(said, tries.listening(listening, ahead=False))
            walk.typed(heard.digits)
            score = self.scores.get(heard.digits)
            if score is not None:
                await walk.conversation.rate(heard.digits, score)
                walk.rated(score)
                return "next"
            await tries.failed("invalid" if heard.digits or heard.text else "timeout", heard.text)
        return tries.way
