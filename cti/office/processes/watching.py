"""Who watches time limits: when each turns yellow and red, and what those are about that a monitor is told of.

A module that keeps records with cases describes them (`describe`); then every time limit of its processes is watched
like those of all others. A monitor says by `use` when a limit turns yellow and red, and hears by `listen` of each
change of a family, in its transaction. Without one a limit is yellow as its process says, and red when it is over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages.whom import Whom
from cti.office.processes.case import Case, Moved
from cti.office.processes.definition import ClockRule

Part = Literal["agent", "reviewer", "editor", "department", "hotline"]
"""Whose time it is: an agent's, a reviewer's, a knowledge editor's, a department's, a lower hotline's."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Shares of the time given: yellow lies before the end (below 1), red at the end (1) or after it."""

    yellow: float
    red: float = 1.0


@dataclass(frozen=True, slots=True)
class Described:
    """A record as people know it: its number and title, and the path of its page."""

    name: str
    link: str
    number: str = ""


class Subjects(Protocol):
    """A kind of records whose time limits are watched."""

    title: str
    """What such a record is called."""

    async def described(self, session: AsyncSession, record: str) -> Described:
        """What messages say of one record of this kind."""

    def part(self, case: Case, clock: str) -> Part:
        """Whose time a limit of a case is."""

    def handlers(self, case: Case) -> Sequence[Whom]:
        """Who has a case now: the person who took it, else all whose turn it is."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit whose marks are asked for; `part` is None where nobody described the kind of record."""

    about: str
    process: str
    clock: str
    part: Part | None
    urgent: bool
    organisation: str
    region: str


MarksOf = Callable[[Limit], Marks | None]
"""The marks of a limit; None for those of its process."""
Told = Callable[[AsyncSession, str, Moved], Awaitable[None]]
"""Hears of a family of a kind of records that has changed, or of whose time little or nothing is left."""


class Watching:
    """Brings together those who have time limits and the one who watches them."""

    def __init__(self) -> None:
        self._subjects: dict[str, Subjects] = {}
        self._marks: MarksOf | None = None
        self._listeners: list[Told] = []
        self._changed: list[Callable[[], None]] = []

    def describe(self, kind: str, subjects: Subjects) -> Callable[[], None]:
        """Let the limits of a kind of records be watched; returns the undo."""
        self._subjects[kind] = subjects

        def undo() -> None:
            self._subjects.pop(kind, None)

        return undo

    def subjects(self, kind: str) -> Subjects | None:
        """Who describes a kind of records."""
        return self._subjects.get(kind)

    @property
    def kinds(self) -> Mapping[str, str]:
        """The kinds that are described, with what their records are called."""
        return {kind: one.title for kind, one in self._subjects.items()}

    def use(self, marks: MarksOf) -> Callable[[], None]:
        """Go by these marks from now on; returns the undo. Limits that run follow once they change: see `again`."""
        self._marks = marks

        def undo() -> None:
            self._marks = None

        return undo

    def listen(self, told: Told) -> Callable[[], None]:
        """Hear of all families; returns the undo."""
        self._listeners.append(told)
        return lambda: self._listeners.remove(told)

    def on_again(self, listener: Callable[[], None]) -> None:
        """Hear that other marks hold."""
        self._changed.append(listener)

    def again(self) -> None:
        """Other marks hold now: limits that run are worked out anew."""
        for listener in self._changed:
            listener()

    def marks(self, about: str, facts: Mapping[str, Any], case: Case, clock: str, rule: ClockRule) -> Marks:
        """When a limit turns yellow and red. `facts` are what expressions read of its record."""
        subjects = self._subjects.get(about)
        found = None
        if self._marks is not None:
            part = subjects.part(case, clock) if subjects is not None else None
            urgent = bool(facts.get("urgent"))
            found = self._marks(Limit(about, case.process, clock, part, urgent, case.organisation, case.region))
        return found or Marks(rule.warns)

    async def tell(self, session: AsyncSession, about: str, moved: Moved) -> None:
        """Tell who listens; what one raises undoes the change."""
        for told in list(self._listeners):
            await told(session, about, moved)
