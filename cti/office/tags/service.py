"""The list of tags, which administrators keep: the house's for all, an organisation's for its own and those below."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, OptionView, Query, Route
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.directory import Organisation, load_organisations
from cti.office.identity.models import RoleRow
from cti.office.records import RecordQuery, Records, RecordView, record_routes
from cti.office.screens import form
from cti.office.screens.description import Tone
from cti.office.sharing import Shared
from cti.office.tags.models import RecordTagRow, TagRow
from cti.office.tree.pinyin import initials

BASE = "/api/tags"
EDIT = "tags.edit"
TONES: Mapping[str, str] = {
    "off": "灰", "ready": "绿", "break": "黄", "ring": "红", "talk": "蓝", "wrapup": "紫",
}  # fmt: skip
COLOURS: Mapping[str, Tone] = {
    "off": "off", "ready": "ready", "break": "break", "ring": "ring", "talk": "talk", "wrapup": "wrapup",
}  # fmt: skip
Colour = Literal["off", "ready", "break", "ring", "talk", "wrapup"]
Role = Annotated[str, pydantic.Field(max_length=40)]


class TagFields(Body):
    """What is said of a tag."""

    title: str = pydantic.Field(
        min_length=1, max_length=20, title="名称", pattern=r"^[^、,，;；\s]+$",
        json_schema_extra=form(wrong="名称中不能有空格、顿号、逗号和分号"),
    )  # fmt: skip
    tone: Colour = pydantic.Field(default="off", title="颜色", json_schema_extra=form(options=TONES, tones=COLOURS))
    kind: str = pydantic.Field(
        default="", max_length=40, title="用于",
        json_schema_extra=form(kind="choice", options_from=f"{BASE}/options/kinds", help="不选则可用于所有记录"),
    )  # fmt: skip
    roles: list[Role] = pydantic.Field(
        default=[], max_length=20, title="可使用的角色",
        json_schema_extra=form(kind="choices", options_from=f"{BASE}/options/roles", help="不选则所有角色都可使用"),
    )  # fmt: skip
    note: str = pydantic.Field(default="", max_length=200, title="说明", json_schema_extra=form(kind="long"))


class TagView(RecordView):
    """A tag; `uses` is on how many records it stands."""

    title: str = pydantic.Field(title="名称")
    tone: str = pydantic.Field(title="颜色", json_schema_extra=form(kind="choice", options=TONES, tones=COLOURS))
    kind: str = pydantic.Field(title="用于")
    kind_title: str = pydantic.Field(default="", title="用于", json_schema_extra=form(none="所有记录"))
    roles: list[str] = pydantic.Field(title="可使用的角色")
    role_titles: list[str] = pydantic.Field(default=[], title="可使用的角色", json_schema_extra=form(none="所有角色"))
    note: str = pydantic.Field(title="说明")
    uses: int = pydantic.Field(default=0, title="使用次数")


class TagQuery(RecordQuery):
    """`kind` narrows to tags that suit one kind of records."""

    kind: str = pydantic.Field(default="", max_length=40, title="用于")


class Merge(Body):
    """The tag that takes over the records of another."""

    into: str = pydantic.Field(
        max_length=26, title="合并到",
        json_schema_extra=form(kind="choice", options_from=f"{BASE}/options/all", options_search=True,
                               help="所有记录改用该标签，原标签删除"),
    )  # fmt: skip


class Words(Query):
    """The beginning of what somebody types."""

    search: str = pydantic.Field(default="", max_length=40)


def alike(words: str) -> list[ColumnElement[bool]]:
    """Tags with these characters, or whose pinyin begins with these initials."""
    if not words:
        return []
    begins = TagRow.initials.startswith(words.lower(), autoescape=True)
    return [or_(TagRow.title.contains(words, autoescape=True), begins)]


async def above(session: AsyncSession, organisation: str) -> set[str]:
    """The organisation and all above it; the tree is read once in a session."""
    tree: dict[str, Organisation] = session.info.setdefault("organisations", {})
    if organisation not in tree:
        tree.update(await load_organisations(session))
    line: set[str] = set()
    at: str | None = organisation
    while at is not None and at not in line:
        line.add(at)
        at = tree[at].parent if at in tree else None
    return line


class TagList(Records[TagRow, TagFields, TagView, TagQuery]):
    """The tags that records may carry, kept by administrators, by kind of record."""

    table, fields, view, query = TagRow, TagFields, TagView, TagQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "tag"
    title: ClassVar[str] = "标签"
    see: ClassVar[str] = EDIT
    edit_permission: ClassVar[str] = EDIT
    orders: ClassVar[tuple[str, ...]] = ("title",)
    export_permission: ClassVar[str] = EDIT
    sort: ClassVar[str] = "title"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)

    def limits(self, visitor: Visitor, query: TagQuery) -> list[ColumnElement[bool]]:
        """By name or initials, and by what they are for."""
        kinds = [TagRow.kind.in_(("", query.kind))] if query.kind else []
        return [*kinds, *alike(query.search)]

    async def values(
        self, session: AsyncSession, body: TagFields, row: TagRow | None, organisation: str
    ) -> dict[str, Any]:
        """There is one of a name for the same records."""
        faults = Faults()
        if body.kind and body.kind not in self.office.services:
            faults.found(Invalid("no_kind", "没有这一类记录", "kind"))
        known = set(await session.scalars(select(RoleRow.name).where(RoleRow.name.in_(body.roles))))
        if missing := [one for one in body.roles if one not in known]:
            faults.found(Invalid("no_role", f"没有角色“{missing[0]}”", "roles"))
        same = (TagRow.title == body.title, TagRow.kind.in_({"", body.kind}), TagRow.organisation == organisation)
        if await self.taken(session, row, *same):
            faults.found(Invalid("taken", f"已有标签“{body.title}”", "title"))
        faults.refuse()
        return {**body.model_dump(exclude={"version"}), "initials": initials(body.title)[:40]}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[TagRow], views: Sequence[TagView]
    ) -> None:
        """Also the words of kinds and roles, and how often each is used."""
        await super().complete(session, visitor, rows, views)
        ids = [row.id for row in rows]
        counted = select(RecordTagRow.tag, func.count()).where(RecordTagRow.tag.in_(ids)).group_by(RecordTagRow.tag)
        uses = dict((await session.execute(counted)).tuples().all())
        named = select(RoleRow.name, RoleRow.title).where(RoleRow.name.in_({one for row in rows for one in row.roles}))
        titles = dict((await session.execute(named)).tuples().all())
        for view in views:
            service = self.office.services.get(view.kind)
            view.kind_title = service.title if service is not None else view.kind
            view.role_titles = [titles.get(one, one) for one in view.roles]
            view.uses = uses.get(view.id, 0)

    async def check_restored(self, session: AsyncSession, row: TagRow) -> None:
        """Its name may have been given to another. Conflict."""
        same = (TagRow.title == row.title, TagRow.kind.in_({"", row.kind}), TagRow.organisation == row.organisation)
        if await self.taken(session, row, *same):
            raise Conflict("taken", f"已有标签“{row.title}”")

    async def merge(self, visitor: Visitor, id: str, into: str) -> TagView:
        """Put another tag in this one's place on all records; this one is removed. NotFound, Invalid."""
        visitor.need(self.edit_permission)
        if id == into:
            raise Invalid("same", "不能合并到自己", "into")
        async with self.changing() as session:
            first, second = sorted((id, into))
            rows = {one: await self.row(session, visitor, one, lock=True) for one in (first, second)}
            old, new = rows[id], rows[into]
            if old.removed_at is not None or new.removed_at is not None:
                raise Conflict("removed", "该标签已删除，请先恢复")
            if new.kind not in ("", old.kind):
                raise Invalid("other_kind", "该标签不能用于这些记录", "into")
            has = select(RecordTagRow.record).where(RecordTagRow.tag == into)
            both = (RecordTagRow.tag == id, RecordTagRow.record.in_(has))
            await session.execute(delete(RecordTagRow).where(*both).execution_options(synchronize_session=False))
            await session.execute(
                update(RecordTagRow)
                .where(RecordTagRow.tag == id)
                .values(tag=into)
                .execution_options(synchronize_session=False)
            )
            await self.apply(session, visitor, old, old.version, {"removed_at": self.office.clock.wall()})
            await self.audit(session, visitor, "merged", id, before={"title": old.title}, after={"into": new.title})
            [found] = await self.shown_all(session, visitor, [new])
        await self.changed([id, into])
        return found


def usable(kind: str, lines: Collection[str], house: str) -> list[ColumnElement[bool]]:
    """The conditions on tags that suit records of a kind, in a line of organisations; roles are asked apart."""
    return [
        TagRow.removed_at.is_(None),
        TagRow.kind.in_(("", kind)),
        TagRow.organisation.in_({*lines, house}),
    ]


def may_use(visitor: Visitor, tag: TagRow) -> bool:
    """Whether one of the visitor's roles may put it on records; who keeps the list may put all."""
    return not tag.roles or visitor.may(EDIT) or bool(set(tag.roles) & set(visitor.roles))


def routes(tags: TagList) -> list[Route]:
    """The usual ones, merging, and what forms offer."""

    async def merge(visitor: Visitor, id: str, body: Merge) -> TagView:
        return await tags.merge(visitor, id, body.into)

    async def kinds(visitor: Visitor) -> list[OptionView]:
        services = tags.office.services.values()
        return [
            OptionView(value=one.kind, title=one.title)
            for one in services
            if any(part.name == "tags" for part in one.parts) and visitor.may(one.see)
        ]

    async def roles(visitor: Visitor) -> list[OptionView]:
        async with tags.office.store.reading() as session:
            wanted = select(RoleRow.name, RoleRow.title).order_by(RoleRow.title)
            return [OptionView(value=name, title=title) for name, title in (await session.execute(wanted)).tuples()]

    async def every(visitor: Visitor, query: Words) -> list[OptionView]:
        limits = [TagRow.removed_at.is_(None), *tags.writable(visitor), *alike(query.search)]
        async with tags.office.store.reading() as session:
            rows = await session.scalars(select(TagRow).where(*limits).order_by(TagRow.title, TagRow.id).limit(50))
            return [OptionView(value=row.id, title=row.title) for row in rows]

    return [
        Route("GET", f"{BASE}/options/kinds", kinds, EDIT, "可使用标签的记录"),
        Route("GET", f"{BASE}/options/roles", roles, EDIT, "可使用标签的角色"),
        Route("GET", f"{BASE}/options/all", every, EDIT, "可合并到的标签"),
        *record_routes(tags, BASE),
        Route("POST", f"{BASE}/{{id}}/merge", merge, EDIT, "合并标签"),
    ]
