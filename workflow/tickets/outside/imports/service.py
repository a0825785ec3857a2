"""Imports of an old system's tickets: see `cti.office.imports`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.imports.reader import TableReader
from cti.office.imports.service import ImportRuns, Origins
from cti.office.imports.table import ImportFaultLine
from cti.office.imports.views import ImportRunView
from cti.office.jobs.service import Jobs
from cti.office.parts import Files
from cti.office.records import Office, RecordQuery
from cti.office.records.parts import RecordPart
from cti.office.screens import form
from workflow.tickets.models import ImportFaultRow, ImportMappingRow, ImportRow, OutsideRow
from workflow.tickets.outside.imports.mappings import IMPORT
from workflow.tickets.outside.imports.old_ticket import Reader
from workflow.tickets.outside.imports.taking import Taking, take_back
from workflow.tickets.service import Tickets


class ImportFields(Body):
    """What is said of an import."""

    title: str = pydantic.Field(min_length=2, max_length=120, title="名称")
    mapping: str | None = pydantic.Field(
        default=None, max_length=26, title="导入对照",
        json_schema_extra=form(
            kind="choice", options_from="/api/tickets/import_mappings/choices", help="空则列名须与模板相同"
        ),
    )  # fmt: skip


class ImportView(ImportRunView):
    """An import and how far it is."""

    mapping: str | None = pydantic.Field(title="导入对照编号")
    mapping_title: str = pydantic.Field(default="", title="导入对照", json_schema_extra=form(none="同模板"))


class Imports(ImportRuns[ImportRow, ImportFields, ImportView]):
    """Imports, each a job in the background that can be gone on with."""

    table, fields, view, query = ImportRow, ImportFields, ImportView, RecordQuery
    faults_table: ClassVar[type[ImportFaultLine]] = ImportFaultRow
    parts: ClassVar[tuple[RecordPart, ...]] = (Files(),)
    reader: ClassVar[type[TableReader[Any]]] = Reader
    origins: ClassVar[Origins] = Origins(OutsideRow, OutsideRow.batch, OutsideRow.id, "张", "已有后续办理")
    kind: ClassVar[str] = "ticket_import"
    title: ClassVar[str] = "历史工单导入"
    see: ClassVar[str] = IMPORT
    edit_permission: ClassVar[str] = IMPORT
    export_permission: ClassVar[str] = IMPORT
    job_name: ClassVar[str] = "tickets.import"

    def __init__(self, office: Office, tickets: Tickets, jobs: Jobs) -> None:
        super().__init__(office, tickets, jobs)
        self._tickets = tickets

    async def values(
        self, session: AsyncSession, body: ImportFields, row: ImportRow | None, organisation: str
    ) -> dict[str, Any]:
        """A mapping that there is; nothing is changed while it is at work."""
        if body.mapping:
            known = await session.get(ImportMappingRow, body.mapping)
            if known is None or known.organisation != organisation or known.removed_at is not None:
                raise Invalid("no_mapping", "没有这个导入对照", "mapping")
        return self.began({"title": body.title, "mapping": body.mapping or None}, row)

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[ImportRow], views: Sequence[ImportView]
    ) -> None:
        """And how their mappings are called."""
        await super().complete(session, visitor, rows, views)
        wanted = select(ImportMappingRow.id, ImportMappingRow.title)
        found = await session.execute(wanted.where(ImportMappingRow.id.in_([row.mapping or "" for row in rows])))
        titles = dict(found.tuples().all())
        for view in views:
            view.mapping_title = titles.get(view.mapping or "", "")

    async def taking(self, visitor: Visitor, row: ImportRow, heading: Sequence[str]) -> Taking:
        """By the import's mapping."""
        await self._tickets.titles.refresh()
        async with self.office.store.reading() as session:
            mapping = await session.get(ImportMappingRow, row.mapping) if row.mapping else None
        lines = (mapping.columns, mapping.words) if mapping is not None else ()
        owner = replace(visitor, organisation=row.organisation, region=row.region)
        system = f"import:{row.organisation}:{row.mapping or ''}"
        return Taking(self._tickets, owner, system, row.id, Reader(heading, *lines))

    async def stored(self, ids: Sequence[str]) -> None:
        """Their cases have begun."""
        self._tickets.cases.done()

    async def forgotten(self, session: AsyncSession, row: ImportRow, origin: OutsideRow) -> str:
        """A ticket that nobody has worked on since."""
        assert row.begun_at is not None, "it has begun before it is taken back"
        return origin.ticket if await take_back(session, self._tickets, origin, row.begun_at) else ""
