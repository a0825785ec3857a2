"""Functions of the expression language: what they take, what they give, how they are worked out."""

from __future__ import annotations

import datetime
import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cti.base.expressions.syntax import ExpressionError
from cti.base.expressions.types import ANY, BOOLEAN, DATE, NUMBER, TEXT, Type
from cti.base.numbers.number import Number, NumberKind

LONGEST_TEXT = 4096
"""Characters of text that a value may have."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function: `takes` has the types of its arguments in order; it may not fail but by ExpressionError."""

    takes: tuple[Type, ...]
    gives: Type
    run: Callable[..., Any]
    what: str


def _length(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise ExpressionError("length is of a text or a list")


def _text(value: Any) -> str:
    return written(value)


def written(value: Any) -> str:
    """A value as people read it: 3 for 3.0, nothing for none."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case list():
            return "、".join(written(one) for one in value)
        case _:
            return str(value)


def _number(value: Any) -> int | float:
    try:
        text = str(value).strip()
        number = float(text) if "." in text else int(text)
    except ValueError:
        raise ExpressionError(f"{str(value)[:40]!r} is not a number") from None
    if abs(number) > 1e15:
        raise ExpressionError("the number is too large")
    return number


def _like(text: str, pattern: str) -> bool:
    # fnmatch turns `*` into an atomic group, so that no pattern can make it slow.
    return re.match(fnmatch.translate(pattern.replace("#", "[0-9]")), text[:LONGEST_TEXT]) is not None


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _valid_identity(text: str) -> bool:
    if not re.fullmatch(r"\d{17}[\dXx*]", text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    # A telephone has no X: callers type the star.
    return "10X98765432"[total % 11] == text[-1].upper().replace("*", "X")


def _date(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ExpressionError(f"{text[:40]!r} is not a date like 2026-10-01") from None


def _days_between(first: str, second: str) -> int:
    return (datetime.date.fromisoformat(second[:10]) - datetime.date.fromisoformat(first[:10])).days


def _round(value: float) -> int:
    return int(value + 0.5 if value >= 0 else value - 0.5)


def _last(text: str, count: float) -> str:
    return text[-int(count) :] if count >= 1 else ""


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _minimum(first: float, second: float) -> float:
    return min(first, second)


def _maximum(first: float, second: float) -> float:
    return max(first, second)


FUNCTIONS: dict[str, Function] = {
    "length": Function((ANY,), NUMBER, _length, "characters of a text, items of a list"),
    "text": Function((ANY,), TEXT, _text, "a value as text"),
    "number": Function((ANY,), NUMBER, _number, "the number that a text shows"),
    "round": Function(
        (NUMBER,), NUMBER, lambda value: int(value + 0.5 if value >= 0 else value - 0.5), "half away from 0"
    ),
    "lower": Function((TEXT,), TEXT, str.lower, "in small letters"),
    "trim": Function((TEXT,), TEXT, str.strip, "without space around it"),
    "contains": Function((TEXT, TEXT), BOOLEAN, lambda text, part: part in text, "whether a text has a part"),
    "starts_with": Function((TEXT, TEXT), BOOLEAN, str.startswith, "whether a text begins so"),
    "ends_with": Function((TEXT, TEXT), BOOLEAN, str.endswith, "whether a text ends so"),
    "first": Function((TEXT, NUMBER), TEXT, lambda text, count: text[: max(int(count), 0)], "the first characters"),
    "last": Function(
        (TEXT, NUMBER), TEXT, lambda text, count: text[-int(count) :] if count >= 1 else "", "the last ones"
    ),
    "like": Function((TEXT, TEXT), BOOLEAN, _like, "whether a text fits a pattern: # a digit, ? a character, * any"),
    "all_digits": Function(
        (TEXT,), BOOLEAN, lambda text: text.isascii() and text.isdigit(), "whether it is only digits"
    ),
    "valid_mobile": Function(
        (TEXT,), BOOLEAN, lambda text: Number.parse(text).kind is NumberKind.MOBILE, "a mainland mobile number"
    ),
    "valid_number": Function(
        (TEXT,),
        BOOLEAN,
        lambda text: Number.parse(text).kind in (NumberKind.MOBILE, NumberKind.LANDLINE),
        "a telephone number that can be called back",
    ),
    "valid_identity": Function((TEXT,), BOOLEAN, _valid_identity, "an identity number, by its check digit (GB 11643)"),
    "date": Function((TEXT,), DATE, _date, "the date that a text shows"),
    "days_between": Function((DATE, DATE), NUMBER, _days_between, "days from one date to another"),
    "min": Function((NUMBER, NUMBER), NUMBER, _minimum, "the smaller"),
    "max": Function((NUMBER, NUMBER), NUMBER, _maximum, "the larger"),
}
"""All functions but `offered` and `open`, which ask the surroundings of the flow."""

ASKING: dict[str, Function] = {
    "offered": Function((TEXT,), BOOLEAN, lambda *_: False, "whether a plugin offers the service of this name"),
    "open": Function((TEXT,), BOOLEAN, lambda *_: False, "whether the business calendar of this name is open now"),
}
"""Functions that the scope answers."""

EVERY = FUNCTIONS | ASKING
