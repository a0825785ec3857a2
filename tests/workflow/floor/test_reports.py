"""The floor's reports: delivered ready, and over random days what the board says and what plain SQL says."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from acd.figures.figures import QueueFigures
from acd.live.place import Offer, Overflow, Place
from acd.service import Acd, WorkItem
from acd.settings.schema import AcdSettings
from cti.base.call import Call
from cti.base.clock import VirtualClock
from cti.base.events import CallEnded, SatisfactionGiven, TalkEnded, TalkStarted
from cti.base.files import documents
from cti.base.times.business_time import ZONE
from cti.office.figures import Period
from cti.office.figures.library import FigureLibrary
from cti.office.figures.service import Figures, Value
from cti.office.reports.delivery import deliver, read_files
from cti.office.reports.service import Reports
from cti.office.reports.table import table_of
from cti.store.engine import Store
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.switch.port import DialResult
from tests.office import ROOT, a_call
from tests.workflow.floor.floor_house import AGENTS, Floor, clock_of, floor_on, leader
from tests.workflow.floor.test_books import House, _about, figures_of
from workflow.floor.books.facts import sources

FOLDER = ROOT / "workflow" / "floor"
FIGURES = sorted((FOLDER / "figures").glob("*.yaml"))
CITY, WEST = leader("city", "board.see", "reports.see"), leader("west", "board.see", "reports.see")
Reads = tuple[tuple[str, Callable[[QueueFigures], Any]], ...]
SETTINGS = {
    "queues": {
        "general": {"overflow": {"longest_wait": {"limit": 45, "to": "queue:second"}}, "threshold": 15},
        "second": {"threshold": 25, "short_abandon": 8},
        "of_east": {"organisations": ["east"], "threshold": 20},
    }
}


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_each_figure_of_the_floor_holds(path: Path) -> None:
    library = FigureLibrary()
    for source in sources(QueueTitles(), {"": "未分组"}):
        library.offer(source)
    file, findings = library.examine(documents.load(path))
    assert file is not None and findings == [] and file.name == path.stem
    assert [proof.failures for proof in library.prove(file) if proof.failures] == []


async def test_each_report_is_delivered_with_all_its_figures_to_whom_leads_people(store: Store) -> None:
    floor = await floor_on(store)
    figures = figures_of(floor)
    reports = Reports(floor.office, figures)
    await deliver(reports, FOLDER)
    for who in (CITY, WEST):
        found = await reports.find(who, reports.query(size=50))
        assert found.total == len(files := read_files(FOLDER / "reports")) == 13
        assert {one.id for one in found.items} == {one.report for one in files}
    splits, kinds = set(), Counter[str]()
    for one in found.items:
        table = await table_of(figures, CITY, one.figures, one.by, figures.period(one.period), compare=one.compare)
        assert table.left_out == [], one.title
        splits |= set(one.by)
        kinds[figures.period(one.period).kind] += 1
    assert {"half_hour", "queue", "agent", "group", "band", "rating"} <= splits
    assert min(kinds[one] for one in ("day", "week", "month")) >= 3
    nobody = leader("east", "reports.see")
    assert (await reports.find(nobody, reports.query())).total == 0, "he may count nothing of them"
    with pytest.raises(Exception, match="不存在"):
        await reports.get(nobody, "floor_queues_day")


class Days:
    """Days on the real matching, whose events go into the journal as on a running engine."""

    def __init__(self, floor: Floor, seed: int) -> None:
        self.house, self.floor, self.chance = House(floor), floor, random.Random(seed)
        self.clock: VirtualClock = clock_of(floor)
        self.acd = Acd(self.clock, AcdSettings.model_validate(SETTINGS), self.house.journal.append)
        self.acd.owner_of = lambda agent: AGENTS.get(agent, "")
        self.house.books._acd = self.acd
        self.waiting: list[tuple[Call, Place, asyncio.Task[Offer | Overflow], float]] = []
        self.talking: list[tuple[Call, Offer, float]] = []
        self.serving = Counter[str]()

    async def settle(self) -> None:
        """Steps are shorter than an offer lasts: who waits hears of each."""
        for _ in range(4):
            await asyncio.sleep(0)

    def enter(self, call: Call, queue: str, patience: float) -> None:
        item = WorkItem(call.id, "call", queue, organisation=call.organisation, region=call.region)
        place = self.acd.enqueue(item)
        self.waiting.append((call, place, asyncio.create_task(place.next()), patience))

    async def end(self, call: Call) -> None:
        call.ended_at = self.clock.wall()
        self.house.journal.save(call)
        self.house.journal.append(
            CallEnded(**_about(self.floor, call), reason="completed", seconds=1.0, answered=True)
        )  # fmt: skip

    async def step(self) -> None:
        """What has become of all since the last look."""
        await self.settle()
        for one in list(self.waiting):
            call, place, task, patience = one
            if task.done():
                self.waiting.remove(one)
                await self.led(call, place, task.result(), patience)
            elif self.clock.now() >= patience:
                self.waiting.remove(one)
                place.withdraw("abandoned")
                task.cancel()
                await self.end(call)
        for talk in list(self.talking):
            call, offer, until = talk
            if self.clock.now() >= until:
                self.talking.remove(talk)
                await self.over(call, offer)

    async def led(self, call: Call, place: Place, found: Offer | Overflow, patience: float) -> None:
        if isinstance(found, Overflow):
            self.enter(call, found.to.removeprefix("queue:"), patience)
            return
        if self.chance.random() < 0.2:
            found.failed(self.chance.choice((DialResult.REJECTED, DialResult.NO_ANSWER)))
            self.acd.request_state(found.agent, "ready")
        elif found.ringing() and found.answered():
            about = _about(self.floor, call)
            queue = found.reservation.work.queue.name
            self.house.journal.append(TalkStarted(**about, agent=found.agent, leg="a", queue=queue, waited=0.0))
            self.serving[found.agent] += 1
            self.talking.append((call, found, self.clock.now() + self.chance.uniform(20, 300)))
            return
        self.waiting.append((call, place, asyncio.create_task(place.next()), patience))

    async def over(self, call: Call, offer: Offer) -> None:
        offer.talk_ended()
        about = _about(self.floor, call)
        self.house.journal.append(TalkEnded(**about, agent=offer.agent, seconds=30.0, ended_by="agent"))
        if self.chance.random() < 0.5:
            key = self.chance.choice("12345")
            self.house.journal.append(SatisfactionGiven(**about, agent=offer.agent, key=key, score=6 - int(key)))
        await self.end(call)

    async def live(self, days: int, calls: int) -> None:
        for agent in AGENTS:
            self.acd.sign_in(agent)
        for day in range(days):
            for _ in range(calls):
                organisation = self.chance.choice(("city", "east", "west"))
                call = a_call(self.floor.office, f"1380000{self.chance.randint(0, 40):04}", organisation)
                self.house.journal.save(call)
                queue = self.chance.choice(("general", "general", "second", "of_east"))
                self.enter(call, queue, self.clock.now() + self.chance.choice((3, 6, 40, 200, 900)))
                for _ in range(self.chance.randint(1, 8)):
                    self.clock.advance(self.chance.uniform(1, 20))
                    await self.step()
                if self.chance.random() < 0.1:
                    agent = self.chance.choice(list(AGENTS))
                    self.acd.request_state(agent, self.chance.choice(("break", "ready")))
            while self.waiting or self.talking:
                self.clock.advance(20)
                await self.step()
            if day + 1 < days:
                self.clock.advance(self.chance.uniform(8, 13) * 3600)
        await self.house.journal.flushed()


def by_half_hour(days: Days) -> dict[tuple[str, str, str], QueueFigures]:
    """What the board counts, by queue, day and half hour."""
    return {
        (queue, local.strftime("%Y-%m-%d"), local.strftime("%H:%M")): figures
        for queue in days.acd.settings.queues
        for begin, figures in days.acd.statistics.intervals(queue).items()
        for local in [begin.astimezone(ZONE)]
    }


async def cells(figures: Figures, name: str, period: Period, *by: str) -> dict[tuple[str, ...], Value]:
    found = await figures.value(CITY, name, period, by=list(by))
    return {cell.by: cell.now for cell in found.cells}


async def told(session: AsyncSession, store: Store, kind: str, *keys: str) -> list[tuple[Any, ...]]:
    """How often the journal tells which values of an event, as plain SQL reads them."""
    said = "json_extract(data, '$.{}')" if store.is_sqlite else "(data::json ->> '{}')"
    columns = ", ".join(said.format(key) for key in keys)
    sql = f"SELECT {columns}, count(*) FROM events WHERE type = :kind GROUP BY {columns}"  # keys of a test
    return [tuple(row) for row in (await session.execute(text(sql), {"kind": kind})).all()]


@pytest.mark.parametrize("seed", [2, 11])
async def test_over_random_days_reports_say_what_the_board_and_plain_sql_say(store: Store, seed: int) -> None:
    days = Days(floor := await floor_on(store), seed)
    await days.house.books.begin()
    days.clock.advance(8.2 * 3600)
    await days.live(days=2, calls=90)
    days.house.books._behind = True
    await days.house.books.catch_up()
    figures, period = figures_of(floor), figures_of(floor).period("this_year")
    board = by_half_hour(days)
    by = ("queue", "day", "half_hour")
    counts: Reads = (
        ("queue_entered", lambda one: one.entered),
        ("queue_answered", lambda one: one.answered),
        ("queue_gave_up", lambda one: one.abandoned + one.short_abandoned),
        ("queue_overflowed", lambda one: one.overflowed),
        ("queue_abandoned", lambda one: one.abandoned),
        ("queue_level", lambda one: one.answered_in_time),
        ("queue_level_abandons", lambda one: one.answered_in_time + one.abandoned_in_time),
        ("queue_average_wait", lambda one: one.answered_wait),
        ("queue_longest_wait", lambda one: one.longest_wait),
    )
    for name, reads in counts:
        found = await cells(figures, name, period, *by)
        assert sum(one.numerator for one in found.values()), f"{name}: nothing was counted"
        for key, one in board.items():
            said = found[key].numerator if key in found else 0
            assert said == pytest.approx(reads(one), abs=0.001), (name, key)
        assert found.keys() <= board.keys(), name
    shares: Reads = (
        ("queue_level", lambda one: one.service_level),
        ("queue_level_abandons", lambda one: one.service_level_with_abandons),
    )
    for name, share in shares:
        found = await cells(figures, name, period, "queue")
        for queue in days.acd.settings.queues:
            whole = QueueFigures()
            for key, one in board.items():
                if key[0] == queue:
                    whole.add(one)
            assert found[queue,].value == pytest.approx(100 * share(whole)), (name, queue)
    async with store.reading() as session:
        left: dict[tuple[str, str], int] = defaultdict(int)
        for queue, reason, count in await told(session, store, "CallLeftQueue", "queue", "reason"):
            left[queue, reason] += count
        rated = dict(await told(session, store, "SatisfactionGiven", "agent"))
        talked = dict(await told(session, store, "TalkStarted", "agent"))
    for queue in days.acd.settings.queues:
        entered = (await cells(figures, "queue_entered", period, "queue"))[queue,].numerator
        assert entered == sum(count for (name, _), count in left.items() if name == queue)
        answered = (await cells(figures, "queue_answered", period, "queue"))[queue,].numerator
        assert answered == left[queue, "answered"]
        gave_up = (await cells(figures, "queue_gave_up", period, "queue"))[queue,].numerator
        assert gave_up == left[queue, "abandoned"]
    assert {key[0]: one.numerator for key, one in (await cells(figures, "agent_talks", period, "agent")).items()} == (
        talked == days.serving and talked
    )
    ratings = await cells(figures, "agent_ratings", period, "agent")
    assert {key[0]: one.numerator for key, one in ratings.items() if one.numerator} == rated
    assert days.clock.wall() - figures.period("today").since > timedelta(0)
    await days.house.journal.close()
