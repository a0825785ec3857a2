"""Figures of nodes: entered, left by which way, hang-ups, time, wrong keys, and who is there now.

Counted from events, by day (business time), flow and revision. Where citizens get lost is where many hang up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from cti.base.bus import Bus, Unsubscribe
from cti.base.events import CallEnded, DigitsEntered, Event, NodeEntered, NodeLeft, Stored
from cti.base.times.business_time import day_of
from ivr.figures.presence import Presence, Spot
from ivr.nodes.node import EXHAUSTED, FAILED, HANGUP

WRONG = frozenset({"invalid", "timeout", "unknown", HANGUP, FAILED, EXHAUSTED})
"""Ways on which every key that was pressed was of no use."""


@dataclass(slots=True)
class NodeFigures:
    """The figures of a node. `seconds` is the time of all stays; `invalid` counts wrong entries of keys."""

    entered: int = 0
    ways: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    invalid: int = 0

    @property
    def hangups(self) -> int:
        """Those who hung up here."""
        return self.ways.get(HANGUP, 0)

    def add(self, other: NodeFigures) -> None:
        """Count the other's figures too."""
        self.entered += other.entered
        self.seconds += other.seconds
        self.invalid += other.invalid
        for way, count in other.ways.items():
            self.ways[way] = self.ways.get(way, 0) + count


Key = tuple[str, str]
"""Day in ISO format, and flow."""
Figures = dict[str, NodeFigures]


class FlowStatistics:
    """Counts what happened; what was counted before comes in by `restore`, what changed goes out by `changed`.

    `sequence` is that of the last stored event that was counted.
    """

    def __init__(self) -> None:
        self._figures: dict[Key, dict[int, Figures]] = {}
        self._dirty: set[tuple[str, str, int]] = set()
        self._typed: dict[str, int] = {}
        self._listeners: list[Callable[[Spot], None]] = []
        self.presence = Presence(self._tell)
        self.sequence = 0

    def on_change(self, listener: Callable[[Spot], None]) -> Unsubscribe:
        """Call `listener` with each flow and node whose figures of today or calls of now have changed."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, spot: Spot) -> None:
        for listener in self._listeners:
            listener(spot)

    # ── counting ──

    def listen(self, bus: Bus) -> Unsubscribe:
        """Count what the bus tells; returns the end of it."""
        return bus.subscribe(Event, self.hear)

    def stored(self, events: Iterable[Stored]) -> None:
        """Count events once they are stored: those after `sequence` can then be counted again by another engine."""
        for one in events:
            self.sequence = max(self.sequence, one.sequence)
            self.hear(one.event)

    def hear(self, event: Event) -> None:
        """Count an event, if it is one of ours."""
        match event:
            case NodeEntered():
                self._entered(event)
            case NodeLeft():
                self._left(event)
            case DigitsEntered(call=call):
                # Whether it was right shows when the node is left.
                self._typed[call] = self._typed.get(call, 0) + 1
            case CallEnded(call=call):
                self._typed.pop(call, None)
                self.presence.ended(call)

    def _entered(self, event: NodeEntered) -> None:
        self._node(event.at, event.flow, event.revision, event.node).entered += 1
        self._typed.pop(event.call, None)
        self.presence.entered(event.call, (event.flow, event.node))

    def _left(self, event: NodeLeft) -> None:
        figures = self._node(event.at, event.flow, event.revision, event.node)
        figures.ways[event.way] = figures.ways.get(event.way, 0) + 1
        figures.seconds += event.seconds
        typed = self._typed.pop(event.call, 0)
        figures.invalid += typed if event.way in WRONG else max(0, typed - 1)
        self.presence.left(event.call, (event.flow, event.node))
        self._tell((event.flow, event.node))

    def _node(self, at: datetime, flow: str, revision: int, node: str) -> NodeFigures:
        day = day_of(at)
        self._dirty.add((day, flow, revision))
        return self._figures.setdefault((day, flow), {}).setdefault(revision, {}).setdefault(node, NodeFigures())

    # ── reading ──

    def of(self, flow: str, *, since: date, until: date, revision: int | None = None) -> Figures:
        """The figures of a flow's nodes over days, both included; of one revision, or of all."""
        total: Figures = {}
        for (day, name), revisions in self._figures.items():
            if name != flow or not since.isoformat() <= day <= until.isoformat():
                continue
            for nodes in _chosen(revisions, revision):
                for node, figures in nodes.items():
                    total.setdefault(node, NodeFigures()).add(figures)
        return total

    def on(self, day: date, flow: str, node: str) -> NodeFigures:
        """The figures of a node on a day, of all revisions."""
        total = NodeFigures()
        for nodes in self._figures.get((day.isoformat(), flow), {}).values():
            if node in nodes:
                total.add(nodes[node])
        return total

    def seen(self, day: date) -> dict[str, set[str]]:
        """The nodes of each flow that somebody was in on a day."""
        found: dict[str, set[str]] = {}
        for (name, flow), revisions in self._figures.items():
            if name == day.isoformat():
                found[flow] = {node for nodes in revisions.values() for node in nodes}
        return found

    def now(self, flow: str) -> dict[str, int]:
        """How many calls are in each node of a flow now."""
        return self.presence.of(flow)

    # ── keeping ──

    def changed(self) -> Iterable[tuple[str, dict[str, Any]]]:
        """What has changed since the last time: a key and plain data."""
        keys, self._dirty = self._dirty, set()
        for day, flow, revision in sorted(keys):
            nodes = {name: asdict(one) for name, one in self._figures[day, flow][revision].items()}
            yield f"{day}/{flow}/{revision}", nodes

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take in what `changed` gave in an earlier run."""
        for text, nodes in kept.items():
            day, flow, revision = text.split("/")
            figures = self._figures.setdefault((day, flow), {}).setdefault(int(revision), {})
            for name, one in nodes.items():
                figures.setdefault(name, NodeFigures()).add(NodeFigures(**one))


def _chosen(revisions: Mapping[int, Figures], revision: int | None) -> Iterator[Figures]:
    for number, nodes in revisions.items():
        if revision in (None, number):
            yield nodes
