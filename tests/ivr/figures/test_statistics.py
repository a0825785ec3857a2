"""Figures of nodes, from events as a call tells them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cti.base.bus import Bus
from cti.base.events import CallEnded
from ivr.figures.statistics import FlowStatistics
from tests.ivr.engine_deaths import run
from tests.ivr.trying import FewFlows

FLOW = """
flow: main
start: ask
default: bye
nodes:
  ask: {menu: m, keys: {"1": number, "2": bye}, tries: 3, timeout: bye, invalid: bye}
  number: {collect: c, into: n, length: 3, check: "value != '000'", next: bye, timeout: bye, invalid: bye}
  bye: {end: done}
"""
DAY = date(2026, 3, 3)


def counted(*scripts: str) -> FlowStatistics:
    statistics, bus = FlowStatistics(), Bus()
    statistics.listen(bus)
    for script in scripts:
        for event in run(FewFlows(FLOW), "main", script).kept.events:
            bus.publish(event)
        bus.publish(
            CallEnded(
                at=datetime.now(UTC), call="call", organisation="", region="", reason="", seconds=0, answered=True
            )
        )
    return statistics


def test_where_citizens_get_lost() -> None:
    statistics = counted(
        "press 1, press 123", "press 9, press 2", "press 9, press 9, press 9", "wait 3, hangup", "wait 90"
    )
    figures = statistics.of("main", since=DAY, until=DAY)
    ask = figures["ask"]
    assert (ask.entered, ask.hangups, ask.invalid) == (5, 1, 4)
    assert ask.ways == {"1": 1, "2": 1, "invalid": 1, "hangup": 1, "timeout": 1}
    assert ask.seconds == pytest.approx(3 + 3 * (5 + 3 * 0.22), abs=0.1)
    assert (figures["number"].entered, figures["number"].invalid) == (1, 0)
    assert figures["bye"].entered == 4


def test_wrong_numbers_count_as_invalid() -> None:
    figures = counted("press 1, press 000, press 123").of("main", since=DAY, until=DAY)
    assert figures["number"].invalid == 1
    assert counted("press 1, press 000, press 000").of("main", since=DAY, until=DAY)["number"].invalid == 2


def test_days_and_revisions_are_kept_apart() -> None:
    statistics = counted("press 2")
    assert statistics.of("main", since=date(2026, 3, 4), until=date(2026, 3, 5)) == {}
    assert statistics.of("main", since=DAY, until=DAY, revision=2) == {}
    assert statistics.of("main", since=DAY, until=DAY, revision=1)["ask"].entered == 1
    assert statistics.of("other", since=DAY, until=DAY) == {}


def test_who_is_where_now() -> None:
    statistics, bus = FlowStatistics(), Bus()
    stop = statistics.listen(bus)
    events = run(FewFlows(FLOW), "main", "press 1, press 123").kept.events
    seen: list[dict[str, int]] = []
    for event in events:
        bus.publish(event)
        seen.append(statistics.now("main"))
    assert {"ask": 1} in seen and {"number": 1} in seen
    assert seen[-1] == {}
    stop()
    bus.publish(events[0])
    assert statistics.now("main") == {}


def test_figures_survive_an_engine() -> None:
    statistics = counted("press 1, press 123", "press 2")
    kept: dict[str, Any] = json.loads(json.dumps(dict(statistics.changed())))
    assert list(kept) == ["2026-03-03/main/1"]
    assert dict(statistics.changed()) == {}
    again = FlowStatistics()
    again.restore(kept)
    assert again.of("main", since=DAY, until=DAY) == statistics.of("main", since=DAY, until=DAY)
