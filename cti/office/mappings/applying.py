"""Fills the fields of one side from those of the other."""

from __future__ import annotations

from collections.abc import Mapping as Values
from typing import Any

from cti.base.expressions import ExpressionError, written
from cti.base.files.sentences import in_chinese
from cti.office.mappings.definition import Field, Mapping


class MappingFails(Exception):
    """A field that cannot be filled, and why, in Chinese."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(f"{field}：{words}")
        self.field = field


class Given:
    """The names of expressions are the fields that were given; there is no call and no calendar."""

    def __init__(self, given: Values[str, Any]) -> None:
        self._given = given

    def value(self, name: str) -> Any:
        """See `cti.base.expressions.Scope`."""
        return self._given[name]

    def ask(self, function: str, argument: str) -> bool:
        """See `cti.base.expressions.Scope`."""
        return False


def applied(mapping: Mapping, given: Values[str, Any]) -> dict[str, Any]:
    """The other side's fields. MappingFails names the first that cannot be filled."""
    scope, found = Given(given), dict[str, Any]()
    for path, field in mapping.fields.items():
        value = _value(path, field, scope)
        if value is None and field.optional:
            continue
        *above, last = path.split(".")
        place = found
        for step in above:
            place = place.setdefault(step, {})
        place[last] = value
    return found


def _value(path: str, field: Field, scope: Given) -> Any:
    try:
        if field.text is not None:
            return field.text.value(scope)
        assert field.of is not None, "the file has been checked"
        value = field.of.value(scope)
    except ExpressionError as error:
        if field.optional:
            return None
        raise MappingFails(path, in_chinese(error.message)) from None
    if not field.values and not field.has_else:
        if value is None and not field.optional:
            raise MappingFails(path, "没有值")
        return value
    if value is None and field.optional:
        return None
    if (said := written(value)) in field.values:
        return field.values[said]
    if field.has_else:
        return field.otherwise
    raise MappingFails(path, f"没有与“{said[:40]}”对应的值")
