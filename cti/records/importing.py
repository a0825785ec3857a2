"""Takes records in from a spreadsheet: a preview that says what is wrong in which row, then the rows that are right.

The first row has the titles of the fields. Words of choices, 是 and 否, dates as text or as dates, and several values
in one cell (、) are understood.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pydantic

from cti.identity.visitor import Visitor
from cti.records.service import Records
from cti.refusal import Conflict, Invalid, Refusal
from cti.screens.description import Field
from cti.screens.forms import fields_of
from cti.sheets import reading
from cti.web.problems import invalid

SHOWN = 20
"""Rows that a preview shows."""
TOLD = 200
"""Errors that are told; all are counted."""
BATCH = 100
"""Rows that are stored together: a tenth of a second, for which other changes wait."""

NOT_IN_SHEETS = ("json", "file", "password")
SEVERAL = re.compile(r"[、,，;；]\s*")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
FLAGS = {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False, "y": True, "n": False}


class RowError(pydantic.BaseModel):
    """What is wrong in a row; `row` counts as the spreadsheet does, `field` is the title of the column."""

    row: int
    field: str
    detail: str


class ImportColumn(pydantic.BaseModel):
    """A column of the file that is understood."""

    key: str
    title: str


class Preview(pydantic.BaseModel):
    """What an import would do: the first rows as they are in the file, how many are right and wrong, and why."""

    columns: list[ImportColumn]
    rows: list[dict[str, str]]
    total: int
    good: int
    bad: int
    errors: list[RowError]


class Imported(pydantic.BaseModel):
    """What an import did."""

    added: int
    failed: int
    errors: list[RowError]


def columns(service: Records[Any, Any, Any, Any]) -> list[Field]:
    """The fields that a spreadsheet can fill."""
    return [one for one in fields_of(service.fields) if one.kind not in NOT_IN_SHEETS]


async def preview(service: Records[Any, Any, Any, Any], visitor: Visitor, file: Path) -> Preview:
    """Look at a file; nothing is stored. Invalid when it is no spreadsheet or lacks a column that must be there."""
    visitor.need(service.edit_permission)
    work = _Import(service, visitor)
    shown: list[dict[str, str]] = []
    async for batch in work.batches(file):
        shown += [cells for _, cells, _ in batch[: SHOWN - len(shown)]]
        async with service.office.store.writing() as session:
            for number, _, body in batch:
                if body is not None:
                    await work.try_in(session, number, body)
            # Each row met those before it, as it will in the import; then all is as before.
            await session.rollback()
    return Preview(
        columns=[ImportColumn(key=one.key, title=one.title) for one in work.present],
        rows=shown,
        total=work.good + work.bad,
        good=work.good,
        bad=work.bad,
        errors=sorted(work.errors, key=lambda one: one.row),
    )


async def take_in(service: Records[Any, Any, Any, Any], visitor: Visitor, file: Path) -> Imported:
    """Store the rows that are right and tell of the others. Invalid as `preview`."""
    visitor.need(service.edit_permission)
    work = _Import(service, visitor)
    async for batch in work.batches(file):
        ids: list[str] = []
        async with service.changing() as session:
            for number, _, body in batch:
                if body is not None and (id := await work.try_in(session, number, body)) is not None:
                    ids.append(id)
            await service.audit(session, visitor, "imported", "", after={"ids": ids})
        await service.changed(ids)
    return Imported(added=work.good, failed=work.bad, errors=sorted(work.errors, key=lambda one: one.row))


class _Import:
    """One reading of a file."""

    def __init__(self, service: Records[Any, Any, Any, Any], visitor: Visitor) -> None:
        self._service = service
        self._visitor = visitor
        self._fields = columns(service)
        self.present: list[Field] = []
        self.errors: list[RowError] = []
        self.good = 0
        self.bad = 0

    async def batches(self, file: Path) -> AsyncIterator[list[tuple[int, dict[str, str], pydantic.BaseModel | None]]]:
        """The rows in portions: number, cells by title, and the body they make when nothing is wrong with them."""
        places: list[Field | None] | None = None
        batch: list[tuple[int, dict[str, str], pydantic.BaseModel | None]] = []
        async for number, cells in reading.read(file):
            if places is None:
                places = self._heading(cells)
                continue
            said = {field.key: text for field, text in zip(places, cells, strict=False) if field is not None and text}
            titled = {field.title: said.get(field.key, "") for field in self.present}
            batch.append((number, titled, self._body(number, said)))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if places is None:
            raise Invalid("sheet", "表格是空的", "file")
        if batch:
            yield batch

    async def try_in(self, session: Any, number: int, body: pydantic.BaseModel) -> str | None:
        """Insert into the session; a refusal, which comes before anything is inserted, is told as the row's error."""
        try:
            row = await self._service.insert(session, self._visitor, body)
        except (Invalid, Conflict) as refusal:
            self._wrong(number, refusal.field or "", refusal)
            return None
        self.good += 1
        return str(row.id)

    def _heading(self, cells: Sequence[str]) -> list[Field | None]:
        by_name = {name: one for one in self._fields for name in (one.title, one.key)}
        found = [by_name.get(cell.removesuffix("*").strip()) for cell in cells]
        unknown = [cell for cell, one in zip(cells, found, strict=True) if one is None and cell]
        missing = [one.title for one in self._fields if one.required and one not in found]
        if missing:
            raise Invalid("sheet", f"第一行缺少以下列：{'、'.join(missing)}", "file")
        if unknown:
            self.errors.append(
                RowError(row=1, field=unknown[0], detail=f"没有这些列，已忽略：{'、'.join(unknown)[:200]}")
            )
        self.present = [one for one in found if one is not None]
        return found

    def _body(self, number: int, said: dict[str, str]) -> pydantic.BaseModel | None:
        given: dict[str, Any] = {}
        for field in self._fields:
            if field.key in said:
                if said[field.key].startswith("="):
                    self._wrong(number, field.key, Invalid("formula", "含有公式，请粘贴为数值"))
                    return None
                given[field.key] = _value(field, said[field.key])
        model: type[pydantic.BaseModel] = self._service.fields
        try:
            return model.model_validate(given)
        except pydantic.ValidationError as error:
            refusal = invalid(error)
            key = (refusal.field or "").partition(".")[0]
            self._wrong(number, key, Invalid(refusal.code, refusal.detail.partition("：")[2] or refusal.detail))
            return None

    def _wrong(self, number: int, key: str, refusal: Refusal) -> None:
        self.bad += 1
        if len(self.errors) < TOLD:
            title = next((one.title for one in self._fields if one.key == key), key)
            self.errors.append(RowError(row=number, field=title, detail=refusal.detail))


def _value(field: Field, text: str) -> Any:
    words = {option.title: option.value for option in field.options}
    match field.kind:
        case "flag":
            return FLAGS.get(text.lower(), text)
        case "tags" | "choices":
            return [words.get(one, one) for one in SEVERAL.split(text) if one]
        case "choice":
            return words.get(text, text)
        case "date":
            return _moment(text).partition("T")[0]
        case "time":
            moment = _moment(text)
            return moment if moment == text else f"{moment}+08:00"
    return text


def _moment(text: str) -> str:
    """ISO 8601 of how people write dates; what is none stays as it is, for the model to refuse."""
    found = DATE.fullmatch(text)
    if not found:
        return text
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{int(month):02}-{int(day):02}T{int(hour or 0):02}:{minute or '00'}:{second or '00'}"
