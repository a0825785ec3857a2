"""What came of a play, for pages and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cti.office.processes.trials import ClockState


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened: business time, a kind for programs, who, and words."""

    at: str
    what: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class ClockNow:
    """A time limit as it is; `due` is business time, empty before it began."""

    name: str
    title: str
    state: ClockState
    due: str


@dataclass(frozen=True, slots=True)
class CaseNow:
    """A case or a parallel task as it is."""

    id: str
    process: str
    role: str
    step: str
    step_title: str
    public: str
    holder: str
    person: str
    outcome: str
    values: Mapping[str, Any]
    clocks: list[ClockNow]


@dataclass(frozen=True, slots=True)
class OfferNow:
    """What somebody may do now. `refused` says why not."""

    who: str
    case: str
    task: str
    action: str
    title: str
    form: str
    refused: str


@dataclass(slots=True)
class Report:
    """What came of a play: `failures` by the number of the move (0: opening), in words of the expectation."""

    lines: list[Line] = field(default_factory=list)
    cases: list[CaseNow] = field(default_factory=list)
    offers: list[OfferNow] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    now: str = ""
