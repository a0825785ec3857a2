"""Links as a part of records: `parts: ClassVar = (Links(),)`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pydantic
from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, OptionView, Query, Route
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.links.models import LinkRow
from cti.office.records.parts import RecordPart
from cti.office.screens.description import Tab
from cti.office.timeline.audited import Audited
from cti.office.timeline.sources import TimelineSource

if TYPE_CHECKING:
    from cti.office.records.parts import Service

Relation = Literal["related", "duplicate_of", "has_duplicate", "follows", "followed_by"]
RELATIONS: dict[Relation, str] = {
    "related": "相关",
    "duplicate_of": "重复于",
    "has_duplicate": "有重复",
    "follows": "后续于",
    "followed_by": "有后续",
}
"""How one record is to another, said of the one."""
BACK: dict[Relation, Relation] = {
    "related": "related",
    "duplicate_of": "has_duplicate",
    "has_duplicate": "duplicate_of",
    "follows": "followed_by",
    "followed_by": "follows",
}
"""The same said of the other."""
MOST = 200
OFFERED = 10

SOURCE = Audited(
    "link",
    "关联",
    {
        "added": lambda said: f"关联：{RELATIONS[said['relation']]}一条{said['title']}",
        "removed": lambda said: f"取消关联：{RELATIONS[said['relation']]}一条{said['title']}",
    },
    {"removed": "ring"},
)


class LinkView(pydantic.BaseModel):
    """The other side of a link, as far as the visitor may see it."""

    id: str
    relation: Relation
    words: str
    kind: str
    kind_title: str
    record: str
    title: str
    screen: str
    removed: bool
    by: str
    at: datetime


class LinkList(pydantic.BaseModel):
    """Links of a record that the visitor may see; `kinds` and `relations` are what he can link it with, and how."""

    items: list[LinkView]
    kinds: list[OptionView]
    relations: list[OptionView]


class NewLink(Body):
    """Link this record with another."""

    relation: Relation = "related"
    kind: str = pydantic.Field(max_length=40)
    record: str = pydantic.Field(max_length=26)


class OtherQuery(Query):
    """Records of a kind to choose from, by the words of its own list."""

    kind: str = pydantic.Field(max_length=40)
    search: str = pydantic.Field(default="", max_length=60)
    purpose: str = pydantic.Field(default="", max_length=200)


class Links(RecordPart):
    """Links with records of any kind whose service has a page in the console; who may edit one side links both."""

    name: ClassVar[str] = "links"

    async def purge(self, session: AsyncSession, service: Service, ids: Iterable[str]) -> None:
        """Nothing is linked with what is gone."""
        gone = list(ids)
        mine = and_(LinkRow.kind == service.kind, LinkRow.record.in_(gone))
        theirs = and_(LinkRow.other_kind == service.kind, LinkRow.other.in_(gone))
        await session.execute(delete(LinkRow).where(or_(mine, theirs)))

    def sources(self, service: Service) -> Sequence[TimelineSource]:
        """Who linked, and with what kind: what the other one is, only the list of links says, by right."""
        return (SOURCE,)

    def tabs(self, service: type[Service], base: str) -> tuple[Tab, ...]:
        """The list, and a place to add."""
        path, edit = f"{base}/{{id}}/links", service.edit_permission
        return (Tab(name="links", title="关联", kind="component", component="links", source=path, edit=edit),)

    def routes(self, service: Service, base: str) -> list[Route]:
        """All below `base/{id}/links`."""
        see, edit, title, office = service.see, service.edit_permission, service.title, service.office
        path = f"{base}/{{id}}/links"

        async def listing(visitor: Visitor, id: str) -> LinkList:
            async with office.store.reading() as session:
                await service.part_of(session, visitor, id)
                return await _listed(session, service, visitor, id)

        async def others(visitor: Visitor, id: str, query: OtherQuery) -> list[OptionView]:
            other = _service(service, visitor, query.kind)
            async with office.store.reading() as session:
                await service.part_of(session, visitor, id)
            asked = other.query.model_validate(
                {"search": query.search, "size": OFFERED, **({"purpose": query.purpose} if query.purpose else {})}
            )
            found = await other.find(visitor, asked)
            same = other is service
            return [
                OptionView(value=one.id, title=other.name_of(one)) for one in found.items if not (same and one.id == id)
            ]

        async def add(visitor: Visitor, id: str, body: NewLink) -> LinkList:
            other = _service(service, visitor, body.kind)
            if other is service and body.record == id:
                raise Invalid("same", "不能与自己关联", "record")
            async with service.changing() as session:
                await service.part_of(session, visitor, id, change=True, permission=service.part_permission)
                row = await other.row(session, visitor, body.record)
                if row.removed_at is not None:
                    raise Conflict("removed", f"该{other.title}已删除，不能关联")
                await _add(session, service, visitor, id, body)
                await _note(session, service, other, visitor, "added", id, body.record, body.relation)
                return await _listed(session, service, visitor, id)

        async def remove(visitor: Visitor, id: str, link: str) -> LinkList:
            async with service.changing() as session:
                await service.part_of(session, visitor, id, change=True, permission=service.part_permission)
                found = await session.scalar(select(LinkRow).where(LinkRow.id == link).with_for_update())
                side = _side(found, service.kind, id) if found is not None else None
                if found is None or side is None:
                    raise NotFound("no_link", "关联不存在")
                relation, kind, record = side
                other = _service(service, visitor, kind)
                await other.row(session, visitor, record)
                await session.delete(found)
                await _note(session, service, other, visitor, "removed", id, record, relation)
                return await _listed(session, service, visitor, id)

        return [
            Route("GET", path, listing, see, f"{title}的关联"),
            Route("GET", f"{path}/others", others, edit, f"可与{title}关联的记录"),
            Route("POST", path, add, edit, f"关联{title}"),
            Route("DELETE", f"{path}/{{link}}", remove, edit, f"取消{title}的关联"),
        ]


def _service(service: Service, visitor: Visitor, kind: str) -> Service:
    """The other side's service; NotFound when the visitor sees none of its records."""
    found = service.office.services.get(kind)
    if found is None or not found.screen or not visitor.may(found.see):
        raise NotFound("no_kind", "没有这一类记录")
    return found


def _side(row: LinkRow, kind: str, record: str) -> tuple[Relation, str, str] | None:
    """The relation as this record has it, and the other one; None when the link is none of its."""
    relation: Relation = row.type  # type: ignore[assignment] # only relations are stored
    if (row.kind, row.record) == (kind, record):
        return relation, row.other_kind, row.other
    if (row.other_kind, row.other) == (kind, record):
        return BACK[relation], row.kind, row.record
    return None


def _of(service: Service, id: str) -> Any:
    mine = and_(LinkRow.kind == service.kind, LinkRow.record == id)
    return or_(mine, and_(LinkRow.other_kind == service.kind, LinkRow.other == id))


async def _add(session: AsyncSession, service: Service, visitor: Visitor, id: str, body: NewLink) -> None:
    ours, theirs = (service.kind, id), (body.kind, body.record)
    relation = body.relation
    # Each link is there once, whichever side it was made from.
    if relation in ("has_duplicate", "followed_by") or (relation == "related" and ours > theirs):
        ours, theirs, relation = theirs, ours, BACK[relation]
    if (await session.scalar(select(func.count()).select_from(LinkRow).where(_of(service, id))) or 0) >= MOST:
        raise Invalid("too_many", f"一条记录最多关联 {MOST} 条")
    same = (
        LinkRow.type == relation, LinkRow.kind == ours[0], LinkRow.record == ours[1],
        LinkRow.other_kind == theirs[0], LinkRow.other == theirs[1],
    )  # fmt: skip
    if await session.scalar(select(LinkRow.id).where(*same)) is not None:
        raise Conflict("taken", "已有相同的关联")
    row = LinkRow(
        id=new_id(), type=relation, kind=ours[0], record=ours[1], other_kind=theirs[0], other=theirs[1],
        by=visitor.name, at=service.office.clock.wall(),
    )  # fmt: skip
    session.add(row)
    await session.flush()


async def _listed(session: AsyncSession, service: Service, visitor: Visitor, id: str) -> LinkList:
    rows = (await session.scalars(select(LinkRow).where(_of(service, id)).order_by(LinkRow.at, LinkRow.id))).all()
    sides = [(row, side) for row in rows if (side := _side(row, service.kind, id)) is not None]
    wanted: dict[str, set[str]] = defaultdict(set)
    for _, (_, kind, record) in sides:
        wanted[kind].add(record)
    seen: dict[tuple[str, str], Any] = {}
    for kind, records in wanted.items():
        other = service.office.services.get(kind)
        if other is None or not visitor.may(other.see):
            continue
        found = select(other.table).where(other.table.id.in_(records), *other.readable(visitor))
        seen |= {(kind, row.id): (other, other.shown(visitor, row)) for row in await session.scalars(found)}
    items = []
    for row, (relation, kind, record) in sides:
        if (kind, record) not in seen:
            continue
        other, view = seen[kind, record]
        items.append(
            LinkView(
                id=row.id, relation=relation, words=RELATIONS[relation], kind=kind, kind_title=other.title,
                record=record, title=other.name_of(view), screen=other.screen, removed=view.removed, by=row.by,
                at=row.at,
            )
        )  # fmt: skip
    kinds = [
        OptionView(value=one.kind, title=one.title)
        for one in service.office.services.values()
        if one.screen and visitor.may(one.see)
    ]
    relations = [OptionView(value=value, title=title) for value, title in RELATIONS.items()]
    return LinkList(items=items, kinds=kinds, relations=relations)


async def _note(
    session: AsyncSession,
    service: Service,
    other: Service,
    visitor: Visitor,
    verb: str,
    id: str,
    record: str,
    relation: Relation,
) -> None:
    """Both sides' trails have it."""
    audit = service.office.audit
    here = {"relation": relation, "kind": other.kind, "title": other.title, "record": record}
    there = {"relation": BACK[relation], "kind": service.kind, "title": service.title, "record": id}
    await audit.write(session, visitor, f"link.{verb}", f"{service.kind}:{id}", after=here)
    await audit.write(session, visitor, f"link.{verb}", f"{other.kind}:{record}", after=there)
