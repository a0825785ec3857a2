"""How far people with a role may dial; the core asks before each leg that leaves the house.

A role without a record goes by the first rule: everywhere in the country, and abroad with the permission for it. Of
several roles the furthest counts. 110, 119, 120 and 122 are never asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.screens import form
from cti.office.sharing import Shared
from cti.telephony.ways_out import CLASS_TITLES, INTERNATIONAL, DialClass, Dialler
from workflow.lines.models import DialClassRow
from workflow.lines.numbers import OPTIONS

FURTHER: tuple[DialClass, ...] = (
    DialClass.INTERNAL,
    DialClass.LOCAL,
    DialClass.NATIONAL,
    DialClass.INTERNATIONAL,
)
"""From near to far: who may dial one may dial those before it."""

Furthest = Literal["internal", "local", "national", "international"]
TITLES = {one.value: CLASS_TITLES[one] for one in FURTHER}


class DialClassFields(Body):
    """How far a role may dial."""

    role: str = pydantic.Field(
        max_length=40, title="角色", json_schema_extra=form(options_from=f"{OPTIONS}/roles", fixed=True)
    )
    furthest: Furthest = pydantic.Field(
        title="最远可拨",
        json_schema_extra=form(options=TITLES, help="较近的也可以拨；110、119、120、122 任何人都可以拨"),
    )


class DialClassView(RecordView):
    """How far a role may dial."""

    role: str = pydantic.Field(title="角色标识")
    furthest: str = pydantic.Field(title="最远可拨", json_schema_extra=form(kind="choice", options=TITLES))


class DialClassQuery(RecordQuery):
    """Filters of the list."""


class DialClasses(Records[DialClassRow, DialClassFields, DialClassView, DialClassQuery]):
    """The service, and the core's rule: it has all records in memory, so that no call waits for the database."""

    table, fields, view, query = DialClassRow, DialClassFields, DialClassView, DialClassQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "dial_class"
    sharing: ClassVar[Shared] = Shared(own=())
    title: ClassVar[str] = "拨打权限"
    see: ClassVar[str] = "lines.see"
    edit_permission: ClassVar[str] = "lines.edit"

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._furthest: dict[str, int] = {}
        self.on_change(self._changed)

    def limits(self, visitor: Visitor, query: DialClassQuery) -> list[ColumnElement[bool]]:
        """By the name of a role."""
        return [DialClassRow.role == query.search] if query.search else []

    async def values(
        self, session: AsyncSession, body: DialClassFields, row: DialClassRow | None, organisation: str
    ) -> dict[str, Any]:
        """One for each role."""
        if await self.taken(session, row, DialClassRow.role == body.role):
            raise Conflict("taken", "该角色已有拨打权限，请直接修改", "role")
        return {"role": body.role, "furthest": body.furthest}

    async def check_restored(self, session: AsyncSession, row: DialClassRow) -> None:
        """Not beside its like."""
        if await self.taken(session, row, DialClassRow.role == row.role):
            raise Conflict("taken", "该角色已有拨打权限")

    async def load(self) -> None:
        """Read who may dial what, at the start and after each change."""
        async with self.office.store.reading() as session:
            rows = (await session.scalars(select(DialClassRow).where(DialClassRow.removed_at.is_(None)))).all()
        self._furthest = {row.role: FURTHER.index(DialClass(row.furthest)) for row in rows}

    async def _changed(self, _: Sequence[str]) -> None:
        await self.load()

    def may_dial(self, who: Dialler, kind: DialClass, number: Number) -> str | None:
        """See `cti.telephony.ways_out.DialRule`."""
        if kind not in FURTHER:
            return None
        first = DialClass.INTERNATIONAL if who.may(INTERNATIONAL) else DialClass.NATIONAL
        unsaid = FURTHER.index(first)
        furthest = max((self._furthest.get(role, unsaid) for role in who.roles), default=unsaid)
        return None if FURTHER.index(kind) <= furthest else f"没有拨打{CLASS_TITLES[kind]}的权限"
