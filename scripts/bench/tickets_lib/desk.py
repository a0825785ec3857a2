"""Milliseconds of a ticket desk with so many tickets: lists, searches, pages, acts, timers that are due."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import func, select

from bench.database import opened
from bench.office_lib.lists import database
from bench.tickets_lib.rows import COMMON, RARE, fill
from bench.tickets_lib.town import FORM, Town
from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import MessageSettings
from cti.base.visitor import Visitor
from cti.office.citing.service import Citing
from cti.office.files.service import Files
from cti.office.forms.library import FormLibrary
from cti.office.identity.directory import Organisation
from cti.office.identity.models import OrganisationRow, PersonRow, RoleRow
from cti.office.identity.service import Identity
from cti.office.messages import Messages
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.records.finding import SearchQuery, found_in
from cti.office.timers.service import Timers
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.migration import migrate
from cti.telephony.calls import Calls
from cti.telephony.own_calls import OwnCalls
from workflow.tickets.acting import Acts
from workflow.tickets.calls.dialling import Dialling
from workflow.tickets.catalogue import Catalogue
from workflow.tickets.citations import CitationsFollow
from workflow.tickets.following import Following
from workflow.tickets.models import TicketRow
from workflow.tickets.offering import Offering
from workflow.tickets.pages.titles import Titles
from workflow.tickets.plugin import SOURCES
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.settings import TicketSettings
from workflow.tickets.tasks import TaskDutyQuery, Tasks
from workflow.tickets.telling.inside import Telling, offer
from workflow.tickets.views import TaskQuery, TicketFields, TicketQuery

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""A Monday at ten, in the hotline's city."""
RIGHTS = frozenset(
    f"tickets.{one}" for one in ("see", "register", "answer", "review", "revisit", "handle", "tag", "dispatch")
)
WHOLE = frozenset({"calls.see_numbers", "personal.see"})


def _visitor(name: str, scope: Scope, organisation: str = "city") -> Visitor:
    permissions = RIGHTS | WHOLE
    return Visitor(name, name, name, "1001", organisation, "320400", permissions=permissions, scope=scope)


AGENT, REVIEWER = _visitor("agent7", EVERYTHING), _visitor("reviewer", EVERYTHING)
UNIT = _visitor("unit3", Scope(organisations=frozenset({"unit3"})), "unit3")
WATER = _visitor("water", Scope(organisations=frozenset({"water"})), "water")


class Desk:
    """The services."""

    def __init__(self, office: Office, clock: VirtualClock) -> None:
        self.office, self.clock, self.timers = office, clock, Timers(office.store, clock, Bus())
        town = Town()
        self.cases = Cases(office.store, clock, office.audit, self.timers, town, town.working_time)
        titles = Titles(office.store, clock)
        calls = OwnCalls(cast("Calls", SimpleNamespace(find=lambda call: None)), StoredCalls(office.store))
        forms = FormLibrary(None, shipped=[ROOT / "workflow" / "tickets" / "forms"])
        for name, source in SOURCES.items():
            forms.offer(name, source)
        settings = TicketSettings(category_needed=False)
        self.tickets = Tickets(office, self.cases, forms, calls, titles, settings, "0519")
        self.acts, self.tasks = Acts(self.tickets, self.timers), Tasks(self.tickets)
        dialling = Dialling(self.tickets, lambda: None)
        self.offering = Offering(self.tickets, self.acts, Catalogue(office, titles), forms, dialling)
        messages = Messages(office.store, clock, self.timers, MessageSettings())
        offer(messages)
        office.foundations[Citing] = citing = Citing(clock, forms)
        following = Following(
            self.cases, clock, [Telling(messages, self.cases), CitationsFollow(citing)], self.tickets.indexed
        )
        self.cases.about(KIND, self.tickets.facts, following.hear, following.ahead)

    async def register(self, number: int) -> str:
        """A new ticket."""
        said = {
            "title": f"小区停水{number}",
            "content": "家中停水两天",
            "contact": f"138{number:08}",
            "type": "complaint",
        }
        return (await self.tickets.create(AGENT, TicketFields.model_validate({**said, "channel": "web"}))).id

    async def task(self, ticket: str) -> str:
        """The department's."""
        return next(one.id for one in await self.tasks.of(REVIEWER, ticket) if one.role)


async def _town_on(store: Store) -> None:
    async with store.writing() as session:
        if await session.get(PersonRow, "01WATER") is not None:
            return
        session.add(OrganisationRow(name="water", title="水务局", region="320400", parent="city"))
        session.add(RoleRow(name="at_work", title="承办", permissions=["tickets.handle"], reach="organisation",
                            level="any", note=""))  # fmt: skip
        session.add(
            PersonRow(id="01WATER", login="water", name="水务", organisation="water", roles=["at_work"],
                      password_hash="", version=1, created_at=NOW)
        )  # fmt: skip


class Lines:
    """Measures and prints, with the aim beside it."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def line(self, title: str, aim: float, work: Callable[[int], Awaitable[object]]) -> None:
        """Do it so many times: p50 and p95 by the clock, p50 and p95 of this process's CPU."""
        await work(-1)
        clock, cpu = [], []
        for number in range(self.times):
            begun, used = time.perf_counter(), time.process_time()
            await work(number)
            clock.append((time.perf_counter() - begun) * 1000)
            cpu.append((time.process_time() - used) * 1000)
        clock.sort()
        cpu.sort()
        half, most = self.times // 2, int(self.times * 0.95)
        figures = f"{clock[half]:8.1f} {clock[most]:8.1f} {cpu[half]:8.1f} {cpu[most]:8.1f}"
        print(f"{title:<50} {figures}   aim {aim:g}", flush=True)


@asynccontextmanager
async def opened_desk(url: str | None, data: Path) -> AsyncIterator[Desk]:
    """The services on an empty database: SQLite in the folder, or where `url` leads."""
    store = await opened(url, data)
    clock = VirtualClock(NOW)
    try:
        await migrate(store, [ROOT / "workflow" / "tickets"])
        identity = await Identity.open(store, Bus(), clock, Organisation("city", "市热线", "320400", None))
        await _town_on(store)
        office = Office(store, clock, identity.audit, "city", "320400", identity.lookups)
        office.foundations[Files] = Files(store, clock)
        yield Desk(office, clock)
        identity.close()
    finally:
        await store.close()


async def _bench(url: str | None, rows: int, times: int, data: Path) -> None:
    async with opened_desk(url, data) as desk:
        begun = time.monotonic()
        async with desk.office.store.reading() as session:
            known = await session.scalar(select(func.count()).select_from(TicketRow)) or 0
        if known < rows:
            await fill(desk.office.store, rows, NOW)
        print(f"{rows:,} tickets of five years in {time.monotonic() - begun:.0f} s; ms: p50, p95, CPU p50, CPU p95")
        await _lists(desk, Lines(times))
        await _acts(desk, Lines(times))
        await _timers(desk)


async def _lists(desk: Desk, lines: Lines) -> None:
    filters: dict[str, Any] = {"type": "complaint", "channel": "phone", "urgent": "true"}

    async def listed(visitor: Visitor, **query: Any) -> None:
        await desk.tickets.find(visitor, TicketQuery.model_validate(query))

    for duty in ("mine", "review", "handling", "over", "archived", ""):
        title = f"list {duty or 'all'}, three filters"
        await lines.line(title, 50, lambda _, duty=duty: listed(AGENT, duty=duty, **filters))  # type: ignore[misc] # bound now
    for duty in ("sign", "handle", "done"):
        await lines.line(
            f"tasks of a department, {duty}", 50,
            lambda _, duty=duty: desk.tasks.find(UNIT, duty, TaskQuery()),  # type: ignore[misc] # bound now
        )  # fmt: skip
    await lines.line(
        "count of a list in the menu", 50, lambda _: desk.tasks.count(UNIT, TaskDutyQuery(duty="handle"), 100)
    )
    for words, title, aim in ((RARE, "a rare word", 100), (COMMON, "a word of most", 500)):
        await lines.line(
            f"search, {title}", aim,
            lambda _, words=words: found_in(desk.office, REVIEWER, SearchQuery(words=words)),  # type: ignore[misc] # bound now
        )  # fmt: skip
        await lines.line(f"list found by {title}", aim, lambda _, words=words: listed(AGENT, search=words))  # type: ignore[misc] # bound now


async def _acts(desk: Desk, lines: Lines) -> None:
    """New tickets among them, each through its acts."""
    made = [await desk.register(number) for number in range(lines.times + 1)]

    async def act(visitor: Visitor, number: int, action: str, **form: Any) -> None:
        await desk.acts.act(visitor, made[number], action, {**FORM, **form})

    async def at_task(number: int, action: str, **form: Any) -> None:
        await desk.acts.act(WATER, made[number], action, {**FORM, **form}, tasks[number])

    await lines.line("open a page: the ticket and what may be done", 50, lambda number: _page(desk, made[number]))
    await lines.line("act: submit", 30, lambda number: act(AGENT, number, "submit"))
    await lines.line("act: dispatch", 30, lambda number: act(REVIEWER, number, "dispatch", lead="water"))
    tasks = [await desk.task(one) for one in made]
    await lines.line("act: sign", 30, lambda number: at_task(number, "sign"))
    await lines.line("act: reply", 30, lambda number: at_task(number, "reply"))
    await lines.line("act: accept", 30, lambda number: act(REVIEWER, number, "accept"))


async def _page(desk: Desk, ticket: str) -> None:
    await desk.tickets.get(REVIEWER, ticket)
    await desk.offering.offers(REVIEWER, ticket)


async def _timers(desk: Desk, cards: int = 2_000) -> None:
    """A minute in which so many cards are due."""
    for number in range(cards):
        await desk.acts.act(AGENT, await desk.register(100_000 + number), "submit", {})
    desk.clock.advance(timedelta(days=4).total_seconds())
    begun, used = time.perf_counter(), time.process_time()
    while (kind := await desk.timers._first_due()) is not None:
        await desk.timers._go_off(kind)
    clock, cpu = time.perf_counter() - begun, time.process_time() - used
    print(f"{cards:,} tickets' warnings and cards due at once: {clock:.1f} s, CPU {cpu:.1f} s   aim 1 s", flush=True)


def desk(rows: int, times: int, *, postgresql: bool, keep: Path | None = None) -> None:
    """Fill a database in a scratch folder, or in one to keep unless it is full, and measure."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as scratch:
        data = keep or Path(scratch)
        data.mkdir(parents=True, exist_ok=True)
        with database(postgresql, keep / "server" if keep is not None else None) as url:
            asyncio.run(_bench(url, rows, times, data))
