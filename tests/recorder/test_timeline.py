"""Where in a call which sound is: from the events of talks that are held, handed over, and sent through flows."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from cti.base.events import (
    AgentEngaged,
    AgentReleased,
    CallHeld,
    CallRetrieved,
    CallTransferred,
    Event,
    FlowReturned,
    RecordingStarted,
    TalkEnded,
    TalkStarted,
)
from recorder.timeline import Part, parts_of, together_seconds

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def at(second: float) -> datetime:
    return AT + timedelta(seconds=second)


def about(second: float) -> dict[str, object]:
    return {"at": at(second), "call": "c", "organisation": "city", "region": "320400"}


def started(second: float, agent: str) -> Event:
    return TalkStarted(**about(second), agent=agent, leg="l", queue="", waited=0.0)  # type: ignore[arg-type]


def records(second: float, recording: str) -> Event:
    return RecordingStarted(**about(second), recording=recording, agent="")  # type: ignore[arg-type]


def ended(second: float, by: str = "agent") -> Event:
    return TalkEnded(**about(second), agent="", seconds=0.0, ended_by=by)  # type: ignore[arg-type]


def held(second: float) -> Event:
    return CallHeld(**about(second), agent="")  # type: ignore[arg-type]


def retrieved(second: float) -> Event:
    return CallRetrieved(**about(second), agent="")  # type: ignore[arg-type]


def joined(second: float, agent: str, other: str = "") -> Event:
    return AgentEngaged(**about(second), agent=agent, role="conference", other=other)  # type: ignore[arg-type]


def left(second: float, agent: str) -> Event:
    return AgentReleased(**about(second), agent=agent, role="conference")  # type: ignore[arg-type]


def told(parts: list[Part]) -> list[tuple[str, str, float, float | None, float]]:
    return [
        (one.recording, one.agent, _second(one.since), None if one.until is None else _second(one.until), one.second)
        for one in parts
    ]


def _second(moment: datetime) -> float:
    return (moment - AT).total_seconds()


def test_a_talk_that_is_consulted_about_and_handed_over_is_one_recording_in_parts() -> None:
    story = [
        started(10, "1001"), records(10.01, "a"), held(20), ended(50, "transfer"), started(50, "1002"), retrieved(51),
        ended(61),
    ]  # fmt: skip
    parts = parts_of(story, at(100))
    assert told(parts) == [("a", "1001", 10, 20, 0), ("a", "1002", 51, 61, 10)]
    assert together_seconds(parts, "a", at(100)) == 20


def test_a_talk_after_another_has_a_recording_of_its_own_and_hold_ends_with_the_talk() -> None:
    story = [started(0, "1001"), records(0, "a"), held(5), ended(9), started(20, "1002"), records(20, "b")]
    assert told(parts_of(story, at(30))) == [("a", "1001", 0, 5, 0), ("b", "1002", 20, None, 0)]
    assert told(parts_of([*story, ended(30)], at(31)))[1] == ("b", "1002", 20, 30, 0)


def test_in_a_flow_nothing_is_recorded() -> None:
    to_flow = CallTransferred(**about(5), agent="1001", target="flow:proving", kind="flow")  # type: ignore[arg-type]
    back = FlowReturned(**about(25), agent="1001", flow="proving", outcome="proved")  # type: ignore[arg-type]
    story = [started(0, "1001"), records(0, "a"), to_flow, back, ended(30)]
    assert told(parts_of(story, at(99))) == [("a", "1001", 0, 5, 0), ("a", "1001", 25, 30, 5)]


def test_who_is_in_a_conference_stands_with_its_part() -> None:
    story = [
        started(0, "1001"), records(0, "a"), held(10), retrieved(20), joined(20, "1001", "1002"),
        joined(20, "1002", "1001"), joined(30, "1003", "1001"), left(40, "1003"), left(50, "1001"), ended(50),
        started(50, "1002"), ended(60),
    ]  # fmt: skip
    parts = parts_of(story, at(99))
    assert [(one.agent, one.others, one.second, one.seconds(at(99))) for one in parts] == [
        ("1001", (), 0, 10), ("1001", ("1002",), 10, 10), ("1001", ("1002", "1003"), 20, 10),
        ("1001", ("1002",), 30, 10), ("1002", (), 40, 10),
    ]  # fmt: skip


HAPPENS = ["start", "record", "hold", "retrieve", "end", "join", "leave"]


@given(some.lists(some.sampled_from(HAPPENS), max_size=30))
def test_whatever_happens_parts_never_overlap_and_follow_each_other_in_the_sound(happened: list[str]) -> None:
    make = {
        "start": lambda s: started(s, "1001"), "record": lambda s: records(s, f"r{s}"), "hold": held,
        "retrieve": retrieved, "end": ended, "join": lambda s: joined(s, f"{s % 3}", "1001"),
        "leave": lambda s: left(s, f"{s % 3}"),
    }  # fmt: skip
    now = at(len(happened) + 1)
    parts = parts_of([make[one](second) for second, one in enumerate(happened)], now)
    for one, other in itertools.pairwise(parts):
        assert one.until is not None and one.until <= other.since
        if one.recording == other.recording:
            assert other.second == one.second + one.seconds(now)
    assert together_seconds(parts, "", now) == 0
