"""Conditions of definitions as SQL: an expression over facts becomes one over their columns.

A condition is never NULL: what is not there equals nothing but `none`, and is neither more nor less than anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, cast, false, func, literal, or_, true

from cti.base.expressions import Expression, ExpressionError
from cti.base.expressions.syntax import Apply, Binary, Items, Literal, Name, Tree, Unary
from cti.base.expressions.types import BOOLEAN, MOMENT, NONE, NUMBER, TEXT, Type
from cti.base.times.business_time import ZONE
from cti.office.figures.sentences import say
from cti.store.columns import UtcDateTime

Column = ColumnElement[Any]
Worked = tuple[Column, Type]

_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
}
FUNCTIONS: dict[str, Callable[..., Worked]] = {
    "length": lambda text: (func.length(func.coalesce(text, "")), NUMBER),
    "contains": lambda text, part: (func.coalesce(text.contains(part.value, autoescape=True), false()), BOOLEAN),
    "starts_with": lambda text, part: (func.coalesce(text.startswith(part.value, autoescape=True), false()), BOOLEAN),
    "ends_with": lambda text, part: (func.coalesce(text.endswith(part.value, autoescape=True), false()), BOOLEAN),
}
"""Those of the language that a database can work out."""
NEED_TEXT = frozenset({"contains", "starts_with", "ends_with"})


class Conditions:
    """Makes SQL of expressions; `columns` and `types` are the facts by their names."""

    def __init__(self, columns: Mapping[str, Column], types: Mapping[str, Type]) -> None:
        self._columns, self._types = columns, types

    def truth(self, expression: Expression | None) -> ColumnElement[bool]:
        """The condition; everything holds where there is none. ExpressionError for what no database can work out."""
        return true() if expression is None else self._truth(expression.tree)

    def _truth(self, tree: Tree) -> ColumnElement[bool]:
        match tree:
            case Binary("and", left, right):
                return and_(self._truth(left), self._truth(right))
            case Binary("or", left, right):
                return or_(self._truth(left), self._truth(right))
            case Unary("not", operand):
                return ~self._truth(operand)
        column, kind = self._value(tree)
        match kind.name:
            case "boolean":
                return func.coalesce(column, false())
            case "text":
                return func.coalesce(column, "") != ""
            case "number":
                return func.coalesce(column, 0) != 0
            case "none":
                return false()
            case _:
                return column.is_not(None)

    def _value(self, tree: Tree) -> Worked:
        match tree:
            case Literal(None):
                return literal(None), NONE
            case Literal(value):
                return literal(value), _type_of(value)
            case Name(name, at):
                if name not in self._columns:
                    raise ExpressionError(say("variable-unknown", name=name, maybe=""), at)
                return self._columns[name], self._types[name]
            case Unary("-", operand):
                return -self._value(operand)[0], NUMBER
            case Binary("and" | "or", _, _) | Unary("not", _):
                return self._truth(tree), BOOLEAN
            case Binary("in", left, Items(items)):
                return self._among(left, items), BOOLEAN
            case Binary("==" | "!=" as sign, left, right):
                one, other = self._alike(left, right)
                equal = one.is_not_distinct_from(other)
                return (equal if sign == "==" else ~equal), BOOLEAN
            case Binary(sign, left, right) if sign in _ORDER:
                one, other = self._alike(left, right)
                return func.coalesce(_ORDER[sign](one, other), false()), BOOLEAN
            case Binary("/", left, right):
                above, below = self._value(left)[0], self._value(right)[0]
                return case((below == 0, None), else_=cast(above, Float) / below), NUMBER
            case Binary(sign, left, right) if sign in _ARITHMETIC:
                return _ARITHMETIC[sign](self._value(left)[0], self._value(right)[0]), NUMBER
            case Apply(function, arguments, at) if function in FUNCTIONS:
                given = [self._value(one)[0] for one in arguments]
                if function in NEED_TEXT and not (isinstance(arguments[1], Literal) and arguments[1].value):
                    raise ExpressionError(say("not-countable", what=f"{function}(…, ?)"), at)
                return FUNCTIONS[function](*given)
        raise ExpressionError(say("not-countable", what=_words(tree)), tree.at)

    def _among(self, left: Tree, items: tuple[Tree, ...]) -> ColumnElement[bool]:
        return or_(false(), *(self._value(Binary("==", left, one, one.at))[0] for one in items))

    def _alike(self, left: Tree, right: Tree) -> tuple[Column, Column]:
        """Both sides; a text beside a moment is the moment that it shows, in business time."""
        (one, kind), (other, other_kind) = self._value(left), self._value(right)
        if kind == MOMENT and other_kind == TEXT:
            return one, _moment(right)
        if other_kind == MOMENT and kind == TEXT:
            return _moment(left), other
        return one, other


def _moment(tree: Tree) -> Column:
    text = tree.value if isinstance(tree, Literal) else None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise ExpressionError(say("not-countable", what=_words(tree)), tree.at) from None
    return literal((found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC), UtcDateTime())


def _type_of(value: object) -> Type:
    return BOOLEAN if isinstance(value, bool) else TEXT if isinstance(value, str | date) else NUMBER


def _words(tree: Tree) -> str:
    match tree:
        case Apply(function):
            return f"{function}(…)"
        case Binary(sign):
            return sign
        case Literal(value):
            return str(value)
        case _:
            return type(tree).__name__.lower()
