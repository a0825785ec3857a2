"""Expressions: a small safe language over call, caller, time and variables.

`Expression` and `Template` are fields of flow models: their text is read when a flow is loaded, and a fault in it is
a fault of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from cti.base.expressions import check, evaluation, syntax
from cti.base.expressions.evaluation import Scope
from cti.base.expressions.functions import LONGEST_TEXT, written
from cti.base.expressions.syntax import ExpressionError
from cti.base.expressions.types import Type
from cti.base.files.faults import say
from cti.base.files.sentences import Wrong

__all__ = ["Expression", "ExpressionError", "Scope", "Template", "Type", "written"]


class Expression:
    """An expression that was read: `text` as it was written."""

    __slots__ = ("_work", "text", "tree")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = syntax.parse(text)
        check.check_functions(self.tree)
        self._work = evaluation.work(self.tree)

    def value(self, scope: Scope) -> Any:
        """Work it out; raises ExpressionError."""
        return self._work(scope)

    def truth(self, scope: Scope) -> bool:
        """Work it out as a condition; none, 0 and the empty text are false."""
        return bool(self._work(scope))

    def type(self, names: Mapping[str, Type], complain: check.Complain) -> Type:
        """Its type; faults go to `complain`."""
        return check.infer(self.tree, names, complain)

    @property
    def names(self) -> frozenset[str]:
        """The names it reads."""
        return frozenset(one.name for one in check.walk(self.tree) if isinstance(one, syntax.Name))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    @classmethod
    def of(cls, value: Any) -> Expression:
        """The expression that YAML shows: text is read, a bare number or truth value stands for itself."""
        if isinstance(value, Expression):
            return value
        if isinstance(value, bool):
            return cls("true" if value else "false")
        if isinstance(value, int | float):
            return cls(str(value))
        if not isinstance(value, str):
            raise Wrong(say("expression-needed"))
        try:
            return cls(value)
        except ExpressionError as error:
            there = ("{words} (character {at} of the expression)", "{words}（表达式第 {at} 个字符）")
            raise Wrong(error.message.inside(*there, at=error.at + 1)) from None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validated by `of`, written as its text."""
        return core_schema.no_info_plain_validator_function(
            cls.of, serialization=core_schema.plain_serializer_function_ser_schema(lambda one: one.text)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """What editors are told."""
        return {"type": ["string", "number", "boolean"], "title": "Expression"}


@dataclass(frozen=True, slots=True)
class Template:
    """Words with expressions in braces: `您的工单{ticket.number}正在办理`; a brace itself is written twice."""

    text: str
    parts: tuple[str | Expression, ...]

    def value(self, scope: Scope, *, escape: Callable[[Any], str] = written) -> str:
        """The words, values made text by `escape`; raises ExpressionError."""
        found = "".join(part if isinstance(part, str) else escape(part.value(scope)) for part in self.parts)
        if len(found) > LONGEST_TEXT:
            raise ExpressionError(f"longer than {LONGEST_TEXT} characters")
        return found

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return tuple(part for part in self.parts if isinstance(part, Expression))

    @classmethod
    def of(cls, value: Any) -> Template:
        """Read a template; ValueError names the brace that is not closed, or the fault of an expression."""
        if isinstance(value, Template):
            return value
        if not isinstance(value, str):
            raise Wrong(say("text-needed"))
        parts: list[str | Expression] = []
        words = ""
        at = 0
        while at < len(value):
            character = value[at]
            if character in "{}" and value[at : at + 2] == character * 2:
                words += character
                at += 2
            elif character == "{":
                end = value.find("}", at)
                if end < 0:
                    raise Wrong(say("brace-open", at=at + 1))
                if words:
                    parts.append(words)
                    words = ""
                parts.append(Expression.of(value[at + 1 : end]))
                at = end + 1
            elif character == "}":
                raise Wrong(say("brace-stray", at=at + 1))
            else:
                words += character
                at += 1
        if words:
            parts.append(words)
        return cls(value, tuple(parts))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validated by `of`, written as its text."""
        return core_schema.no_info_plain_validator_function(
            cls.of, serialization=core_schema.plain_serializer_function_ser_schema(lambda one: one.text)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """What editors are told."""
        return {"type": "string", "title": "Template"}
