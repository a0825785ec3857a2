"""Moving open cases to another revision of their process: which fit, and what becomes of those that do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cti.office.deadlines.deadline import Stopped
from cti.office.processes.case import Actor, Case, CaseEvent, CaseMoved, ClockChanged
from cti.office.processes.clocks import is_open, with_event
from cti.office.processes.definition import Process
from cti.office.processes.engine import Change


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a case cannot go by another revision, in words."""

    case: str
    record: str
    step: str
    why: tuple[str, ...]


def misfits(case: Case, before: Process, after: Process) -> tuple[str, ...]:
    """Why it does not fit; nothing when it does."""
    found = []
    step = after.steps.get(case.step)
    title = before.steps[case.step].title
    if step is None:
        found.append(f"新版没有“{title}”环节")
    elif (step.outcome is None) == case.is_over:
        found.append(f"“{title}”环节在新版中{'已是办结' if step.outcome else '不再是办结'}")
    for name, events in case.clocks.items():
        if is_open(events) and name not in after.clocks:
            found.append(f"新版没有正在计时的“{before.clocks[name].title}”")
    return tuple(found)


def move(case: Case, after: Process, revision: int, actor: Actor, now: datetime) -> Change:
    """A case that fits, with the new values' first values; ended time limits that are gone are let go."""
    moved = replace(
        case,
        revision=revision,
        values={**after.values, **case.values},
        clocks={name: events for name, events in case.clocks.items() if name in after.clocks},
    )
    events: list[CaseEvent] = [CaseMoved(now, case.id, actor, case.revision, revision)]
    rule_over = {
        name: found
        for name, found in moved.clocks.items()
        if is_open(found) and case.step not in (*after.clocks[name].during, *after.clocks[name].pauses)
    }
    for name, found in rule_over.items():
        stopped = Stopped(now)
        moved = replace(moved, clocks={**moved.clocks, name: with_event(found, stopped)})
        events.append(ClockChanged(now, case.id, actor, name, stopped))
    return Change({case.id: moved}, tuple(events))
