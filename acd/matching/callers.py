"""What is remembered of callers: who called before, who was cut off and keeps his place, who is owed a callback."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from math import inf
from typing import Any

from acd.matching.work import WorkItem
from acd.settings.schema import BonusSettings

LONGEST = 86400.0
"""Nothing is remembered longer than a day."""

SERVED_WITHIN = LONGEST
"""How many seconds the agent who talked with a caller is remembered as his last."""

CALLBACK_WITHIN = 900.0
"""How long after leaving the queue a callback still gets the place."""


Reason = tuple[str, float]
"""Why somebody has points, and how many: `queue`, `flow`, a bonus of the settings, or RAISED and by whom."""

RAISED = "raised by "

OF_THE_QUEUE = frozenset({"queue", "flow"})
"""Reasons of points that are not the caller's."""

Seen = tuple[float, str, float]
"""When somebody called last, which call that was, and when he had called before that."""

NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Kept:
    """A place that waits for its caller. `since` and `until` are the clock's seconds."""

    queue: str
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Moved:
    """What goes along to another queue: since when it waits, queues it has been in, points, who refused it until when.

    The points are the caller's own and those that somebody gave him; a queue's and a flow's stay behind. None: he is
    judged as if he came now.
    """

    since: float
    visited: tuple[str, ...]
    points: tuple[Reason, ...] | None
    refused: dict[str, float]


class Callers:
    """A memory that forgets by itself; times are the clock's seconds."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._moved: OrderedDict[str, tuple[float, Moved]] = OrderedDict()
        self._left: OrderedDict[str, tuple[float, float, float]] = OrderedDict()
        self._served: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self.owed: dict[str, str] = {}
        """Callers who are owed a callback, and its id."""

    def bonus(self, item: WorkItem, settings: BonusSettings, now: float) -> list[Reason]:
        """The points that this caller brings along, and why."""
        found: list[Reason] = [("called", settings.called.get(item.called, 0.0))]
        found += [("vip", settings.vip * item.vip), ("listed", settings.listed * item.listed)]
        if item.caller:
            if item.caller in self.owed and self.owed[item.caller] != item.id:
                found.append(("callback_owed", settings.callback_owed))
            at, call, before = self._seen.get(item.caller, (NEVER, "", NEVER))
            # A call that comes again, from another queue or flow, is judged as it was at first.
            if (at - before if call == item.id else now - at) <= settings.repeat_within:
                found.append(("repeat", settings.repeat))
        return [one for one in found if one[1]]

    def saw(self, item: WorkItem, now: float) -> None:
        """The caller has called now."""
        if item.caller and item.medium == "call":
            at, call, _ = self._seen.get(item.caller, (NEVER, "", NEVER))
            if call == item.id:
                return
            self._seen[item.caller] = (now, item.id, at)
            self._seen.move_to_end(item.caller)
            while self._seen and next(iter(self._seen.values()))[0] < now - LONGEST:
                self._seen.popitem(last=False)

    def served(self, caller: str, agent: str, now: float) -> None:
        """An agent talks with the caller now."""
        if caller:
            self._served[caller] = (now, agent)
            self._served.move_to_end(caller)
            while self._served and next(iter(self._served.values()))[0] < now - SERVED_WITHIN:
                self._served.popitem(last=False)

    def last_agent(self, caller: str, now: float) -> str:
        """Who talked with the caller last, within `SERVED_WITHIN`; empty when nobody did."""
        at, agent = self._served.get(caller, (-inf, ""))
        return agent if at >= now - SERVED_WITHIN else ""

    def keep_place(self, caller: str, kept: Kept, now: float) -> None:
        """The caller was cut off: his place waits for him."""
        if not caller or kept.until <= now:
            return
        self._kept[caller] = kept
        self._kept.move_to_end(caller)
        while self._kept and next(iter(self._kept.values())).until <= now:
            self._kept.popitem(last=False)

    def take_place(self, item: WorkItem, now: float) -> float | None:
        """Since when the returning caller waits in this queue; None when no place waits for him."""
        kept = self._kept.get(item.caller)
        if kept is None or kept.queue != item.queue:
            return None
        del self._kept[item.caller]
        return kept.since if kept.until > now else None

    def moved(self, work: str, moved: Moved, now: float) -> None:
        """Work goes on to another queue, its wait with it."""
        self._moved[work] = (now, moved)
        while self._moved and next(iter(self._moved.values()))[0] < now - LONGEST:
            self._moved.popitem(last=False)

    def left(self, work: str, since: float, base: float, now: float) -> None:
        """Work waits no longer; should it become a callback, that has its place."""
        self._left[work] = (now, since, base)
        self._left.move_to_end(work)
        while self._left and next(iter(self._left.values()))[0] < now - CALLBACK_WITHIN:
            self._left.popitem(last=False)

    def place_of(self, work: str) -> tuple[float, float] | None:
        """(since when it waited, its priority) of work that left a short while ago."""
        found = self._left.get(work)
        return None if found is None else found[1:]

    def came_from(self, work: str) -> Moved | None:
        """What work brings along that overflowed before."""
        found = self._moved.pop(work, None)
        return None if found is None else found[1]

    def snapshot(self, wall: float) -> dict[str, Any]:
        """As JSON, with times as seconds of the epoch: clock + `wall`."""
        return {
            "seen": {caller: [at + wall, call, before + wall] for caller, (at, call, before) in self._seen.items()},
            "served": {caller: [at + wall, agent] for caller, (at, agent) in self._served.items()},
            "kept": {caller: [one.queue, one.since + wall, one.until + wall] for caller, one in self._kept.items()},
        }

    def restore(self, data: dict[str, Any], wall: float) -> None:
        """What a snapshot had."""
        for caller, (at, call, *before) in data.get("seen", {}).items():
            self._seen[caller] = (at - wall, call, before[0] - wall if before else NEVER)
        for caller, (at, agent) in data.get("served", {}).items():
            self._served[caller] = (at - wall, agent)
        for caller, (queue, since, until) in data.get("kept", {}).items():
            self._kept[caller] = Kept(queue, since - wall, until - wall)
