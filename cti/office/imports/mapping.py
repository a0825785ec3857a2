"""Which columns of another system's table are which of our fields, and which of its words are which of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pydantic

from cti.base.refusal import Faults, Invalid
from cti.office.screens.description import Field, Option
from cti.office.screens.forms import fields_of, form

Row = type[pydantic.BaseModel]


class ColumnLine(pydantic.BaseModel):
    """A column of theirs; `field` is the key of one of ours."""

    field: str = pydantic.Field(max_length=80, title="本系统字段", json_schema_extra=form(kind="choice"))
    column: str = pydantic.Field(min_length=1, max_length=80, title="原系统列名")


class WordLine(pydantic.BaseModel):
    """A word of theirs in a column."""

    field: str = pydantic.Field(max_length=80, title="本系统字段", json_schema_extra=form(kind="choice"))
    theirs: str = pydantic.Field(min_length=1, max_length=80, title="原系统取值")
    ours: str = pydantic.Field(max_length=80, title="本系统取值")


def titles_of(row: Row) -> dict[str, str]:
    """The columns of our own template, by the keys of the fields."""
    return {one.key: one.title for one in fields_of(row)}


def heading_of(row: Row) -> list[str]:
    """The first row of our own template: what must be filled in is marked."""
    return [f"{one.title}*" if one.required else one.title for one in fields_of(row)]


def lines_form(line: Row, row: Row, help: str) -> dict[str, Any]:
    """How such lines are asked for in a form: fields are chosen by their titles."""
    options = tuple(Option(value=key, title=title) for key, title in titles_of(row).items())
    asked = tuple(_chosen(one, options) if one.key == "field" else one for one in fields_of(line))
    return form(kind="rows", rows=asked, help=help)


def _chosen(field: Field, options: tuple[Option, ...]) -> Field:
    return field.model_copy(update={"options": options})


def columns_form(row: Row, help: str = "列名与模板相同的不用填写") -> dict[str, Any]:
    """For a field `columns`."""
    return lines_form(ColumnLine, row, help)


def words_form(row: Row, help: str) -> dict[str, Any]:
    """For a field `words`."""
    return lines_form(WordLine, row, help)


def checked(
    row: Row, columns: Sequence[ColumnLine], words: Sequence[WordLine] = ()
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Both as they are kept. Invalid, with all that is wrong: a field unknown or with two columns, a word that a field
    does not take."""
    fields, faults = {one.key: one for one in fields_of(row)}, Faults()
    for name, lines in (("columns", columns), ("words", words)):
        for key in dict.fromkeys(line.field for line in lines if line.field not in fields):
            with faults.gathered():
                raise Invalid("no_field", f"没有字段“{key[:40]}”", name)
    for key, count in Counter(line.field for line in columns).items():
        with faults.gathered():
            if count > 1 and key in fields:
                raise Invalid("twice", f"字段“{fields[key].title}”写了两次", "columns")
    kept = list[dict[str, str]]()
    for line in words:
        if line.field in fields:
            with faults.gathered():
                kept.append({**line.model_dump(), "ours": _ours(fields[line.field], line.ours)})
    faults.refuse()
    return [one.model_dump() for one in columns], kept


def _ours(field: Field, said: str) -> str:
    """Our word, as people read it."""
    options = {option.value: option.title for option in field.options}
    ours = options.get(said, said)
    if ours and options and ours not in options.values():
        known = "、".join(one for one in options.values() if one)
        raise Invalid("no_choice", f"“{field.title}”没有取值“{said}”（可用：{known}）", "words")
    return ours


def reading_of(
    columns: Sequence[Mapping[str, str]], words: Sequence[Mapping[str, str]] = ()
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """What a `TableReader` is told of lines as they are kept: their columns by our keys, our words by theirs."""
    return (
        {one["field"]: one["column"] for one in columns},
        {(one["field"], one["theirs"]): one["ours"] for one in words},
    )
