"""Who is where now: through sub-flows and flows that an agent sent the caller to, and after an engine's death."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cti.base.events import NodeEntered, NodeLeft, Stored
from ivr.figures.presence import Presence, Spot, spots_of
from ivr.figures.statistics import FlowStatistics
from ivr.running.last_resort import HUMAN
from tests.ivr.engine_deaths import Kept, run
from tests.ivr.trying import FewFlows

MAIN = """
flow: main
start: sub
default: bye
nodes:
  sub: {call: other, next: ask}
  ask: {menu: m, keys: {"1": bye}, timeout: bye, invalid: bye}
  bye: {end: done}
"""
OTHER = """
flow: other
start: first
default: last
nodes:
  first: {menu: m, keys: {"1": last}, timeout: last, invalid: last}
  last: {end: good}
"""


def test_a_call_counts_in_its_innermost_node() -> None:
    told: list[Spot] = []
    presence = Presence(told.append)
    presence.entered("a", ("main", "queue"))
    presence.entered("a", ("survey", "ask"))
    assert (presence.of("main"), presence.of("survey")) == ({}, {"ask": 1})
    presence.left("a", ("survey", "ask"))
    assert presence.of("main") == {"queue": 1}
    presence.left("a", ("other", "node"))
    assert presence.of("main") == {"queue": 1}
    presence.ended("a")
    presence.ended("b")
    assert presence.spots == []
    queue, ask = ("main", "queue"), ("survey", "ask")
    assert told == [queue, queue, ask, ask, queue, queue]


def test_a_node_that_is_entered_again_is_left() -> None:
    presence = Presence()
    for spot in (("main", "a"), ("main", "b"), ("main", "a")):
        presence.entered("x", spot)
    presence.left("x", ("main", "a"))
    assert presence.spots == []


def test_spots_of_a_kept_call() -> None:
    frame = {"flow": "main", "node": "sub"}
    state: dict[str, Any] = {"flow": "other", "node": "first", "entered": True, "stack": [frame]}
    assert spots_of({"ivr": state}, ("ivr", "detour")) == [("main", "sub"), ("other", "first")]
    assert spots_of({"ivr": {**state, "entered": False}}, ("ivr",)) == [("main", "sub")]
    assert spots_of({"ivr": {**state, "node": HUMAN, "stack": []}}, ("ivr",)) == []
    survey = {"flow": "survey", "node": "ask", "entered": True, "stack": []}
    assert spots_of({"ivr": state, "detour": survey}, ("ivr", "detour"))[-1] == ("survey", "ask")


def test_counts_stand_after_every_death() -> None:
    """Whenever the engine dies, the next one knows where the call is, and ends with nobody anywhere."""
    flows = FewFlows(MAIN, OTHER)
    script = "press 1, press 1"
    whole = run(flows, "main", script)
    for at in range(len(whole.kept.states)):
        kept, before = Kept(die_at=at), FlowStatistics()
        assert run(flows, "main", script, kept=kept).ending is None
        for event in kept.events:
            before.hear(event)
        state, after = kept.states[-1], FlowStatistics()
        after.presence.restore({"call": spots_of({"ivr": state}, ("ivr",))})
        # The node that was about to begin is told by nobody: it is known from the kept state alone.
        assert after.now(state["flow"]) == {state["node"]: 1}
        rest = Kept()
        run(flows, "main", "press 1, press 1", state=state, kept=rest)
        for event in rest.events:
            after.hear(event)
        assert after.presence.spots == []


def test_only_what_was_not_counted_is_counted_again() -> None:
    def event(kind: type[Any], **more: Any) -> Any:
        at = datetime(2026, 3, 3, 2, tzinfo=UTC)
        return kind(at=at, call="c", organisation="", region="", flow="main", revision=1, node="ask", **more)

    story = [
        Stored(sequence=7, event=event(NodeEntered)),
        Stored(sequence=9, event=event(NodeLeft, way="hangup", seconds=1.0)),
    ]
    first = FlowStatistics()
    first.stored(story[:1])
    kept, sequence = dict(first.changed()), first.sequence
    second = FlowStatistics()
    second.restore(kept)
    second.stored([one for one in story if one.sequence > sequence])
    day = datetime(2026, 3, 3).date()
    figures = second.on(day, "main", "ask")
    assert (figures.entered, figures.hangups, second.sequence) == (1, 1, 9)
    assert second.seen(day) == {"main": {"ask"}}


def test_calls_that_are_no_more_are_forgotten() -> None:
    presence = Presence()
    presence.entered("gone", ("main", "a"))
    presence.restore({"here": [("main", "b")]})
    assert presence.of("main") == {"b": 1}
