"""A case: where something stands in its process, and everything that happened to it, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cti.office.deadlines.deadline import DeadlineEvent
from cti.office.processes.time_limits import TimeLimit


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `id` is empty for the house itself."""

    id: str
    name: str = ""
    organisation: str = ""
    region: str = ""


HOUSE = Actor("", "系统")
"""Time limits and parallel tasks act in its name."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case, or one of the parallel tasks of another (`parent`, to which it is `role`).

    It keeps the `revision` of the process with which it began. `organisation` and `region` are those whose row it is,
    `holder` the organisation whose turn it is, `person` who has taken it, or is to do it. `count` is how often each
    action was taken; `clocks` is what happened to each time limit. `outcome` is there when it is over.
    """

    id: str
    process: str
    revision: int
    step: str
    organisation: str
    region: str
    opened_at: datetime
    holder: str = ""
    person: str = ""
    parent: str = ""
    role: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    count: Mapping[str, int] = field(default_factory=dict)
    clocks: Mapping[str, tuple[DeadlineEvent, ...]] = field(default_factory=dict)
    entered_at: datetime | None = None
    outcome: str = ""
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return bool(self.outcome)


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened to a case, in the order in which it happened."""

    at: datetime
    case: str
    by: Actor


@dataclass(frozen=True, slots=True)
class CaseOpened(CaseEvent):
    """It began; a parallel task of `parent` as `role`."""

    process: str
    revision: int
    parent: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class ActionTaken(CaseEvent):
    """Somebody did something at a step."""

    step: str
    action: str
    form: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepTaken(CaseEvent):
    """Somebody has claimed it at its step."""

    step: str


@dataclass(frozen=True, slots=True)
class StepReleased(CaseEvent):
    """Who had claimed it has given it back."""

    step: str


@dataclass(frozen=True, slots=True)
class CaseHandedOver(CaseEvent):
    """Somebody gave it to another person, or organisation, because who had it left, is absent, or was dissolved.

    `person_before` and `person` are names as they were then, empty where nobody had taken it; `holder_before` and
    `holder` organisations by their names.
    """

    person_before: str
    person: str
    holder_before: str
    holder: str
    reason: str


@dataclass(frozen=True, slots=True)
class StepEntered(CaseEvent):
    """It came to a step."""

    before: str
    step: str
    holder: str


@dataclass(frozen=True, slots=True)
class ClockChanged(CaseEvent):
    """Something happened to a time limit."""

    clock: str
    event: DeadlineEvent


@dataclass(frozen=True, slots=True)
class DeadlineNear(CaseEvent):
    """A time limit is nearly over."""

    clock: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DeadlineMissed(CaseEvent):
    """A time limit is over, and the work is not done."""

    clock: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CaseReopened(CaseEvent):
    """It goes on although it had ended."""

    step: str


@dataclass(frozen=True, slots=True)
class CaseMoved(CaseEvent):
    """It goes by another revision of its process from now on."""

    before: int
    revision: int


@dataclass(frozen=True, slots=True)
class CaseEnded(CaseEvent):
    """The case is over, with the outcome of its last step."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A family after a change: all its cases as they are now, what changed, what happened, and the time limits of all.

    `before` has the cases as they were.
    """

    root: str
    record: str
    cases: Mapping[str, Case]
    changed: Mapping[str, Case]
    events: Sequence[CaseEvent]
    limits: Sequence[TimeLimit]
    before: Mapping[str, Case]


@dataclass(frozen=True, slots=True)
class Begun:
    """A record that comes from elsewhere; `values` are those of its case, `facts` what expressions read of it."""

    record: str
    organisation: str
    region: str
    facts: Mapping[str, Any]
    values: Mapping[str, Any]
