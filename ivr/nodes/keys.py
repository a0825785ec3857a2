"""Keys that a caller can press: single ones, several digits, ranges such as `2-5` or `100-199`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic

from cti.base.expressions import Expression
from cti.base.files.parts import DigitText, Part, Words, as_text
from cti.base.files.sentences import Wrong
from ivr.findings.sentences import say
from ivr.nodes.node import Target

KEYS = r"^([0-9]{1,8}|[0-9]{1,8}-[0-9]{1,8}|[*#])$"


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The keys that one entry stands for."""

    first: str
    last: str

    @classmethod
    def read(cls, text: str) -> KeyRange:
        """The range that `1`, `*` or `2-5` means; ValueError when it means none."""
        if not re.match(KEYS, text):
            raise Wrong(say("key-bad", key=repr(text)))
        first, _, last = text.partition("-")
        last = last or first
        if len(first) != len(last) or first > last:
            raise Wrong(say("key-range", key=repr(text)))
        return cls(first, last)

    def __contains__(self, digits: str) -> bool:
        return len(digits) == len(self.first) and self.first <= digits <= self.last

    def overlaps(self, other: KeyRange) -> bool:
        """Whether some keys belong to both."""
        return len(self.first) == len(other.first) and self.first <= other.last and other.first <= self.last

    def begins(self, other: KeyRange) -> bool:
        """Whether a key of this range is the beginning of one of the other."""
        length = len(self.first)
        return length < len(other.first) and KeyRange(other.first[:length], other.last[:length]).overlaps(self)


class Option(Part):
    """Where a key leads; `words` choose it in a chat or by speech; while `if` is false the key does not exist.

    `title` stands on its button where there are buttons, else the first of its words.
    """

    next: Target
    title: str = pydantic.Field(default="", max_length=20)
    words: Words = ()
    condition: Expression | None = pydantic.Field(default=None, alias="if")

    @property
    def shown(self) -> str:
        """The words on its button; empty for none."""
        return self.title or next(iter(self.words), "")

    @pydantic.model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"next": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: pydantic.GetJsonSchemaHandler) -> Any:
        """Editors know the short form too, in which only the main value is written."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}


def _readable(text: str) -> str:
    KeyRange.read(text)
    return text


Key = Annotated[DigitText, pydantic.AfterValidator(_readable)]
Options = dict[Annotated[str, pydantic.BeforeValidator(as_text), pydantic.AfterValidator(_readable)], Option]
"""Options by key."""
