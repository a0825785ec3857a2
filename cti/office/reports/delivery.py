"""Reports that come with a plugin, as files in its folder `reports/`: each is put into the list once, the house's own.

Until a person changes one it stays as its file says, also after an update; who changes it first is its author from
then on. What somebody removed does not come back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pydantic
from sqlalchemy import select

from cti.base.files import documents
from cti.base.files.findings import validated
from cti.base.files.parts import Name, Part
from cti.office.figures.service import MOST_SPLITS
from cti.office.reports.models import ReportRow
from cti.office.reports.service import MOST_CONDITIONS, Condition, PeriodName, Reports

FOLDER = "reports"


class ReportFile(Part):
    """A report as its file says it; `report` is its name and, in the list, its id."""

    WORD: ClassVar[str] = "report"

    report: Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,25}$")]
    title: str = pydantic.Field(min_length=1, max_length=100)
    note: str = pydantic.Field(default="", max_length=500)
    figures: tuple[Name, ...] = pydantic.Field(min_length=1, max_length=12)
    by: tuple[Name, ...] = pydantic.Field(default=(), max_length=MOST_SPLITS)
    only: tuple[Condition, ...] = pydantic.Field(default=(), max_length=MOST_CONDITIONS)
    period: PeriodName
    compare: bool = True
    chart: Literal["bar", "line", "pie", "none"] = "bar"

    @property
    def columns(self) -> dict[str, Any]:
        """What the table keeps of it."""
        return {
            **self.model_dump(exclude={"report"}),
            "figures": list(self.figures),
            "by": list(self.by),
            "only": [one.model_dump() for one in self.only],
        }


def read_files(folder: Path) -> list[ReportFile]:
    """The files of a folder, in the order of their names. DocumentError names file, line and fault."""
    return [validated(documents.load(path), ReportFile) for path in sorted(folder.glob("*.yaml"))]


async def deliver(reports: Reports, plugin: Path) -> None:
    """Put what comes with a plugin into the list. DocumentError."""
    files = await asyncio.to_thread(read_files, plugin / FOLDER)
    reports.delivered |= {one.report: one.figures for one in files}
    await _keep(reports, files)


async def _keep(reports: Reports, files: Sequence[ReportFile]) -> None:
    office = reports.office
    async with office.store.writing() as session:
        known = {row.id: row for row in await session.scalars(_of(files))}
        for one in files:
            row, now = known.get(one.report), office.clock.wall()
            if row is None:
                row = ReportRow(
                    id=one.report, organisation=office.organisation, region=office.region, created_by="",
                    created_at=now, updated_at=now, every="never", format="xlsx", roles=[], people=[], made_for=None,
                    **one.columns,
                )  # fmt: skip
                session.add(row)
                await session.flush()
                await reports.indexed(session, row, fresh=True)
            elif not row.created_by and any(getattr(row, key) != value for key, value in one.columns.items()):
                for key, value in one.columns.items():
                    setattr(row, key, value)
                row.updated_at = now
                await session.flush()
                await reports.indexed(session, row)


def _of(files: Iterable[ReportFile]) -> Any:
    return select(ReportRow).where(ReportRow.id.in_([one.report for one in files])).with_for_update()
