"""Working out an expression's tree: every value is bounded, every fault an ExpressionError."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Protocol

from cti.base.expressions.functions import ASKING, FUNCTIONS, LONGEST_TEXT
from cti.base.expressions.syntax import Apply, Binary, ExpressionError, Field, Item, Items, Literal, Name, Tree, Unary

LARGEST = 1e15


class Scope(Protocol):
    """Says what the names in an expression stand for."""

    def value(self, name: str) -> Any:
        """The value of a variable or of `call`, `caller`, `time`; KeyError when there is none."""

    def ask(self, function: str, argument: str) -> bool:
        """Answer `offered` or `open`."""


Work = Callable[[Scope], Any]

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def work(tree: Tree) -> Work:
    """The function that works out `tree`."""
    match tree:
        case Literal(value):
            return lambda scope: value
        case Name(name, at):
            return _name(name, at)
        case Field(whole, name, at):
            return _field(work(whole), name, at)
        case Item(whole, index, at):
            return _item(work(whole), work(index), at)
        case Items(items):
            works = [work(one) for one in items]
            return lambda scope: [one(scope) for one in works]
        case Unary("not", operand):
            inner = work(operand)
            return lambda scope: not inner(scope)
        case Unary(_, operand, at):
            inner = work(operand)
            return lambda scope: -_number(inner(scope), at)
        case Binary(sign, left, right, at):
            return _binary(sign, work(left), work(right), at)
        case Apply(function, arguments, at):
            return _apply(function, [work(one) for one in arguments], at)


def _name(name: str, at: int) -> Work:
    def run(scope: Scope) -> Any:
        try:
            return scope.value(name)
        except KeyError:
            raise ExpressionError(f"{name} is not set", at) from None

    return run


def _field(whole: Work, name: str, at: int) -> Work:
    def run(scope: Scope) -> Any:
        value = whole(scope)
        if not isinstance(value, dict) or name not in value:
            raise ExpressionError(f"there is no {name}", at)
        return value[name]

    return run


def _item(whole: Work, index: Work, at: int) -> Work:
    def run(scope: Scope) -> Any:
        value, key = whole(scope), index(scope)
        try:
            return value[key if isinstance(value, dict) else int(_number(key, at))]
        except (KeyError, IndexError, TypeError):
            raise ExpressionError(f"there is no item {key!r}", at) from None

    return run


def _number(value: Any, at: int) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(f"{str(value)[:40]!r} is not a number", at)
    return value


def _binary(sign: str, left: Work, right: Work, at: int) -> Work:
    match sign:
        case "and":
            return lambda scope: bool(left(scope)) and bool(right(scope))
        case "or":
            return lambda scope: bool(left(scope)) or bool(right(scope))
        case "==":
            return lambda scope: bool(left(scope) == right(scope))
        case "!=":
            return lambda scope: bool(left(scope) != right(scope))
        case "in":
            return lambda scope: _contains(right(scope), left(scope), at)
        case "+":
            return lambda scope: _sum(left(scope), right(scope), at)
        case _ if sign in _ORDER:
            compare = _ORDER[sign]
            return lambda scope: _ordered(compare, left(scope), right(scope), at)
        case _:
            calculate = _ARITHMETIC[sign]
            return lambda scope: _bounded(calculate, left(scope), right(scope), at)


def _contains(whole: Any, part: Any, at: int) -> bool:
    try:
        return part in whole
    except TypeError:
        raise ExpressionError("'in' looks into a list or a text", at) from None


def _sum(left: Any, right: Any, at: int) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > LONGEST_TEXT:
            raise ExpressionError(f"longer than {LONGEST_TEXT} characters", at)
        return left + right
    return _bounded(operator.add, left, right, at)


def _bounded(calculate: Callable[[Any, Any], Any], left: Any, right: Any, at: int) -> Any:
    try:
        result = calculate(_number(left, at), _number(right, at))
    except ZeroDivisionError:
        raise ExpressionError("division by zero", at) from None
    if abs(result) > LARGEST:
        raise ExpressionError("the number is too large", at)
    return result


def _ordered(compare: Callable[[Any, Any], bool], left: Any, right: Any, at: int) -> bool:
    try:
        return compare(left, right)
    except TypeError:
        raise ExpressionError(f"{str(left)[:40]!r} and {str(right)[:40]!r} cannot be compared", at) from None


def _apply(name: str, arguments: list[Work], at: int) -> Work:
    if name in ASKING:
        only = arguments[0]
        return lambda scope: scope.ask(name, str(only(scope)))
    function = FUNCTIONS[name].run

    def run(scope: Scope) -> Any:
        values = [one(scope) for one in arguments]
        try:
            return function(*values)
        except ExpressionError as error:
            raise ExpressionError(f"{name}: {error.message}", at) from None
        except (TypeError, ValueError, AttributeError) as error:
            raise ExpressionError(f"{name}: {error}", at) from None

    return run
