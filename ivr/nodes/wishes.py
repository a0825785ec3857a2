"""What a `fill` wants to know: values, each with its kind and with how it is asked for."""

from __future__ import annotations

import re

import pydantic

from cti.base.expressions import Expression
from cti.base.files.parts import DigitText, Part, Words
from cti.base.files.sentences import Wrong
from ivr.conversation.port import Choice
from ivr.findings.sentences import say
from ivr.speech.written_pieces import Pieces
from ivr.understanding.corrections import Correction
from ivr.understanding.understanding import Kind, Slot

_KEYED = frozenset({"mobile", "phone", "identity", "digits", "ticket", "number", "money"})
"""Kinds that telephone keys can type."""


class Wish(Part):
    """A value: of a `kind` (text unless said), one of `values` by any of its names, or what a `pattern` finds.

    `ask` asks for it, `again` in other words; `optional` is taken when it is said and never asked for; `if`: only then;
    `check` is what must hold of `value`. By `title` and `words` people name it when they correct it. `keys` choose
    among its values on the telephone.
    """

    kind: Kind = "text"
    values: dict[str, Words] = pydantic.Field(default={})
    pattern: str = ""
    title: str = pydantic.Field(default="", max_length=20)
    words: Words = ()
    ask: Pieces = ()
    again: Pieces = ()
    optional: bool = False
    condition: Expression | None = pydantic.Field(default=None, alias="if")
    check: Expression | None = None
    keys: dict[DigitText, str] = pydantic.Field(default={})

    @pydantic.field_validator("pattern")
    @classmethod
    def _readable(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise Wrong(say("pattern-bad", pattern=repr(pattern), fault=error)) from None
        return pattern

    @pydantic.model_validator(mode="after")
    def _one_kind(self) -> Wish:
        said = self.title or "?"
        if sum((self.kind != "text", bool(self.values), bool(self.pattern))) > 1:
            raise Wrong(say("wish-kinds", name=said))
        if not self.ask and not self.optional:
            raise Wrong(say("wish-unasked", name=said))
        for key, value in self.keys.items():
            if value not in self.values:
                raise Wrong(say("wish-key", key=key, value=value))
        return self

    @property
    def is_words(self) -> bool:
        """Whether whatever is said may be it."""
        return self.kind == "text" and not self.values and not self.pattern

    def slot(self, name: str) -> Slot:
        """What is looked for in what was said."""
        return Slot(name, self.kind, self.values, self.pattern)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Its values as buttons."""
        return tuple(Choice(value, value) for value in self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """What its values are called."""
        return tuple(name for value, names in self.values.items() for name in (value, *names))

    @property
    def longest(self) -> int:
        """How many keys may answer; 0 when none can."""
        if self.keys:
            return max(map(len, self.keys))
        return 20 if self.kind in _KEYED else 0

    def is_named_in(self, text: str) -> bool:
        """Whether somebody speaks of it by its name."""
        return any(word in text for word in (self.title, *self.words) if word)

    def is_meant(self, one: Correction, value: str) -> bool:
        """Whether this value of it was taken back."""
        return self.is_named_in(one.old) or (len(one.old) > 0 and one.old in value)
