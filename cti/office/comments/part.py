"""Comments as a part of records: `parts: ClassVar = (Comments(),)`.

They are for the house alone: no view, export or search of a record has their text, and their routes ask for the right
to see the record in the back office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import OptionView, Route
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.comments.models import CommentRow
from cti.office.comments.timeline import NAME, CommentEntries
from cti.office.comments.views import CommentFields, CommentPage, CommentQuery, CommentView
from cti.office.followers.part import MESSAGE, Followers, follow, tell
from cti.office.identity.models import PersonRow
from cti.office.messages import Messages, Persons, Text
from cti.office.records.parts import Fields, RecordPart
from cti.office.records.readers import NameQuery, readers_named, readers_of_ids
from cti.office.screens.description import Column, Tab
from cti.office.timeline.entries import Place, older
from cti.office.timeline.sources import TimelineSource

if TYPE_CHECKING:
    from cti.office.records.parts import Service

TOLD = 200
"""Characters of a comment that a message repeats."""


class Comments(RecordPart):
    """Who may see a record may comment on it, and change or take back his own comment for `minutes`."""

    name: ClassVar[str] = NAME

    def __init__(self, minutes: int = 30) -> None:
        self._time = timedelta(minutes=minutes)

    def shown(self) -> Fields:
        """How many a record has."""
        return {"comment_count": (int, pydantic.Field(default=0, title="评论"))}

    async def beside(
        self, session: AsyncSession, service: Service, visitor: Visitor, ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, Any]]:
        """How many comments each record has."""
        wanted = (
            select(CommentRow.record, func.count())
            .where(CommentRow.kind == service.kind, CommentRow.record.in_(ids), CommentRow.removed_at.is_(None))
            .group_by(CommentRow.record)
        )
        return {id: {"comment_count": count} for id, count in (await session.execute(wanted)).tuples()}

    async def purge(self, session: AsyncSession, service: Service, ids: Iterable[str]) -> None:
        """The comments of purged records go with them."""
        gone = (CommentRow.kind == service.kind, CommentRow.record.in_(list(ids)))
        await session.execute(delete(CommentRow).where(*gone))

    def sources(self, service: Service) -> Sequence[TimelineSource]:
        """Comments stand in the timeline of their record."""
        return (CommentEntries(service),)

    def tabs(self, service: type[Service], base: str) -> tuple[Tab, ...]:
        """What was said, and a place to say more."""
        path = f"{base}/{{id}}/comments"
        return (
            Tab(name="comments", title="评论", kind="component", component="comments", source=path, edit=service.see),
        )

    def columns(self) -> tuple[Column, ...]:
        """How many comments it has, where a list has room for it."""
        return (Column(key="comment_count", title="评论", kind="number", width=80, hidden=True),)

    def routes(self, service: Service, base: str) -> list[Route]:
        """All below `base/{id}/comments`."""
        see, title, office = service.see, service.title, service.office
        path = f"{base}/{{id}}/comments"

        async def listing(visitor: Visitor, id: str, query: CommentQuery) -> CommentPage:
            async with office.store.reading() as session:
                await service.part_of(session, visitor, id, part=self.name)
                return await self._page(session, service, visitor, id, query)

        async def people(visitor: Visitor, id: str, query: NameQuery) -> list[OptionView]:
            if not query.search:
                return []
            async with office.store.reading() as session:
                await service.part_of(session, visitor, id, part=self.name)
                found = await readers_named(session, service, id, query.search, self.name)
            return [OptionView(value=one.id, title=one.name) for one in found if one.id != visitor.person]

        async def add(visitor: Visitor, id: str, body: CommentFields) -> CommentView:
            async with service.changing() as session:
                await self._open(session, service, visitor, id)
                mentioned = await self._mentioned(session, service, id, body.mentions)
                now = office.clock.wall()
                row = CommentRow(
                    id=new_id(), kind=service.kind, record=id, text=body.text, mentions=list(mentioned),
                    person=visitor.person, by=visitor.name, at=now,
                )  # fmt: skip
                session.add(row)
                await _note(session, service, visitor, "added", id, {"comment": row.id, "text": body.text})
                await self._tell(session, service, visitor, row, mentioned)
                return self._view(visitor, row, mentioned, now)

        async def edit(visitor: Visitor, id: str, comment: str, body: CommentFields) -> CommentView:
            async with service.changing() as session:
                await self._open(session, service, visitor, id)
                row = await self._own(session, service, visitor, id, comment)
                mentioned = await self._mentioned(session, service, id, body.mentions)
                fresh = {one: name for one, name in mentioned.items() if one not in row.mentions}
                before, row.text, row.mentions = row.text, body.text, list(mentioned)
                row.edited_at = office.clock.wall()
                said = {"comment": row.id, "text": body.text}
                await _note(session, service, visitor, "edited", id, said, {"text": before})
                if fresh:
                    await self._tell_mentioned(session, service, visitor, row, fresh)
                return self._view(visitor, row, mentioned, office.clock.wall())

        async def take_back(visitor: Visitor, id: str, comment: str) -> None:
            async with service.changing() as session:
                await self._open(session, service, visitor, id)
                row = await self._own(session, service, visitor, id, comment)
                said = {"comment": row.id, "text": row.text}
                row.removed_at, row.text, row.mentions = office.clock.wall(), "", []
                await _note(session, service, visitor, "removed", id, before=said)

        return [
            Route("GET", path, listing, see, f"{title}的评论"),
            Route("GET", f"{path}/people", people, see, f"评论{title}时可提到的人员"),
            Route("POST", path, add, see, f"评论{title}", 201),
            Route("PUT", f"{path}/{{comment}}", edit, see, f"修改对{title}的评论"),
            Route("DELETE", f"{path}/{{comment}}", take_back, see, f"撤回对{title}的评论"),
        ]

    async def _open(self, session: AsyncSession, service: Service, visitor: Visitor, id: str) -> None:
        """Refuse to talk about a record that was removed."""
        if (await service.part_of(session, visitor, id, part=self.name)).removed_at is not None:
            raise Conflict("removed", f"该{service.title}已删除，请先恢复")

    async def _own(
        self, session: AsyncSession, service: Service, visitor: Visitor, id: str, comment: str
    ) -> CommentRow:
        wanted = select(CommentRow).where(
            CommentRow.id == comment, CommentRow.kind == service.kind, CommentRow.record == id
        )
        row = await session.scalar(wanted.with_for_update())
        if row is None or row.removed_at is not None:
            raise NotFound("no_comment", "评论不存在或已撤回")
        if row.person != visitor.person or not visitor.person:
            raise NotAllowed("not_yours", "只能修改或撤回自己的评论")
        if service.office.clock.wall() > row.at + self._time:
            raise Conflict("too_late", f"评论发表 {self._time // timedelta(minutes=1)} 分钟后不能再修改或撤回")
        return row

    async def _mentioned(
        self, session: AsyncSession, service: Service, id: str, mentions: Sequence[str]
    ) -> dict[str, str]:
        """Names by ids. Invalid when one of them may not read the record: he would learn of it."""
        wanted = list(dict.fromkeys(mentions))
        found = {one.id: one.name for one in await readers_of_ids(session, service, id, wanted, self.name)}
        if len(found) != len(wanted):
            raise Invalid("mentions", f"提到的人员中有人不能查看这条{service.title}", "mentions")
        return {one: found[one] for one in wanted}

    async def _tell(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: CommentRow, mentioned: Mapping[str, str]
    ) -> None:
        await self._tell_mentioned(session, service, visitor, row, mentioned)
        if any(isinstance(part, Followers) for part in service.parts):
            # Who talks about it wants to know how it goes on.
            await follow(session, service, row.record, [visitor.person, *mentioned])
            words = f"评论了{service.title}"
            await tell(session, service, visitor, row.record, words, text=row.text[:TOLD], besides=list(mentioned))

    async def _tell_mentioned(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: CommentRow, mentioned: Mapping[str, str]
    ) -> None:
        messages = service.office.foundations.get(Messages)
        people = tuple(one for one in mentioned if one != visitor.person)
        if isinstance(messages, Messages) and people:
            what = Text(MESSAGE, f"{visitor.name}在{service.title}的评论中提到了您", row.text[:TOLD])
            await messages.tell(session, Persons(people), what, link=service.page_of(row.record), by=visitor.name)

    async def _page(
        self, session: AsyncSession, service: Service, visitor: Visitor, id: str, query: CommentQuery
    ) -> CommentPage:
        place = Place.parse(query.before)
        wanted = (
            select(CommentRow)
            .where(
                CommentRow.kind == service.kind,
                CommentRow.record == id,
                older(place, "comment", CommentRow.at, CommentRow.id),
            )
            .order_by(CommentRow.at.desc(), CommentRow.id.desc())
            .limit(query.size + 1)
        )
        rows = list(await session.scalars(wanted))
        more, rows = len(rows) > query.size, rows[: query.size]
        people = {one for row in rows for one in row.mentions}
        names: dict[str, str] = {}
        if people:
            called = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))
            names = dict((await session.execute(called)).tuples().all())
        now = service.office.clock.wall()
        items = [
            self._view(visitor, row, {one: names[one] for one in row.mentions if one in names}, now) for row in rows
        ]
        return CommentPage(items=items, next=str(Place(rows[-1].at, "comment", rows[-1].id)) if more else "")

    def _view(self, visitor: Visitor, row: CommentRow, mentioned: Mapping[str, str], now: datetime) -> CommentView:
        return CommentView(
            id=row.id,
            text=row.text,
            by=row.by,
            at=row.at,
            edited=row.edited_at is not None,
            removed=row.removed_at is not None,
            mine=bool(visitor.person)
            and row.person == visitor.person
            and row.removed_at is None
            and now <= row.at + self._time,
            mentions=[OptionView(value=one, title=name) for one, name in mentioned.items()],
        )


async def _note(
    session: AsyncSession,
    service: Service,
    visitor: Visitor,
    verb: str,
    id: str,
    after: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
) -> None:
    await service.office.audit.write(session, visitor, f"comment.{verb}", f"{service.kind}:{id}", before, after)
