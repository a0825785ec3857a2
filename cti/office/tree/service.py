"""The rules of a tree of records; a module's own is a subclass that adds its fields."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records.drafts import drafts_of
from cti.office.records.kinds import RecordReference
from cti.office.records.service import Records
from cti.office.screens.description import Choice
from cti.office.tree.models import DEEPEST, TreeRecord
from cti.office.tree.pinyin import initials
from cti.office.tree.views import MergePreview, Move, Pointing, TreeFields, TreeNode, TreeQuery, TreeView

R = TypeVar("R", bound=TreeRecord)
F = TypeVar("F", bound=TreeFields)
V = TypeVar("V", bound=TreeView)
Q = TypeVar("Q", bound=TreeQuery)

MOST = 5000
"""Nodes that a tree shows."""
OPTIONS = 20
STEP = 10


class TreeRecords(Records[R, F, V, Q]):
    """The service of one tree, or of several: `within` says which rows are of one tree with a new row."""

    sort: ClassVar[str] = "path"
    few: ClassVar[bool] = True

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """Also by path, by name as it is read, and in the order of the siblings."""
        own = {"path": self.table.path, "name": self.table.initials, "place": self.table.place}
        return {**super().sorts, **own}

    def within(self, body: F, organisation: str) -> list[ColumnElement[bool]]:
        """Which nodes stand in the same tree: those of the same organisation, unless a module says else."""
        return [self.table.organisation == organisation]

    def limits(self, visitor: Visitor, query: Q) -> list[ColumnElement[bool]]:
        """By parent, by all below one, by words."""
        table = self.table
        found: list[ColumnElement[bool]] = []
        if query.parent:
            found.append(table.parent == query.parent)
        if query.below:
            found.append(self.inside(query.below))
        if query.off is not None:
            found.append(table.off.is_(query.off))
        if query.search:
            found.append(or_(*self.meant(query.search)))
        return found

    def meant(self, text: str) -> list[ColumnElement[bool]]:
        """The ways in which somebody who types may mean a node."""
        ways: list[ColumnElement[bool]] = [self.table.path.contains(text, autoescape=True)]
        if text.isascii() and text.isalnum() and not text.isdecimal():
            ways.append(self.table.initials.contains(text.lower(), autoescape=True))
        return ways

    def inside(self, id: str) -> ColumnElement[bool]:
        """The condition that a node is this one or stands below it."""
        return or_(self.table.id == id, below(self.table, id))

    # ── where a node stands ──────────────────────────────────────────────────────────────────────────────────────

    async def values(self, session: AsyncSession, body: F, row: R | None, organisation: str) -> dict[str, Any]:
        """Its own fields, and a place in the tree that has no circle; a new one stands last among its siblings."""
        parent = await self._parent(session, body, row, organisation)
        if await self.taken(session, row, *self._beside(parent, body, organisation), self.table.name == body.name):
            raise Conflict("taken", f"同一上级下已有同名的{self.title}", "name")
        said = body.model_dump(exclude={"version", "parent", "organisation"})
        # The first time a dictionary is read: 0.2 s, for which no call waits.
        letters = (await asyncio.to_thread(initials, body.name))[: self.table.name.type.length]
        stays = row is not None and row.parent == parent
        if "place" not in said and not stays:
            said["place"] = await self._last(session, parent, body, organisation)
        line, path = await self._above(session, parent)
        own = {
            "parent": parent,
            "initials": letters,
            "line": line,
            "path": f"{path}/{body.name}" if path else body.name,
        }
        return {**said, **own}

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What follows from where it stands is no change of its own."""
        return {key: values[key] for key in ("line", "path", "initials") if key in values}

    def _beside(self, parent: str | None, body: F, organisation: str) -> list[ColumnElement[bool]]:
        own = self.table.parent == parent if parent is not None else self.table.parent.is_(None)
        return [own, *self.within(body, organisation)]

    async def _last(self, session: AsyncSession, parent: str | None, body: F, organisation: str) -> int:
        last = select(func.max(self.table.place)).where(*self._beside(parent, body, organisation))
        return (await session.scalar(last) or 0) + STEP

    async def _above(self, session: AsyncSession, parent: str | None) -> tuple[str, str]:
        if parent is None:
            return "", ""
        drafts = drafts_of(session)
        if drafts is not None and drafts.has(("at", parent)):
            line, _, path = (drafts.fact(("at", parent)) or "").partition(" ")
        else:
            found = await session.get_one(self.table, parent)
            line, path = found.line, found.path
        if line.count("/") >= DEEPEST - 1:
            raise Invalid("too_deep", f"最多 {DEEPEST} 级", "parent")
        return f"{line}/{parent}", path

    async def _parent(self, session: AsyncSession, body: F, row: R | None, organisation: str) -> str | None:
        if not body.parent:
            return None
        table = self.table
        # A spreadsheet says its path or, where it is clear, its name; a form knows its id.
        said = or_(table.id == body.parent, table.path == body.parent, table.name == body.parent)
        exact = (table.id == body.parent).desc(), (table.path == body.parent).desc(), table.id
        limits = (*self.within(body, organisation), table.removed_at.is_(None))
        parent = await session.scalar(select(table.id).where(said, *limits).order_by(*exact).limit(1))
        drafts = drafts_of(session)
        if parent is None and drafts is not None:
            parent = drafts.fact(("node", organisation, body.parent))
        if parent is None:
            raise Invalid("no_parent", f"没有上级“{body.parent}”", "parent")
        if row is not None and parent != row.parent:
            await self._check_circle(session, row, parent)
        return parent

    async def _check_circle(self, session: AsyncSession, row: R, parent: str) -> None:
        if parent == row.id or row.id in (await session.get_one(self.table, parent)).line.split("/"):
            raise Invalid("circle", "不能放到自己或自己的下级之下", "parent")
        deepest = select(func.max(func.length(self.table.line))).where(below(self.table, row.id))
        under = (await session.scalar(deepest) or len(row.line)) - len(row.line)
        above = (await session.get_one(self.table, parent)).line
        if above.count("/") + 1 + under // 27 >= DEEPEST:
            raise Invalid("too_deep", f"最多 {DEEPEST} 级", "parent")

    def left(self, row: R) -> Mapping[Hashable, str | None]:
        """Those below it in the same file find it by its path or name, and how deep it stands."""
        names: dict[Hashable, str | None] = {("node", row.organisation, one): row.id for one in (row.name, row.path)}
        return {**names, ("at", row.id): f"{row.line} {row.path}"}

    async def follow(self, session: AsyncSession, row: R) -> None:
        """Those below it have it in their paths; for them it is no change of their own."""
        table = self.table
        rows = await session.execute(select(table.id, table.name, table.line, table.path).where(table.parent == row.id))
        for id, name, line, path in rows.all():
            right = {"line": f"{row.line}/{row.id}", "path": f"{row.path}/{name}"}
            if (line, path) != (right["line"], right["path"]):
                await session.execute(update(table).where(table.id == id).values(**right))
                await self.follow(session, await session.get_one(table, id, populate_existing=True))

    async def check_removed(self, session: AsyncSession, row: R) -> None:
        """Not with others below it, nor while something points to it."""
        if await self.taken(session, row, self.table.parent == row.id):
            raise Conflict("has_others", f"下级中还有{self.title}，请先移走或删除")
        if pointing := await self._pointing(session, row.id):
            said = "、".join(f"{one.count} 条{one.title}" for one in pointing)
            raise Conflict("in_use", f"还有 {said}在使用，请停用，或并入另一个{self.title}")

    async def check_restored(self, session: AsyncSession, row: R) -> None:
        """Not beside its like, not below one that is gone, and not when another took its place."""
        same = self.table.parent == row.parent if row.parent is not None else self.table.parent.is_(None)
        if await self.taken(
            session, row, same, self.table.name == row.name, self.table.organisation == row.organisation
        ):
            raise Conflict("taken", f"同一上级下已有同名的{self.title}")
        above = await session.get(self.table, row.parent) if row.parent else None
        if above is not None and above.removed_at is not None:
            raise Conflict("no_parent", "上级已删除，请先恢复上级")
        if row.merged_into is not None:
            raise Conflict("merged", f"该{self.title}已并入其他{self.title}")

    # ── what is done with it ─────────────────────────────────────────────────────────────────────────────────────

    async def move(self, visitor: Visitor, id: str, body: Move) -> V:
        """Put a node elsewhere, with all below it, or in another order. Conflict, Invalid."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if body.parent is not None:
                above = await self.row(session, visitor, body.parent, lock=True)
                if above.organisation != row.organisation or above.removed_at is not None:
                    raise Invalid("no_parent", "不能移到那里", "parent")
                if body.parent != row.parent:
                    await self._check_circle(session, row, body.parent)
            table, before = self.table, self.told(row)
            beside = [table.parent == body.parent if body.parent is not None else table.parent.is_(None)]
            beside += [table.organisation == row.organisation, table.removed_at.is_(None), table.id != id]
            beside += self.alike(row)
            if await self.taken(session, row, *beside, table.name == row.name):
                raise Conflict("taken", f"同一上级下已有同名的{self.title}", "parent")
            order = list(await session.scalars(select(table.id).where(*beside).order_by(table.place, table.id)))
            at = order.index(body.before) if body.before in order else len(order)
            order.insert(at, id)
            line, path = await self._above(session, body.parent)
            values = {"parent": body.parent, "place": (at + 1) * STEP, "line": line}
            values["path"] = f"{path}/{row.name}" if path else row.name
            await self.apply(session, visitor, row, body.version, values)
            for number, one in enumerate(order, 1):
                if one != id:
                    # Their place among each other is no change of theirs.
                    await session.execute(update(table).where(table.id == one).values(place=number * STEP))
            await self.audit(session, visitor, "moved", id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    def alike(self, row: R) -> list[ColumnElement[bool]]:
        """Which nodes stand in one tree with a row, where an organisation has several."""
        return []

    async def switch(self, visitor: Visitor, id: str, off: bool) -> V:
        """Offer a node no more, nor what is below it; or offer it again. What points to it stays."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.off != off:
                await self.apply(session, visitor, row, row.version, {"off": off})
                await self.audit(session, visitor, "switched_off" if off else "switched_on", id, after=self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    def offered(self, row: R, writes: bool) -> list[str]:
        """What a node can have done with it now."""
        found = super().offered(row, writes)
        return [*found, "move", "merge", "on" if row.off else "off"] if "edit" in found else found

    async def preview_merge(self, visitor: Visitor, id: str, into: str) -> MergePreview:
        """What a merge would do. Invalid, Conflict as `merge`."""
        visitor.need(self.edit_permission)
        async with self.office.store.reading() as session:
            row, other = await self._both(session, visitor, id, into)
            under = select(func.count()).select_from(self.table).where(self.table.parent == row.id)
            count = await session.scalar(under.where(self.table.removed_at.is_(None))) or 0
            pointing = await self._pointing(session, row.id)
        return MergePreview(path=row.path, into=other.path, below=count, pointing=pointing)

    async def merge(self, visitor: Visitor, id: str, into: str) -> V:
        """Let another node take the place of this one: what points to it follows, what is below it too."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            for one in sorted((id, into)):
                await self.row(session, visitor, one, lock=True)
            row, other = await self._both(session, visitor, id, into)
            followed = await self._pointing(session, row.id)
            for table, key in self._columns():
                column = getattr(table, key)
                await session.execute(update(table).where(column == id).values({key: into}))
            await session.execute(update(self.table).where(self.table.parent == id).values(parent=into))
            await self.follow(session, other)
            if values := await self.joined(session, row, other):
                await self.apply(session, visitor, other, other.version, values)
            now = self.office.clock.wall()
            await self.apply(session, visitor, row, row.version, {"removed_at": now, "merged_into": into})
            said = {"into": other.path, **{one.title: one.count for one in followed}}
            await self.audit(session, visitor, "merged", id, self.told(row), said)
            (found,) = await self.shown_all(session, visitor, [other])
        await self.changed([id, into])
        return found

    async def joined(self, session: AsyncSession, row: R, other: R) -> dict[str, Any]:
        """What changes in the node that takes another's place; what pointed to that one points to it already."""
        return {}

    async def _both(self, session: AsyncSession, visitor: Visitor, id: str, into: str) -> tuple[R, R]:
        row, other = [await self.row(session, visitor, one) for one in (id, into)]
        if id == into or id in other.line.split("/"):
            raise Invalid("circle", "不能并入自己或自己的下级", "into")
        if row.organisation != other.organisation or row.removed_at is not None or other.removed_at is not None:
            raise Invalid("into", "不能并入已删除的或其他机构的", "into")
        names = select(self.table.name).where(self.table.parent == id, self.table.removed_at.is_(None))
        both = select(self.table.name).where(
            self.table.parent == into, self.table.removed_at.is_(None), self.table.name.in_(names)
        )
        if doubles := list(await session.scalars(both.limit(5))):
            raise Conflict("taken", f"两边的下级有同名的，请先合并：{'、'.join(doubles)}", "into")
        return row, other

    def _columns(self) -> list[tuple[Any, str]]:
        """The columns that point to these nodes, of all records that run."""
        return [
            (service.table, key)
            for service in self.office.services.values()
            for key, reference in service.refs.items()
            if isinstance(reference, RecordReference) and reference.kind == self.kind
        ]

    async def _pointing(self, session: AsyncSession, id: str) -> list[Pointing]:
        titles = {service.table: service.title for service in self.office.services.values()}
        counts: dict[str, int] = {}
        for table, key in self._columns():
            wanted = select(func.count()).select_from(table).where(getattr(table, key) == id)
            counts[titles[table]] = counts.get(titles[table], 0) + (await session.scalar(wanted) or 0)
        return [Pointing(title=title, count=count) for title, count in counts.items() if count]

    # ── what is shown of it ──────────────────────────────────────────────────────────────────────────────────────

    async def nodes(self, visitor: Visitor, *limits: ColumnElement[bool]) -> list[TreeNode]:
        """The tree in one list, each level in its order, at most `MOST`."""
        visitor.need(self.see)
        wanted = select(self.table).where(*self.readable(visitor), self.table.removed_at.is_(None), *limits)
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(self.table.place, self.table.id).limit(MOST))).all()
            writes = set[str]()
            if visitor.may(self.edit_permission):
                writable = select(self.table.id).where(*self.writable(visitor), self.table.removed_at.is_(None))
                writes = set(await session.scalars(writable))
        return [
            TreeNode(
                id=row.id, parent=row.parent, name=row.name, path=row.path, initials=row.initials, off=row.off,
                version=row.version, acts=self.offered(row, row.id in writes),
            )
            for row in rows
        ]  # fmt: skip

    async def options(self, visitor: Visitor, search: str) -> list[Choice]:
        """A few nodes that are in use, to choose one from."""
        off: Sequence[ColumnElement[bool]] = [self.table.off.is_(False)]
        if search:
            off = [*off, or_(*self.meant(search))]
        found = await self.nodes(visitor, *off)
        return [Choice(value=one.id, title=one.path) for one in found[:OPTIONS]]


def below(table: Any, id: str) -> ColumnElement[bool]:
    """The condition that a node stands below one, at any depth."""
    line = select(table.line).where(table.id == id).scalar_subquery()
    found: ColumnElement[bool] = or_(table.line == line + f"/{id}", table.line.startswith(line + f"/{id}/"))
    return found


class TreeReference(RecordReference):
    """Nodes of a tree, called by their path; a filter by one finds what points to those below it, too."""

    tree = True

    def __init__(self, service: Any, choices: str, name: str = "path", services: Any = None) -> None:
        super().__init__(service, choices, name, services)

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """By id, path, or a name that only one has; none that is switched off.

        One that was merged meanwhile is the one that it was merged into: who had it chosen before him loses nothing.
        """
        table: Any = self.table
        limits = (table.removed_at.is_(None), table.off.is_(False), *self._readable(visitor))
        wanted = select(table.id).where(or_(table.id == words, table.path == words), *limits).limit(2)
        if found := list(await session.scalars(wanted)):
            return found
        if into := await session.scalar(select(table.merged_into).where(table.id == words)):
            return await self.named(session, visitor, into)
        return list(await session.scalars(select(table.id).where(table.name == words, *limits).limit(2)))

    def below(self, column: Any, id: str) -> ColumnElement[bool]:
        """With all below it."""
        table: Any = self.table
        inside: ColumnElement[bool] = column.in_(select(table.id).where(or_(table.id == id, below(table, id))))
        return inside
