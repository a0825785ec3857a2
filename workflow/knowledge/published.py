"""What readers see: the last approved edition of each published article, within the visitor's reach; nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, cast

from sqlalchemy import ColumnElement, CursorResult, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.times.business_time import ZONE, start_of_day
from cti.base.visitor import Visitor
from cti.office.files.service import RemovedFile
from cti.office.parts import Files
from cti.office.records import Office, Records
from cti.office.references import PEOPLE, Reference
from cti.office.search import service as search
from cti.office.sharing.rule import Way, within
from cti.office.tree.service import TreeReference
from workflow.knowledge import rules
from workflow.knowledge.categories import CATEGORIES, INDUSTRIES, LIFE_EVENTS, UNITS, Categories, Industries, LifeEvents
from workflow.knowledge.hotlines.names import HOTLINES
from workflow.knowledge.models import EditionRow, FavouriteRow, NoticeRow, PublishedRow, UseRow
from workflow.knowledge.publishing import KIND, WITHDRAWN, Publishing
from workflow.knowledge.rules import Readable
from workflow.knowledge.types import Types
from workflow.knowledge.views import PublishedQuery, PublishedView


class NotFilled(Body):
    """Nobody fills in what readers see."""


class Published(Records[PublishedRow, NotFilled, PublishedView, PublishedQuery]):
    """The readers' list and page; rows are written by publishing alone."""

    table, fields, view, query = PublishedRow, NotFilled, PublishedView, PublishedQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge"
    title: ClassVar[str] = "知识"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.EXPORT
    sort: ClassVar[str] = "-published_at"
    orders: ClassVar[tuple[str, ...]] = ("published_at",)
    filters: ClassVar[tuple[str, ...]] = ("audience", "type", "category", "industry", "life_event", "unit", "hotline")
    broad: ClassVar[tuple[str, ...]] = ("audience", "type")
    refs: ClassVar[Mapping[str, Reference]] = {
        "category": TreeReference(Categories, CATEGORIES),
        "industry": TreeReference(Industries, INDUSTRIES),
        "life_event": TreeReference(LifeEvents, LIFE_EVENTS),
        "unit": UNITS,
        "hotline": HOTLINES,
        "publisher": PEOPLE,
    }
    searched: ClassVar[tuple[str, ...]] = ("title", "summary", "keywords", "questions", "body")
    unasked: ClassVar[tuple[str, ...]] = ("type", "lines", "favourite")
    parts: ClassVar = (Files(),)
    files_of: ClassVar[str] = KIND
    keeps_files: ClassVar[bool] = True
    screen: ClassVar[str] = "knowledge"

    def __init__(self, office: Office, types: Types, publishing: Publishing) -> None:
        super().__init__(office)
        self.types = types
        publishing.indexed, publishing.forgotten = self.indexed, self._forget
        self.visited: Callable[[Visitor], None] = lambda visitor: None
        """Hears of whoever reads an article."""

    @staticmethod
    async def holds(session: AsyncSession, files: Sequence[RemovedFile]) -> set[str]:
        """Of files that editors removed, those that stand in an edition: readers see that until the next, and again."""
        articles = {one.record for one in files if one.kind == KIND}
        editions = await session.scalars(select(EditionRow.files).where(EditionRow.article.in_(articles)))
        return {id for one in editions for id in one}

    async def _forget(self, session: AsyncSession, id: str) -> None:
        await search.forget(session, self.kind, [id])

    # ── who reads what ───────────────────────────────────────────────────────────────────────────────────────────

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """See `rules.reading`; nobody changes what readers see but by the article."""
        return [] if writing else rules.reading(visitor)

    async def published_for(self, visitor: Visitor) -> Readable:
        """What the visitor reads, as sets of regions, organisations and ids: for an index of one's own."""
        async with self.office.store.reading() as session:
            return await rules.published_for(session, visitor)

    async def every(self, session: AsyncSession, after: str = "", most: int = 200) -> Sequence[PublishedRow]:
        """All that is published, in the order of ids, some at a time: for whoever keeps an index."""
        wanted = select(PublishedRow).where(PublishedRow.id > after).order_by(PublishedRow.id).limit(most)
        return (await session.scalars(wanted)).all()

    # ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────

    def limits(self, visitor: Visitor, query: PublishedQuery) -> list[ColumnElement[bool]]:
        """Also one's favourites, and what one has read."""
        found = super().limits(visitor, query)
        if query.favourite:
            own = select(FavouriteRow.article).where(FavouriteRow.person == visitor.person)
            found.append(PublishedRow.id.in_(own))
        if query.seen:
            read = select(UseRow.article).where(UseRow.person == visitor.person, UseRow.what == "viewed")
            found.append(PublishedRow.id.in_(read))
        return found

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By the number or by words."""
        return PublishedRow.number == text.upper() if text.isascii() and text[1:].isdigit() else self.found_by(text)

    async def values(
        self, session: AsyncSession, body: NotFilled, row: PublishedRow | None, organisation: str
    ) -> dict[str, Any]:
        """Always Invalid: an article is published by its review."""
        raise Invalid("not_by_hand", "请在知识采编中修改，审核通过后读者才能看到")

    async def check_removed(self, session: AsyncSession, row: PublishedRow) -> None:
        """It is withdrawn by its process."""
        raise Conflict("not_by_hand", "请在知识采编中下架")

    def sees_file(self, row: PublishedRow, file: str) -> bool:
        """The files that it had when it was approved."""
        return file in row.files

    def words(self, visitor: Visitor, row: PublishedRow) -> dict[str, Any]:
        """The type in words, and what it asked for."""
        return {"type_title": self.types.title(row.type), "lines": self.types.lines(row.type, row.details)}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[PublishedRow], views: Sequence[PublishedView]
    ) -> None:
        """Also which are the visitor's favourites, and how many files each shows."""
        await super().complete(session, visitor, rows, views)
        ids = [row.id for row in rows]
        wanted = select(FavouriteRow.article).where(
            FavouriteRow.person == visitor.person, FavouriteRow.article.in_(ids)
        )
        own = set(await session.scalars(wanted)) if ids and visitor.person else set[str]()
        for row, view in zip(rows, views, strict=True):
            view.favourite = row.id in own
            cast("Any", view).file_count = len(row.files)

    def offered(self, row: PublishedRow, writes: bool) -> list[str]:
        """Nothing: readers only read."""
        return []

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def get(self, visitor: Visitor, id: str) -> PublishedView:
        """One article; that somebody read it is noted. NotFound says of one that was withdrawn when and why."""
        try:
            found = await super().get(visitor, id)
        except NotFound as missing:
            raise await self._withdrawn(visitor, id) or missing from None
        async with self.office.store.writing() as session:
            await self.used(session, visitor, id, found.edition, "viewed")
        self.visited(visitor)
        return found

    async def _withdrawn(self, visitor: Visitor, id: str) -> NotFound | None:
        """That it was withdrawn, for who reads the notice of it."""
        told = [[*visitor.reach(self.see).limits(NoticeRow)], rules.from_above(NoticeRow, visitor)]
        there = exists().where(PublishedRow.id == id)
        wanted = select(NoticeRow).where(NoticeRow.article == id, NoticeRow.what.in_(WITHDRAWN), ~there, within(told))
        async with self.office.store.reading() as session:
            last = await session.scalar(wanted.order_by(NoticeRow.created_at.desc()).limit(1))
        if last is None:
            return None
        when, why = last.created_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"), f"：{last.words}" if last.words else ""
        said = f"知识《{last.name}》已于 {when} {WITHDRAWN[last.what]}{why}。请不要再按它答复。"
        return NotFound("withdrawn", said)

    async def used(
        self,
        session: AsyncSession,
        visitor: Visitor,
        id: str,
        edition: int,
        what: str,
        kind: str = "",
        record: str = "",
    ) -> None:
        """Note that somebody read (`viewed`) an edition, or `cited` it in a record; what is read again counts on."""
        now = self.office.clock.wall()
        who = {
            "organisation": visitor.organisation or self.office.organisation,
            "region": visitor.region or self.office.region, "person": visitor.person,
        }  # fmt: skip
        about = {"article": id, "edition": edition, "what": what}
        if what == "viewed":
            same = update(UseRow).filter_by(**who, **about).where(UseRow.at >= start_of_day(now))
            again = await session.execute(same.values(times=UseRow.times + 1, at=now))
            if cast("CursorResult[Any]", again).rowcount:
                return
        session.add(UseRow(id=new_id(), **who, **about, record_kind=kind, record=record, at=now, times=1))

    async def keep(self, visitor: Visitor, id: str, kept: bool) -> None:
        """Make it a favourite of the visitor's, or no more."""
        visitor.need(self.see)
        async with self.changing() as session:
            await self.row(session, visitor, id)
            own = (FavouriteRow.person == visitor.person, FavouriteRow.article == id)
            await session.execute(delete(FavouriteRow).where(*own))
            if kept and visitor.person:
                session.add(FavouriteRow(person=visitor.person, article=id, at=self.office.clock.wall()))
