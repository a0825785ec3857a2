"""A card is a pure function of its clock's events: extension, pause, holiday, a clock set back, random walks."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cti.base.refusal import Refusal
from cti.base.times.working_time import WorkingTime
from cti.office.deadlines.deadline import DeadlineEvent, Extended, Paused, Resumed, Started, Stopped
from cti.office.deadlines.limits import Limit, Unit
from cti.office.processes.deadlines import standing
from cti.office.processes.models import CaseDeadlineRow, CaseRow
from cti.office.processes.watching import Marks
from cti.store.engine import Store
from tests.cti.base.times.test_working_time import MONDAY, at, office_hours
from tests.workflow.supervision.supervised_town import SupervisedTown
from tests.workflow.tickets.ticket_desk import TIME
from tests.workflow.tickets.ticket_town import AGENT, LEADER, WATER, WELL_DONE
from workflow.supervision.models import CardRow

HEAT = {"green": 0, "yellow": 1, "red": 2}
LIMITS = st.builds(Limit, st.integers(1, 6), st.sampled_from(list(Unit)))
SHARES = st.builds(Marks, st.floats(0.1, 0.95), st.floats(1.0, 2.0))
GAPS = st.integers(0, 40 * 3600)


def history(start: datetime, gaps: list[int], limit: Limit, kinds: list[int]) -> list[DeadlineEvent]:
    """Events that can follow each other: pauses, resumptions, extensions."""
    events: list[DeadlineEvent] = [Started(start, limit)]
    now, paused = start, False
    for gap, kind in zip(gaps, kinds, strict=False):
        now += timedelta(seconds=gap)
        if kind == 0:
            events.append(Resumed(now) if paused else Paused(now))
            paused = not paused
        else:
            events.append(Extended(now, Limit(kind, limit.unit)))
    return events


STORIES = st.builds(
    history, st.just(at(MONDAY, "10:00")), st.lists(GAPS, max_size=6), LIMITS, st.lists(st.integers(0, 3), max_size=6)
)


@given(STORIES, SHARES, st.lists(GAPS, min_size=2, max_size=5))
@settings(max_examples=200, deadline=None)
def test_without_events_a_card_only_grows_warmer_and_a_clock_set_back_shows_what_was(
    events: list[DeadlineEvent], marks: Marks, gaps: list[int]
) -> None:
    found = standing(events, marks, TIME)
    moments = [events[-1].at]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))
    heats = [HEAT[found.colour(one)] for one in moments]
    assert heats == sorted(heats)
    again = [HEAT[standing(events, marks, TIME).colour(one)] for one in reversed(moments)]
    assert again == heats[::-1], "the colour of a moment is the same whenever it is asked for"


@given(STORIES, SHARES, st.integers(0, 90 * 24 * 3600))
@settings(max_examples=200, deadline=None)
def test_while_it_stands_still_and_after_its_end_a_card_stays(
    events: list[DeadlineEvent], marks: Marks, later: int
) -> None:
    begin = events[-1].at
    for last in (Paused(begin), Stopped(begin)):
        if isinstance(last, Paused) and standing(events, marks, TIME).deadline.paused_at is not None:
            continue
        found = standing([*events, last], marks, TIME)
        assert found.colour(begin) == found.colour(begin + timedelta(seconds=later))


@given(STORIES, SHARES, LIMITS, st.integers(0, 30 * 24 * 3600))
@settings(max_examples=200, deadline=None)
def test_more_time_never_makes_a_card_warmer(
    events: list[DeadlineEvent], marks: Marks, more: Limit, later: int
) -> None:
    now = events[-1].at + timedelta(seconds=later)
    longer = [*events, Extended(events[-1].at, more)]
    assert HEAT[standing(longer, marks, TIME).colour(now)] <= HEAT[standing(events, marks, TIME).colour(now)]


@given(LIMITS, SHARES, st.integers(0, 20 * 24 * 3600), st.integers(0, 10))
@settings(max_examples=200, deadline=None)
def test_a_holiday_never_makes_a_card_warmer(limit: Limit, marks: Marks, later: int, day: int) -> None:
    start = at(MONDAY, "10:00")
    free = MONDAY + timedelta(days=day)
    holiday = WorkingTime(lambda one: [] if one == free else office_hours(one))
    events = [Started(start, limit)]
    now = start + timedelta(seconds=later)
    assert HEAT[standing(events, marks, holiday).colour(now)] <= HEAT[standing(events, marks, TIME).colour(now)]


@pytest.mark.parametrize("seed", range(6))
async def test_on_random_walks_the_cards_that_hold_are_what_the_events_say(sqlite_store: Store, seed: int) -> None:
    town = await SupervisedTown.on(sqlite_store)
    dice = random.Random(seed)
    await town.point(yellow=dice.randint(20, 90), red=dice.choice([100, 130]))
    tickets = [await town.dispatched() for _ in range(2)]
    for _ in range(14):
        ticket, task = dice.choice(tickets)
        if dice.random() < 0.5:
            await town.wait(dice.randint(600, 30 * 3600))
        else:
            who, action, of, form = dice.choice(
                [
                    (WATER, "sign", task, {}),
                    (WATER, "reply", task, {"answer": WELL_DONE, "contacted": True}),
                    (WATER, "ask_extension", task, {"days": 2, "reason": "缺配件"}),
                    (LEADER, "grant_extension", task, {}),
                    (WATER, "object", task, {"reason": "非本单位职责", "ground": "三定方案"}),
                    (LEADER, "overrule", task, {"reason": "属你单位"}),
                    (LEADER, "accept", "", {}),
                    (LEADER, "send_back", "", {"reason": "答非所问"}),
                    (AGENT, "remind", "", {"note": "催办"}),
                ]
            )
            try:
                await town.act(who, ticket, action, of, **form)
            except Refusal:
                continue
        await _agree(town)


async def _agree(town: SupervisedTown) -> None:
    """Cards that hold, and those that the events of all clocks call for now."""
    now, lit = town.clock.wall(), set()
    async with town.office.store.reading() as session:
        rows = (await session.scalars(select(CaseDeadlineRow))).all()
        for card in await session.scalars(select(CardRow).where(CardRow.lifted_at.is_(None))):
            lit.add((card.case, card.clock, card.colour))
        for row in rows:
            root = await session.get_one(CaseRow, row.root)
            family = await town.cases.family(session, row.root)
            case = family.cases[row.case_id]
            rule = town.cases.process_of(case).clocks[row.clock]
            about = await town.cases.about_of(session, family)
            marks = town.cases.watching.marks(root.about, about.facts, case, row.clock, rule)
            found = standing(case.clocks[row.clock], marks if rule.then is None else Marks(marks.yellow), TIME)
            # What falls due at this very moment goes off next.
            if found.deadline.stopped_at is None and now not in (found.yellow_at, found.red_at):
                colour = found.colour(now) if rule.watched else "green"
                there = next((one for one in lit if one[:2] == (row.case_id, row.clock)), None)
                assert (there[2] if there else "green") == colour, (row.clock, found, now)
