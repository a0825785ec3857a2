"""Where entries come from: each module and each part of a record tells its own, one merged page at a time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import OptionView
from cti.base.visitor import Visitor
from cti.office.timeline.entries import Place, TimelineEntry, TimelinePage, TimelineQuery


@dataclass(frozen=True, slots=True)
class Subject:
    """The record whose timeline is asked for, by a visitor who may read it."""

    kind: str
    id: str
    made_at: datetime
    visitor: Visitor


class TimelineSource(Protocol):
    """Tells entries of one kind about records.

    It decides itself what of them the visitor may see: that he may read the record is asked before.
    """

    @property
    def kind(self) -> str:
        """The kind of all its entries; no other source of a record has the same."""

    @property
    def title(self) -> str:
        """What the filter of the timeline calls its entries."""

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """At most `size` entries behind a place, the newest first: see `entries.older`."""


class Timelines:
    """Sources beside the record's own: of one kind of records, or of all."""

    def __init__(self) -> None:
        self._sources: list[tuple[str, TimelineSource]] = []

    def add(self, source: TimelineSource, about: str = "") -> Callable[[], None]:
        """Ask this source too, for records of the kind `about` only when it is given; returns the undo."""
        added = (about, source)
        self._sources.append(added)
        return lambda: self._sources.remove(added)

    def of(self, about: str) -> list[TimelineSource]:
        """Those for a kind of records."""
        return [source for kind, source in self._sources if kind in ("", about)]


async def page_of(
    session: AsyncSession, about: Subject, sources: Sequence[TimelineSource], query: TimelineQuery
) -> TimelinePage:
    """One page of what all sources tell; each is asked once. Invalid for a place that no page has given."""
    place = Place.parse(query.before)
    wanted = {one for one in query.kinds.split(",") if one}
    asked = [one for one in sources if not wanted or one.kind in wanted]
    told = [await one.entries(session, about, place, query.size + 1) for one in asked]
    merged = heapq.merge(*told, key=lambda entry: (entry.at, entry.kind), reverse=True)
    items = list(islice(merged, query.size + 1))
    more = len(items) > query.size
    last = items[query.size - 1] if more else None
    return TimelinePage(
        items=items[: query.size],
        next=str(Place(last.at, last.kind, last.id)) if last is not None else "",
        kinds=[OptionView(value=one.kind, title=one.title) for one in sources],
    )
