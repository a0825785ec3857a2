"""Figures of nodes: entered, left by which way, hang-ups, time, wrong keys, and who is there now.

Counted from events, by day (business time), flow and revision. Where citizens get lost is where many hang up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from cti.bus import Bus, Unsubscribe
from cti.events import CallEnded, DigitsEntered, NodeEntered, NodeLeft
from ivr.nodes.node import EXHAUSTED, FAILED, HANGUP
from ivr.surroundings import ZONE

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


Key = tuple[str, str, int]
"""Day in ISO format, flow, revision."""
Figures = dict[str, NodeFigures]


class FlowStatistics:
    """Counts from the bus; what was counted before comes in by `restore`, what changed goes out by `changed`."""

    def __init__(self) -> None:
        self._figures: dict[Key, Figures] = {}
        self._dirty: set[Key] = set()
        self._here: dict[str, tuple[str, int, str]] = {}
        self._typed: dict[str, int] = {}

    def listen(self, bus: Bus) -> Unsubscribe:
        """Count what the bus tells; returns the end of it."""
        undo = [
            bus.subscribe(NodeEntered, self.entered),
            bus.subscribe(NodeLeft, self.left),
            bus.subscribe(DigitsEntered, self.typed),
            bus.subscribe(CallEnded, self.ended),
        ]

        def stop() -> None:
            for one in undo:
                one()

        return stop

    def entered(self, event: NodeEntered) -> None:
        """Count an entry."""
        self._node(event.at, event.flow, event.revision, event.node).entered += 1
        self._here[event.call] = (event.flow, event.revision, event.node)
        self._typed.pop(event.call, None)

    def left(self, event: NodeLeft) -> None:
        """Count a way out."""
        figures = self._node(event.at, event.flow, event.revision, event.node)
        figures.ways[event.way] = figures.ways.get(event.way, 0) + 1
        figures.seconds += event.seconds
        typed = self._typed.pop(event.call, 0)
        figures.invalid += typed if event.way in WRONG else max(0, typed - 1)
        self._here.pop(event.call, None)

    def typed(self, event: DigitsEntered) -> None:
        """Count an entry of keys; whether it was right shows when the node is left."""
        self._typed[event.call] = self._typed.get(event.call, 0) + 1

    def ended(self, event: CallEnded) -> None:
        """Forget where the call was."""
        self._here.pop(event.call, None)
        self._typed.pop(event.call, None)

    def _node(self, at: datetime, flow: str, revision: int, node: str) -> NodeFigures:
        key = (at.astimezone(ZONE).date().isoformat(), flow, revision)
        self._dirty.add(key)
        return self._figures.setdefault(key, {}).setdefault(node, NodeFigures())

    # ── reading ──

    def of(self, flow: str, *, since: date, until: date, revision: int | None = None) -> Figures:
        """The figures of a flow's nodes over days, both included; of one revision, or of all."""
        total: Figures = {}
        for (day, name, number), nodes in self._figures.items():
            if name != flow or not since.isoformat() <= day <= until.isoformat() or revision not in (None, number):
                continue
            for node, figures in nodes.items():
                total.setdefault(node, NodeFigures()).add(figures)
        return total

    def now(self, flow: str) -> dict[str, int]:
        """How many calls are in each node of a flow now."""
        found: dict[str, int] = {}
        for name, _, node in self._here.values():
            if name == flow:
                found[node] = found.get(node, 0) + 1
        return found

    # ── keeping ──

    def changed(self) -> Iterable[tuple[str, dict[str, Any]]]:
        """What has changed since the last time: a key and plain data."""
        keys, self._dirty = self._dirty, set()
        for day, flow, revision in sorted(keys):
            nodes = {name: asdict(one) for name, one in self._figures[day, flow, revision].items()}
            yield f"{day}/{flow}/{revision}", nodes

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take in what `changed` gave in an earlier run."""
        for text, nodes in kept.items():
            day, flow, revision = text.split("/")
            figures = self._figures.setdefault((day, flow, int(revision)), {})
            for name, one in nodes.items():
                figures.setdefault(name, NodeFigures()).add(NodeFigures(**one))
