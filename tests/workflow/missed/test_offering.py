"""Who must be called back is offered to agents by their queue: each once, in time, and never beside somebody else."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotFound
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.redialling import ENDS
from tests.office import BOSS, visitor
from tests.workflow.campaigns.campaign_place import AGENT
from tests.workflow.missed.offering_place import OfferingPlace, offering_on
from workflow.missed.lost import Reached
from workflow.missed.settings import MissedSettings
from workflow.missed.views import MissedDone

TALKS = replace(visitor(f"座席{AGENT}", "city", "missed.see", "missed.work"), person=f"01{AGENT}")
CLERK = visitor("陈静", "city", "missed.see", "missed.work")
A, B, C = "13800000001", "13800000002", "13800000003"
E164 = {one: f"+86{one}" for one in (A, B, C)}


@pytest.fixture
async def work(store: Store) -> AsyncIterator[OfferingPlace]:
    journal = Journal.start(store, lambda event: None)
    yield await offering_on(store, journal)
    await journal.close()


async def test_agents_are_offered_one_after_the_other_as_they_become_free(work: OfferingPlace) -> None:
    first, second = await work.place.lost(A), await work.place.lost(B, reason="closed")
    await work.turns()
    assert {one.state for one in await work.place.all()} == {"open"}, "nobody is on duty"
    work.ready()
    await work.turns()
    assert work.dialler.dialled == [E164[A]]
    one, other = await work.place.one(first), await work.place.one(second)
    assert (one.state, one.taken_name, one.attempts, one.last_result) == ("talked", "座席1001", 1, "answered")
    assert other.state == "offered"
    (shown,) = await work.place.missed.of_call(BOSS, one.called_back)
    assert shown.id == first, "whoever talks sees whom it is about"
    work.hang_up()
    done = await work.place.working.done(TALKS, first, MissedDone(result="reached"))
    assert done.state == "done"
    work.ready()
    await work.turns()
    assert work.dialler.dialled == [E164[A], E164[B]]
    work.hang_up()
    work.ready()
    work.place.later(600)
    await work.turns()
    assert len(work.dialler.dialled) == 2


async def test_who_is_not_reached_comes_again_by_the_rule_of_calling_back(work: OfferingPlace) -> None:
    id = await work.place.lost(A)
    work.dialler.next[E164[A]] = deque(("busy", "no_answer", "no_answer"))
    work.ready()
    for minutes, expected in ((0, 1), (9, 1), (1, 2), (59, 2), (1, 3), (600, 3)):
        work.place.later(minutes)
        work.ready()
        await work.turns()
        assert len(work.dialler.dialled) == expected
    one = await work.place.one(id)
    assert (one.state, one.result, one.attempts, one.last_result) == ("done", "given_up", 3, "no_answer")


async def test_what_waits_for_an_agent_is_nobody_elses(work: OfferingPlace) -> None:
    id = await work.place.lost(A)
    work.dialler.next[E164[A]] = deque(("agent",))
    work.ready()
    await work.turns()
    one = await work.place.one(id)
    assert (one.state, one.attempts) == ("offered", 0), "an agent who does not answer is no attempt"
    with pytest.raises(NotFound):
        await work.place.working.next(CLERK, ("general",))
    for verb in (work.place.working.take, work.place.working.release, work.place.working.dialling):
        with pytest.raises(Conflict, match="安排座席回电"):
            await verb(CLERK, id)
    with pytest.raises(Conflict, match="安排座席回电"):
        await work.place.working.done(CLERK, id, MissedDone(result="reached"))
    async with work.place.office.store.reading() as session:
        row = await work.place.missed.row(session, BOSS, id)
    assert not {"dial", "done", "take", "release"} & set(work.place.missed.offered(row, writes=True))


async def test_who_calls_himself_is_not_called_any_more(work: OfferingPlace) -> None:
    id = await work.place.lost(A)
    work.dialler.next[E164[A]] = deque(("agent",))
    work.ready()
    await work.turns()
    (owed,) = work.acd.callbacks.all
    await work.place.missed.reached([Reached(E164[A], work.place.office.clock.wall())])
    work.acd.callbacks.cancel(owed, "he called himself and was served")
    await work.turns()
    one = await work.place.one(id)
    assert (one.state, one.result) == ("done", "called_again")
    work.ready()
    await work.turns()
    assert work.dialler.dialled == []


async def test_switched_off_all_who_wait_are_to_be_fetched_again(work: OfferingPlace) -> None:
    await work.place.lost(A)
    work.dialler.next[E164[A]] = deque(("agent",))
    work.ready()
    await work.turns()
    work.place.working.settings = MissedSettings(calendar="always")
    await work.turns()
    assert [one.state for one in await work.place.all()] == ["open"] and not work.acd.callbacks.all
    assert (await work.place.working.next(CLERK, ("general",))).state == "taken"
    work.ready()
    await work.turns()
    assert work.dialler.dialled == []


async def test_nobody_is_offered_twice_whenever_the_engine_dies(work: OfferingPlace) -> None:
    id = await work.place.lost(A)
    work.dialler.next[E164[A]] = deque(("agent",))
    work.ready()
    await work.turns()
    await work.restart()
    assert (await work.place.one(id)).state == "offered"
    work.ready()
    await work.turns()
    assert work.dialler.dialled == [E164[A]] and (await work.place.one(id)).state == "talked"
    # An engine that died before the queue had it: it was never dialled, or the books know the call.
    for dialled, state, attempts in ((False, "open", 0), (True, "open", 1)):
        other = await work.place.lost(B if not dialled else C)
        async with work.place.missed.changing() as session:
            row = await work.place.missed.row(session, BOSS, other, lock=True)
            await work.place.working.apply(session, row, "offered", {"attempt": new_id()})
            attempt = row.attempt
        if dialled:
            work.booked.add(attempt)
        await work.restart(forgets=True)
        one = await work.place.one(other)
        assert (one.state, one.attempts) == (state, attempts)


async def test_a_number_is_dialled_for_one_of_its_messages_at_a_time(work: OfferingPlace) -> None:
    for _ in range(2):
        await work.place.lost(A, reason="voicemail", recording=new_id())
    work.ready()
    await work.turns()
    assert work.dialler.dialled == [E164[A]]
    assert sorted(one.state for one in await work.place.all()) == ["open", "talked"]


async def test_who_waited_in_no_queue_is_called_by_the_one_that_is_set(store: Store) -> None:
    journal = Journal.start(store, lambda event: None)
    work = await offering_on(store, journal)
    await work.place.lost(A, queue="", reason="closed")
    work.ready()
    await work.turns()
    assert work.dialler.dialled == []
    work.place.working.settings = MissedSettings(calendar="always", offered=True, queue="general")
    await work.turns()
    assert work.dialler.dialled == [E164[A]]
    await journal.close()


def test_each_end_of_a_callback_has_words() -> None:
    assert {"busy", "no_answer", "hung_up", "agent", "unknown"} <= set(ENDS)
