"""Hands, messages and alarms: what happens, who hears of it, and who must not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from acd.service import WorkItem
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.words import title_of
from cti.office.identity.models import AuditRow
from cti.office.messages.inbox import Inbox
from cti.store.engine import Store
from tests.workflow.floor.floor_house import Floor, clock_of, floor_on, leader
from workflow.floor.alarms import FloorAlarms, Standing
from workflow.floor.hands import Hands
from workflow.floor.models import AlarmRow
from workflow.floor.readings import Readings
from workflow.floor.views import FloorQuery, Note, RuleFields, RuleQuery

CITY, EAST, WEST = leader("city"), leader("east", below=("village",)), leader("west")
ALL = FloorQuery()


@pytest_asyncio.fixture
async def floor(sqlite_store: Store) -> AsyncIterator[Floor]:
    yield await floor_on(sqlite_store)


async def audit_of(floor: Floor) -> list[str]:
    async with floor.office.store.reading() as session:
        return list(await session.scalars(select(AuditRow.action).order_by(AuditRow.sequence)))


# ── hands ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_hand_goes_up_once_is_seen_by_who_leads_and_answered_once(floor: Floor) -> None:
    agent = floor.agent("2001")
    first = await floor.hands.lift(agent, "要方言翻译")
    assert await floor.hands.lift(agent, "") == first and first["up"]
    (seen,) = floor.hands.within(EAST)
    assert (seen["agent"], seen["note"]) == ("2001", "要方言翻译")
    assert floor.hands.within(CITY) == [seen]
    assert not floor.hands.within(WEST) and not floor.hands.within(floor.agent("2002", "floor.lead"))
    for other in (WEST, floor.agent("2002", "floor.lead"), floor.agent("2001")):
        with pytest.raises(NotFound):
            await floor.hands.answer(other, seen["id"])
    await floor.hands.answer(EAST, seen["id"])
    with pytest.raises(Conflict):
        await floor.hands.answer(CITY, seen["id"])
    assert floor.hands.own(agent) == {"up": "", "how": "answered", "by": "班长east"}
    assert [row.how for row in (await floor.hands.find(EAST, ALL)).rows] == ["answered"]
    assert not (await floor.hands.find(WEST, ALL)).rows
    assert (await audit_of(floor))[-2:] == ["hand.raised", "hand.answered"]


async def test_two_leaders_at_once_one_answers(floor: Floor) -> None:
    await floor.hands.lift(floor.agent("2001"), "")
    (seen,) = floor.hands.within(EAST)
    answers = (floor.hands.answer(one, seen["id"]) for one in (EAST, CITY))
    results = await asyncio.gather(*answers, return_exceptions=True)
    assert [type(one) for one in results if one is not None] == [Conflict]


async def test_it_is_taken_back_or_goes_down_with_the_agent(floor: Floor) -> None:
    agent = floor.agent("2001")
    await floor.hands.lift(agent, "")
    assert (await floor.hands.take_back(agent))["how"] == "taken_back"
    assert (await floor.hands.take_back(agent))["how"] == "taken_back", "once more changes nothing"
    await floor.hands.lift(agent, "")
    await floor.hands.left("2001")
    assert not floor.hands.up
    floor.acd.request_state("2001", "signed_out", "")
    with pytest.raises(Conflict):
        await floor.hands.lift(agent, "")
    assert [one for one in await audit_of(floor) if one.startswith("hand.")] == [
        "hand.raised", "hand.taken_back", "hand.raised", "hand.left",
    ]  # fmt: skip


async def test_another_engine_knows_whose_hand_is_up(floor: Floor) -> None:
    await floor.hands.lift(floor.agent("2001"), "")
    other = Hands(
        floor.office, floor.hands._people, floor.acd, floor.engagements, floor.messages, floor.told.append
    )  # fmt: skip
    await other.load()
    assert list(other.up) == ["2001"]


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_reaches_whom_it_names_or_all_within_reach_and_says_who_read_it(floor: Floor) -> None:
    sent = await floor.notes.send(EAST, Note(text="系统十分钟后升级"))
    assert sent.people == 3, "those of east and the village, none of the west"
    await floor.notes.send(CITY, Note(text="请看公告", agents=["3001"], urgent=True))
    inbox = Inbox(floor.office.store, floor.office.clock)
    reader = floor.agent("2002")
    (entry,) = (await inbox.find(reader, unread=True, kind="", page=1, size=10)).rows
    await inbox.mark(reader, [entry.message.id], read=True)
    ((mine,), total) = await floor.notes.find(EAST, ALL)
    assert (mine.read, mine.people, total) == (1, 3, 1)
    assert (await floor.notes.find(CITY, ALL))[1] == 2
    readers = {one.id: one.read_at is not None for one in await floor.notes.readers(EAST, mine.id)}
    assert readers == {"2001": False, "2002": True, "4001": False}
    with pytest.raises(NotFound):
        await floor.notes.readers(WEST, mine.id)
    with pytest.raises(NotFound):
        await floor.notes.send(EAST, Note(text="x", agents=["2001", "3001"]))
    assert (await audit_of(floor)).count("floor.message_sent") == 2


# ── alarms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def rule(floor: Floor, by: Visitor = CITY, **fields: Any) -> None:
    await floor.rules.create(by, RuleFields.model_validate({"title": "规则", "threshold": 60, **fields}))
    await floor.alarms.load()


def heard(floor: Floor) -> list[tuple[str, bool]]:
    return [(one.text, one.ended_at is not None) for one in floor.told if isinstance(one, Standing)]


async def stored(floor: Floor) -> list[tuple[str, bool]]:
    await floor.alarms._look()
    async with floor.office.store.reading() as session:
        rows = await session.scalars(select(AlarmRow).order_by(AlarmRow.raised_at, AlarmRow.id))
        return [(row.text, row.ended_at is not None) for row in rows]


async def test_a_wait_is_told_at_its_second_and_over_when_nobody_waits(floor: Floor) -> None:
    for agent in ("1001", "2001", "2002", "3001", "4001"):
        floor.acd.request_state(agent, "break", "")
    await rule(floor, kind="wait", threshold=60, back=30, sound=True)
    place = floor.acd.enqueue(WorkItem("call", "call", "general"))
    floor.alarms.soon()
    clock_of(floor).advance(59)
    assert not heard(floor)
    clock_of(floor).advance(2)
    assert heard(floor) == [("general：最长等待已达 60 秒", False)]
    assert [one["sound"] for one in floor.alarms.within(CITY)] == [True]
    assert not floor.alarms.within(EAST), "a queue of the house's"
    place.withdraw("abandoned")
    floor.alarms.soon()
    clock_of(floor).advance(60)
    assert [over for _, over in heard(floor)] == [False, True]
    assert await stored(floor) == [("general：最长等待已达 60 秒", True)]


async def test_a_long_break_is_its_leaders_and_ends_with_the_break(floor: Floor) -> None:
    await rule(floor, kind="break", threshold=600)
    floor.acd.request_state("4001", "break", "")
    floor.alarms.soon()
    clock_of(floor).advance(601)
    assert heard(floor) == [("座席4001（4001）：小休已 600 秒", False)]
    for sees, visitor in ((1, CITY), (1, EAST), (0, WEST), (0, floor.agent("4001", "floor.lead"))):
        assert len(floor.alarms.within(visitor)) == sees
    assert await stored(floor) == [("座席4001（4001）：小休已 600 秒", False)]
    for sees, visitor in ((1, CITY), (0, WEST), (0, floor.agent("4001", "floor.lead"))):
        assert len((await floor.alarms.find(visitor, ALL)).rows) == sees
    floor.acd.request_state("4001", "ready", "")
    floor.alarms.soon()
    clock_of(floor).advance(1)
    assert [over for _, over in heard(floor)] == [False, True]


async def test_a_countys_rule_holds_for_its_own_people_and_queues(floor: Floor) -> None:
    await rule(floor, by=EAST, kind="break", threshold=10)
    await rule(floor, by=EAST, kind="nobody_ready", threshold=10)
    for agent in ("1001", "2001", "2002", "3001", "4001"):
        floor.acd.request_state(agent, "break", "")
    floor.alarms.soon()
    clock_of(floor).advance(30)
    texts = sorted(text for text, _ in heard(floor))
    assert [one.partition("（")[0] for one in texts if "小休" in one] == ["座席2001", "座席2002", "座席4001"]
    assert [one for one in texts if "无人" in one] == ["of_east：无人就绪"]


async def test_a_trunk_that_is_gone_and_a_hand_that_nobody_answers(floor: Floor) -> None:
    await rule(floor, kind="trunk_down", threshold=5)
    await rule(floor, kind="hand", threshold=30)
    floor.trunks.change("carrier", False)
    await floor.hands.lift(floor.agent("2001"), "")
    floor.alarms.soon()
    clock_of(floor).advance(40)
    assert sorted(text for text, _ in heard(floor)) == ["中继 carrier 中断", "座席2001（2001）：求助 30 秒无人响应"]
    floor.trunks.change("carrier", True)
    await floor.hands.take_back(floor.agent("2001"))
    floor.alarms.soon()
    clock_of(floor).advance(40)
    assert not floor.alarms.standing and len(heard(floor)) == 4


async def test_what_stood_stands_for_the_next_engine_and_is_not_told_again(floor: Floor) -> None:
    await rule(floor, kind="break", threshold=10)
    floor.acd.request_state("2001", "break", "")
    floor.alarms.soon()
    clock_of(floor).advance(20)
    assert len(await stored(floor)) == 1
    told: list[Standing] = []
    readings = Readings(floor.acd, floor.trunks, "city", lambda agent: agent, floor.hands.since)
    next_ = FloorAlarms(floor.office, floor.rules, readings, floor.messages, lambda one: told.append(replace(one)))
    await next_.start()
    clock_of(floor).advance(20)
    assert not told and len(next_.within(CITY)) == 1
    floor.acd.request_state("2001", "ready", "")
    next_.soon()
    clock_of(floor).advance(2)
    await next_._look()
    assert [one.ended_at is not None for one in told] == [True]
    await next_.stop()
    async with floor.office.store.reading() as session:
        assert all(row.ended_at for row in await session.scalars(select(AlarmRow)))


async def test_a_rule_that_is_removed_ends_what_it_raised(floor: Floor) -> None:
    await rule(floor, kind="break", threshold=10)
    floor.acd.request_state("2001", "break", "")
    floor.alarms.soon()
    clock_of(floor).advance(20)
    (one,) = (await floor.rules.find(CITY, RuleQuery())).items
    await floor.rules.remove(CITY, one.id)
    clock_of(floor).advance(2)
    assert not floor.alarms.standing


async def test_who_leads_is_told_by_a_message_and_not_once_it_is_over(floor: Floor) -> None:
    await rule(floor, kind="break", threshold=10, tells=True, level="red")
    floor.acd.request_state("2001", "break", "")
    floor.alarms.soon()
    clock_of(floor).advance(20)
    await floor.alarms._look()
    (standing,) = floor.alarms.standing.values()
    async with floor.office.store.reading() as session:
        marks = await floor.messages.read_marks(session, [f"floor_alarm:{standing.id}"])
    assert floor.people["2001"] not in marks.get(f"floor_alarm:{standing.id}", {}), "an agent leads nobody"


async def test_a_rule_says_what_does_not_fit(floor: Floor) -> None:
    wrong: dict[str, Any]
    for field, wrong in (
        ("queue", {"kind": "break", "queue": "general"}),
        ("queue", {"kind": "wait", "queue": "nowhere"}),
        ("threshold", {"kind": "abandoned", "threshold": 120}),
        ("back", {"kind": "wait", "back": 90}),
        ("back", {"kind": "service_level", "threshold": 80, "back": 70}),
    ):
        with pytest.raises(Invalid) as refused:
            await rule(floor, CITY, **{"threshold": 60, **wrong})
        assert refused.value.field == field
    await floor.rules.deliver()


# ── everybody tries everything ───────────────────────────────────────────────────────────────────────────────────────


async def test_every_act_by_every_visitor_is_allowed_to_those_who_lead_and_nobody_else(floor: Floor) -> None:
    """An act upon somebody of the east: only who has the right and leads him may; of others nothing is changed."""
    nobody = leader("east", "calls.see")
    agent = floor.agent("2002")
    visitors = {
        "city": CITY, "east": EAST, "west": WEST, "nobody": nobody, "colleague": agent,
        "colleague_with_rights": floor.agent("2002", "floor.lead", "floor.message", "floor.rules", "agent.work"),
    }  # fmt: skip
    may = {"city", "east"}

    async def answer(visitor: Visitor) -> None:
        await floor.hands.lift(floor.agent("2001"), "")
        await floor.hands.answer(visitor, floor.hands.up["2001"].id)

    async def send(visitor: Visitor) -> None:
        await floor.notes.send(visitor, Note(text="x", agents=["2001"]))

    async def readers(visitor: Visitor) -> None:
        sent = await floor.notes.send(EAST, Note(text="x", agents=["2001"]))
        if not await floor.notes.readers(visitor, sent.id):
            raise NotFound("nobody", "")

    async def hands(visitor: Visitor) -> None:
        await floor.hands.lift(floor.agent("2001"), "")
        if not floor.hands.within(visitor) or not (await floor.hands.find(visitor, ALL)).rows:
            raise NotFound("nothing", "")

    async def change_rule(visitor: Visitor) -> None:
        one = await floor.rules.create(EAST, RuleFields(title="x", kind="break", threshold=10))
        await floor.rules.edit(visitor, one.id, one.version, RuleFields(title="y", kind="break", threshold=10))

    acts: dict[str, Callable[[Visitor], Awaitable[None]]] = {
        "answer": answer, "send": send, "readers": readers, "hands": hands, "rule": change_rule,
    }  # fmt: skip
    for name, act in acts.items():
        for who, visitor in visitors.items():
            before = len(await audit_of(floor))
            try:
                await act(visitor)
                allowed = True
            except (NotAllowed, NotFound):
                allowed = False
            assert allowed == (who in may), f"{who} {name}"
            assert len(await audit_of(floor)) >= before
    assert all(title_of(one) != one for one in await audit_of(floor) if one.startswith(("hand.", "floor.")))


async def test_everything_is_kept_by_either_database(store: Store) -> None:
    floor = await floor_on(store)
    await floor.rules.deliver()
    await floor.hands.lift(floor.agent("2001"), "")
    await floor.hands.answer(EAST, floor.hands.up["2001"].id)
    await floor.notes.send(EAST, Note(text="x"))
    floor.acd.request_state("2001", "break", "")
    await floor.alarms.load()
    clock_of(floor).advance(1900)
    assert "座席2001（2001）：小休已 1800 秒" in [text for text, _ in await stored(floor)]
    assert len((await floor.alarms.find(EAST, ALL)).rows) == 1
    assert (await floor.notes.find(EAST, ALL))[1] == 1
