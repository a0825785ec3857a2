"""Types of the expression language. Values are plain JSON data, so that they survive in a saved state.

A date is text like `2026-10-01` and a moment text like `2026-10-01T09:30:00` (business time): both compare rightly as
text, and the type keeps them apart from it.
"""

from __future__ import annotations

import datetime
import decimal
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

import pydantic

from cti.base.files.faults import say


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its name, a record's fields, a list's items."""

    name: str
    fields: Mapping[str, Type] | None = None
    item: Type | None = None

    def __str__(self) -> str:
        return f"list of {self.item}" if self.item is not None else self.name

    @property
    def chinese(self) -> str:
        """Its name for people."""
        return say(f"type-{self.name}", item=self.item).chinese

    def __hash__(self) -> int:
        return hash(self.name)


TEXT = Type("text")
NUMBER = Type("number")
BOOLEAN = Type("boolean")
DATE = Type("date")
MOMENT = Type("moment")
NONE = Type("none")
ANY = Type("any")
"""Something whose type only running will tell, such as an answer over HTTP."""

NAMED: dict[str, Type] = {one.name: one for one in (TEXT, NUMBER, BOOLEAN, DATE, MOMENT)}
"""Types that a flow can name for a variable or an argument."""


def record(fields: Mapping[str, Type]) -> Type:
    """A record with these fields."""
    return Type("record", fields=fields)


def list_of(item: Type) -> Type:
    """A list of `item`."""
    return Type("list", item=item)


def type_as_json(one: Type) -> Any:
    """A type as plain data: its name, or `{"fields": …}`, or `{"item": …}`."""
    if one.fields is not None:
        return {"fields": {name: type_as_json(field) for name, field in one.fields.items()}}
    return {"item": type_as_json(one.item)} if one.item is not None else one.name


def type_of_json(data: Any) -> Type:
    """The type that `type_as_json` described."""
    if isinstance(data, str):
        return NAMED.get(data, ANY)
    if "fields" in data:
        return record({name: type_of_json(one) for name, one in data["fields"].items()})
    return list_of(type_of_json(data["item"]))


def fits(found: Type, wanted: Type) -> bool:
    """Whether a value of type `found` may stand where `wanted` is expected; `none` fits everywhere."""
    if ANY in (found, wanted) or found == NONE:
        return True
    if found.item is not None and wanted.item is not None:
        return fits(found.item, wanted.item)
    return found.name == wanted.name


def type_of(value: Any) -> Type:
    """The type of a value as YAML or JSON gives it."""
    match value:
        case None:
            return NONE
        case bool():
            return BOOLEAN
        case int() | float() | decimal.Decimal():
            return NUMBER
        case datetime.datetime():
            return MOMENT
        case datetime.date():
            return DATE
        case str():
            return TEXT
        case list() | tuple():
            return list_of(type_of(value[0]) if value else ANY)
        case dict():
            return record({str(key): type_of(one) for key, one in value.items()})
        case _:
            raise TypeError(f"no flow can hold a {type(value).__name__}")


def type_of_annotation(annotation: Any) -> Type:
    """The type that stands for a Python annotation of a service's model; TypeError when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return record(
            {name: type_of_annotation(field.annotation) for name, field in annotation.model_fields.items()},
        )
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (Union, types.UnionType):
        kinds = [type_of_annotation(one) for one in arguments if one is not types.NoneType]
        return kinds[0] if all(kind == kinds[0] for kind in kinds) else ANY
    if origin in (list, tuple):
        return list_of(type_of_annotation(arguments[0]))
    if annotation is Any:
        return ANY
    if isinstance(annotation, type):
        for kind, found in (
            (bool, BOOLEAN),
            (int, NUMBER),
            (float, NUMBER),
            (decimal.Decimal, NUMBER),
            (str, TEXT),
            (datetime.datetime, MOMENT),
            (datetime.date, DATE),
        ):
            if issubclass(annotation, kind):
                return found
    raise TypeError(f"no flow can hold a {annotation}")
