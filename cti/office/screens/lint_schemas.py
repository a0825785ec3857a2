"""What routes take and answer, as screens are compared with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pydantic

from cti.base.http.routes import Endpoint

Schema = Mapping[str, Any]


def taken_by(model: type[pydantic.BaseModel]) -> set[str]:
    """The keys that a body or a query may have."""
    return {field.alias or name for name, field in model.model_fields.items()}


@lru_cache(maxsize=4096)
def schema_of(answer: pydantic.TypeAdapter[Any]) -> Schema:
    """What a route answers, as a JSON schema."""
    return answer.json_schema(mode="serialization")


def properties(found: Endpoint) -> dict[str, Schema] | None:
    """What the answer has, by key; None where the route does not say."""
    if found.answer is None:
        return None
    whole = schema_of(found.answer)
    return followed(whole, whole).get("properties")


def row_of(found: Endpoint) -> dict[str, Schema] | None:
    """What a row of a list has, by key; None where the route answers no list."""
    if found.answer is None:
        return None
    whole = schema_of(found.answer)
    items = followed(whole, whole).get("properties", {}).get("items", {}).get("items")
    return None if items is None else followed(items, whole).get("properties")


def followed(schema: Schema, whole: Schema) -> Schema:
    """The schema itself, or the part of the whole to which it refers."""
    reference = schema.get("$ref", "")
    if not (name := re.fullmatch(r"#/\$defs/(.+)", reference)):
        return schema
    found: Schema = whole["$defs"][name[1]]
    return found
