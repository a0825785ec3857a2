"""Takes records in from a spreadsheet: a preview that says what is wrong in which row, then the rows that are right.

The first row has the titles of the fields. Words of choices, 是 and 否, dates as text or as dates, and several values
in one cell (、) are understood.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic
from pydantic_core import ErrorDetails
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.problems import saying
from cti.base.refusal import Conflict, Invalid, Refusal, all_of
from cti.base.visitor import Visitor
from cti.office.records.drafts import PLACE, Drafts
from cti.office.records.service import Records
from cti.office.screens.description import Field
from cti.office.screens.forms import fields_of
from cti.office.sheets import reading

SHOWN = 20
"""Rows that a preview shows."""
TOLD = 200
"""Errors that are told; all are counted."""
BATCH = 50
"""Rows that are stored together: some hundredths of a second, for which other changes wait."""
GIVEN = 40
"""Characters of a cell that an error repeats."""

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
    """How many records were added and changed, or which rows are wrong."""

    added: int
    failed: int
    errors: list[RowError]


def columns(service: Records[Any, Any, Any, Any]) -> list[Field]:
    """The fields that a spreadsheet can fill: not what is reckoned."""
    return [one for one in fields_of(service.fields) if one.kind not in NOT_IN_SHEETS and one.formula is None]


async def preview(service: Records[Any, Any, Any, Any], visitor: Visitor, file: Path) -> Preview:
    """Look at a file; nothing is stored. Invalid when it is no spreadsheet or lacks a column that must be there."""
    visitor.need(service.edit_permission)
    work, drafts = _Import(service, visitor), Drafts()
    shown: list[dict[str, str]] = []
    async for batch in work.batches(file):
        shown += [one.cells for one in batch[: SHOWN - len(shown)]]
        # Reads only, a short while each time: no lock for which a call's events would wait, no old snapshot either.
        async with service.office.store.reading() as session:
            session.info[PLACE] = drafts
            for row in batch:
                await work.look_at(session, row, drafts)
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
            for row in batch:
                if (id := await work.try_in(session, row)) is not None:
                    ids.append(id)
            await service.audit(session, visitor, "imported", "", after={"ids": ids})
        await service.changed(ids)
    return Imported(added=work.good, failed=work.bad, errors=sorted(work.errors, key=lambda one: one.row))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file: its cells by title and by key, and what its fields say is wrong.

    `body` is what the right cells make, None when one that must be there is wrong.
    """

    number: int
    cells: dict[str, str]
    said: dict[str, str]
    body: pydantic.BaseModel | None
    faults: tuple[tuple[str, str], ...]


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

    async def batches(self, file: Path) -> AsyncIterator[list[_Row]]:
        """The rows in portions."""
        places: list[Field | None] | None = None
        batch: list[_Row] = []
        async for number, cells in reading.read(file):
            if places is None:
                places = self._heading(cells)
                continue
            said = {field.key: text for field, text in zip(places, cells, strict=False) if field is not None and text}
            titled = {field.title: said.get(field.key, "") for field in self.present}
            body, faults = self._body(said)
            batch.append(_Row(number, titled, said, body, tuple(faults)))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if places is None:
            raise Invalid("sheet", "表格是空的", "file")
        if batch:
            yield batch

    async def look_at(self, session: AsyncSession, row: _Row, drafts: Drafts) -> None:
        """Ask all rules about a row; each row meets those before it, as it will in the import."""
        found, faults = None, list(row.faults)
        if row.body is not None:
            try:
                found = await self._service.drafted(session, self._visitor, row.body)
            except (Invalid, Conflict) as refusal:
                faults += self._told(row, refusal)
        if faults or found is None:
            drafts.leave()
            self._wrong(row, faults)
        else:
            drafts.keep(self._service.left(found))
            self.good += 1

    async def try_in(self, session: AsyncSession, row: _Row) -> str | None:
        """Insert into the session; a refusal, which comes before anything is inserted, is told as the row's error."""
        faults = list(row.faults)
        if row.body is not None:
            try:
                if not faults:
                    stored = await self._service.insert(session, self._visitor, row.body)
                    self.good += 1
                    return str(stored.id)
                await self._service.drafted(session, self._visitor, row.body)
            except (Invalid, Conflict) as refusal:
                faults += self._told(row, refusal)
        self._wrong(row, faults)
        return None

    def _heading(self, cells: Sequence[str]) -> list[Field | None]:
        by_name = {name: one for one in self._fields for name in (one.title, one.key)}
        found = [by_name.get(cell.removesuffix("*").strip()) for cell in cells]
        unknown = [cell for cell, one in zip(cells, found, strict=True) if one is None and cell]
        missing = [one.title for one in self._fields if one.required and one.when is None and one not in found]
        if missing:
            raise Invalid("sheet", f"第一行缺少以下列：{'、'.join(missing)}", "file")
        if unknown:
            self.errors.append(
                RowError(row=1, field=unknown[0], detail=f"没有这些列，已忽略：{'、'.join(unknown)[:200]}")
            )
        self.present = [one for one in found if one is not None]
        return found

    def _body(self, said: Mapping[str, str]) -> tuple[pydantic.BaseModel | None, list[tuple[str, str]]]:
        """What the cells make, and what is wrong with them by key; right cells make one beside wrong ones."""
        formulas = [key for key, text in said.items() if text.startswith("=")]
        if formulas:
            return None, [(key, "含有公式，请粘贴为数值") for key in formulas]
        by_key = {one.key: one for one in self._fields}
        given = {key: value_of(by_key[key], text) for key, text in said.items()}
        model: type[pydantic.BaseModel] = self._service.fields
        try:
            return model.model_validate(given), []
        except pydantic.ValidationError as error:
            faults = {str(one["loc"][0]) if one["loc"] else "": one for one in reversed(error.errors())}
        wrong = [(key, fault_of(by_key.get(key), said.get(key, ""), one)) for key, one in reversed(faults.items())]
        try:
            # The rules may have something to say of the other cells, if what is wrong may be left out.
            return model.model_validate({key: value for key, value in given.items() if key not in faults}), wrong
        except pydantic.ValidationError:
            return None, wrong

    @staticmethod
    def _told(row: _Row, refusal: Refusal) -> list[tuple[str, str]]:
        """What a rule refused; of cells that are known to be wrong nothing more is said."""
        known = {key for key, _ in row.faults}
        return [(one.field or "", one.detail) for one in all_of(refusal) if not one.field or one.field not in known]

    def _wrong(self, row: _Row, faults: Sequence[tuple[str, str]]) -> None:
        self.bad += 1
        titles = {one.key: one.title for one in self._fields}
        for key, detail in faults:
            if len(self.errors) < TOLD:
                self.errors.append(RowError(row=row.number, field=titles.get(key, key), detail=detail))


def fault_of(field: Field | None, text: str, error: ErrorDetails) -> str:
    """What is wrong with a cell, with its own words: `“松树”不在可选项中：橡树、榆树`."""
    detail = saying(error)
    if field is None or not text:
        return detail
    given = f"“{text[:GIVEN]}{'…' if len(text) > GIVEN else ''}”"
    if error["type"] in ("literal_error", "enum") and field.options:
        return f"{given}不在可选项中：{'、'.join(one.title for one in field.options)}"
    if field.wrong and error["type"] == "string_pattern_mismatch":
        detail = field.wrong
    elif field.kind in ("date", "time") and error["type"].startswith(("date", "timezone")):
        detail = "不是日期，应如 2026-05-01" if field.kind == "date" else "不是时间，应如 2026-05-01 08:30"
    return f"{given}{detail}"


def value_of(field: Field, text: str) -> Any:
    """What a cell says, for the model to take or refuse: words of choices as their values, dates as ISO 8601."""
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
