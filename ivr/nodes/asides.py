"""Asides: what a citizen may ask in between, at every question; he is answered, and asked again what he was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pydantic

from cti.base.files.parts import Name, Part, Words
from cti.base.files.sentences import Wrong
from ivr.findings.sentences import say
from ivr.understanding.understanding import Wanted

SAID = "words"
"""The argument by which an aside's flow is told what was said."""
NOTHING = "none"
"""How an aside's flow ends that had no answer: the question counts as not understood."""


class Aside(Part):
    """`flow` answers it; it is known by `words`, `not_words` and `examples`.

    With `otherwise` it is tried for what nobody else understood. The flow is told what was said, if it has an argument
    `words`; if it ends `none`, it had no answer.
    """

    flow: Name
    words: Words = ()
    not_words: Words = ()
    examples: Words = ()
    otherwise: bool = False

    @pydantic.model_validator(mode="after")
    def _known_by_something(self) -> Aside:
        if not self.otherwise and not self.words and not self.examples:
            raise Wrong(say("aside-unknowable"))
        return self


@dataclass(frozen=True, slots=True)
class StepAside:
    """Run a sub-flow that answers what was asked in between, and come back to this very node."""

    flow: str
    said: str


@dataclass(frozen=True, slots=True)
class Asides:
    """The asides that are open at a question, those of the flow itself before those of the flows that called it."""

    open: Sequence[tuple[str, Aside]] = ()

    @staticmethod
    def intent(name: str) -> str:
        """The intent that an aside is understood by."""
        return _PREFIX + name

    @staticmethod
    def name(intent: str) -> str:
        """The name of the aside that is understood by this intent."""
        return intent.removeprefix(_PREFIX)

    @property
    def wanted(self) -> list[Wanted]:
        """What is listened for besides the answer."""
        return [
            Wanted(self.intent(name), one.words, one.not_words, examples=one.examples)
            for name, one in self.open
            if not one.otherwise
        ]

    def meant(self, intent: str) -> Aside | None:
        """The aside of an understood intent; None when it is an answer."""
        return dict(self.open).get(self.name(intent)) if intent.startswith(_PREFIX) else None

    @property
    def otherwise(self) -> Aside | None:
        """The one that is tried for what nobody understood."""
        return next((one for _, one in self.open if one.otherwise), None)


_PREFIX = "aside "


def open_asides(flows: Iterable[dict[str, Aside]], running: Iterable[str]) -> Asides:
    """Of these flows' asides, the innermost first, those whose own flow is not under way."""
    busy = set(running)
    found: dict[str, Aside] = {}
    for one in flows:
        for name, aside in one.items():
            if aside.flow not in busy:
                found.setdefault(name, aside)
    return Asides(tuple(found.items()))
