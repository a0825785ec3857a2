"""What is told of a call that waits, is answered by an agent and rated: the messages of its events, as the mirror's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cti.base.events import (
    AgentStateChanged,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallerRecognised,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    DigitsEntered,
    Event,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegStarted,
    NodeEntered,
    NodeLeft,
    QueueChanged,
    RecordingStarted,
    SatisfactionGiven,
    TalkEnded,
    TalkStarted,
)
from cti.base.numbers.number import Number
from cti.process.mqtt import Message, message_of

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def events(number: int) -> list[Event]:
    """Of the call of this number, in order."""
    agent = str(1001 + number % 200)
    call = f"01JGT{number:021d}"
    of: dict[str, Any] = {"at": AT, "call": call, "organisation": "city", "region": "city"}
    node = {**of, "flow": "city", "revision": 1, "node": "menu"}
    states = ["reserved", "ringing", "talking", "wrapup", "ready"]
    return [
        CallArrived(**of, caller=Number.parse("13812345678"), called=Number.parse("12345"), trunk="carrier", leg="c"),
        CallerRecognised(**of, citizen="", vip=False, listed=False),
        LegStarted(**of, leg="c", party="caller", address="carrier"),
        CallAnswered(**of),
        LegAnswered(**of, leg="c"),
        NodeEntered(**node),
        DigitsEntered(**of, node="menu", digits="1"),
        NodeLeft(**node, way="1", seconds=2.5),
        CallQueued(**of, queue="general", position=3, estimate=40.0, priority=0.0),
        CallOffered(**of, queue="general", agent=agent, waited=31.5, why="idle longest"),
        LegStarted(**of, leg="a", party="agent", address=agent),
        LegRinging(**of, leg="a"),
        LegAnswered(**of, leg="a"),
        RecordingStarted(**of, recording="r", agent=agent),
        TalkStarted(**of, agent=agent, leg="a", queue="general", waited=33.0),
        CallLeftQueue(**of, queue="general", reason="answered", waited=33.0),
        TalkEnded(**of, agent=agent, seconds=120.0, ended_by="caller"),
        LegEnded(**of, leg="a", cause=16),
        SatisfactionGiven(**of, agent=agent, key="1", score=5),
        LegEnded(**of, leg="c", cause=16),
        CallEnded(**of, reason="completed", seconds=170.0, answered=True),
        *(AgentStateChanged(at=AT, agent=agent, organisation="city", state=state, call=call) for state in states),
        QueueChanged(at=AT, queue="general", waiting=3, longest_wait_since=AT, ready=0, talking=200, estimate=40.0),
    ]


def messages(number: int) -> list[Message]:
    """Of the call of this number."""
    told = enumerate(events(number), number * 30)
    return [found for sequence, event in told if (found := message_of(event, sequence)) is not None]
