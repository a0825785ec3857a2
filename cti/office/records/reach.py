"""Whose records are whose: the rows that a visitor may read or change, one of them, and whose a new one will be."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.directory import known_organisations
from cti.office.records.office import Office
from cti.office.records.rules import F, Q, R, Rules, V
from cti.office.sharing.rule import Way, within


class Reached(Rules[R, F, V, Q]):
    """Records as far as a visitor reaches: `sharing`, and what a module adds to it."""

    office: Office

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """The ways in which rows are a visitor's by a permission: `sharing`, and what a module adds to it."""
        house = self.office.organisation
        return self.sharing.ways(self.table, self.kind, visitor, permission, house=house, writing=writing)

    def readable(self, visitor: Visitor, permission: str = "") -> list[ColumnElement[bool]]:
        """The condition on the rows that a visitor may read; `permission` is the one to do it by, else `see`."""
        return [within(self.ways(visitor, permission or self.see))]

    def writable(self, visitor: Visitor, permission: str = "") -> list[ColumnElement[bool]]:
        """The condition on the rows that he may change, by `edit_permission` where none is given."""
        return [within(self.ways(visitor, permission or self.edit_permission, writing=True))]

    async def readable_of(self, session: AsyncSession, visitor: Visitor, ids: Iterable[str]) -> set[str]:
        """Those of some records that a visitor may read."""
        wanted = select(self.table.id).where(self.table.id.in_(list(ids)), *self.readable(visitor))
        return set(await session.scalars(wanted))

    async def row(
        self, session: AsyncSession, visitor: Visitor, id: str, *, lock: bool = False, permission: str = ""
    ) -> R:
        """The row, locked in a writing session; NotFound also for those that he may not read, locked: not change.

        `permission` is the one to change it by, where that is not `edit_permission`.
        """
        limits = self.writable(visitor, permission) if lock else self.readable(visitor)
        wanted = select(self.table).where(self.table.id == id, *limits)
        if lock:
            wanted = wanted.with_for_update(of=self.table).execution_options(populate_existing=True)
        found = await session.scalar(wanted)
        if found is None:
            raise NotFound(f"no_{self.kind}", f"{self.title}不存在")
        return found

    async def part_of(
        self, session: AsyncSession, visitor: Visitor, id: str, *, change: bool = False, permission: str = "",
        part: str = "",
    ) -> R:  # fmt: skip
        """The row whose part is looked at, or changed: by `permission`, else by that to edit. NotFound, Conflict.

        NotAllowed where he may read the record, but not this `part` of it.
        """
        visitor.need(permission or (self.edit_permission if change else self.see))
        row = await self.row(session, visitor, id, lock=change, permission=permission)
        if change and row.removed_at is not None:
            raise Conflict("removed", f"该{self.title}已删除，请先恢复")
        if part and not self.sees_part(visitor, row, part):
            raise NotAllowed("not_inside", f"您不能查看该{self.title}的这部分内容")
        return row

    async def _owner(self, session: AsyncSession, visitor: Visitor, organisation: str) -> dict[str, str]:
        name = organisation or visitor.organisation
        if not name:
            return {"organisation": self.office.organisation, "region": self.office.region}
        # An import asks for the same ones again and again.
        found = (await known_organisations(session)).get(name)
        if found is None or not visitor.reach(self.edit_permission).covers(found.name, found.region):
            raise Invalid("no_organisation", "机构不存在", "organisation")
        return {"organisation": found.name, "region": found.region}
