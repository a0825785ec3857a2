"""What the engine of processes asks of the house around it."""

from __future__ import annotations

from typing import Protocol

from cti.base.times.working_time import WorkingTime
from cti.office.processes.case import Actor, Case
from cti.office.processes.definition import Process, Who


class Calendars(Protocol):
    """Arithmetic on a calendar in a region, for an organisation; KeyError."""

    def __call__(self, calendar: str, region: str, organisation: str = "", /) -> WorkingTime:
        """See `cti.base.times.calendars.Calendars.working_time`."""


class House(Protocol):
    """Definitions, rights, calendars and identities."""

    def current(self, process: str, region: str) -> tuple[Process, int]:
        """The definition by which new cases of a region go, and its revision; KeyError."""

    def revision(self, process: str, revision: int) -> Process:
        """A definition as cases of that revision began with it; KeyError."""

    def may(self, actor: Actor, who: Who, case: Case, parent: Case | None) -> bool:
        """Whether the actor is such a one for this case, which `parent` began. Fails closed."""

    def region_of(self, organisation: str) -> str | None:
        """The region of an organisation that can be given work; None when there is none of this name."""

    def working_time(self, calendar: str, region: str, organisation: str = "") -> WorkingTime:
        """Arithmetic on a calendar as an organisation of a region has it; KeyError."""

    def new_id(self) -> str:
        """An id for a case."""
