"""Who is called back, how often and when: never twice at once, and by no engine twice for the same attempt."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, Refusal
from cti.base.times.calendars import Calendars
from cti.office.identity.models import AuditRow
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.switch.port import DialResult
from tests.office import WEST, visitor
from tests.workflow.missed.calling_place import CallingPlace, place_on
from workflow.missed.rules import HELD, WAYS
from workflow.missed.settings import MissedSettings
from workflow.missed.views import MissedDone

CLERK = visitor("陈静", "city", "missed.see", "missed.work")
OTHER = visitor("周强", "city", "missed.see", "missed.work")
QUEUES = ("general",)
A, B = "13800000001", "13800000002"


@pytest.fixture
async def place(store: Store) -> AsyncIterator[CallingPlace]:
    journal = Journal.start(store, lambda event: None)
    yield await place_on(store, journal)
    await journal.close()


async def test_who_does_not_answer_comes_again_at_his_time_until_it_was_often_enough(place: CallingPlace) -> None:
    """The first 无人接听 ended it: nobody called him any more."""
    id = await place.lost()
    for attempt, (result, minutes) in enumerate(
        ((DialResult.NO_ANSWER, 60), (DialResult.BUSY, 10), (DialResult.REJECTED, None)), 1
    ):
        mine = await place.working.next(CLERK, QUEUES)
        assert (mine.id, mine.state, mine.attempts) == (id, "taken", attempt - 1)
        call = await place.dialling.dial(CLERK, id)
        assert (await place.one(id)).state == "dialling"
        await place.phones.fails(call, "other", result)
        one = await place.one(id)
        assert (one.attempts, one.last_result, one.called_back) == (attempt, result.value, call)
        if minutes is None:
            assert (one.state, one.result) == ("done", "given_up") and one.done_at is not None
            continue
        assert (one.state, one.taken_name, one.result) == ("open", "", "")
        assert one.due_at - place.office.clock.wall() == timedelta(minutes=minutes)
        with pytest.raises(NotFound, match="没有需要回电"):
            await place.working.next(OTHER, QUEUES)
        place.later(minutes)
    assert place.phones.dialled == [A] * 3
    again = await place.working.again(CLERK, id)
    assert (again.state, again.attempts, again.result) == ("open", 0, "")


async def test_who_was_talked_to_is_in_his_agents_hands_until_the_result_is_said(place: CallingPlace) -> None:
    id, also = await place.lost(), await place.lost(recording=new_id(), reason="voicemail", seconds=9.0)
    call = await place.dialling.dial(CLERK, id)
    with pytest.raises(Conflict, match="陈静 正在处理"):
        await place.working.take(OTHER, id)
    await place.phones.talks(call)
    await place.heard()
    assert (await place.one(id)).state == "talked"
    # First of all what he still has to say.
    assert (await place.working.next(CLERK, QUEUES)).id == id
    done = await place.working.done(CLERK, id, MissedDone(result="reached", note="已解答"))
    assert (done.state, done.result, done.taken_name, done.called_back) == ("done", "reached", "陈静", call)
    assert (await place.one(also)).state == "open", "what he said on the tape is still to be heard"
    with pytest.raises(Conflict, match="已经完成"):
        await place.working.take(OTHER, id)
    async with place.office.store.reading() as session:
        actions = list(await session.scalars(select(AuditRow.action).where(AuditRow.subject == f"missed:{id}")))
    assert [one for one in actions if not one.endswith(".seen")] == ["missed.dialled", "missed.rung", "missed.done"]


async def test_an_agent_whose_own_phone_is_not_reached_has_made_no_attempt(place: CallingPlace) -> None:
    id = await place.lost()
    call = await place.dialling.dial(CLERK, id)
    await place.phones.fails(call, "agent", DialResult.NO_ANSWER)
    assert ((one := await place.one(id)).state, one.attempts, one.taken_name) == ("taken", 0, "陈静")
    place.phones.has_phone = False
    with pytest.raises(Conflict, match="没有在线的话机"):
        await place.dialling.dial(CLERK, id)
    assert ((one := await place.one(id)).state, one.attempts) == ("taken", 0)


async def test_a_result_by_hand_goes_the_same_way(place: CallingPlace) -> None:
    """An agent who rang by his mobile, and one who spoke to an answering machine."""
    id = await place.lost()
    one = await place.working.done(CLERK, id, MissedDone(result="no_answer", note="手机拨打"))
    assert (one.state, one.attempts, one.note) == ("open", 1, "手机拨打")
    with pytest.raises(Invalid, match="约定时间"):
        await place.working.done(CLERK, id, MissedDone(result="later"))
    at = place.office.clock.wall() + timedelta(days=2)
    one = await place.working.done(CLERK, id, MissedDone(result="later", due_at=at))
    assert (one.state, one.due_at, one.attempts) == ("open", at, 1)
    place.later(2 * 24 * 60)
    call = await place.dialling.dial(CLERK, id)
    await place.phones.talks(call)
    await place.heard()
    one = await place.working.done(CLERK, id, MissedDone(result="no_answer"))
    assert (one.state, one.attempts) == ("open", 2), "the attempt was counted when he was dialled"


async def test_nobody_is_rung_twice_at_once(place: CallingPlace) -> None:
    id, also = await place.lost(), await place.lost(recording=new_id(), reason="voicemail", seconds=9.0)
    found = await asyncio.gather(
        place.dialling.dial(CLERK, id), place.dialling.dial(OTHER, also), return_exceptions=True
    )
    refused = [one for one in found if isinstance(one, Conflict)]
    # Which of the two reasons he hears depends on how far the other one has come.
    assert [one.code for one in refused] == ["on_the_line"] and place.phones.dialled == [A]
    third = await place.lost(B)
    place.busy[f"+86{B}"] = "这位市民正在通话中，请稍候"
    with pytest.raises(Conflict, match="正在通话中"):
        await place.dialling.dial(visitor("吴丹", "city", "missed.see", "missed.work"), third)
    with pytest.raises(NotFound):
        await place.working.next(visitor("吴丹", "city", "missed.see", "missed.work"), QUEUES)
    assert (await place.one(third)).state == "open"


async def test_who_wants_no_calls_is_not_called(place: CallingPlace) -> None:
    id = await place.lost()
    done = await place.working.done(CLERK, id, MissedDone(result="do_not_call"))
    assert (done.state, done.result) == ("done", "do_not_call")
    message = await place.lost(recording=new_id(), reason="voicemail", seconds=9.0)
    with pytest.raises(Conflict, match="免打扰"):
        await place.dialling.dial(CLERK, message)
    await place.working.done(CLERK, message, MissedDone(result="not_needed"))
    gave_up = await place.lost()
    with pytest.raises(NotFound):
        await place.working.next(CLERK, QUEUES)
    assert ((one := await place.one(gave_up)).state, one.result) == ("done", "do_not_call")
    assert place.phones.dialled == []


async def test_nobody_is_called_outside_the_hours_of_his_region(place: CallingPlace) -> None:
    place.working.settings = MissedSettings(calendar="office")
    id = await place.lost()
    while Calendars().is_open("office", place.office.clock.wall()):
        place.later(60)
    with pytest.raises(Conflict, match="不是回电时间"):
        await place.dialling.dial(CLERK, id)
    with pytest.raises(NotFound):
        await place.working.next(CLERK, QUEUES)
    assert (await place.one(id)).due_at > place.office.clock.wall()
    place.working.settings = MissedSettings(calendar="")
    await place.dialling.dial(CLERK, id)


async def test_each_gets_those_of_his_queues_and_of_his_reach(place: CallingPlace) -> None:
    id = await place.lost(queue="english")
    with pytest.raises(NotFound):
        await place.working.next(CLERK, QUEUES)
    closed = await place.lost(B, queue="", reason="closed")
    assert (await place.working.next(CLERK, QUEUES)).id == closed
    with pytest.raises(NotFound):
        await place.working.take(WEST, id)
    with pytest.raises(NotFound):
        await place.working.next(WEST, ("english",))
    with pytest.raises(NotAllowed):
        await place.working.take(visitor("看客", "city", "missed.see"), id)


@pytest.mark.parametrize("answered", [True, False])
async def test_an_engine_that_dies_while_it_rings_has_dialled_once(place: CallingPlace, answered: bool) -> None:
    id = await place.lost()
    call = await place.dialling.dial(CLERK, id)
    if answered:
        await place.phones.talks(call)
    await place.dies()
    one = await place.one(id)
    assert (one.state, one.attempts) == (("talked", 1) if answered else ("open", 1))
    assert one.last_result == ("answered" if answered else "unknown")


async def test_an_engine_that_dies_before_it_dials_counts_the_attempt(place: CallingPlace) -> None:
    """Whether the dial went out nobody knows: he is not rung again for it."""
    id = await place.lost()
    await place.working.dialling(CLERK, id)
    await place.dies()
    assert ((one := await place.one(id)).state, one.attempts, one.last_result) == ("open", 1, "unknown")


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_of_people_calls_and_deaths(place: CallingPlace, seed: int) -> None:
    """Attempts never pass the limit, nobody is rung twice at once, and nothing stays where nobody can end it."""
    luck = random.Random(seed)
    people = [CLERK, OTHER, visitor("吴丹", "city", "missed.see", "missed.work")]
    before: dict[str, str] = {}
    for _ in range(60):
        who, rows = luck.choice(people), await place.all()
        id = luck.choice(rows).id if rows else ""
        call = luck.choice(list(place.phones.rung)) if place.phones.rung else ""
        try:
            match luck.choice("new next dial dial fail talk done take release die later later".split()):
                case "new":
                    await place.lost(luck.choice((A, B)))
                case "next":
                    await place.working.next(who, QUEUES)
                case "dial" if id:
                    await place.dialling.dial(who, id)
                case "fail" if call:
                    to = luck.choice(("agent", "other"))
                    await place.phones.fails(call, to, luck.choice(list(DialResult)[1:]))
                case "talk" if call:
                    await place.phones.talks(call)
                    await place.heard()
                case "done" if id:
                    result = luck.choice(("reached", "no_answer", "wrong_number", "not_needed"))
                    await place.working.done(who, id, MissedDone(result=result))
                case "take" if id:
                    await place.working.take(who, id)
                case "release" if id:
                    await place.working.release(who, id)
                case "die":
                    await place.dies()
                case _:
                    place.later(luck.choice((5, 61)))
        except Refusal:
            pass
        found = await place.all()
        for one in found:
            assert one.attempts <= place.settings.attempts or one.last_result == "answered", one
            assert (one.state in HELD) == bool(one.taken_name) or one.state == "done", one
            was = before.get(one.id, one.state)
            assert one.state == was or one.state in WAYS[was] or _in_two(was, one.state), (was, one.state)
        ringing = [one.number for one in found if one.state == "dialling"]
        assert len(ringing) == len(set(ringing)), "one is rung for two"
        before = {one.id: one.state for one in found}


def _in_two(was: str, now: str) -> bool:
    """A click on one that nobody had takes and dials him; a death ends what it finds."""
    return any(now in WAYS[between] for between in WAYS[was])
