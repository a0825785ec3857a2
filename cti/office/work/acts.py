"""Open work is handed over in one act: looked at before, each case on its own, taken back as long as it stands."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.bulk.acts import Back, BulkAct
from cti.office.identity.directory import load_organisations
from cti.office.processes.case import Case
from cti.office.processes.rights import actor_of
from cti.office.screens.forms import form
from cti.office.work.successors import Whose, name_of, person_for, unit_for

if TYPE_CHECKING:
    from cti.office.records.parts import Service
    from cti.office.work.service import OpenWork

MOVE = "work.move"
WORK_PEOPLE, WORK_UNITS = "/api/options/work_people", "/api/options/work_units"
"""Who can be given work."""


class ToPerson(Body):
    """Who has it from now on."""

    person: str = pydantic.Field(
        default="", max_length=26, title="移交给",
        json_schema_extra=form(
            kind="choice", options_from=WORK_PEOPLE, options_search=True, help="不选则放回，由本单位有权限的人员领取"
        ),
    )  # fmt: skip
    reason: str = pydantic.Field(min_length=1, max_length=200, title="移交原因")


class ToUnit(Body):
    """Which organisation has it from now on."""

    unit: str = pydantic.Field(
        min_length=1, max_length=40, title="移交给单位",
        json_schema_extra=form(kind="choice", options_from=WORK_UNITS, options_search=True),
    )  # fmt: skip
    reason: str = pydantic.Field(min_length=1, max_length=200, title="移交原因")


class HandOver(BulkAct):
    """What both ways have in common."""

    def permission(self, service: Service) -> str:
        """That to see open work."""
        return MOVE

    @abstractmethod
    async def goes(
        self, session: AsyncSession, work: OpenWork, visitor: Visitor, case: Case, body: Any
    ) -> tuple[Whose, str]:
        """Whose it becomes, and what they are called. Refusal says why not."""

    async def look(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """From whom to whom."""
        work = cast("OpenWork", service)
        case = await work.case(session, visitor, row.id)
        whose, after = await self.goes(session, work, visitor, case, body)
        if whose == Whose.of(case):
            return ""
        if whose.holder != case.holder:
            known = await load_organisations(session)
            before = known[case.holder].title if case.holder in known else case.holder
        else:
            before = await name_of(session, case.person) or "未领取"
        return f"{before} → {after}"

    async def do(self, service: Service, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """Hand it over, and tell who has it now."""
        work = cast("OpenWork", service)
        async with work.store.writing() as session:
            case = await work.case(session, visitor, id, lock=True)
            before = Whose.of(case)
            whose, _ = await self.goes(session, work, visitor, case, body)
            if whose == before:
                return None
            now = await self._give(session, work, visitor, case, whose, cast("ToPerson | ToUnit", body).reason)
            await work.tell(session, visitor, case, now)
        work.cases.done()
        return {"before": asdict(before), "now": asdict(whose), "step": case.step}

    async def undo(self, service: Service, visitor: Visitor, id: str, back: Back) -> None:
        """Give it back to whom it was taken from. Conflict when somebody has gone on with it since."""
        work = cast("OpenWork", service)
        async with work.store.writing() as session:
            case = await work.case(session, visitor, id, lock=True)
            before, now = Whose(**back["before"]), Whose(**back["now"])
            if (Whose.of(case), case.step) != (now, back["step"]):
                raise Conflict("gone_on", "移交后已继续办理，不能撤销")
            unit = (await load_organisations(session)).get(before.holder)
            if unit is None or unit.closed:
                raise Conflict("closed", "原单位已撤销，不能交回")
            await self._give(session, work, visitor, case, before, "撤销移交")
        work.cases.done()

    @staticmethod
    async def _give(
        session: AsyncSession, work: OpenWork, visitor: Visitor, case: Case, whose: Whose, reason: str
    ) -> Case:
        names = await name_of(session, case.person), await name_of(session, whose.person)
        change = whose.given(actor_of(visitor), work.clock.wall(), names, reason)
        return (await work.cases.change(session, visitor, case.id, "handed_over", change)).cases[case.id]


class HandOverToPerson(HandOver):
    """To somebody, or to all whose turn it is."""

    name: ClassVar[str] = "to_person"
    title = "移交给人员"
    fields = ToPerson

    async def goes(
        self, session: AsyncSession, work: OpenWork, visitor: Visitor, case: Case, body: ToPerson
    ) -> tuple[Whose, str]:
        """To somebody who may do something with it."""
        name = "放回" if not body.person else await person_for(session, work.cases, case, body.person)
        return Whose(body.person, case.holder, case.organisation, case.region), name


class HandOverToUnit(HandOver):
    """To another organisation, as when one is dissolved or merged."""

    name: ClassVar[str] = "to_unit"
    title = "移交给单位"
    fields = ToUnit

    async def goes(
        self, session: AsyncSession, work: OpenWork, visitor: Visitor, case: Case, body: ToUnit
    ) -> tuple[Whose, str]:
        """To one in which somebody may do it; nobody there has taken it yet."""
        if case.holder == body.unit:
            return Whose.of(case), ""
        unit = await unit_for(session, work.cases, case, body.unit, visitor, MOVE)
        return Whose("", unit.name, unit.name, unit.region), unit.title
