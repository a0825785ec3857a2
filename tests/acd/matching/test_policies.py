"""What a break, closing time and an overflow do to places, by setting; the weighted strategy; when a replay begins."""

from __future__ import annotations

import json
from typing import Any

import pytest

from acd.settings.schema import AcdSettings
from acd.simulator.replay import Replay
from acd.simulator.scenario import read
from cti.base.files.documents import DocumentError


def play(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    Replay(read([json.dumps(row) for row in rows], "scenario"), lines.append).run()
    return lines


def offers(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(line["call"], line["agent"]) for line in lines if line["event"] == "offered"]


@pytest.mark.parametrize(
    ("said", "minutes", "first"), [({}, 30, "b"), ({}, 4, "a"), ({"idle_after_break": "keep"}, 30, "a")]
)
def test_who_comes_back_from_a_long_break_is_not_first(said: dict[str, Any], minutes: int, first: str) -> None:
    """Back from lunch an agent counted as idle since his last talk before it, and got the next call."""
    lines = play(
        {"at": 0, "config": {"queues": {"q": {}}, **said}},
        {"at": 0, "agent": "a", "state": "ready"},
        {"at": 10, "agent": "a", "state": "break", "reason": "lunch"},
        {"at": 20, "agent": "b", "state": "ready"},
        {"at": 10 + minutes * 60, "agent": "a", "state": "ready"},
        {"at": 3000, "call": "c1", "queue": "q"},
    )
    assert offers(lines) == [("c1", first)]


CALENDAR = {"office": {"week": {"thu": ["08:00-08:10"]}}}
"""Replays begin on a Thursday at eight."""


@pytest.mark.parametrize("closing", ["finish", "overflow"])
def test_closing_time_sends_away_those_who_wait_only_if_the_queue_says_so(closing: str) -> None:
    """Closing time acted at the door only; whether those who wait are served is the house's choice."""
    queue = {"calendar": "office", "closing": closing, "overflow": {"closed": "message:closed"}, "ring": 30}
    lines = play(
        {"at": 0, "config": {"queues": {"q": queue}, "calendars": CALENDAR}},
        {"at": 0, "agent": "a", "state": "ready", "answers": "never"},
        {"at": 590, "call": "rings", "queue": "q"},
        {"at": 595, "call": "waits", "queue": "q"},
        {"at": 700, "agent": "a", "answers": "after 1", "state": "ready"},
        {"at": 800, "call": "late", "queue": "q"},
    )
    gone = {line["call"]: line["at"] for line in lines if line["event"] == "overflowed"}
    answered = {line["call"] for line in lines if line["event"] == "answered"}
    assert gone.pop("late") == 800
    if closing == "finish":
        assert not gone and answered == {"rings", "waits"}
    else:
        assert gone == {"waits": 600, "rings": 620} and not answered, "who is rung may be answered; he was not"


@pytest.mark.parametrize(
    ("keeps", "priority", "waited"), [("wait_and_points", 105, 20), ("points", 105, 0), ("nothing", 105, 0)]
)
def test_what_an_overflow_keeps_is_a_setting(keeps: str, priority: int, waited: int) -> None:
    first = {"overflow": {"longest_wait": {"limit": 20, "to": "queue:second"}, "keeps": keeps}, "priority": {"base": 7}}
    ageing = {"base": 5, "acceleration": 0}
    rows = [
        {"at": 0, "config": {"queues": {"first": first, "second": {"priority": ageing}}}},
        {"at": 0, "agent": "a", "state": "break"},
        {"at": 0, "call": "c1", "queue": "first", "vip": True, "from": "13800000001"},
    ]
    replay = Replay(read([json.dumps(row) for row in rows], "scenario"), lambda line: None)
    replay.world.clock.run_until(0)
    told: list[tuple[float | None, float | None]] = []
    replay.world.acd.on_decision(
        lambda one: told.append((one.points, one.since)) if one.event == "queued" and one.queue == "second" else None
    )
    replay.run()
    assert told == [(priority, 20 - waited)]


def test_the_weighted_strategy_weighs_idle_time_skill_and_calls() -> None:
    """Whoever is idle a little longer got the call, however much better another one's skill; nothing weighed both."""
    agents = {"a": {"skills": {"s": 1}}, "b": {"skills": {"s": 5}}, "c": {"skills": {"s": 3}, "rank": 9}}
    for weights, order in (
        ({"idle": 1, "skill": 0, "calls": 0}, "abc"),
        ({"idle": 1, "skill": 60, "calls": 0}, "bca"),
        ({"idle": 1, "skill": 60, "calls": 0, "rank": 200}, "cba"),
    ):
        queue = {"need": "s", "strategy": "weighted", "weights": {"rank": 0, **weights}}
        lines = play(
            {"at": 0, "config": {"skills": ["s"], "queues": {"q": queue}, "agents": agents}},
            *({"at": at, "agent": agent, "state": "ready"} for at, agent in enumerate(agents)),
            *({"at": 60 + at, "call": f"c{at}", "queue": "q", "talk": 600} for at in range(3)),
        )
        assert "".join(agent for _, agent in offers(lines)) == order, weights


def test_a_replay_begins_when_it_says_so_that_holidays_can_be_tried() -> None:
    """A replay always began on Thursday 2026-01-01 at eight."""
    calendar = {"office": {"week": {"thu": ["08:00-18:00"]}, "days": {"2026-10-01": []}}}
    config = {"queues": {"q": {"calendar": "office", "overflow": {"closed": "message"}}}, "calendars": calendar}
    rows = [{"at": 0, "config": config}, {"at": 5, "call": "c1", "queue": "q"}]
    assert not [line for line in play(*rows) if line["event"] == "overflowed"]
    holiday = play({"start": "2026-10-01T09:00"}, *rows)
    assert [line["why"] for line in holiday if line["event"] == "overflowed"] == ["closed"]
    with pytest.raises(DocumentError, match="at"):
        play({"start": "2026-10-01T09:00", "at": 3}, *rows)


def test_a_wait_for_one_agent_says_so() -> None:
    """Somebody waited for the agent he had last talked with, and no line said why he was offered to nobody."""
    lines = play(
        {"at": 0, "config": {"queues": {"q": {"last_agent": 15}}}},
        {"at": 0, "agent": "a", "state": "ready"},
        {"at": 1, "call": "busy", "queue": "q", "talk": 500},
        {"at": 5, "agent": "b", "state": "ready"},
        {"at": 9, "call": "c1", "queue": "q", "last_agent": "a"},
    )
    queued = next(line for line in lines if line["event"] == "queued" and line["call"] == "c1")
    assert (queued["agent"], queued["why"]) == ("a", "waits for its last agent a for up to 15 s")


def test_the_new_settings_have_sane_defaults() -> None:
    settings = AcdSettings()
    queue = settings.queues["general"]
    assert (settings.idle_after_break, settings.short_break) == ("reset", 300)
    assert (queue.closing, queue.overflow.keeps, queue.strategy) == ("finish", "wait_and_points", "longest_idle")
