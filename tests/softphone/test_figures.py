from dataclasses import replace
from datetime import UTC, datetime

from cti.base.events import CallEnded, CallLeftQueue, CallOffered, TalkEnded, TalkStarted
from cti.base.scope import EVERYTHING
from softphone.figures import DayFigures, Waits

AT = datetime(2026, 11, 25, tzinfo=UTC)
ABOUT = {"at": AT, "call": "C", "organisation": "city", "region": "320400"}


def left(reason: str, waited: float) -> CallLeftQueue:
    return CallLeftQueue(**ABOUT, queue="general", reason=reason, waited=waited)


def test_service_level_counts_abandoned_calls_and_late_answers() -> None:
    figures = DayFigures()
    for event in (left("answered", 15.0), left("answered", 15.1), left("abandoned", 3), left("key", 1)):
        figures.hear(event, "2026-11-25")
    queue = figures.queue("general")
    assert (queue.answered, queue.abandoned) == (2, 1)
    assert queue.service_level == 1 / 3


def test_figures_begin_anew_with_the_day_and_do_not_go_back() -> None:
    figures = DayFigures()
    figures.hear(TalkStarted(**ABOUT, agent="1001", leg="l", queue="general", waited=0), "2026-11-25")
    figures.hear(TalkEnded(**ABOUT, agent="1001", seconds=30, ended_by="agent"), "2026-11-25")
    assert figures.agent("1001").talk_seconds == 30
    figures.hear(left("answered", 1), "2026-11-26")
    assert figures.agent("1001").answered == 0
    # A clock that is set back does not wipe the day out.
    figures.hear(left("answered", 1), "2026-11-25")
    assert figures.queue("general").answered == 2


def test_today_counts_calls_not_talks() -> None:
    """Each talk counted, so a call that was handed on made more answered calls than there were calls."""
    figures = DayFigures()
    for talk in range(3):
        figures.hear(TalkStarted(**ABOUT, agent=f"100{talk}", leg="l", queue="general", waited=0), "2026-11-25")
    figures.hear(CallEnded(**ABOUT, reason="abandoned", seconds=60, answered=True), "2026-11-25")
    other = {**ABOUT, "call": "D"}
    figures.hear(CallEnded(**other, reason="abandoned", seconds=60, answered=True), "2026-11-25")
    assert figures.today(EVERYTHING) == {"arrived": 0, "ended": 2, "answered": 1, "abandoned": 2, "rated": 0}


def test_given_up_is_the_same_on_the_tile_in_the_queues_and_in_the_log() -> None:
    """The tile left out whom an agent had talked with before he was handed on: it said 0, and its only queue 1."""
    figures = DayFigures()
    for event in (
        TalkStarted(**ABOUT, agent="1001", leg="l", queue="general", waited=0),
        TalkEnded(**ABOUT, agent="1001", seconds=30, ended_by="agent"),
        left("abandoned", 20),
        CallEnded(**ABOUT, reason="abandoned", seconds=60, answered=True),
        # The switch died under one who waited: he did not give up.
        left("switch_lost", 5),
        CallEnded(**{**ABOUT, "call": "D"}, reason="switch_lost", seconds=9, answered=True),
    ):
        figures.hear(event, "2026-11-25")
    assert figures.queue("general").abandoned == figures.today(EVERYTHING)["abandoned"] == 1


def test_the_desk_says_the_wait_that_the_log_will_say() -> None:
    """The desk counted from the arrival, with greeting and menu (17 s), the log what was waited in the queue (1 s)."""
    waits = Waits()
    offered = CallOffered(**ABOUT, queue="general", agent="1001", waited=1.0, why="")
    waits.hear(offered)
    assert waits.of("C") == 1.0
    waits.hear(left("answered", 1.4))
    assert waits.of("C") == 1.4
    waits.hear(replace(offered, waited=2.0))
    waits.hear(left("answered", 2.5))
    assert waits.of("C") == 3.9
    waits.hear(CallEnded(**ABOUT, reason="completed", seconds=60, answered=True))
    assert waits.of("C") == 0.0
