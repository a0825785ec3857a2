"""Followers as a part of records: `parts: ClassVar = (Followers(),)`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, OptionView, Route
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.followers.models import FollowerRow
from cti.office.identity.models import PersonRow
from cti.office.messages import Messages, Persons, Text
from cti.office.records.parts import Fields, RecordPart
from cti.office.records.readers import NameQuery, readers_named, readers_of_ids
from cti.office.screens.description import Filter, Tab
from cti.store.upsert import insert_or_leave

if TYPE_CHECKING:
    from cti.office.records.parts import Service

MESSAGE = "record"
"""The kind of messages about records."""
MOST = 100
ACTS = {"edited": "修改了", "removed": "删除了", "restored": "恢复了", "merged": "合并了"}
"""Acts with a record that its followers are told, and how."""


class Follower(pydantic.BaseModel):
    """Somebody who is told what happens with a record."""

    person: str
    name: str


class FollowerList(pydantic.BaseModel):
    """Who follows a record; `followed` is whether the visitor does."""

    items: list[Follower]
    followed: bool


class NewFollower(Body):
    """Who is to follow; oneself without `person`."""

    person: str = pydantic.Field(default="", max_length=26)


class Followers(RecordPart):
    """Each reader of a record may follow it; who may edit it may let others follow. They are told in their inbox."""

    name: ClassVar[str] = "followers"

    def shown(self) -> Fields:
        """Whether the visitor follows it."""
        return {"followed": (bool, pydantic.Field(default=False, title="已关注"))}

    def asked(self) -> Fields:
        """Only those that the visitor follows."""
        return {"followed": (bool, pydantic.Field(default=False, title="我关注的"))}

    def filters(self, base: str) -> tuple[Filter, ...]:
        """The same in the console."""
        return (Filter(kind="flag", key="followed", title="我关注的"),)

    def tabs(self, service: type[Service], base: str) -> tuple[Tab, ...]:
        """Who follows, and whether oneself does."""
        path = f"{base}/{{id}}/followers"
        edit = service.edit_permission
        return (Tab(name="followers", title="关注", kind="component", component="followers", source=path, edit=edit),)

    def limits(self, service: Service, visitor: Visitor, query: Any) -> list[ColumnElement[bool]]:
        """The condition of it."""
        if not getattr(query, "followed", False):
            return []
        mine = select(FollowerRow.record).where(FollowerRow.person == visitor.person, FollowerRow.kind == service.kind)
        return [service.table.id.in_(mine)]

    async def beside(
        self, session: AsyncSession, service: Service, visitor: Visitor, ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, Any]]:
        """Which of them he follows."""
        wanted = select(FollowerRow.record).where(
            FollowerRow.kind == service.kind, FollowerRow.person == visitor.person, FollowerRow.record.in_(ids)
        )
        return {id: {"followed": True} for id in await session.scalars(wanted)}

    async def purge(self, session: AsyncSession, service: Service, ids: Iterable[str]) -> None:
        """Nobody follows what is gone."""
        gone = (FollowerRow.kind == service.kind, FollowerRow.record.in_(list(ids)))
        await session.execute(delete(FollowerRow).where(*gone))

    async def happened(
        self, session: AsyncSession, service: Service, visitor: Visitor, act: str, id: str, words: str = ""
    ) -> None:
        """Tell all followers but him who did it, in the transaction of the act."""
        said = words or (f"{ACTS[act]}{service.title}" if act in ACTS else "")
        if said:
            await tell(session, service, visitor, id, said)

    def routes(self, service: Service, base: str) -> list[Route]:
        """All below `base/{id}/followers`."""
        see, title = service.see, service.title
        office = service.office
        path = f"{base}/{{id}}/followers"

        async def listing(visitor: Visitor, id: str) -> FollowerList:
            async with office.store.reading() as session:
                await service.part_of(session, visitor, id, part=self.name)
                return await _of(session, service, visitor, id)

        async def add(visitor: Visitor, id: str, body: NewFollower) -> FollowerList:
            person = body.person or visitor.person
            if person != visitor.person:
                visitor.need(service.edit_permission)
            async with service.changing() as session:
                row = await service.part_of(session, visitor, id, part=self.name)
                if row.removed_at is not None:
                    raise Conflict("removed", f"该{title}已删除，请先恢复")
                if not await readers_of_ids(session, service, id, [person], self.name):
                    raise Invalid("no_reader", f"该人员不能查看这条{title}", "person")
                await follow(session, service, id, [person])
                return await _of(session, service, visitor, id)

        async def leave(visitor: Visitor, id: str, person: str) -> FollowerList:
            if person not in ("me", visitor.person):
                visitor.need(service.edit_permission)
            async with service.changing() as session:
                await service.part_of(session, visitor, id, part=self.name)
                mine = (FollowerRow.kind == service.kind, FollowerRow.record == id)
                who = visitor.person if person == "me" else person
                await session.execute(delete(FollowerRow).where(*mine, FollowerRow.person == who))
                return await _of(session, service, visitor, id)

        async def people(visitor: Visitor, id: str, query: NameQuery) -> list[OptionView]:
            if not query.search:
                return []
            async with office.store.reading() as session:
                await service.part_of(session, visitor, id, part=self.name)
                found = await readers_named(session, service, id, query.search, self.name)
            return [OptionView(value=one.id, title=one.name) for one in found]

        return [
            Route("GET", f"{path}/people", people, service.edit_permission, f"可关注{title}的人员"),
            Route("GET", path, listing, see, f"{title}的关注人"),
            Route("POST", path, add, see, f"关注{title}"),
            Route("DELETE", f"{path}/{{person}}", leave, see, f"取消关注{title}"),
        ]


_ADD = insert_or_leave(FollowerRow, "kind", "record", "person")


async def follow(session: AsyncSession, service: Service, id: str, people: Collection[str]) -> None:
    """Let these people follow a record, those who do not yet. Whoever calls has asked whether they may read it."""
    mine = (FollowerRow.kind == service.kind, FollowerRow.record == id)
    known = set(await session.scalars(select(FollowerRow.person).where(*mine)))
    fresh = [one for one in dict.fromkeys(people) if one and one not in known][: max(0, MOST - len(known))]
    now = service.office.clock.wall()
    if fresh:
        # Another may let him follow at the same moment.
        await session.execute(_ADD, [{"kind": service.kind, "record": id, "person": one, "at": now} for one in fresh])


async def tell(
    session: AsyncSession,
    service: Service,
    visitor: Visitor,
    id: str,
    words: str,
    *,
    text: str = "",
    besides: Collection[str] = (),
) -> None:
    """Tell a record's followers what happened with it, but not who did it, nor `besides`, who know already."""
    messages = service.office.foundations.get(Messages)
    if not isinstance(messages, Messages):
        return
    mine = (FollowerRow.kind == service.kind, FollowerRow.record == id)
    people = set(await session.scalars(select(FollowerRow.person).where(*mine))) - {visitor.person, *besides}
    # Who may not read it any more is not told of it either.
    still = await readers_of_ids(session, service, id, people, Followers.name)
    if still:
        whom = Persons(tuple(one.id for one in still))
        what = Text(MESSAGE, f"{visitor.name}{words}", text)
        await messages.tell(session, whom, what, link=service.page_of(id), by=visitor.name)


async def _of(session: AsyncSession, service: Service, visitor: Visitor, id: str) -> FollowerList:
    wanted = (
        select(PersonRow.id, PersonRow.name)
        .join(FollowerRow, FollowerRow.person == PersonRow.id)
        .where(FollowerRow.kind == service.kind, FollowerRow.record == id)
        .order_by(FollowerRow.at, PersonRow.id)
    )
    found = [Follower(person=id, name=name) for id, name in (await session.execute(wanted)).tuples()]
    return FollowerList(items=found, followed=any(one.person == visitor.person for one in found))
