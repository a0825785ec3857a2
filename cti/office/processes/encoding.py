"""Cases' time limits and events as plain data, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from cti.office.deadlines.deadline import DeadlineEvent, Extended, Paused, Relimited, Resumed, Started, Stopped
from cti.office.deadlines.limits import Limit, Unit
from cti.office.processes.case import CaseEvent

_KINDS: dict[str, type[Any]] = {one.__name__: one for one in (Started, Relimited, Paused, Resumed, Extended, Stopped)}
_ABOUT_ALL = {one.name for one in fields(CaseEvent)}


def clock_data(event: DeadlineEvent) -> list[Any]:
    """What happened to a time limit: its kind, its time, and the limit where it has one."""
    found: list[Any] = [type(event).__name__, event.at.isoformat()]
    limit = getattr(event, "limit", None)
    return [*found, limit.amount, limit.unit.value] if limit is not None else found


def clock_event(data: Sequence[Any]) -> DeadlineEvent:
    """The way back; KeyError for a kind of another version."""
    kind, at, *limit = data
    made: DeadlineEvent = _KINDS[kind](
        datetime.fromisoformat(at), *([Limit(limit[0], Unit(limit[1]))] if limit else [])
    )
    return made


def clocks_data(clocks: Mapping[str, Sequence[DeadlineEvent]]) -> dict[str, list[Any]]:
    """All time limits of a case."""
    return {name: [clock_data(one) for one in events] for name, events in clocks.items()}


def clocks_of(data: Mapping[str, Sequence[Any]]) -> dict[str, tuple[DeadlineEvent, ...]]:
    """The events of each clock by its name, from what was written."""
    return {name: tuple(clock_event(one) for one in events) for name, events in data.items()}


def event_data(event: CaseEvent) -> dict[str, Any]:
    """What an event says besides when, of what, and by whom."""
    found = {one.name: getattr(event, one.name) for one in fields(event) if one.name not in _ABOUT_ALL}
    if isinstance(found.get("event"), DeadlineEvent):
        found["event"] = clock_data(found["event"])
    return found
