"""Tags as a part of records: `parts: ClassVar = (Tags(),)`, or `Tags("tickets.tag", "操作标签")` for the inside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, and_, delete, false, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import OptionView, Route
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct
from cti.office.conditions.askable import Askable
from cti.office.records.parts import Fields, RecordPart
from cti.office.screens.description import Action, Column, Field, Filter, Option
from cti.office.screens.forms import form
from cti.office.tags.answers import MOST, Id, TagsAnswer, TagsBody, answer_of, tags_of
from cti.office.tags.bulk import PutTags
from cti.office.tags.models import RecordTagRow, TagRow
from cti.office.tags.service import Words, above, alike, may_use, usable

if TYPE_CHECKING:
    from cti.office.records.parts import Service

OFFERED = 30


class Tags(RecordPart):
    """Who may edit a record puts tags on it, and who may read it sees them.

    With a `permission` they are for the inside alone: nobody sees or puts them but who has it, for records that are
    within his own reach by it, whoever else may read these; and the audit tells that they changed, not to what.
    """

    name: ClassVar[str] = "tags"

    def __init__(self, permission: str = "", title: str = "标签") -> None:
        self.permission, self._title = permission, title

    # ── what lists and forms have of it ──────────────────────────────────────────────────────────────────────────

    def shown(self) -> Fields:
        """The tags, each with its words and colour."""
        hints = form(kind="tags", none="—")
        return {"tags": (list[Option], pydantic.Field(default=[], title=self._title, json_schema_extra=hints))}

    def asked(self) -> Fields:
        """Records with one of these tags, their ids with commas."""
        return {"tag": (str, pydantic.Field(default="", max_length=270, title=self._title))}

    def filled(self) -> Fields:
        """Those that it has from the beginning."""
        return {"tags": (list[Id], pydantic.Field(default=[], max_length=MOST, title=self._title))}

    def columns(self) -> tuple[Column, ...]:
        """A column with the tags of each record."""
        return (Column(key="tags", title=self._title, kind="tags", width=180, permission=self.permission, none="—"),)

    def filters(self, base: str) -> tuple[Filter, ...]:
        """By some of them."""
        return (
            Filter(
                kind="choices", key="tag", title=self._title, options_from=f"{base}/options/tags",
                options_search=True, permission=self.permission,
            ),
        )  # fmt: skip

    def form(self, base: str) -> tuple[Field, ...]:
        """Chosen while typing; those of the inside have a form of their own."""
        return () if self.permission else (self._field(base),)

    def actions(self, service: type[Service], base: str) -> tuple[Action, ...]:
        """The form of the tags alone."""
        permission, path = self.permission or service.edit_permission, f"{base}/{{id}}/tags"
        return (
            Action(
                name="tag", title=self._title, permission=permission, kind="form", method="PUT", path=path,
                form=(self._field(base),), form_source=path, told=True, done="已保存",
            ),
        )  # fmt: skip

    def _field(self, base: str) -> Field:
        return Field(
            key="tags", title=self._title, kind="choices", options_from=f"{base}/options/tags", options_search=True,
            help="输入名称或拼音首字母查找",
        )  # fmt: skip

    def bulk(self) -> tuple[BulkAct, ...]:
        """Some put on, or taken off, many."""
        return (PutTags(self, self._title, adds=True), PutTags(self, self._title, adds=False))

    def many(self, service: type[Service], base: str) -> tuple[Action, ...]:
        """The same in the console."""
        permission = self.permission or service.edit_permission
        return tuple(
            Action(
                name=act.name, title=act.title, permission=permission, kind="form", path=f"{base}/bulk/{act.name}",
                preview=f"{base}/bulk/{act.name}/preview",
                form=(self._field(base).model_copy(update={"required": True}),), done="已处理",
            )
            for act in self.bulk()
        )  # fmt: skip

    # ── whose they are ───────────────────────────────────────────────────────────────────────────────────────────

    def seen(self, service: Service, visitor: Visitor) -> list[ColumnElement[bool]]:
        """The conditions on records whose tags the visitor may see, beside that he may read them."""
        if not self.permission:
            return []
        return service.writable(visitor, self.permission) if visitor.may(self.permission) else [false()]

    def limits(self, service: Service, visitor: Visitor, query: Any) -> list[ColumnElement[bool]]:
        """Who may not see a record's tags finds none by them."""
        wanted = [one for one in str(getattr(query, "tag", "")).split(",") if one]
        return self.having(service, visitor, wanted) if wanted else []

    def having(self, service: Service, visitor: Visitor, tags: Sequence[str]) -> list[ColumnElement[bool]]:
        """The conditions on records with one of these tags, as far as the visitor may see them."""
        alive = select(TagRow.id).where(TagRow.id.in_(tags), TagRow.removed_at.is_(None))
        having = select(RecordTagRow.record).where(RecordTagRow.kind == service.kind, RecordTagRow.tag.in_(alive))
        return [service.table.id.in_(having), *self.seen(service, visitor)]

    def askable(self, service: Service, visitor: Visitor) -> Sequence[Askable]:
        """Records with any, all or none of some."""
        if self.permission and not visitor.may(self.permission):
            return ()

        def made(op: str, tags: list[str]) -> ColumnElement[bool]:
            if op == "all":
                return and_(*(one for tag in tags for one in self.having(service, visitor, [tag])))
            having, *seen = self.having(service, visitor, tags)
            return and_(having if op == "any" else not_(having), *seen)

        path = f"{service.base}/options/tags"
        return (Askable(key="tags", title=self._title, kind="tags", options_from=path, options_search=True, made=made),)

    async def beside(
        self, session: AsyncSession, service: Service, visitor: Visitor, ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, Any]]:
        """Those that he may see, in the order of their names."""
        if self.permission:
            if not visitor.may(self.permission):
                return {}
            mine = select(service.table.id).where(service.table.id.in_(ids), *self.seen(service, visitor))
            ids = list(await session.scalars(mine))
        found: dict[str, list[Option]] = defaultdict(list)
        for id, tag in await tags_of(session, service.kind, ids):
            found[id].append(Option.model_validate({"value": tag.id, "title": tag.title, "tone": tag.tone}))
        return {id: {"tags": tags} for id, tags in found.items()}

    def offered(self, service: Service, visitor: Visitor, row: Any, writes: bool) -> list[str]:
        """The form, for who may fill it."""
        if row.removed_at is not None:
            return []
        if self.permission:
            inside = visitor.reach(self.permission).covers(row.organisation, row.region)
            return ["tag"] if visitor.may(self.permission) and inside else []
        return ["tag"] if writes else []

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def made(self, session: AsyncSession, service: Service, visitor: Visitor, id: str, filled: Any) -> None:
        """Put those on that were chosen in the form."""
        if filled.get("tags"):
            visitor.need(self.permission or service.edit_permission)
            row = await session.get_one(service.table, id)
            await self.put(session, service, visitor, row, add=filled["tags"])

    async def put(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, *, add: Iterable[str] = (),
        remove: Collection[str] = (),
    ) -> bool:  # fmt: skip
        """Put tags on a locked record and take others off; whether anything changed. Invalid `tags`, NotAllowed.

        Only tags for such records, of its organisation, one above or the house, that a role of the visitor may use.
        """
        before = {tag.id: tag for _, tag in await tags_of(session, service.kind, [row.id])}
        known, gone = await self._checked(session, service, visitor, row, before, add, remove)
        fresh = list(known)
        if not fresh and not gone:
            return False
        now = service.office.clock.wall()
        session.add_all(
            RecordTagRow(kind=service.kind, record=row.id, tag=one, by=visitor.name, at=now) for one in fresh
        )
        mine = (RecordTagRow.kind == service.kind, RecordTagRow.record == row.id)
        dropped = delete(RecordTagRow).where(*mine, RecordTagRow.tag.in_([one.id for one in gone]))
        await session.execute(dropped.execution_options(synchronize_session=False))
        await session.flush()
        old = sorted(one.title for one in before.values())
        after = {**before, **known}
        new = sorted(one.title for one in after.values() if one not in gone)
        await self._note(session, service, visitor, row.id, old, new)
        return True

    async def differing(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, tags: Sequence[str], *, adds: bool
    ) -> list[str]:
        """Those that the record has not and could have, or has and could lose. Invalid, NotAllowed as `put`."""
        before = {tag.id: tag for _, tag in await tags_of(session, service.kind, [row.id])}
        given = (tags, ()) if adds else ((), tags)
        known, gone = await self._checked(session, service, visitor, row, before, *given)
        return list(known) if adds else [one.id for one in gone]

    async def _checked(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, before: Mapping[str, TagRow],
        add: Iterable[str], remove: Iterable[str],
    ) -> tuple[dict[str, TagRow], list[TagRow]]:  # fmt: skip
        """What would come and go."""
        fresh = [one for one in dict.fromkeys(add) if one not in before]
        gone = [before[one] for one in dict.fromkeys(remove) if one in before]
        lines = await above(session, row.organisation)
        wanted = (TagRow.id.in_(fresh), *usable(service.kind, lines, service.office.organisation))
        known = {one.id: one for one in await session.scalars(select(TagRow).where(*wanted))} if fresh else {}
        if missing := [one for one in fresh if one not in known]:
            title = await session.scalar(select(TagRow.title).where(TagRow.id == missing[0]))
            raise Invalid("no_tag", f"标签“{title}”不能用于该{service.title}" if title else "没有这个标签", "tags")
        for tag in (*known.values(), *gone):
            if not may_use(visitor, tag):
                raise NotAllowed("not_allowed", f"您的角色不能使用标签“{tag.title}”")
        if len(before) + len(fresh) - len(gone) > MOST:
            raise Invalid("too_many", f"一条记录最多有 {MOST} 个标签", "tags")
        return known, gone

    async def _note(
        self, session: AsyncSession, service: Service, visitor: Visitor, id: str, old: list[str], new: list[str]
    ) -> None:
        audit, subject = service.office.audit, f"{service.kind}:{id}"
        if self.permission:
            # Under a name of its own: the record's timeline, which others read, does not tell it.
            await audit.write(session, visitor, f"{service.kind}_tags.edited", subject)
        else:
            await audit.write(session, visitor, f"{service.kind}.edited", subject, {"tags": old}, {"tags": new})

    async def purge(self, session: AsyncSession, service: Service, ids: Iterable[str]) -> None:
        """The tags of purged records go with them."""
        gone = (RecordTagRow.kind == service.kind, RecordTagRow.record.in_(list(ids)))
        await session.execute(delete(RecordTagRow).where(*gone))

    async def row(self, session: AsyncSession, service: Service, visitor: Visitor, id: str, *, lock: bool) -> Any:
        """The record whose tags he looks at, or changes. NotFound for one whose tags he may not see."""
        if self.permission:
            visitor.need(self.permission)
        if lock or not self.permission:
            return await service.part_of(session, visitor, id, change=lock, permission=self.permission)
        found = await service.part_of(session, visitor, id)
        inside = select(service.table.id).where(service.table.id == id, *self.seen(service, visitor))
        if await session.scalar(inside) is None:
            raise NotFound(f"no_{service.kind}", f"{service.title}不存在")
        return found

    def routes(self, service: Service, base: str) -> list[Route]:
        """The record's tags, and those that can be chosen."""
        office, title = service.office, f"{service.title}的{self._title}"
        office.audit.kinds.setdefault(f"{service.kind}_tags", title)
        see, edit = self.permission or service.see, self.permission or service.edit_permission
        path = f"{base}/{{id}}/tags"

        async def listing(visitor: Visitor, id: str) -> TagsAnswer:
            async with office.store.reading() as session:
                await self.row(session, service, visitor, id, lock=False)
                return await answer_of(session, service, id)

        async def replace(visitor: Visitor, id: str, body: TagsBody) -> TagsAnswer:
            async with service.changing() as session:
                row = await self.row(session, service, visitor, id, lock=True)
                now = await answer_of(session, service, id)
                if now.version != body.version and set(now.tags) != set(body.tags):
                    raise Conflict("changed", f"{self._title}刚刚被他人修改过")
                gone = set(now.tags) - set(body.tags)
                changed = await self.put(session, service, visitor, row, add=body.tags, remove=gone)
                answer = await answer_of(session, service, id)
            if changed:
                await service.changed([id])
            return answer

        async def options(visitor: Visitor, query: Words) -> list[OptionView]:
            async with office.store.reading() as session:
                return await self._options(session, service, visitor, query.search)

        return [
            Route("GET", f"{base}/options/tags", options, see, f"可选的{self._title}"),
            Route("GET", path, listing, see, title),
            Route("PUT", path, replace, edit, f"修改{title}"),
        ]

    async def _options(self, session: AsyncSession, service: Service, visitor: Visitor, words: str) -> list[OptionView]:
        """The most used first; of organisations within reach, and those above the visitor's own."""
        reach = visitor.reach(self.permission or service.see)
        lines = await above(session, visitor.organisation or service.office.organisation)
        uses = (
            select(RecordTagRow.tag, func.count().label("uses"))
            .where(RecordTagRow.kind == service.kind)
            .group_by(RecordTagRow.tag)
            .subquery()
        )
        near = TagRow.organisation.in_({*lines, service.office.organisation})
        limits = [TagRow.removed_at.is_(None), TagRow.kind.in_(("", service.kind)), *alike(words)]
        if own := reach.limits(TagRow):
            limits.append(near if reach.agent is not None else or_(near, and_(True, *own)))
        wanted = (
            select(TagRow)
            .outerjoin(uses, uses.c.tag == TagRow.id)
            .where(*limits)
            .order_by(func.coalesce(uses.c.uses, 0).desc(), TagRow.title, TagRow.id)
            .limit(OFFERED)
        )
        return [OptionView(value=one.id, title=one.title) for one in await session.scalars(wanted)]
