"""Alarms go to who is on call, again until somebody acknowledges them, and say when they are over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.scope import Scope
from cti.base.settings import AlarmSettings
from cti.base.visitor import Visitor
from cti.office.alarms.models import AlarmRow
from cti.office.alarms.service import LOOK_SECONDS, SETTLING_SECONDS, Alarms
from cti.office.identity.audit.trail import Audit
from cti.office.identity.lookups import Lookups
from cti.office.messages import OnDuty, Text
from cti.office.on_call.service import OnCall, OnCallFields
from cti.office.records import Office
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.cti.office.messages.post_office import PostOffice, visitor


class NoTopics:
    """Nobody listens."""

    def add(self, topic: Any) -> Any:
        return lambda: None

    def change(self, *args: Any, **more: Any) -> None:
        pass

    def people_at(self, topic: str) -> set[str]:
        return set()


class Desk:
    """A house with alarms; `standing` is what stands now. ann and bob are on call, eve may do everything."""

    def __init__(self, store: Store) -> None:
        self.post = PostOffice(store)
        self.clock, self.store = self.post.clock, store
        self.standing: dict[str, str] = {}
        self.audit = Audit(store, self.clock)
        house = Office(store, self.clock, self.audit, "city", "320400", Lookups(self.audit, self.clock))
        self.on_call = OnCall(house)
        self.alarms = self.engine()

    def engine(self) -> Alarms:
        async def standing() -> dict[str, str]:
            return self.standing

        return Alarms(
            self.store, self.clock, self.post.bus, self.post.timers, self.post.messages, self.on_call, self.audit,
            NoTopics(), "city", AlarmSettings(), standing,
        )  # fmt: skip

    async def open(self) -> None:
        await self.post.people()
        await self.audit.begin()
        self.alarms.start()
        await self.settle()

    async def close(self) -> None:
        await self.alarms.stop()
        await self.post.timers.stop()

    async def duty(self, login: str, place: str = "1", hours: float = 24, **more: Any) -> Any:
        now = self.clock.wall()
        fields = OnCallFields(person=login, begins_at=now, ends_at=now + timedelta(hours=hours), place=place, **more)  # type: ignore[arg-type] # checked by the model
        return await self.on_call.create(visitor("bob"), fields)

    async def settle(self) -> None:
        for _ in range(3):
            while self.alarms._lookout.is_looking or self.post.timers._lookout.is_looking:
                await asyncio.sleep(0.002)
            await asyncio.sleep(0)

    async def raised(self, name: str, text: str) -> None:
        self.standing[name] = text
        self.post.bus.publish(AlarmRaised(at=self.clock.wall(), name=name, text=text))
        await self.settle()

    async def over(self, name: str) -> None:
        self.standing.pop(name, None)
        self.post.bus.publish(AlarmCleared(at=self.clock.wall(), name=name))
        await self.settle()

    async def wait(self, minutes: float) -> None:
        for _ in range(round(minutes * 60 / LOOK_SECONDS)):
            self.clock.advance(LOOK_SECONDS)
            await self.settle()

    async def rows(self) -> list[AlarmRow]:
        return list((await self.alarms.find(visitor("eve"), [], 1, 50)).rows)

    async def unread(self, login: str) -> list[str]:
        return await self.post.titles(login, unread=True)

    async def story(self, id: str) -> list[str]:
        page = await self.alarms.timeline(visitor("eve"), id, TimelineQuery())
        return [one.title for one in page.items][::-1]


@pytest.fixture
async def desk(sqlite_store: Store) -> AsyncIterator[Desk]:
    found = Desk(sqlite_store)
    await found.open()
    yield found
    await found.close()


async def test_an_alarm_goes_to_who_is_on_call_until_it_is_acknowledged_and_ends(store: Store) -> None:
    desk = Desk(store)
    await desk.open()
    await desk.duty("ann")
    await desk.duty("bob", "2")
    await desk.raised("disk", "磁盘剩余不足 5%")
    assert await desk.unread("ann") == ["告警：磁盘剩余不足 5%"]
    assert (await desk.unread("bob"), await desk.unread("eve")) == ([], [])
    await desk.wait(11)
    assert len(await desk.unread("ann")) == len(await desk.unread("bob")) == 1, "replaced, not piled up"
    assert await desk.unread("eve") == []
    await desk.wait(10)
    assert len(await desk.unread("eve")) == 1, "after that everybody who may"
    (row,) = await desk.rows()
    assert row.told == 3
    await desk.alarms.acknowledge(visitor("bob"), row.id, "正在清理")
    assert await desk.unread("ann") == []
    with pytest.raises(Conflict, match="bob已确认"):
        await desk.alarms.acknowledge(visitor("eve"), row.id, "")
    await desk.wait(30)
    (row,) = await desk.rows()
    assert (row.told, row.acknowledged_by, row.note) == (3, "bob", "正在清理")
    await desk.over("disk")
    (row,) = await desk.rows()
    assert row.ended_at is not None and (await desk.unread("ann"))[0].startswith("告警已结束")
    assert await desk.story(row.id) == ["发生", "第 1 次告知", "第 2 次告知", "第 3 次告知", "确认", "结束"]
    await desk.close()


async def test_without_a_roster_all_who_may_are_told(desk: Desk) -> None:
    await desk.duty("ann", organisation="county")
    await desk.raised("switch_down", "与交换机的连接中断")
    assert len(await desk.unread("eve")) == 1 and await desk.unread("ann") == []


async def test_what_no_event_tells_of_is_found_and_ends(desk: Desk) -> None:
    await desk.wait(SETTLING_SECONDS / 60)
    desk.standing["process_broker"] = "broker: not running"
    await desk.wait(0.5)
    (row,) = await desk.rows()
    assert (row.name, row.ended_at) == ("process_broker", None)
    desk.standing.clear()
    await desk.wait(0.5)
    (row,) = await desk.rows()
    assert row.ended_at is not None


async def test_what_comes_and_goes_is_one_alarm_and_no_flood(desk: Desk) -> None:
    await desk.raised("trunk", "中继 a 无应答")
    for _ in range(5):
        await desk.over("trunk")
        await desk.raised("trunk", "中继 a 无应答")
    (row,) = await desk.rows()
    assert row.told == 1 and row.ended_at is None
    await desk.wait(11)
    (row,) = await desk.rows()
    assert row.told == 2, "it is told again in its time"


async def test_one_that_was_over_at_once_stands_in_the_history(desk: Desk) -> None:
    desk.post.bus.publish(AlarmRaised(at=desk.clock.wall(), name="blink", text="一闪"))
    desk.post.bus.publish(AlarmCleared(at=desk.clock.wall(), name="blink"))
    await desk.settle()
    (row,) = await desk.rows()
    assert row.ended_at is not None and await desk.story(row.id) == ["发生", "第 1 次告知", "结束"]


async def test_the_next_engine_goes_on_where_the_last_one_stopped(desk: Desk) -> None:
    await desk.raised("disk", "磁盘将满")
    await desk.raised("plugin:x", "插件“x”无法运行")
    await desk.alarms.stop()
    desk.standing.pop("plugin:x")
    desk.alarms = desk.engine()
    desk.alarms.start()
    await desk.settle()
    assert [row.ended_at for row in await desk.rows()] == [None, None], "it has only begun to look"
    await desk.wait(SETTLING_SECONDS / 60 + 0.5)
    over = {row.name: row.ended_at is not None for row in await desk.rows()}
    assert over == {"disk": False, "plugin:x": True}
    assert len(await desk.rows()) == 2


async def test_one_that_nothing_clears_is_closed_by_hand_after_it_was_acknowledged(desk: Desk) -> None:
    await desk.raised("audit.head", "审计链尾部回退")
    (row,) = await desk.rows()
    with pytest.raises(Conflict, match="not_acknowledged"):
        await desk.alarms.close(visitor("eve"), row.id, "已核对")
    await desk.alarms.acknowledge(visitor("eve"), row.id, "")
    cleared: list[str] = []

    def hear(event: AlarmCleared) -> None:
        cleared.append(event.name)
        desk.standing.pop(event.name)

    desk.post.bus.subscribe(AlarmCleared, hear)
    await desk.alarms.close(visitor("eve"), row.id, "已核对")
    await desk.settle()
    (row,) = await desk.rows()
    assert cleared == ["audit.head"] and row.ended_at is not None
    with pytest.raises(Conflict, match="ended"):
        await desk.alarms.acknowledge(visitor("eve"), row.id, "")


async def test_a_county_handles_no_alarm_of_the_house(desk: Desk) -> None:
    await desk.raised("disk", "磁盘将满")
    (row,) = await desk.rows()
    here = Scope(organisations=frozenset({"county"}))
    county = Visitor("cat", "cat", "cat", None, "county", "320481", permissions=frozenset({"*"}), scope=here)
    with pytest.raises(NotAllowed, match="city_only"):
        await desk.alarms.acknowledge(county, row.id, "")


async def test_turns_on_call_are_of_people_with_accounts_and_do_not_overlap(desk: Desk) -> None:
    await desk.duty("ann", hours=8)
    for login, hours, error in (
        ("off", 8, Invalid),
        ("nobody", 8, Invalid),
        ("ann", 1, Conflict),
        ("bob", 24 * 40, Invalid),
    ):
        with pytest.raises(error):
            await desk.duty(login, hours=hours)
    async with desk.store.writing() as session:
        told = await desk.post.messages.tell(session, OnDuty("city"), Text("note", "请看一下"))
        assert told.persons == ("ann",)
    async with desk.store.reading() as session:
        assert await desk.on_call.people_now(session, "city") == [("ann", 1)]
        assert await desk.on_call.people_now(session, "county") == []
    desk.clock.advance(9 * 3600)
    async with desk.store.reading() as session:
        assert await desk.on_call.people_now(session, "city") == []
