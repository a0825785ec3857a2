"""Counts what the matching decides: per queue, interval and day, and per agent and day. Nothing is counted twice.

Work counts in the interval in which it entered the queue, so that the books of each interval balance. Chats do not: who
writes waits and is served in other times, and the books of calls know nothing of him.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from acd.figures.figures import AgentFigures, QueueFigures
from acd.matching.decisions import Decision
from acd.matching.states import AgentState, Medium
from acd.settings.schema import AcdSettings
from cti.base.times.business_time import ZONE

KEPT_DAYS = 3
"""How many days are kept in memory; older ones lie in the archive (`acd.archive`)."""

FAILED = frozenset({"no_answer", "rejected", "busy", "unreachable", "failed", "expired"})
STATES = frozenset({"state", "wrapup"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """Work that waits or talks, and the queue and interval in which it counts."""

    queue: str
    begin: int


class Statistics:
    """Hears every decision. `wall` is the epoch's second at the clock's second 0."""

    def __init__(self, settings: Callable[[], AcdSettings], wall: float) -> None:
        self._settings = settings
        self._wall = wall
        self._queues: dict[tuple[str, int], QueueFigures] = {}
        self._agents: dict[tuple[str, date], AgentFigures] = {}
        self._waiting: dict[str, _Entry] = {}
        self._talking: dict[str, _Entry] = {}
        self._states: dict[str, tuple[str, str, float]] = {}
        self._changed: set[tuple[str, int] | tuple[str, date]] = set()
        self._dropped: dict[str, Any] = {}
        self._today = (0.0, 0.0, date.min)
        self._turn_to(0.0)

    def hear(self, told: Decision) -> None:
        """Count what the matching has decided."""
        if told.event in STATES:
            self._agent_state(told)
        elif told.medium == Medium.CHAT:
            return
        elif told.event == "queued":
            self._enter(told, told.at, 1)
        elif told.event == "restored":
            self._enter(told, told.at - (told.seconds or 0.0), 0)
        elif told.event == "offered":
            self._agent(told.agent, told.at).offered += 1
        elif told.event in FAILED:
            self._agent(told.agent, told.at).not_answered += 1
        elif told.event in ("answered", "abandoned", "overflowed", "left"):
            self._leave(told)
        elif told.event == "ended":
            self._end(told)
        elif told.event == "message":
            self._message(told)

    # ── queues ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _entry(self, queue: str, at: float) -> _Entry:
        interval = self._settings().interval
        return _Entry(queue, int((at + self._wall) // interval * interval))

    def _enter(self, told: Decision, at: float, count: int) -> None:
        self._forget(at)
        entry = self._entry(told.queue, at)
        self._figures(entry).entered += count
        self._waiting[told.work] = entry

    def _figures(self, entry: _Entry) -> QueueFigures:
        key = (entry.queue, entry.begin)
        self._changed.add(key)
        return self._queues.setdefault(key, QueueFigures())

    def _leave(self, told: Decision) -> None:
        entry = self._waiting.pop(told.work, None)
        if entry is None:
            return
        figures, waited = self._figures(entry), told.seconds or 0.0
        settings = self._settings().queues.get(entry.queue)
        in_time = settings is not None and waited <= settings.threshold
        figures.longest_wait = max(figures.longest_wait, waited)
        if told.event == "answered":
            figures.answered += 1
            figures.answered_in_time += in_time
            figures.answered_wait += waited
            self._talking[told.work] = entry
            self._agent(told.agent, told.at).answered += 1
        elif told.event == "abandoned" and settings is not None and waited < settings.short_abandon:
            figures.short_abandoned += 1
        elif told.event == "abandoned":
            figures.abandoned += 1
            figures.abandoned_in_time += in_time
            figures.abandoned_wait += waited
        elif told.event == "overflowed":
            figures.overflowed += 1
        else:
            figures.left += 1

    def _end(self, told: Decision) -> None:
        entry = self._talking.pop(told.work, None)
        seconds = told.seconds or 0.0
        if entry is not None:
            figures = self._figures(entry)
            figures.talks += 1
            figures.talk += seconds
        self._agent(told.agent, told.at).talk += seconds

    def _message(self, told: Decision) -> None:
        """Counted when it was left. Where nothing is in memory any more, a new row would replace the archived one."""
        self._forget(told.at)
        entry = self._entry(told.queue, told.at)
        if entry.begin < self._first_kept and (entry.queue, entry.begin) not in self._queues:
            entry = self._entry(told.queue, self._today[0])
        self._figures(entry).messages += 1

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _agent(self, agent: str, at: float) -> AgentFigures:
        key = (agent, self._date(at))
        self._changed.add(key)
        return self._agents.setdefault(key, AgentFigures())

    def _agent_state(self, told: Decision) -> None:
        self._book(told.agent, told.at)
        self._states[told.agent] = (told.state, told.reason, told.at)

    def _book(self, agent: str, now: float) -> None:
        """Book the time in the state that the agent is in, day by day."""
        state, reason, since = self._states.get(agent, (AgentState.SIGNED_OUT.value, "", now))
        while since < now:
            until = now if now < self._today[1] else min(now, self._next_midnight(since))
            figures = self._agent(agent, since)
            figures.states[state] = figures.states.get(state, 0.0) + until - since
            if state == AgentState.BREAK:
                figures.breaks[reason] = figures.breaks.get(reason, 0.0) + until - since
            since = until
        self._states[agent] = (state, reason, now)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _date(self, at: float) -> date:
        begin, end, day = self._today
        if begin <= at < end:
            return day
        return datetime.fromtimestamp(at + self._wall, ZONE).date()

    def _next_midnight(self, at: float) -> float:
        day = datetime.fromtimestamp(at + self._wall, ZONE).date() + timedelta(days=1)
        midnight = datetime.combine(day, time(), ZONE)
        return max(midnight.timestamp() - self._wall, at + 1e-6)

    def _forget(self, at: float) -> None:
        if at < self._today[1]:
            return
        today = self._turn_to(at)
        for key in [key for key in self._queues if key[1] < self._first_kept]:
            self._dropped[_name(key)] = _plain(self._queues.pop(key))
        for agent_key in [key for key in self._agents if key[1] <= today - timedelta(days=KEPT_DAYS)]:
            self._dropped[_name(agent_key)] = _plain(self._agents.pop(agent_key))

    @property
    def _first_kept(self) -> float:
        """The epoch's second from which figures of queues are kept in memory."""
        return datetime.combine(self._today[2] - timedelta(days=KEPT_DAYS - 1), time(), ZONE).timestamp()

    def _turn_to(self, at: float) -> date:
        """Remember the day of this second and its bounds: dates are asked for at every decision."""
        day = datetime.fromtimestamp(at + self._wall, ZONE).date()
        begin = datetime.combine(day, time(), ZONE).timestamp() - self._wall
        self._today = (begin, self._next_midnight(at), day)
        return day

    # ── to look at ───────────────────────────────────────────────────────────────────────────────────────────────

    def intervals(self, queue: str) -> dict[datetime, QueueFigures]:
        """The queue's figures by the beginning (UTC) of their interval."""
        found = sorted((begin, figures) for (name, begin), figures in self._queues.items() if name == queue)
        return {datetime.fromtimestamp(begin, UTC): figures for begin, figures in found}

    def day(self, queue: str, day: date) -> QueueFigures:
        """The queue's figures of a day in the house's time zone."""
        whole = QueueFigures()
        for (name, begin), figures in self._queues.items():
            if name == queue and datetime.fromtimestamp(begin, ZONE).date() == day:
                whole.add(figures)
        return whole

    def all_of_day(self, day: date) -> dict[str, QueueFigures]:
        """The figures of a day of all queues that had some, by queue."""
        found: dict[str, QueueFigures] = {}
        first = datetime.combine(day, time(), ZONE).timestamp()
        after = datetime.combine(day + timedelta(days=1), time(), ZONE).timestamp()
        for (name, begin), figures in self._queues.items():
            if first <= begin < after:
                found.setdefault(name, QueueFigures()).add(figures)
        return found

    def agent_day(self, agent: str, day: date, now: float) -> AgentFigures:
        """An agent's figures of a day, up to the clock's second `now`."""
        self._book(agent, now)
        return self._agents.get((agent, day), AgentFigures())

    def book_all(self, now: float) -> None:
        """Book everybody's time in his state up to the clock's second `now`."""
        for agent in list(self._states):
            self._book(agent, now)

    def today(self, now: float) -> date:
        """The day in the house's time zone."""
        return self._date(now)

    # ── over a restart ───────────────────────────────────────────────────────────────────────────────────────────

    def changed(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What changed since the last time, as JSON by key, and what is too old to be kept in memory."""
        found = {_name(key): _plain(figures) for key in self._changed if (figures := self._find(key)) is not None}
        dropped, self._dropped = self._dropped, {}
        self._changed.clear()
        return found, dropped

    def _find(self, key: tuple[str, int] | tuple[str, date]) -> QueueFigures | AgentFigures | None:
        name, when = key
        return self._queues.get((name, when)) if isinstance(when, int) else self._agents.get((name, when))

    def snapshot(self) -> dict[str, Any]:
        """As JSON by key."""
        keys: list[tuple[str, int] | tuple[str, date]] = [*self._queues, *self._agents]
        return {_name(key): _plain(figures) for key in keys if (figures := self._find(key)) is not None}

    def restore(self, data: Mapping[str, Any]) -> None:
        """What a snapshot had, or all that `changed` told."""
        for name, figures in data.items():
            kind, when, who = name.split(" ", 2)
            if kind == "queue":
                self._queues[who, int(when)] = QueueFigures(**figures)
            else:
                self._agents[who, date.fromisoformat(when)] = AgentFigures(**figures)


def _name(key: tuple[str, int] | tuple[str, date]) -> str:
    who, when = key
    return f"queue {when} {who}" if isinstance(when, int) else f"agent {when.isoformat()} {who}"


_FIELDS = {kind: tuple(one.name for one in fields(kind)) for kind in (QueueFigures, AgentFigures)}


def _plain(figures: QueueFigures | AgentFigures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in _FIELDS[type(figures)]}
