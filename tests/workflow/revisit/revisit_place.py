"""Revisits on a real ticket desk, on virtual time, with a dialler that does as it is told."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.settings import TrunkSettings
from cti.base.times.calendars import Calendars
from cti.office.identity.models import PersonRow, RoleRow
from cti.store.engine import Store
from cti.telephony.spared import Spared
from cti.telephony.switch.port import DialResult
from cti.telephony.trunks import Trunks
from cti.telephony.unexpected_dials import UnexpectedDials
from cti.telephony.ways_out import WaysOut
from ivr.telephone.minutes import SaidLine
from tests.workflow.tickets.ticket_town import LEADER, VISITOR, TicketTown, town_on
from workflow.revisit.calling import Calling, RevisitDial
from workflow.revisit.intake import Intake
from workflow.revisit.models import RevisitAttemptRow, RevisitRow
from workflow.revisit.plans import Plans
from workflow.revisit.results import Heard, Results
from workflow.revisit.service import Revisits
from workflow.revisit.strategies import Strategies
from workflow.revisit.views import PlanFields, PlanView, RevisitView, StrategyFields
from workflow.tickets.calls.revisiting import Revisiting

BOSS = replace(LEADER, person="01BOSS", permissions=frozenset({"*"}))
GOOD = Heard("result", solved="yes", satisfaction="satisfied", hotline="satisfied")
BAD = Heard("result", solved="no", satisfaction="unsatisfied", hotline="satisfied", reason="根本没人来过")


class Telephone:
    """Answers as `next` has it for a number; who is told to ring rings until `answers` or `falls_silent`."""

    def __init__(self) -> None:
        self.dialled: list[str] = []
        self.next: dict[str, deque[DialResult]] = {}
        self.here: dict[str, str] = {}
        """Calls that are answered, by attempt: the number."""
        self.given_up: list[str] = []

    async def dial(self, order: RevisitDial) -> DialResult:
        self.dialled.append(order.number)
        wanted = self.next.get(order.number)
        result = wanted.popleft() if wanted else DialResult.ANSWERED
        if result is DialResult.ANSWERED:
            self.here[order.attempt] = order.number
        return result

    async def give_up(self, attempt: str) -> None:
        self.given_up.append(attempt)


class RevisitPlace:
    """All services; `restart` is an engine's death with the next one on the same database."""

    def __init__(self, town: TicketTown) -> None:
        self.town, self.office, self.clock = town, town.office, town.clock
        self.telephone, self.spared = Telephone(), Spared()
        self.lines = 100
        self.minutes: dict[str, list[SaidLine]] = {}
        self.unwritten: list[Coroutine[Any, Any, None]] = []
        """Dials that are ordered and not made yet."""
        self.start()

    def start(self) -> None:
        """An engine."""
        revisiting = Revisiting(self.town.tickets, self.town.acts)
        calendars = Calendars()
        trunks = Trunks({"carrier": TrunkSettings(host="10.0.0.1")}, Bus(), self.clock)
        ways = WaysOut(trunks, "0519")
        self.strategies = Strategies(self.office, calendars, lambda organisation: ["051912345"])
        self.plans = Plans(self.office, self.strategies, revisiting, lambda: {"revisit": "工单智能回访"})
        self.revisits = Revisits(self.office, self.plans, revisiting, "0519")
        self.results = Results(self.revisits, self._said)
        self.intake = Intake(self.plans, self.revisits)
        dials = UnexpectedDials(self.spared, ways, calendars, lambda number: False)
        self.calling = Calling(
            self.revisits, self.strategies, self.intake, self.results, dials, self.telephone,
            lambda kept_free: self.lines, lambda work, name: self.unwritten.append(work),
        )  # fmt: skip
        self.town.tickets.listeners[:] = [self.calling.tickets_changed]

    async def _said(self, call: str) -> list[SaidLine]:
        return self.minutes.get(call, [])

    async def turn(self) -> None:
        """A look, and the dials that follow from it."""
        await self.calling.turn()
        work, self.unwritten = self.unwritten, []
        await asyncio.gather(*work)

    def die(self) -> None:
        """The engine dies: dials that it had ordered are made by nobody."""
        for one in self.unwritten:
            one.close()
        self.unwritten = []

    async def says(self, number: str, heard: Heard | None) -> str:
        """Who is on the line says this, or nothing, and hangs up; his call."""
        call = next(one for one, of in self.telephone.here.items() if of == number)
        if heard is not None:
            await self.results.heard(call, heard)
        del self.telephone.here[call]
        await self.results.talk_over(call)
        return call

    async def ticket(self, contact: str) -> str:
        """One that waits for its revisit."""
        ticket, task = await self.town.dispatched(contact=contact, caller_name="王小明", caller_gender="male")
        await self.town.replied(ticket, task)
        await self.town.act(LEADER, ticket, "accept")
        assert (await self.town.get(VISITOR, ticket)).stage == "revisit"
        return ticket

    async def plan(self, *, begin: bool = True, human_share: int = 0, **strategy: Any) -> PlanView:
        """One that runs."""
        said = {"title": "一般回访", "calendar": "always", **strategy}
        made = await self.strategies.create(BOSS, StrategyFields.model_validate(said))
        now = self.clock.wall()
        plan = await self.plans.create(
            BOSS,
            PlanFields(
                title="三月回访", strategy=made.id, begins_at=now, ends_at=now + timedelta(days=30),
                human_share=human_share,
            ),
        )  # fmt: skip
        return await self.plans.step(BOSS, plan.id, "start") if begin else plan

    async def attempts(self) -> Counter[str]:
        """How many attempts are written down, by number."""
        wanted = select(RevisitRow.number).join(RevisitAttemptRow, RevisitAttemptRow.revisit == RevisitRow.id)
        async with self.office.store.reading() as session:
            return Counter(await session.scalars(wanted))

    async def of(self, ticket: str) -> RevisitView:
        """The newest revisit of a ticket."""
        found = await self.revisits.find(BOSS, self.revisits.query(size=500))
        return next(one for one in found.items if one.ticket == ticket)


async def place_on(store: Store) -> RevisitPlace:
    """A place on this database, with somebody who starts plans."""
    town = await town_on(store, "revisit")
    async with store.writing() as session:
        rights = ["tickets.see", "tickets.revisit"]
        session.add(RoleRow(name="boss", title="主管", permissions=rights, reach="all", level="any", note=""))
        session.add(
            PersonRow(
                id=BOSS.person, login="boss", name="主管", organisation="city", roles=["boss"], password_hash="",
                version=1, created_at=town.clock.wall(),
            )
        )  # fmt: skip
    return RevisitPlace(town)
