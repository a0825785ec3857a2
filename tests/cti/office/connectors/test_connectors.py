"""Other systems: said once however often it is tried, nothing without the owner's switch, heard once, replayed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.settings import ConnectorSettings
from cti.office.connectors.call_log import CallLog, Wanted, shown_fields
from cti.office.connectors.description import ConnectorDescription
from cti.office.connectors.models import ConnectorCallRow
from cti.office.connectors.port import Answer, OtherSideFails, OtherSideRefuses, Request
from cti.office.connectors.service import Connectors, Heard, Saying, Unready
from cti.office.identity.audit.trail import Audit
from cti.office.mappings import MappingLibrary
from cti.store.engine import Store
from tests.office import BOSS, EAST, visitor

OPEN = ConnectorSettings(allowed=True)
RESULT = "mapping: result\ntitle: 结果\nfields: {eventId: external, state: {of: state, as: {done: 3}}}\n"


class Scripted:
    """Another system that does as it is told."""

    def __init__(self) -> None:
        self.fails = 0
        self.refuses = ""
        self.slow = 0.0
        self.requests: list[Request] = []
        self.tries = 0
        self.most = self._now = 0

    async def call(self, request: Request) -> Answer:
        self.tries += 1
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await asyncio.sleep(self.slow)
            if self.fails:
                self.fails -= 1
                raise OtherSideFails("HTTP 503", Answer(503, "later"))
            if self.refuses:
                raise OtherSideRefuses(self.refuses, Answer(400, "no"))
            self.requests.append(request)
            return Answer(200, '{"code": 0}')
        finally:
            self._now -= 1

    async def close(self) -> None:
        pass


def described(name: str = "brain", **values: Any) -> ConnectorDescription:
    given: dict[str, Any] = {
        "connector": name, "title": "城市大脑", "port": "scripted",
        "verbs": {"handled": {"mapping": "result"}, "changed": {}}, "hears": {"ticket.changed": "changed"},
        "incoming": {"signature": {"hmac": "a-secret-of-sixteen"}, "kind": "event"},
    }  # fmt: skip
    return ConnectorDescription.model_validate({**given, **values})


class House:
    """Connectors on a store and virtual time, with one other system that is scripted."""

    def __init__(self, store: Store, data: Path, settings: ConnectorSettings = OPEN) -> None:
        self.store, self.clock, self.bus = store, VirtualClock(), Bus()
        self.alarms: list[str] = []
        self.bus.subscribe(AlarmRaised, lambda event: self.alarms.append(f"+{event.name}"))
        self.bus.subscribe(AlarmCleared, lambda event: self.alarms.append(f"-{event.name}"))
        self.side = Scripted()
        self.mappings = MappingLibrary(data / "mappings")
        self.mappings.publish(RESULT, name="result", author="test", message="x")
        self.log = CallLog(store, self.clock, Audit(store, self.clock), self.begin(settings))

    def begin(self, settings: ConnectorSettings = OPEN) -> Connectors:
        """A fresh engine's service."""
        house = ("city", "320400")
        self.connectors = Connectors(self.store, self.clock, self.bus, self.mappings, house, settings)
        self.connectors.offer_port("scripted", lambda one, clock: self.side)
        return self.connectors

    async def open(self, *several: ConnectorDescription) -> None:
        await self.connectors.configure({one.connector: one for one in several or [described()]})
        await self.connectors.start()

    async def say(self, key: str = "k1", verb: str = "handled", **fields: Any) -> str:
        async with self.store.writing() as session:
            saying = Saying({"external": "E1", "state": "done", **fields}, key, "ticket:1", "city", "320400")
            return await self.connectors.post(session, "brain", verb, saying)

    async def settle(self) -> None:
        still = 0
        while still < 3:
            await asyncio.sleep(0.002)
            lines = [line for one in self.connectors.all.values() for line in (one.out, one.into)]
            still = 0 if any(one._lookout.is_looking for one in lines) else still + 1

    async def wait(self, seconds: float, step: float = 10) -> None:
        for _ in range(int(seconds // step)):
            self.clock.advance(step)
            await self.settle()

    async def rows(self) -> list[ConnectorCallRow]:
        async with self.store.reading() as session:
            return list(await session.scalars(select(ConnectorCallRow).order_by(ConnectorCallRow.id)))

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]


@pytest.fixture
async def house(store: Store, tmp_path: Path) -> AsyncIterator[House]:
    made = House(store, tmp_path)
    await made.open()
    yield made
    await made.connectors.stop()


async def test_what_is_said_leaves_mapped_once_its_transaction_is_committed(house: House) -> None:
    id = await house.say()
    assert await house.say() == id
    await house.settle()
    (request,) = house.side.requests
    assert (request.id, request.fields, request.ours["state"]) == (id, {"eventId": "E1", "state": 3}, "done")
    (row,) = await house.rows()
    assert (row.state, row.status, row.answer, row.tries) == ("done", 200, '{"code": 0}', 1)
    with pytest.raises(RuntimeError):
        async with house.store.writing() as session:
            await house.connectors.post(session, "brain", "handled", Saying({}, "k2", "", "city", "320400"))
            raise RuntimeError
    await house.settle()
    assert len(house.side.requests) == 1


async def test_nothing_leaves_while_the_owners_switch_is_off(store: Store, tmp_path: Path) -> None:
    house = House(store, tmp_path, ConnectorSettings())
    await house.open()
    await house.say()
    await house.wait(120)
    with pytest.raises(Unready, match="没有打开"):
        await house.connectors.try_out("brain", "handled", {})
    assert house.side.tries == 0 and await house.states() == ["waiting"]
    house.connectors.take_settings(OPEN)
    await house.settle()
    assert await house.states() == ["done"]
    await house.connectors.stop()


async def test_another_side_that_is_dead_for_an_hour_gets_all_of_it_afterwards_each_once(house: House) -> None:
    house.side.fails = 10_000
    ids = [await house.say(f"k{count}") for count in range(12)]
    await house.wait(3600, step=30)
    assert house.alarms == ["+connector:brain:out"] and house.side.tries < 60
    house.side.fails = 0
    await house.wait(3600, step=60)
    assert {one.id for one in house.side.requests} == set(ids) and len(house.side.requests) == 12
    assert set(await house.states()) == {"done"} and house.alarms[-1] == "-connector:brain:out"


async def test_an_engine_killed_between_commit_and_answer_says_it_again_under_the_same_id(house: House) -> None:
    house.side.slow = 30
    id = await house.say()
    async with asyncio.timeout(20):
        while not house.side.tries:
            await asyncio.sleep(0.01)
    assert await house.states() == ["working"]
    await house.connectors.stop()  # the try is cancelled: nobody writes down what became of it
    house.side.slow = 0
    house.begin()
    await house.open()
    await house.settle()
    assert await house.states() == ["working"]
    await house.wait(120)
    assert [one.id for one in house.side.requests] == [id] and await house.states() == ["done"]


async def test_many_at_once_go_side_by_side_and_a_refusal_stops_no_other(house: House) -> None:
    house.side.slow = 0.001
    async with house.store.writing() as session:
        for count in range(300):
            saying = Saying({"external": f"E{count}", "state": "done"}, f"k{count}", "", "city", "320400")
            await house.connectors.post(session, "brain", "handled", saying)
    await house.settle()
    assert len({one.id for one in house.side.requests}) == 300 and 2 <= house.side.most <= 8
    house.side.refuses = "HTTP 400"
    await house.say("bad")
    await house.say("unmapped", state="unknown")
    await house.settle()
    failed = [row for row in await house.rows() if row.state == "failed"]
    assert {row.last_error[:4] for row in failed} == {"HTTP", "字段对照"} and house.alarms == []


async def test_who_hears_of_something_is_told_of_its_own_rows(house: House) -> None:
    await house.open(described(), described("east", organisation="east"), described("deaf", hears={}))
    for organisation in ("east", "west"):
        async with house.store.writing() as session:
            saying = Saying({}, f"t-{organisation}", "ticket:1", organisation, "320404")
            await house.connectors.tell(session, "ticket.changed", saying)
    found = sorted((row.connector, row.organisation) for row in await house.rows())
    assert found == [("brain", "east"), ("brain", "west"), ("east", "east")]


async def test_a_failed_call_is_tried_again_and_one_that_was_done_is_said_anew(house: House) -> None:
    house.side.refuses = "HTTP 422"
    id = await house.say()
    await house.settle()
    house.side.refuses = ""
    house.connectors.take_settings(ConnectorSettings())
    await house.log.replay(BOSS, id)
    with pytest.raises(Conflict, match="not_ended"):
        await house.log.replay(BOSS, id)
    house.connectors.take_settings(OPEN)
    await house.settle()
    assert [one.id for one in house.side.requests] == [id]
    await house.log.replay(BOSS, id)
    await house.settle()
    first, second = await house.rows()
    assert [one.id for one in house.side.requests] == [id, second.id] and second.repeats == first.id
    assert (second.sender, second.fields) == (BOSS.name, first.fields)
    with pytest.raises(NotFound):
        await house.log.replay(EAST, id)
    assert (await house.log.find(EAST, Wanted(), 1, 50)).total == 0
    assert (await house.log.find(BOSS, Wanted(connector="brain", state="done"), 1, 50)).total == 2


async def test_the_log_shows_codes_and_hides_what_people_said(house: House) -> None:
    await house.say(text="张三家漏水", phone="13800000001", number="3204-0001", extra={"list": ["王芳", 7]})
    (row,) = await house.rows()
    clerk = visitor("李", "city", "connectors.see")
    shown = json.loads(shown_fields(clerk, row))
    assert shown["external"] == "E1" and shown["number"] == "3204-0001" and shown["extra"] == {"list": ["****", 7]}
    assert shown["text"] == shown["phone"] == "****"
    assert "13800000001" in shown_fields(BOSS, row)


async def test_what_comes_in_is_worked_on_once_and_a_refusal_can_be_replayed(house: House) -> None:
    heard: list[Heard] = []
    wrong: list[Exception] = [Invalid("x", "没有这个类别", "category")]

    async def take(session: Any, one: Heard) -> None:
        heard.append(one)
        if wrong:
            raise wrong.pop()

    assert await house.connectors.keep_heard("brain", "e-1", {"a": 1})
    assert not await house.connectors.keep_heard("brain", "e-1", {"a": 1})
    await house.settle()
    assert await house.states() == ["waiting"], "it waits for a module that takes it"
    undo = house.connectors.on("event", take)
    await house.wait(60)
    (row,) = await house.rows()
    assert (row.state, row.last_error) == ("failed", "category：没有这个类别")
    await house.log.replay(BOSS, row.id)
    await house.settle()
    assert await house.states() == ["done"] and [one.fields for one in heard] == [{"a": 1}, {"a": 1}]
    with pytest.raises(Conflict, match="heard"):
        await house.log.replay(BOSS, row.id)
    undo()


async def test_old_calls_go_and_open_ones_stay(house: House) -> None:
    await house.say()
    await house.settle()
    house.connectors.take_settings(ConnectorSettings())
    await house.say("k2")
    house.clock.advance(181 * 86400)
    async with house.store.writing() as session:
        await house.connectors.sweep(session, house.clock.wall())
    assert await house.states() == ["waiting"]
