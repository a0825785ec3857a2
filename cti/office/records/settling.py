"""What a body means once it is whole: hidden fields are empty, shown ones that must be there are, formulas reckoned.

Declared with the field, by `form(when=…, needed=True, formula="price * count")`, and true whoever fills it in: the
console's form, an import, another programme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import pydantic

from cti.base.expressions import Expression
from cti.base.expressions.reckoning import reckoned
from cti.base.refusal import Faults, Invalid
from cti.office.screens.forms import HINTS

M = TypeVar("M", bound=pydantic.BaseModel)
EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a field says of itself: shown only where the field `key` is one of `among`, needed then, reckoned."""

    title: str
    key: str
    among: tuple[Any, ...]
    needed: bool
    formula: Expression | None
    empty: Any


@cache
def rules_of(model: type[pydantic.BaseModel]) -> Mapping[str, FieldRule]:
    """The rules of a model's fields, in its order; TypeError for one that cannot be kept."""
    found = {}
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        hints: Mapping[str, Any] = extra.get(HINTS, {}) if isinstance(extra, dict) else {}  # type: ignore[assignment] # ours
        when, formula, needed = hints.get("when"), hints.get("formula"), bool(hints.get("needed"))
        if when is None and formula is None and not needed:
            continue
        if field.is_required():
            raise TypeError(f"{model.__name__}.{name} can be hidden or is reckoned: it needs a default")
        expression = Expression(formula) if formula is not None else None
        read = [*(expression.names if expression is not None else ()), *([when["key"]] if when is not None else ())]
        if unknown := [one for one in read if one not in model.model_fields]:
            raise TypeError(f"{model.__name__}.{name} reads {unknown[0]}, which is no field")
        key, among = (when["key"], tuple(when["among"])) if when is not None else ("", ())
        default = field.get_default(call_default_factory=True)
        found[name] = FieldRule(field.title or name, key, among, needed, expression, default)
    return found


def settled(body: M) -> M:
    """The body as it counts. Invalid names what is shown and must be filled in."""
    faults = Faults()
    found = _settled(body, faults, "")
    faults.refuse()
    return found


def _settled(body: M, faults: Faults, above: str) -> M:
    rules = rules_of(type(body))
    values = {name: getattr(body, name) for name in type(body).model_fields}
    before = dict(values)
    hidden: set[str] = set()
    for name, rule in rules.items():
        if rule.key and (rule.key in hidden or values[rule.key] not in rule.among):
            hidden.add(name)
            values[name] = rule.empty
        elif rule.needed and rule.formula is None and values[name] in EMPTY:
            faults.found(Invalid("missing", f"{above}请填写{rule.title}", name))
    for name, rule in rules.items():
        if rule.formula is not None:
            values[name] = None if name in hidden else reckoned(rule.formula, values)
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], pydantic.BaseModel) and rules_of(type(value[0])):
            values[name] = [_settled(row, faults, f"第 {place} 行：") for place, row in enumerate(value, 1)]
    return body.model_copy(update={name: one for name, one in values.items() if one is not before[name]})


def computed(model: type[pydantic.BaseModel], columns: Mapping[str, Any]) -> dict[str, Any]:
    """What the formulas of a body come to with the columns of a row: kept with the row, whatever changed it."""
    return {
        name: reckoned(rule.formula, columns)
        for name, rule in rules_of(model).items()
        if rule.formula is not None and name in columns and rule.formula.names <= columns.keys()
    }
