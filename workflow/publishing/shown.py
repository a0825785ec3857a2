"""What is public now: pinned, pushed as hot (热点聚焦, B9 and B17), and how often it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.files.service import RemovedFile
from cti.office.records import Office, Records
from cti.office.records.gathering import Gathering
from cti.office.sharing import Shared
from workflow.publishing import rules
from workflow.publishing.models import PublicationEditionRow, ReadRow, ShownRow
from workflow.publishing.showing import Showing
from workflow.publishing.views import ShownFields, ShownQuery, ShownView

Read = tuple[str, str, str]
"""A publication, a day, and a channel."""


class Shown(Records[ShownRow, ShownFields, ShownView, ShownQuery]):
    """The service; rows come from `Showing` alone."""

    table, fields, view, query = ShownRow, ShownFields, ShownView, ShownQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "shown_publication"
    title: ClassVar[str] = "已发布的信息"
    sharing: ClassVar[Shared] = Shared(own=())
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.EXPORT
    filters: ClassVar[tuple[str, ...]] = ("section",)
    orders: ClassVar[tuple[str, ...]] = ("published_at", "reads")
    sort: ClassVar[str] = "-reads"

    def __init__(self, office: Office, showing: Showing) -> None:
        super().__init__(office)
        self._showing = showing
        self._reads: Gathering[Read] = Gathering("reads of publications", self._count)

    def limits(self, visitor: Visitor, query: ShownQuery) -> list[ColumnElement[bool]]:
        """By title or number, pinned, hot."""
        found = super().limits(visitor, query)
        if query.search:
            title = ShownRow.title.contains(query.search, autoescape=True)
            found.append(title | (ShownRow.number == query.search.upper()))
        if query.pinned is not None:
            found.append(ShownRow.pinned == query.pinned)
        if query.hot:
            found.append(ShownRow.hot_at.is_not(None))
        return found

    async def values(
        self, session: AsyncSession, body: ShownFields, row: ShownRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes one by hand."""
        raise Invalid("not_by_hand", "已发布的信息由审核产生，不能手工新增或修改")

    def offered(self, row: ShownRow, writes: bool) -> list[str]:
        """Pin or unpin, push as hot or take that back."""
        if not writes:
            return []
        return ["unpin" if row.pinned else "pin", "cool" if row.hot_at is not None else "heat"]

    async def pin(self, visitor: Visitor, id: str, pinned: bool) -> ShownView:
        """Let it stand above the others of its section, or no more. NotFound, Conflict."""
        act = "pinned" if pinned else "unpinned"
        return await self._set(visitor, id, act, {"pinned": pinned}, lambda row: row.pinned == pinned)

    async def heat(self, visitor: Visitor, id: str, hot: bool) -> ShownView:
        """Push it as hot on its channels, or take that back. NotFound, Conflict."""
        values = {"hot_at": self.office.clock.wall() if hot else None}
        act = "heated" if hot else "cooled"
        return await self._set(visitor, id, act, values, lambda row: (row.hot_at is not None) == hot)

    async def _set(
        self, visitor: Visitor, id: str, act: str, values: dict[str, Any], so_already: Callable[[ShownRow], bool]
    ) -> ShownView:
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if so_already(row):
                raise Conflict("so_already", "已经是这样，请刷新")
            await self.apply(session, visitor, row, row.version, values)
            await self.audit(session, visitor, act, id, after={"number": row.number})
            if act == "heated":
                self._showing.tell(session, row, hot=True)
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    @staticmethod
    async def holds(session: AsyncSession, files: Sequence[RemovedFile]) -> set[str]:
        """Of files that editors removed, those that stand in an edition: it is public until the next, and again."""
        ids = {one.record for one in files if one.kind == rules.KIND}
        wanted = select(PublicationEditionRow.files).where(PublicationEditionRow.publication.in_(ids))
        return {id for one in await session.scalars(wanted) for id in one}

    # ── reading figures ──────────────────────────────────────────────────────────────────────────────────────────

    def read(self, id: str, channel: str) -> None:
        """Somebody of the public read it; kept with others in a moment."""
        day = self.office.clock.wall().astimezone(ZONE).date().isoformat()
        self._reads.add((id, day, channel))

    async def flushed(self) -> None:
        """Wait until all that was read is counted."""
        await self._reads.flushed()

    async def _count(self, noted: Sequence[Read]) -> None:
        async with self.office.store.writing() as session:
            for (id, day, channel), times in sorted(Counter(noted).items()):
                shown = await session.get(ShownRow, id, with_for_update=True)
                if shown is None:
                    continue
                await session.execute(update(ShownRow).where(ShownRow.id == id).values(reads=ShownRow.reads + times))
                row = await session.get(ReadRow, (id, day, channel), with_for_update=True)
                if row is None:
                    row = ReadRow(
                        publication=id, day=day, channel=channel, times=0, organisation=shown.organisation,
                        region=shown.region,
                    )  # fmt: skip
                    session.add(row)
                row.times += times
