"""What names mean in a process's expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cti.base.times.business_time import ZONE
from cti.office.deadlines.deadline import deadline_of
from cti.office.processes.case import Actor, Case
from cti.office.processes.definition import Process
from cti.office.processes.house import House

NAMES = ("record", "case", "actor", "form", "part", "parts", "count", "clocks", "time")
"""Names that no value of a process may have."""


@dataclass(frozen=True, slots=True)
class CaseScope:
    """The names of one step: see `cti.office.processes.definition`."""

    process: Process
    case: Case
    record: Mapping[str, Any]
    actor: Actor
    now: datetime
    form: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[Case] = ()
    part: Case | None = None
    house: House | None = None

    def value(self, name: str) -> Any:
        """The value of a name; KeyError when there is none."""
        if name in _FOUND:
            return _FOUND[name](self)
        return self.case.values[name]

    def ask(self, function: str, argument: str) -> bool:
        """`offered` and `open` mean nothing to a process."""
        raise KeyError(function)


def _parts(scope: CaseScope) -> dict[str, Any]:
    """`parts.open`, `parts.ended`, and for each role those of it: `parts.lead.open`."""
    found: dict[str, Any] = _counted(scope.parts)
    for role in scope.process.roles:
        found[role] = _counted([part for part in scope.parts if part.role == role])
    return found


def _counted(parts: Sequence[Case]) -> dict[str, Any]:
    over = sum(part.is_over for part in parts)
    return {"all": len(parts), "ended": over, "open": len(parts) - over}


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "step": case.step,
        "organisation": case.organisation,
        "region": case.region,
        "holder": case.holder,
        "person": case.person,
        "role": case.role,
        "outcome": case.outcome,
        "values": dict(case.values),
    }


def _clocks(scope: CaseScope) -> dict[str, Any]:
    """`clocks.handle.runs` and `clocks.handle.overdue` of each time limit; one that has not begun is neither."""
    found = {}
    for name, rule in scope.process.clocks.items():
        events = scope.case.clocks.get(name, ())
        if not events or scope.house is None:
            found[name] = {"runs": False, "overdue": False}
            continue
        deadline = deadline_of(
            events, scope.house.working_time(rule.calendar, scope.case.region, scope.case.organisation)
        )
        found[name] = {"runs": deadline.runs, "overdue": deadline.is_overdue(scope.now)}
    return found


def _time(now: datetime) -> dict[str, Any]:
    local = now.astimezone(ZONE)
    return {"now": local.replace(tzinfo=None).isoformat(timespec="seconds"), "date": local.date().isoformat()}


_FOUND: dict[str, Callable[[CaseScope], Any]] = {
    "record": lambda scope: scope.record,
    "case": lambda scope: _case(scope.case),
    "actor": lambda scope: {
        "id": scope.actor.id,
        "name": scope.actor.name,
        "organisation": scope.actor.organisation,
        "region": scope.actor.region,
    },
    "form": lambda scope: scope.form,
    "part": lambda scope: _case(scope.part) if scope.part is not None else None,
    "parts": _parts,
    "clocks": _clocks,
    "count": lambda scope: dict.fromkeys(scope.process.action_names, 0) | dict(scope.case.count),
    "time": lambda scope: _time(scope.now),
}
