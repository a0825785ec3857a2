"""Citations as a part of records: `parts: ClassVar = (Citations(),)`. Whoever answers keeps them by `Citing.cite`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Page, Route
from cti.base.visitor import Visitor
from cti.office.citing.models import CitationRow
from cti.office.citing.service import Citing
from cti.office.records.parts import RecordPart
from cti.office.records.query import RecordPage
from cti.office.screens import form
from cti.office.screens.description import Empty, List, Tab
from cti.office.screens.forms import columns_of
from cti.office.timeline.entries import Place, Target, TimelineEntry, older
from cti.office.timeline.sources import Subject, TimelineSource
from cti.store.listing import listed

if TYPE_CHECKING:
    from cti.office.records.parts import Service


class CitationView(pydantic.BaseModel):
    """A text that was cited, as it read then."""

    id: str
    at: datetime = pydantic.Field(title="引用时间")
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=220))
    version: str = pydantic.Field(title="版本", json_schema_extra=form(width=80))
    passage: str = pydantic.Field(title="引用的内容", json_schema_extra=form(kind="long"))
    by: str = pydantic.Field(title="引用人")
    withdrawn_at: datetime | None = pydantic.Field(title="撤下时间", json_schema_extra=form(none="有效"))


class Citations(RecordPart):
    """The list. Who sees a record, but not all of it (`sees_part`), sees what his own organisation has cited."""

    name: ClassVar[str] = "citations"

    def tabs(self, service: type[Service], base: str) -> tuple[Tab, ...]:
        """A side of the record's page."""
        columns = columns_of(CitationView, "title", "version", "passage", "by", "at", "withdrawn_at")
        empty = Empty(title="没有引用")
        listing = List(source=f"{base}/{{id}}/citations", columns=columns, empty=empty)
        return (Tab(name=self.name, title="引用", kind="list", list=listing),)

    def sources(self, service: Service) -> Sequence[TimelineSource]:
        """What was cited, with the way to the text as it reads now."""
        return (CitationEntries(service),)

    def routes(self, service: Service, base: str) -> list[Route]:
        """The route below the record that lists what it cites."""

        async def citations(visitor: Visitor, id: str, query: Page) -> RecordPage[CitationView]:
            async with service.office.store.reading() as session:
                row = await service.part_of(session, visitor, id)
                order = (CitationRow.at.desc(), CitationRow.id.desc())
                limits = _limits(service, visitor, row)
                found = await listed(session, CitationRow, limits, order, query.page, query.size)
                items = [CitationView.model_validate(one, from_attributes=True) for one in found.rows]
            return RecordPage(items=items, total=found.total, page=query.page, size=query.size)

        return [Route("GET", f"{base}/{{id}}/citations", citations, service.see, f"{service.title}引用的依据")]

    async def purge(self, session: AsyncSession, service: Service, ids: Iterable[str]) -> None:
        """What is gone cites nothing."""
        gone = (CitationRow.kind == service.kind, CitationRow.record.in_(list(ids)))
        await session.execute(delete(CitationRow).where(*gone))


class CitationEntries:
    """The source of the timeline."""

    kind, title = "citation", "引用"

    def __init__(self, service: Service) -> None:
        self._service = service

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """As far as the visitor sees them."""
        row = await session.get_one(self._service.table, about.id)
        limits = [*_limits(self._service, about.visitor, row), older(place, self.kind, CitationRow.at, CitationRow.id)]
        wanted = select(CitationRow).where(*limits).order_by(CitationRow.at.desc(), CitationRow.id.desc())
        citing = self._service.office.need(Citing)
        return [self._entry(citing, one) for one in (await session.scalars(wanted.limit(size))).all()]

    def _entry(self, citing: Citing, row: CitationRow) -> TimelineEntry:
        source = citing.source(row.source)
        return TimelineEntry(
            kind=self.kind,
            id=row.id,
            at=row.at,
            title=f"引用{row.words}" + ("，已撤下" if row.withdrawn_at is not None else ""),
            text=row.passage,
            by=row.by,
            target=Target(screen=source.screen, id=row.cited, title=source.title)
            if source is not None and source.screen
            else None,
        )


def _limits(service: Service, visitor: Visitor, row: Any) -> list[ColumnElement[bool]]:
    limits = [CitationRow.kind == service.kind, CitationRow.record == row.id]
    if not service.sees_part(visitor, row, Citations.name):
        limits.append(CitationRow.organisation == visitor.organisation)
    return limits
