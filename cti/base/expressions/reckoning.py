"""What a formula of numbers comes to, such as `price * count`: the same in files of forms and in bodies of records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cti.base.expressions import Expression, ExpressionError

DIGITS = 6
"""After the point; a console reckons to as many."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    values: Mapping[str, Any]

    def value(self, name: str) -> Any:
        """See `Scope`."""
        return self.values[name]

    def ask(self, function: str, argument: str) -> bool:
        """No function but arithmetic is known here."""
        raise KeyError(function)


def reckoned(formula: Expression, values: Mapping[str, Any]) -> int | float | None:
    """The number; None where one of those that it reads lacks, or it would divide by 0."""
    if any(values.get(name) is None for name in formula.names):
        return None
    try:
        value = round(float(formula.value(_Numbers(values))), DIGITS)
    except (ExpressionError, OverflowError):
        return None
    return int(value) if value == int(value) else value
