"""Forms and columns from the models of the API, so that what is asked, validated and shown cannot differ.

Titles are `Field(title=…)`; what a type cannot say is added by `json_schema_extra=form(…)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_args

import pydantic
from pydantic.json_schema import JsonSchemaMode

from cti.office.screens.description import Column, ColumnKind, Field, FieldKind, Option, Tone, When

HINTS = "x-form"
LONG = 200
"""Text that may have more characters is asked for in several lines."""

COLUMN_KINDS = get_args(ColumnKind)
LEFT_OUT = ("version",)
"""Fields of bodies that no person fills in."""

Schema = Mapping[str, Any]


def form(
    *,
    kind: FieldKind | ColumnKind | None = None,
    help: str | None = None,
    wrong: str | None = None,
    options: Mapping[str, str] | None = None,
    tones: Mapping[str, Tone] | None = None,
    options_from: str | None = None,
    options_search: bool | None = None,
    only_new: bool | None = None,
    fixed: bool | None = None,
    accept: str | None = None,
    when: When | None = None,
    section: str | None = None,
    check: str | None = None,
    outline: str | None = None,
    rows: tuple[Field, ...] | None = None,
    step: float | None = None,
    width: int | None = None,
    none: str | None = None,
    better: str | None = None,
    link: str | None = None,
    hidden: bool | None = None,
    needed: bool | None = None,
    formula: str | None = None,
    total: bool | None = None,
    sensitive: bool | None = None,
    dial: bool | None = None,
) -> dict[str, Any]:
    """Hints for a field's form and column; `options` are the words of its values in order, `tones` their colours.

    A field is hidden, and empty, but `when` another has one of some values; a `needed` one must be filled in while it
    is shown. What a `formula` of other numbers comes to is reckoned by the server and not filled in; `total` adds up a
    column of rows. In a `sensitive` one the recording of a talk is paused. A number with `dial` is called by a
    click where it stands. See `cti.office.records.settling`.
    """
    words = [
        {"value": value, "title": title, "tone": (tones or {}).get(value)} for value, title in (options or {}).items()
    ]
    said = {
        "kind": kind, "help": help, "wrong": wrong, "options": words or None, "options_from": options_from,
        "options_search": options_search, "only_new": only_new, "fixed": fixed, "accept": accept,
        "when": None if when is None else {"key": when.key, "among": list(when.among)}, "section": section,
        "check": check, "outline": outline, "rows": None if rows is None else [row.model_dump() for row in rows],
        "step": step, "width": width, "none": none, "better": better, "link": link, "hidden": hidden, "needed": needed,
        "formula": formula, "total": total, "sensitive": sensitive, "dial": dial,
    }  # fmt: skip
    return {HINTS: {key: value for key, value in said.items() if value is not None}}


def options_of(words: Mapping[str, str], *keys: str) -> tuple[Option, ...]:
    """Options from values and their words; only those of `keys` where some are named."""
    return tuple(Option(value=value, title=title) for value, title in words.items() if not keys or value in keys)


def fields_of(model: type[pydantic.BaseModel], *keys: str, leave_out: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """A form's fields, in the model's order or that of `keys`; LookupError names one that the model lacks."""
    return _fields(_schema_of(model, "validation"), keys, (*LEFT_OUT, *leave_out))


@lru_cache(256)
def _schema_of(model: type[pydantic.BaseModel], mode: JsonSchemaMode) -> Schema:
    """Several screens show the same model; an engine that takes up callers has no time to describe it twice."""
    return model.model_json_schema(mode=mode)


def _fields(whole: Schema, keys: tuple[str, ...], left_out: tuple[str, ...]) -> tuple[Field, ...]:
    required = set(whole.get("required", ()))
    found = []
    for key, schema in _chosen(whole, keys, left_out):
        one = _resolved(schema, whole)
        hints = {name: value for name, value in one.get(HINTS, {}).items() if name != "options"}
        form_kind = hints.pop("kind", None) or _field_kind(one)
        own = {name: hints[name] for name in hints if name in Field.model_fields}
        item = one.get("items", one)
        found.append(
            Field.model_validate(
                {
                    "key": key,
                    "title": schema.get("title") or key,
                    "kind": form_kind,
                    "required": key in required or bool(one.get(HINTS, {}).get("needed")),
                    "pattern": item.get("pattern") if form_kind not in ("tags", "choices") else None,
                    "min": one.get("minimum", one.get("exclusiveMinimum")),
                    "max": one.get("maximum", one.get("exclusiveMaximum")),
                    "step": 1 if one.get("type") == "integer" else one.get("multipleOf"),
                    "max_length": one.get("maxLength"),
                    "default": one.get("default"),
                    "options": _options(one),
                    "rows": _rows(one, whole) if form_kind == "rows" else (),
                    **own,
                }
            )
        )
    return tuple(found)


def columns_of(model: type[pydantic.BaseModel], *keys: str, aside: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """Columns of what an answer shows; LookupError names a key that the model lacks.

    Those `aside` stand behind the others, and a list shows them to those who choose them.
    """
    whole = _schema_of(model, "serialization")
    found = []
    for key, schema in _chosen(whole, (*keys, *aside), LEFT_OUT):
        one = _resolved(schema, whole)
        hints = {name: value for name, value in one.get(HINTS, {}).items() if name != "options"}
        kind = hints.pop("kind", None)
        if kind not in COLUMN_KINDS:
            # What only forms have is shown as what its type is.
            kind = "tags" if kind == "choices" else _column_kind(one)
        own = {name: hints[name] for name in hints if name in Column.model_fields}
        given = {"key": key, "title": schema.get("title") or key, "kind": kind, "options": _options(one)}
        found.append(Column.model_validate({**given, **own, **({"hidden": True} if key in aside else {})}))
    return tuple(found)


def _rows(one: Schema, whole: Schema) -> tuple[Field, ...]:
    """The columns of small records: the fields of their model."""
    items = one.get("items", {})
    if "properties" not in items:
        return ()
    return _fields({**items, "$defs": whole.get("$defs", {})}, (), LEFT_OUT)


def _chosen(whole: Schema, keys: tuple[str, ...], left_out: tuple[str, ...]) -> list[tuple[str, Schema]]:
    properties: dict[str, Schema] = whole["properties"]
    if unknown := [key for key in keys if key not in properties]:
        raise LookupError(f"{whole.get('title')}: has no {', '.join(unknown)}")
    return [(key, properties[key]) for key in keys or properties if key not in left_out]


def _resolved(schema: Schema, whole: Schema) -> dict[str, Any]:
    """The schema of one property with references followed and `null` left out; what stands outside wins."""
    found = dict(schema)
    for several in ("anyOf", "allOf"):
        if several in found:
            inner = [one for one in found.pop(several) if one.get("type") != "null"]
            found = {**(inner[0] if len(inner) == 1 else {}), **found}
    if (reference := found.pop("$ref", None)) is not None:
        found = {**whole["$defs"][reference.rpartition("/")[2]], **found}
    if "$ref" in found.get("items", {}):
        found["items"] = {**whole["$defs"][found["items"]["$ref"].rpartition("/")[2]]}
    return found


def _field_kind(one: Schema) -> FieldKind:
    if "enum" in one or "const" in one:
        return "choice"
    match one.get("type"), one.get("format"):
        case "boolean", _:
            return "flag"
        case "integer" | "number", _:
            return "number"
        case "array", _:
            kind = one.get("items", {})
            choices = "enum" in kind or one.get(HINTS, {}).get("options") or one.get(HINTS, {}).get("options_from")
            return "choices" if choices else "tags" if kind.get("type") == "string" else "json"
        case "string", "date":
            return "date"
        case "string", "date-time":
            return "time"
        case "string", "password":
            return "password"
        case "string", _:
            many = one.get(HINTS, {})
            if many.get("options") or many.get("options_from"):
                return "choice"
            return "long" if one.get("maxLength", 0) > LONG else "text"
    return "json"


def _column_kind(one: Schema) -> ColumnKind:
    match _field_kind(one):
        case "choice" | "flag" | "number" | "date" | "time" | "tags" | "long" as same:
            return same
        case "choices":
            return "tags"
    return "text"


def _options(one: Schema) -> tuple[Option, ...]:
    said = {option["value"]: option for option in one.get(HINTS, {}).get("options", ())}
    values = one.get("enum") or one.get("items", {}).get("enum") or ([one["const"]] if "const" in one else [])
    every = list(dict.fromkeys([*said, *map(str, values)]))
    return tuple(Option.model_validate(said.get(value, {"value": value, "title": value})) for value in every)
