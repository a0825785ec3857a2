"""Departments' lines: an agent calls one into his talk and stays until he leaves; what is known goes along.

The core knows them from memory, so that no call waits for the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor, system
from cti.office.connectors import Connectors, Saying
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.screens import Choice, form
from cti.office.sharing import Shared
from cti.telephony.emergency import DEPARTMENT, Department, Matter
from workflow.lines.models import DepartmentRow

CALLED = "line.called"
"""What connectors hear of, when a line was called into a talk."""


class DepartmentFields(Body):
    """What is said of a department's line."""

    title: str = pydantic.Field(min_length=1, max_length=40, title="部门")
    number: str = pydantic.Field(
        min_length=3, max_length=32, title="专线号码",
        json_schema_extra=form(kind="phone", help="固话请加区号；紧急号码不必登记"),
    )  # fmt: skip
    note: str = pydantic.Field(default="", max_length=200, title="说明")
    enabled: bool = pydantic.Field(default=True, title="启用")


class DepartmentView(RecordView):
    """A department's line."""

    title: str = pydantic.Field(title="部门")
    number: str = pydantic.Field(title="专线号码", json_schema_extra=form(kind="phone", dial=True))
    note: str = pydantic.Field(title="说明")
    enabled: bool = pydantic.Field(title="启用")


class DepartmentQuery(RecordQuery):
    """Filters of the list."""


class Departments(Records[DepartmentRow, DepartmentFields, DepartmentView, DepartmentQuery]):
    """The service, and the core's book of departments' lines."""

    table, fields, view, query = DepartmentRow, DepartmentFields, DepartmentView, DepartmentQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "department_line"
    sharing: ClassVar[Shared] = Shared(own=())
    title: ClassVar[str] = "部门专线"
    see: ClassVar[str] = "lines.see"
    edit_permission: ClassVar[str] = "lines.edit"
    few: ClassVar[bool] = True

    def __init__(self, office: Office, area: str) -> None:
        super().__init__(office)
        self.area = area
        self._lines: dict[str, tuple[str, Department]] = {}
        self.on_change(self._changed)

    def limits(self, visitor: Visitor, query: DepartmentQuery) -> list[ColumnElement[bool]]:
        """By a part of the name or number."""
        columns = (DepartmentRow.title, DepartmentRow.number)
        return [or_(*(one.contains(query.search, autoescape=True) for one in columns))] if query.search else []

    async def values(
        self, session: AsyncSession, body: DepartmentFields, row: DepartmentRow | None, organisation: str
    ) -> dict[str, Any]:
        """A number outside, once."""
        number = Number.parse(body.number, area=self.area)
        if not number.digits or number.is_emergency or number.kind is NumberKind.EXTENSION:
            raise Invalid("number", "不是可以拨打的外线号码", "number")
        if await self.taken(session, row, DepartmentRow.number == number.national):
            raise Conflict("taken", "该号码已登记", "number")
        return {**body.model_dump(), "number": number.national}

    async def check_restored(self, session: AsyncSession, row: DepartmentRow) -> None:
        """Not beside its like."""
        if await self.taken(session, row, DepartmentRow.number == row.number):
            raise Conflict("taken", "该号码已登记")

    async def load(self) -> None:
        """Read them, at the start and after each change."""
        wanted = select(DepartmentRow).where(DepartmentRow.removed_at.is_(None), DepartmentRow.enabled.is_(True))
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(DepartmentRow.title))).all()
        self._lines = {
            f"{DEPARTMENT}{row.id}": (row.organisation, Department(row.title, Number.parse(row.number, area=self.area)))
            for row in rows
        }

    async def _changed(self, _: Sequence[str]) -> None:
        await self.load()

    def of_line(self, line: str) -> Department | None:
        """See `cti.telephony.emergency.Emergencies.department`."""
        _, found = self._lines.get(line, ("", None))
        return found

    def choices(self, visitor: Visitor) -> list[Choice]:
        """Those that an agent may call: of the house, and of his own organisation."""
        within = (self.office.organisation, visitor.organisation)
        return [
            Choice(value=line, title=f"{one.title} {one.number.national}")
            for line, (organisation, one) in self._lines.items()
            if organisation in within
        ]


class LineConnectors:
    """Gives what is known to every connector that hears of lines being called, and the audit an entry of it."""

    def __init__(self, office: Office, connectors: Connectors) -> None:
        self._office, self._connectors = office, connectors

    async def hand_over(self, matter: Matter) -> str | None:
        """See `cti.telephony.emergency.HandoverPort`; the receipt is how many were told."""
        listening = [one for one in self._connectors.all.values() if CALLED in one.described.hears]
        given = {"line": matter.line, "department": matter.department, "to": [one.described.title for one in listening]}
        async with self._office.store.writing() as session:
            await self._office.audit.write(
                session, system("lines"), "call.line_called", f"call:{matter.call}",
                after={**given, "agent": matter.agent, "fields": sorted(matter.data)},
            )  # fmt: skip
            if listening:
                fields = {
                    "call": matter.call, "line": matter.line, "department": matter.department, "agent": matter.agent,
                    "caller": matter.citizen.national, "name": matter.name, "at": matter.at.isoformat(),
                    "data": dict(matter.data),
                }  # fmt: skip
                key, about = f"{matter.call}:{matter.line}:{matter.at.timestamp():.3f}", f"call:{matter.call}"
                saying = Saying(fields, key, about, matter.organisation, matter.region)
                await self._connectors.tell(session, CALLED, saying)
        return "、".join(given["to"]) if listening else None
