from datetime import UTC, datetime

from cti.events import CallLeftQueue, TalkEnded, TalkStarted
from softphone.figures import DayFigures

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
