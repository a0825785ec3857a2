from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.times.working_time import WorkingTime
from cti.office.deadlines.deadline import (
    DeadlineEvent,
    Extended,
    Paused,
    Relimited,
    Resumed,
    Started,
    Stopped,
    WrongOrder,
    deadline_of,
)
from cti.office.deadlines.limits import Limit, Unit
from tests.cti.base.times.test_working_time import MONDAY, at, days, office_hours

OFFICE = WorkingTime(office_hours)
START = at(MONDAY, "10:00")
HOURS_4 = Limit(4, Unit.WORKING_HOURS)


def due(*events: DeadlineEvent) -> datetime:
    return deadline_of(events, OFFICE).due


@pytest.mark.parametrize(
    ("limit", "end"),
    [
        (Limit(30, Unit.MINUTES), at(MONDAY, "10:30")),
        (Limit(24, Unit.HOURS), at(days(1), "10:00")),
        (Limit(90, Unit.WORKING_MINUTES), at(MONDAY, "11:30")),
        (HOURS_4, at(MONDAY, "15:30")),
        (Limit(1, Unit.DAYS), at(days(1), "17:30")),
        (Limit(2, Unit.WORKING_DAYS), at(days(2), "17:30")),
    ],
)
def test_a_limit_counts_as_its_unit_says(limit: Limit, end: datetime) -> None:
    assert due(Started(START, limit)) == end


def test_a_pause_moves_the_end_by_its_working_time_and_a_new_limit_forgets_no_pause() -> None:
    pause = [Paused(at(MONDAY, "11:00")), Resumed(at(MONDAY, "14:00"))]  # an hour and a half of work
    assert due(Started(START, HOURS_4), *pause) == at(MONDAY, "17:00")
    shorter = Relimited(at(MONDAY, "14:30"), Limit(2, Unit.WORKING_HOURS))
    assert due(Started(START, HOURS_4), *pause, shorter) == at(MONDAY, "15:00")


def test_a_pause_that_begins_after_the_end_gives_no_time_back() -> None:
    late = [Paused(at(MONDAY, "16:00")), Resumed(at(MONDAY, "17:00"))]
    found = deadline_of([Started(START, HOURS_4), *late], OFFICE)
    assert found.due == at(MONDAY, "15:30")
    assert found.is_overdue(at(MONDAY, "16:30"))


def test_an_extension_counts_from_the_end_that_held() -> None:
    more = Extended(at(MONDAY, "15:00"), Limit(2, Unit.WORKING_DAYS))
    assert due(Started(START, HOURS_4), more) == at(days(2), "17:30")


def test_while_it_is_paused_it_does_not_become_late() -> None:
    paused = deadline_of([Started(START, HOURS_4), Paused(at(MONDAY, "11:00"))], OFFICE)
    week_later = START + timedelta(days=7)
    assert not paused.is_overdue(week_later)
    assert paused.seconds_left(week_later, OFFICE) == 3 * 3600


def test_what_stopped_in_time_is_in_time_for_ever() -> None:
    stopped = deadline_of([Started(START, HOURS_4), Stopped(at(MONDAY, "15:30"))], OFFICE)
    assert not stopped.is_overdue(START + timedelta(days=7))
    assert deadline_of([Started(START, HOURS_4), Stopped(at(MONDAY, "15:31"))], OFFICE).is_overdue(START)


def test_the_share_used_counts_neither_nights_nor_pauses() -> None:
    found = deadline_of([Started(START, Limit(6, Unit.WORKING_HOURS))], OFFICE)
    assert found.share_used(START, OFFICE) == 0
    assert found.share_used(at(MONDAY, "14:30"), OFFICE) == pytest.approx(0.5)
    assert found.share_used(at(MONDAY, "17:30"), OFFICE) == found.share_used(at(days(1), "08:30"), OFFICE) == 1
    pause = [Started(START, HOURS_4), Paused(at(MONDAY, "11:00")), Resumed(at(MONDAY, "14:00"))]
    assert deadline_of(pause[:2], OFFICE).share_used(at(MONDAY, "13:45"), OFFICE) == 0.25
    assert deadline_of(pause, OFFICE).share_used(at(MONDAY, "15:00"), OFFICE) == 0.5


@pytest.mark.parametrize(
    "events",
    [
        [],
        [Paused(START)],
        [Started(START, HOURS_4), Started(START, HOURS_4)],
        [Started(START, HOURS_4), Resumed(START)],
        [Started(START, HOURS_4), Paused(START), Paused(START)],
        [Started(START, HOURS_4), Stopped(START), Paused(START)],
        [Started(START, HOURS_4), Paused(START - timedelta(seconds=1))],
    ],
)
def test_events_that_cannot_follow_each_other_are_refused(events: Sequence[DeadlineEvent]) -> None:
    with pytest.raises(WrongOrder):
        deadline_of(events, OFFICE)


@st.composite
def histories(draw: st.DrawFn) -> list[DeadlineEvent]:
    """What can happen to one deadline, at growing moments."""
    moment = START + timedelta(minutes=draw(st.integers(0, 5000)))
    events: list[DeadlineEvent] = [Started(moment, draw(limits))]
    paused = False
    for kind in draw(st.lists(st.sampled_from(["turn", "extend", "limit"]), max_size=12)):
        moment += timedelta(minutes=draw(st.integers(0, 2000)))
        if kind == "turn":
            events.append(Resumed(moment) if paused else Paused(moment))
            paused = not paused
        else:
            events.append((Extended if kind == "extend" else Relimited)(moment, draw(limits)))
    return events


limits = st.builds(Limit, st.integers(1, 9), st.sampled_from(Unit))


@given(histories(), limits)
def test_no_pause_and_no_extension_ever_makes_it_due_earlier(events: list[DeadlineEvent], more: Limit) -> None:
    before = deadline_of(events, OFFICE)
    assert deadline_of([*events, Extended(events[-1].at, more)], OFFICE).due >= before.due
    if before.paused_at is None:
        resumed = [*events, Paused(events[-1].at), Resumed(events[-1].at + timedelta(hours=30))]
        assert deadline_of(resumed, OFFICE).due >= before.due


@given(histories(), limits, limits)
def test_what_the_limit_was_in_between_does_not_matter(events: list[DeadlineEvent], once: Limit, last: Limit) -> None:
    end = events[-1].at
    through = deadline_of([*events, Relimited(end, once), Relimited(end, last)], OFFICE)
    assert through == deadline_of([*events, Relimited(end, last)], OFFICE)
