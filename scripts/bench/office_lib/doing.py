"""What it costs to do things: a step of a case, timers due in a minute, people who are told, letters that leave."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bench.database import opened
from bench.office_lib.lists import database, measured
from cti.base.bus import Bus
from cti.base.clock import LoopClock, VirtualClock
from cti.base.files import documents
from cti.base.settings import MessageSettings
from cti.base.times.calendars import SEEDED, Calendars
from cti.base.times.working_time import WorkingTime
from cti.base.visitor import system
from cti.office.identity.directory import Organisation
from cti.office.identity.models import PersonRow
from cti.office.identity.service import Identity
from cti.office.messages import Messages, Persons, Text
from cti.office.messages.channels.description import ChannelDescription
from cti.office.messages.channels.port import Accepted, Carries, Letter
from cti.office.messages.deliveries import Posting
from cti.office.messages.inbox import Inbox
from cti.office.messages.outbox import Outbox
from cti.office.messages.templates import Said
from cti.office.processes.case import Actor, Moved
from cti.office.processes.definition import Process
from cti.office.processes.service import Cases
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.models import TimerRow
from cti.office.timers.service import Timers
from cti.store.engine import Store
from cti.store.migration import migrate

TIMERS, MINUTE = 10_000, 60
PEOPLE = 500
LETTERS = 10_000
HOUSE = system("bench")
PROCESS = """\
process: slip
title: 单据
about: slip
start: begun
clocks:
  handle: {title: 办理时限, during: [begun, handling], limits: {amount: 3, unit: working_days}}
  check: {title: 审核时限, during: [checking], limits: {amount: 1, unit: working_days}}
steps:
  begun: {title: 登记, who: {permission: edit}, actions: {give: {title: 交办, next: handling}}}
  handling: {title: 办理, who: {permission: edit}, actions: {reply: {title: 答复, next: checking}}}
  checking: {title: 审核, who: {permission: edit}, actions: {back: {title: 退回, next: handling}}}
"""


class OneProcess:
    """The definitions: there is one process, and whoever asks may do everything."""

    def __init__(self) -> None:
        self._process = documents.parse(PROCESS, "slip.yaml").validate(Process)
        self._calendars = Calendars.load(SEEDED)
        self._times: dict[tuple[str, str], WorkingTime] = {}

    def current(self, process: str, region: str) -> tuple[Process, int]:
        """The one."""
        return self._process, 1

    def revision(self, process: str, revision: int) -> Process:
        """There is one."""
        return self._process

    def working_time(self, calendar: str, region: str, organisation: str = "") -> WorkingTime:
        """As delivered, with its holidays."""
        if (calendar, region) not in self._times:
            self._times[calendar, region] = self._calendars.working_time(calendar, region)
        return self._times[calendar, region]


async def _steps(store: Store, identity: Identity, times: int) -> None:
    clock, one = LoopClock(), OneProcess()
    cases = Cases(store, clock, identity.audit, Timers(store, clock, Bus()), one, one.working_time)

    async def facts(session: AsyncSession, record: str) -> dict[str, Any]:
        return {}

    async def hear(session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """Nothing follows."""

    cases.about("slip", facts, hear)
    async with store.writing() as session:
        opened_one = await cases.open(session, HOUSE, "slip", "slip", "01SLIP", organisation="city", region="320400")
        root = opened_one.root
    async with store.reading() as session:
        # Whoever acts has looked before; what the house remembers of that is there for every step.
        await cases.offers(session, HOUSE, root)
    turns = ["give"]

    async def step() -> None:
        action = turns.pop()
        turns.append("back" if action == "reply" else "reply")
        async with store.writing() as session:
            await cases.act(session, HOUSE, root, action, {})

    await measured("a step of a case, with its clocks and audit (aim 20)", times * 5, step)
    cases.close()


async def _timers(store: Store) -> None:
    clock = VirtualClock()
    timers, gone = Timers(store, clock, Bus()), list[str]()

    async def go_off(session: AsyncSession, due: Sequence[Due]) -> None:
        gone.extend(one.key for one in due)

    timers.register(TimerKind("bench", "bench", go_off))
    begin = clock.wall()
    rows = [
        {"kind": "bench", "key": f"k{number}", "due_at": begin + timedelta(seconds=number * MINUTE / TIMERS),
         "data": "{}", "tries": 0, "last_error": ""}
        for number in range(TIMERS)
    ]  # fmt: skip
    async with store.writing() as session:
        await session.execute(insert(TimerRow), rows)
    used, began = time.process_time(), time.perf_counter()
    await timers.start()
    for _ in range((MINUTE + 1) * 100):
        clock.advance(0.01)
        await asyncio.sleep(0)
        while timers.is_looking:
            await asyncio.sleep(0.0005)
    share = (time.process_time() - used) / MINUTE * 100
    await timers.stop()
    assert len(gone) == TIMERS, len(gone)
    took = time.perf_counter() - began
    print(f"{TIMERS:,} timers due in a minute: {share:.1f} % of a core (aim 5), {took:.1f} s of work by the clock")


async def _bells(store: Store, times: int) -> None:
    clock = LoopClock()
    messages = Messages(store, clock, Timers(store, clock, Bus()), MessageSettings())
    messages.templates.add_kind("note", "通知")
    inbox, people = Inbox(store, clock), [f"p{number:025}" for number in range(PEOPLE)]
    now = clock.wall()
    async with store.writing() as session:
        rows = [
            {"id": one, "login": one, "name": one, "organisation": "city", "roles": ["agent"], "password_hash": "x",
             "created_at": now, "version": 1}
            for one in people
        ]  # fmt: skip
        await session.execute(insert(PersonRow), rows)

    async def tell() -> None:
        async with store.writing() as session:
            await messages.tell(session, [Persons(tuple(people))], Text("note", "台风预警", "请各岗位做好准备"))
        await inbox.counts(people)

    await measured(f"{PEOPLE} people told, and their bells counted (aim 200)", times, tell)
    messages.close()


class _Takes:
    """A channel that takes every letter at once."""

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, letter: Letter) -> Accepted:
        """Counted."""
        self.sent += 1
        return Accepted(str(self.sent))

    async def close(self) -> None:
        """There is nothing to let go of."""


async def _letters(store: Store) -> None:
    clock, channel = VirtualClock(), _Takes()
    outbox = Outbox(store, clock, Bus(), lambda described, _: channel)
    sms = {"title": "短信", "carries": "sms", "http": {"url": "http://127.0.0.1:9/", "json": {}}}
    await outbox.configure({"sms": ChannelDescription.model_validate({**sms, "at_once": 100, "per_second": 1000})})
    posting = Posting(Carries.SMS, "+8613800000001", Said("note", "停电", "明天停电", "明天停电"), "city", "320400")
    used, began = time.process_time(), time.perf_counter()
    async with store.writing() as session:
        for _ in range(LETTERS):
            await outbox.post(session, posting)
    posted, in_one = time.process_time() - used, time.perf_counter() - began
    used, longest = time.process_time(), 0.0
    await outbox.start()
    (sender,) = outbox.senders.values()
    while channel.sent < LETTERS:
        clock.advance(0.1)
        await asyncio.sleep(0)
        while sender.is_looking:
            await asyncio.sleep(0.0005)
        began = time.perf_counter()
        async with store.writing():
            longest = max(longest, time.perf_counter() - began)
    await outbox.stop()
    sent = time.process_time() - used
    print(
        f"{LETTERS:,} letters at once: posted in one transaction of {in_one:.1f} s ({posted / LETTERS * 1000:.2f} ms "
        f"of CPU each), sent with {sent / LETTERS * 1000:.2f} ms each; another writer waits {longest * 1000:.0f} ms"
    )


async def _bench(url: str | None, times: int, data: Path) -> None:
    store = await opened(url, data)
    await migrate(store)
    identity = await Identity.open(store, Bus(), LoopClock(), Organisation("city", "市热线", "320400", None))
    print("milliseconds: p50, p95 by the clock, p50, p95 of CPU")
    await _steps(store, identity, times)
    await _bells(store, times)
    await _timers(store)
    await _letters(store)
    identity.close()
    await store.close()


def doing(times: int, *, postgresql: bool) -> None:
    """Measure in a scratch folder."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, database(postgresql) as url:
        asyncio.run(_bench(url, times, Path(folder)))
