"""What a node says, as it is written: prompt ids, words, and values read out."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import pydantic
from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from cti.base.expressions import Expression, ExpressionError, Scope, Template, Type
from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.base.files.parts import OneOrMore, Part
from cti.base.files.sentences import Wrong
from ivr.findings.sentences import say
from ivr.speech import spoken_pieces as speech

PROMPT = r"^[a-z0-9][a-z0-9_./-]{0,79}$"
PromptId = Annotated[str, pydantic.Field(pattern=PROMPT)]
_PROMPT = re.compile(PROMPT)
_SAYS = ("prompt", "text", "number", "money", "digits", "ticket", "date", "time", "position", "estimate")


class Said(Part):
    """One piece: a bare text is a prompt's id. Exactly one of the keys below `if`, `instead` and `year` says what.

    A prompt's id may have an expression in it, as in `ticket/state/{ticket.state}`; `text` is spoken by synthesis, and
    by the prompt `instead` where there is none; `if` leaves the piece out;
    `digits` and `ticket` are read one by one; `position` and `estimate` are known in a queue only.
    """

    prompt: Template | None = None
    text: Template | None = None
    number: Expression | None = None
    money: Expression | None = None
    digits: Expression | None = None
    ticket: Expression | None = None
    date: Expression | None = None
    time: Expression | None = None
    position: bool = False
    estimate: bool = False
    condition: Expression | None = pydantic.Field(default=None, alias="if")
    instead: PromptId | None = None
    year: bool = False

    @pydantic.model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"prompt": value} if isinstance(value, str) else value

    @pydantic.field_validator("prompt")
    @classmethod
    def _prompt_id(cls, value: Template | None) -> Template | None:
        if value is not None and not _PROMPT.match(
            "".join(one if isinstance(one, str) else "x" for one in value.parts)
        ):
            raise Wrong(say("prompt-id", prompt=repr(value.text[:60])))
        return value

    @pydantic.model_validator(mode="after")
    def _one_thing(self) -> Said:
        found = [name for name in _SAYS if getattr(self, name) not in (None, False)]
        if len(found) != 1:
            raise Wrong(say("piece-one", kinds=", ".join(_SAYS)))
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors know the short form too, in which only the main value is written."""
        long = handler(schema)
        return {"anyOf": [{"type": "string", "pattern": r"^([a-z0-9_./-]|\{[^}]+\})+$"}, long]}

    def piece(self, scope: Scope) -> speech.Piece | None:
        """The piece to be said now, or None when it is left out; raises ExpressionError."""
        if self.condition is not None and not self.condition.truth(scope):
            return None
        if self.prompt is not None:
            return speech.Prompt(self._prompt(scope))
        if self.text is not None:
            return speech.Text(self.text.value(scope), self.instead or "")
        if self.position:
            return speech.Position()
        if self.estimate:
            return speech.Estimate()
        return self._read_out(scope)

    @property
    def text_in_file(self) -> str:
        """How the file names what is said."""
        found = next(value for name in _SAYS if (value := getattr(self, name)) not in (None, False))
        return str(getattr(found, "text", found))

    def _prompt(self, scope: Scope) -> str:
        assert self.prompt is not None
        found = self.prompt.value(scope)
        if not _PROMPT.match(found):
            raise ExpressionError(f"{found[:60]!r} is no id of a prompt")
        return found

    def _read_out(self, scope: Scope) -> speech.Piece:
        try:
            if self.number is not None:
                return speech.Amount(decimal.Decimal(str(self.number.value(scope))))
            if self.money is not None:
                return speech.Money(decimal.Decimal(str(self.money.value(scope))))
            if self.date is not None:
                return speech.Day(datetime.date.fromisoformat(str(self.date.value(scope))[:10]), self.year)
            if self.time is not None:
                return speech.TimeOfDay(datetime.datetime.fromisoformat(str(self.time.value(scope))).time())
        except (ValueError, decimal.InvalidOperation) as error:
            raise ExpressionError(f"cannot be read out: {error}") from None
        digits = self.digits or self.ticket
        assert digits is not None
        return speech.Digits(str(digits.value(scope)))

    def expressions(self) -> Iterator[tuple[tuple[str | int, ...], Expression, Type | None]]:
        """Its expressions with place and type."""
        for name, kind in (
            ("number", NUMBER),
            ("money", NUMBER),
            ("digits", TEXT),
            ("ticket", TEXT),
            ("date", None),
            ("time", MOMENT),
        ):
            found = getattr(self, name)
            if found is not None:
                yield (name,), found, kind
        if self.condition is not None:
            yield ("if",), self.condition, BOOLEAN
        for name, template in (("prompt", self.prompt), ("text", self.text)):
            for one in template.expressions if template is not None else ():
                yield (name,), one, None

    @property
    def prompts(self) -> Iterator[tuple[str, str]]:
        """The prompts it names: the key and the id; those with an expression in their id are left out."""
        if self.prompt is not None and not self.prompt.expressions:
            yield "prompt", self.prompt.value(_NOTHING)
        if self.instead is not None:
            yield "instead", self.instead


class _Nothing:
    """A scope without names."""

    def value(self, name: str) -> Any:
        raise KeyError(name)

    def ask(self, function: str, argument: str) -> bool:
        return False


_NOTHING = _Nothing()

Pieces = Annotated[tuple[Said, ...], OneOrMore]
"""What is said: one piece or a list."""


def expressions_of(
    pieces: Sequence[Said], *where: str | int
) -> Iterator[tuple[tuple[str | int, ...], Expression, Type | None]]:
    """All expressions of `pieces`, which stand at `where`."""
    for index, piece in enumerate(pieces):
        for inner, expression, kind in piece.expressions():
            yield (*where, index, *inner), expression, kind
