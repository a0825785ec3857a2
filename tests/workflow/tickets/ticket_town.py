"""The ticket desk on a database: a city with two counties, departments and their people, from a Monday on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import func, select

from cti.base.bus import Bus
from cti.base.call import Call
from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.base.settings import AccountSettings, MessageSettings
from cti.base.visitor import Visitor, system
from cti.office.citing.service import Citing
from cti.office.files.service import Files
from cti.office.form_drafts import FormDrafts
from cti.office.forms.library import FormLibrary
from cti.office.identity.directory import Organisation, scope_of
from cti.office.identity.models import PersonRow, RoleRow
from cti.office.identity.permissions import Reach
from cti.office.identity.service import Identity
from cti.office.messages import Messages
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.timers.models import TimerRow
from cti.office.timers.service import Timers
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.telephony.calls import Calls
from cti.telephony.own_calls import OwnCalls
from cti.testing.tables import migrated
from softphone.dial_out import DialOut, Ended
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.office import ROOT, cheap_passwords
from tests.workflow.tickets.delivered import Delivered
from tests.workflow.tickets.ticket_desk import EVERY_FORM, TIME
from workflow.tickets.acting import Acts
from workflow.tickets.calls.dialling import Dialling
from workflow.tickets.calls.told import CallsOfTicket
from workflow.tickets.catalogue import Catalogue
from workflow.tickets.categories import Categories
from workflow.tickets.citations import CitationsFollow
from workflow.tickets.desk.alike import AlikeTickets
from workflow.tickets.desk.history import History
from workflow.tickets.desk.registration import Registration
from workflow.tickets.following import Following
from workflow.tickets.merging import MERGED
from workflow.tickets.offering import Offering
from workflow.tickets.pages.timeline import TicketEvents
from workflow.tickets.pages.titles import Titles
from workflow.tickets.plugin import SOURCES
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.settings import TicketSettings
from workflow.tickets.tasks import Tasks
from workflow.tickets.telling.inside import Telling, offer
from workflow.tickets.views import TicketFields, TicketView

ORGANISATIONS = {
    name: Organisation(name, title, region, parent)
    for name, title, region, parent in (
        ("city", "市热线", "320400", None),
        ("water", "水务局", "320400", "city"),
        ("mains", "供水公司", "320400", "water"),
        ("roads", "市政局", "320400", "city"),
        ("east", "东县热线", "320404", "city"),
        ("east_roads", "东县市政局", "320404", "east"),
        ("west", "西县热线", "320411", "city"),
        ("west_roads", "西县市政局", "320411", "west"),
    )
}
HOTLINE = (
    "see", "register", "answer", "dispatch", "report", "edit", "tag", "review", "chief", "difficult", "merge", "lead",
    "void", "reopen", "revisit", "enterprise", "export", "catalogue",
    "limits",
)  # fmt: skip
WELL_DONE = "已到现场维修，当日恢复供水"


def who(
    name: str, organisation: str, *rights: str, reach: Reach = Reach.SUBTREE, more: tuple[str, ...] = ()
) -> Visitor:
    """Somebody with these rights of tickets, and more of the house."""
    home = ORGANISATIONS[organisation]
    scope = scope_of(reach, name, home, ORGANISATIONS)
    permissions = frozenset({*(f"tickets.{one}" for one in rights), *more})
    return Visitor(
        f"01{name}", name, name, "1001", organisation, home.region, permissions=permissions, scope=scope,
        address="10.0.0.9", session=f"at the desk of {name}",
    )  # fmt: skip


WHOLE = ("calls.see_numbers", "personal.see")
AGENT = who("agent", "city", "see", "register", "answer", "dispatch", "tag", "revisit", reach=Reach.OWN, more=WHOLE)
REVIEWER = who("reviewer", "city", "see", "review", "merge", "tag", reach=Reach.ALL)
OTHER_REVIEWER = replace(REVIEWER, person="01other", login="other", name="other")
LEADER = who("leader", "city", *HOTLINE, "confidential", reach=Reach.ALL, more=WHOLE)
VISITOR = who("visitor", "city", "see", "revisit", reach=Reach.ALL)
WATER, MAINS = who("water", "water", "see", "handle"), who("mains", "mains", "see", "handle")
ROADS = who("roads", "roads", "see", "handle", more=WHOLE)
EAST = who("east", "east", *HOTLINE, "handle", reach=Reach.REGION, more=WHOLE)
WEST = who("west", "west", *HOTLINE, "handle", reach=Reach.REGION, more=WHOLE)
EAST_ROADS = who("east_roads", "east_roads", "see", "handle")


class NoCalls:
    """No call goes on, unless a test says so."""

    def __init__(self) -> None:
        self.here: dict[str, Call] = {}
        self.of: dict[str, Call] = {}
        self.engagements = SimpleNamespace(with_call=self._with)

    def _with(self, call: str) -> list[Any]:
        return [SimpleNamespace(agent=agent) for agent, one in self.of.items() if one.id == call]

    def talk(self, call: Call, agent: str = "1001") -> Call:
        """An agent talks in a call."""
        self.here[call.id] = self.of[agent] = call
        call.agents.append(agent)
        return call

    def over(self, call: Call) -> None:
        """The call has ended, and is in the books only."""
        self.here.pop(call.id)
        self.of = {agent: one for agent, one in self.of.items() if one is not call}

    @property
    def open(self) -> list[Call]:
        return list(self.here.values())

    def find(self, call: str) -> Call | None:
        return self.here.get(call)

    def of_agent(self, agent: str) -> Call | None:
        return self.of.get(agent)


class TicketTown:
    """All services of the plugin."""

    def __init__(self, office: Office, clock: VirtualClock, **settings: Any) -> None:
        self.office, self.clock = office, clock
        self.timers = Timers(office.store, clock, Bus())
        delivered = Delivered()
        self.cases = Cases(office.store, clock, office.audit, self.timers, delivered, lambda *_: TIME)
        self.titles = Titles(office.store, clock)
        self.calls = NoCalls()
        calls = OwnCalls(cast("Calls", self.calls), StoredCalls(office.store))
        area = "0519"
        forms = FormLibrary(None, shipped=[ROOT / "workflow" / "tickets" / "forms"])
        for name, source in SOURCES.items():
            forms.offer(name, source)
        self.tickets = Tickets(office, self.cases, forms, calls, self.titles, TicketSettings(**settings), area)
        self.acts = Acts(self.tickets, self.timers)
        self.categories, self.catalogue = Categories(office), Catalogue(office, self.titles)
        self.tasks = Tasks(self.tickets)
        self.messages = Messages(office.store, clock, self.timers, MessageSettings())
        offer(self.messages)
        telling = Telling(self.messages, self.cases)
        self.history = History(self.tickets, telling, area)
        self.alikes = AlikeTickets(self.tickets)
        self.dialled: list[tuple[str, str]] = []
        self.ends: dict[str, Ended] = {}
        """What hears that a call came to nothing."""
        self.dialling = Dialling(self.tickets, lambda: cast("DialOut", SimpleNamespace(dial=self._dial)))
        self.offering = Offering(self.tickets, self.acts, self.catalogue, forms, self.dialling)
        self.drafts = FormDrafts(office.store, clock)
        self.desk = Registration(self.tickets, self.acts, self.history, self.catalogue, self.drafts)
        self.citing = Citing(clock, forms)
        office.foundations[Citing] = self.citing
        office.timelines.add(TicketEvents(self.tickets, forms), KIND)
        office.timelines.add(CallsOfTicket(self.tickets), KIND)
        office.timelines.add(MERGED, KIND)
        following = Following(self.cases, clock, [telling, CitationsFollow(self.citing)], self.tickets.indexed)
        self.cases.about(KIND, self.tickets.facts, following.hear, following.ahead)

    def _dial(self, visitor: Visitor, number: str, tell: Ended) -> str:
        self.dialled.append((visitor.name, number))
        self.ends[call := new_id()] = tell
        return call

    async def add(self, visitor: Visitor = AGENT, **said: Any) -> TicketView:
        filled = {"title": "小区停水", "content": "家中停水两天", "contact": "13800000001", "type": "complaint", **said}
        return await self.tickets.create(visitor, TicketFields.model_validate(filled))

    async def act(self, visitor: Visitor, ticket: str, action: str, task: str = "", **form: Any) -> None:
        await self.acts.act(visitor, ticket, action, {**EVERY_FORM, **form}, task)

    async def task(self, ticket: str, unit: str) -> str:
        async with self.office.store.reading() as session:
            row = await self.tickets.row(session, LEADER, ticket)
            family = (await self.cases.family(session, row.case)).cases
        return [one.id for one in family.values() if one.holder == unit and one.parent][-1]

    async def get(self, visitor: Visitor, ticket: str) -> TicketView:
        return await self.tickets.get(visitor, ticket)

    async def dispatched(self, lead: str = "water", visitor: Visitor = AGENT, **more: Any) -> tuple[str, str]:
        """A ticket in the hands of departments, and the lead's task."""
        said = {key: more.pop(key) for key in list(more) if key in TicketFields.model_fields}
        ticket = (await self.add(visitor, **said)).id
        await self.act(visitor, ticket, "submit")
        await self.act(LEADER, ticket, "dispatch", lead=lead, **more)
        return ticket, await self.task(ticket, lead)

    async def replied(self, ticket: str, task: str, visitor: Visitor = WATER) -> None:
        await self.act(visitor, ticket, "sign", task)
        await self.act(visitor, ticket, "reply", task, answer=WELL_DONE, contacted=True)

    async def duty(self, visitor: Visitor, duty: str) -> list[str]:
        found = await self.tickets.find(visitor, self.tickets.query.model_validate({"duty": duty}))
        return [one.id for one in found.items]

    async def offered(self, visitor: Visitor, ticket: str) -> dict[str, list[str]]:
        found = await self.acts.offers(visitor, ticket)
        return {case: [one.action for one in offers if not one.refused] for case, offers in found.items()}

    async def wait(self, seconds: float) -> None:
        """Let time pass, and all that is due go off in its order."""
        end = self.clock.wall() + timedelta(seconds=seconds)
        while True:
            while (kind := await self.timers._first_due()) is not None:
                await self.timers._go_off(kind)
            async with self.office.store.reading() as session:
                due = await session.scalar(select(func.min(TimerRow.due_at)))
            if due is None or due > end:
                break
            self.clock.advance((due - self.clock.wall()).total_seconds())
        self.clock.advance((end - self.clock.wall()).total_seconds())


async def identity_on(store: Store, clock: VirtualClock, *more: str) -> Identity:
    """`more` are permissions of other modules."""
    titles = {**{f"tickets.{one}": one for one in (*HOTLINE, "handle")}, **dict.fromkeys(more, "")}
    settings = AccountSettings(second_factor="roles")
    return await Identity.open(store, Bus(), clock, ORGANISATIONS["city"], titles, cheap_passwords(), settings=settings)


async def people_on(store: Store) -> None:
    """Somebody in each organisation who may handle work: to others none can be given."""
    async with store.writing() as session:
        rights = ["tickets.handle", "tickets.review"]
        session.add(
            RoleRow(name="at_work", title="承办", permissions=rights, reach="organisation", level="any", note="")
        )
        for name in ORGANISATIONS:
            session.add(
                PersonRow(
                    id=f"01AT{name}", login=f"at_{name}", name=name, organisation=name, roles=["at_work"],
                    password_hash="", version=1, created_at=at(MONDAY, "08:00"),
                )
            )  # fmt: skip


async def town_on(store: Store, *plugins: str, **settings: Any) -> TicketTown:
    """With the tables of more plugins."""
    await migrated(store, [ROOT / "workflow" / name for name in ("tickets", *plugins)])
    clock = VirtualClock(at(MONDAY, "10:00"))
    identity = await identity_on(store, clock)
    identity.close()
    for one in ORGANISATIONS.values():
        if one.parent is not None:
            await identity.organisations.add(system("test"), one)
    await people_on(store)
    office = Office(store, clock, identity.audit, "city", "320400", identity.lookups)
    office.foundations[Files] = Files(store, clock)
    return TicketTown(office, clock, **settings)
