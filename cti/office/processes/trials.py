"""The tests inside a process file: scripted people, what they do on virtual time, and what is expected of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic

from cti.base.files.parts import Name, OneOrMore, Part, Variable
from cti.office.workshop.definitions import FileTest

HOUSE_PLAYER = "house"
"""Who acts where the house itself does."""
CITIZEN_PLAYER = "citizen"
"""Who acts where the citizen does whose record it is."""

ClockState = Literal["none", "running", "near", "missed", "paused", "ended"]
"""What a time limit is: not begun, running, nearly overdue, overdue, standing still, or over."""

Wait = Annotated[str, pydantic.Field(pattern=r"^\d+ (minutes|hours|days|working_minutes|working_hours|working_days)$")]
Moment = Annotated[str, pydantic.Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$")]
"""Business time, such as `2026-09-28 09:00`."""
Words = Annotated[tuple[str, ...], OneOrMore]


class Player(Part):
    """A scripted person: permissions, and where he belongs (by default to the house)."""

    may: Words = ()
    organisation: str = ""


class Place(Part):
    """A scripted organisation: its region (by default the house's), and the one above it."""

    region: str = ""
    above: str = ""


class Cast(Part):
    """Who plays in the tests. Organisations that are not named here exist too, in the region of the test."""

    people: dict[str, Player] = pydantic.Field(default={})
    organisations: dict[str, Place] = pydantic.Field(default={})


class Move(Part):
    """Time passes (`wait`, `until`), `who` does an action with a form, then this is expected.

    `task` names the holder of the parallel task that is meant; without it the case itself. `refused` are words of the
    refusal, after which nothing has changed. `offers` are the names of all actions that `who` may take now.
    """

    wait: Wait | None = None
    until: Moment | None = None
    who: str = ""
    task: str = ""
    does: Name | None = None
    form: dict[str, Any] = pydantic.Field(default={})
    record: dict[str, Any] = pydantic.Field(default={})
    refused: str | None = None
    offers: Annotated[tuple[Name, ...], OneOrMore] | None = None
    step: Name | None = None
    outcome: str | None = None
    holder: str | None = None
    person: str | None = None
    values: dict[Variable, Any] = pydantic.Field(default={})
    clocks: dict[Name, ClockState] = pydantic.Field(default={})


class Trial(FileTest):
    """A test: `opens` begins a case of `record` with `values` at `at`, then the moves are made in order."""

    at: Moment = "2026-03-02 09:00"
    region: str = ""
    opens: str = ""
    record: dict[str, Any] = pydantic.Field(default={})
    values: dict[Variable, Any] = pydantic.Field(default={})
    moves: tuple[Move, ...] = ()
