"""Values that screens name, compared with those that routes take and answer: one that never comes shows nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pydantic

from cti.base.http.routes import Endpoint
from cti.office.screens.description import Filter, When
from cti.office.screens.lint_schemas import Schema

Value = str | int | bool | None


def unknown_options(one: Filter, found: Endpoint) -> Iterator[str]:
    """The options of a filter that its route refuses."""
    if found.query is None or not one.options:
        return
    whole = _query(found.query)
    taken = values_of(whole.get("properties", {}).get(one.key, {}), whole)
    if taken is not None:
        words = {_as_text(value) for value in taken}
        yield from (option.value for option in one.options if option.value not in words)


def unknown_conditions(when: When, row: Schema, whole: Schema) -> Iterator[str]:
    """The values of a condition that a row never has."""
    answered = values_of(row.get(when.key, {}), whole)
    if answered is not None:
        yield from (_as_text(value) for value in when.among if value not in answered)


def values_of(schema: Schema, whole: Schema) -> frozenset[Value] | None:
    """All values that a schema allows; None where they are not numbered. Of a list, those of its items."""
    if (reference := schema.get("$ref", "")).startswith("#/$defs/"):
        return values_of(whole["$defs"][reference.removeprefix("#/$defs/")], whole)
    if "enum" in schema:
        return frozenset(schema["enum"])
    if "const" in schema:
        return frozenset({schema["const"]})
    if (several := schema.get("anyOf")) is not None:
        return _together(values_of(one, whole) for one in several)
    match schema.get("type"):
        case "boolean":
            return frozenset({True, False})
        case "null":
            return frozenset({None})
        case "array":
            return values_of(schema.get("items", {}), whole)
    return None


def _together(found: Iterable[frozenset[Value] | None]) -> frozenset[Value] | None:
    whole: frozenset[Value] = frozenset()
    for one in found:
        if one is None:
            return None
        whole |= one
    return whole


def _as_text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@lru_cache(maxsize=1024)
def _query(model: type[pydantic.BaseModel]) -> Schema:
    return model.model_json_schema()
