"""`python -m trials.analysis.year TICKETS CALLS`: a whole engine on a clock that is told the time; see `passing.py`."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import delete, select

from cti.base.clock import LoopClock
from cti.base.refusal import NotFound
from cti.base.settings import Settings
from cti.base.visitor import Visitor
from cti.office.identity.directory import visitor_of
from cti.office.identity.models import PersonRow
from cti.office.timers.models import TimerRow
from cti.office.timers.service import Timers
from cti.process.app import Engine, engine
from cti.store.engine import Store
from cti.telephony.switch.scripted_installation import ScriptedInstallation
from trials.analysis.stories import Story, following, stories
from trials.analysis.told_calls import Told, calls, tell
from trials.analysis.told_clock import ToldClock
from trials.analysis.town import fill
from trials.api import signed_in
from trials.house import PASSWORD
from workflow.tickets.acting import Acts
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketFields

DAYS = 365
MOST_APART = timedelta(days=1)
"""Timers of the house go off at least so often."""
Work = Callable[[], Awaitable[None]]


class Year:
    """What is to be done, by when; each act puts the following one on the list."""

    def __init__(self, running: Engine, clock: ToldClock, until: datetime) -> None:
        self._running, self._clock, self._until = running, clock, until
        need = running.services.need
        self._timers, self._tickets, self._acts, self._store = need(Timers), need(Tickets), need(Acts), need(Store)
        self._todo: list[tuple[datetime, int, Work]] = []
        self._number = itertools.count()
        self._people: dict[str, Visitor] = {}
        self._dice = random.Random(1)  # noqa: S311 # the same year at each trial
        self.done: Counter[str] = Counter()
        self.passed_over: Counter[str] = Counter()
        """Acts that were not offered any more when their time had come."""

    def plan(self, at: datetime, work: Work) -> None:
        """To be done then, unless the year is over."""
        if at <= self._until:
            heapq.heappush(self._todo, (at, next(self._number), work))

    async def run(self) -> None:
        """All of it, in the order of time."""
        await self._know()
        async with self._store.writing() as session:
            # What the house does every day or minute is not what is tried here, and would take most of the time.
            await session.execute(delete(TimerRow))
        while self._todo:
            at, _, work = heapq.heappop(self._todo)
            while at - self._clock.wall() > MOST_APART:
                await self._clock.move(self._clock.wall() + MOST_APART, self._timers)
            await self._clock.move(at, self._timers)
            await work()
        await self._clock.move(self._until, self._timers)

    async def _know(self) -> None:
        async with self._store.reading() as session:
            for person in (await session.scalars(select(PersonRow))).all():
                found = await visitor_of(session, person.id)
                assert found is not None
                self._people[person.login] = found

    def registers(self, story: Story) -> Work:
        """The first of its acts."""

        async def work() -> None:
            agent = self._people[story.agent]
            made = await self._tickets.create(agent, TicketFields.model_validate(story.said))
            self.done["register"] += 1
            self._next(story, made.id, 0)

        return work

    def _next(self, story: Story, ticket: str, number: int) -> None:
        if number < len(story.acts):
            at = following(self._dice, self._clock.wall(), story.acts[number])
            self.plan(at, lambda: self._act(story, ticket, number))

    async def _act(self, story: Story, ticket: str, number: int) -> None:
        act = story.acts[number]
        visitor = self._people[act.who]
        try:
            offers = await self._acts.offers(visitor, ticket)
        except NotFound:
            # It is with somebody else meanwhile.
            offers = {}
        case = [
            case for case, all in offers.items() if any(one.action == act.action and not one.refused for one in all)
        ]
        if case:
            await self._acts.act(visitor, ticket, act.action, act.form, case[-1])
            self.done[act.action] += 1
        else:
            self.passed_over[act.action] += 1
        self._next(story, ticket, number + 1)


async def _rings(running: Engine, call: Told) -> None:
    tell(call, running.bus, running.journal, "switch-1")


async def main(tickets: int, told: int) -> None:
    """Let it pass."""
    settings = Settings.load(Path(os.environ["HOTLINE_DATA"]))
    broker = settings.house.broker.model_copy(update={"enabled": False})
    settings.house = settings.house.model_copy(update={"broker": broker})
    until = LoopClock().wall()
    begin = until - timedelta(days=DAYS)
    clock = ToldClock(begin)
    used = time.process_time()
    async with engine(settings, installation=ScriptedInstallation(), clock=clock) as running:
        async with signed_in(f"http://127.0.0.1:{running.web.port}", "admin", PASSWORD) as admin:
            categories = await fill(admin, PASSWORD)
        year = Year(running, clock, until)
        for story in stories(tickets, begin, until, categories):
            year.plan(story.at, year.registers(story))
        for call in calls(told, begin, until):
            year.plan(call.at, partial(_rings, running, call))
        await year.run()
        await running.journal.flushed()
        await asyncio.sleep(3)
    acts = ", ".join(f"{count} {name}" for name, count in year.done.most_common())
    print(f"year: {told} calls; {acts}; CPU {time.process_time() - used:.0f} s")
    print(f"year: not offered when their time had come: {dict(year.passed_over)}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
