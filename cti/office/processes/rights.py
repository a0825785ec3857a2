"""The engine's house as one visitor meets it: what he may do, by permission, reach and where he stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from cti.base.ids import new_id
from cti.base.visitor import Visitor
from cti.office.forms.checking import Checked
from cti.office.forms.definition import Form
from cti.office.identity.directory import Organisation
from cti.office.processes.case import Actor, Case
from cti.office.processes.definition import Process, Who
from cti.office.processes.house import Calendars
from cti.office.screens.description import Field


class Definitions(Protocol):
    """Where definitions of processes are kept."""

    def current(self, process: str, region: str) -> tuple[Process, int]:
        """See `House.current`."""

    def revision(self, process: str, revision: int) -> Process:
        """See `House.revision`."""


class Forms(Protocol):
    """Where forms are kept: see `cti.office.forms.library.FormLibrary`."""

    def form(self, name: str) -> Form | None:
        """What a name means now."""

    def fields(self, form: Form, facts: Mapping[str, Any]) -> tuple[Field, ...]:
        """The fields that the console shows for a form, with what the record already says."""

    def check_values(self, name: str, given: Mapping[str, Any], facts: Mapping[str, Any]) -> Checked:
        """What somebody filled in; a form that does not exist lets everything pass."""


def actor_of(visitor: Visitor, person: str = "") -> Actor:
    """The visitor as the events of a case name him: with what `person` has, perhaps as his deputy."""
    absent = visitor.stands_in.get(person) if person != visitor.person else None
    name = f"{visitor.name}（代{absent}）" if absent is not None else visitor.name
    return Actor(visitor.person, name, visitor.organisation, visitor.region)


class VisitorsHouse:
    """What the engine asks of the house while one visitor acts."""

    def __init__(
        self,
        definitions: Definitions,
        calendars: Calendars,
        visitor: Visitor,
        organisations: Mapping[str, Organisation],
    ) -> None:
        self.current, self.revision = definitions.current, definitions.revision
        self.working_time = calendars
        self.new_id = new_id
        self._visitor = visitor
        self._organisations = organisations

    def may(self, actor: Actor, who: Who, case: Case, parent: Case | None) -> bool:
        """Whether the visitor is such a one: permission and reach always, and what `of` asks besides."""
        visitor = self._visitor
        if who.of == "citizen":
            return visitor.is_citizen
        if who.of == "house":
            return not visitor.person and not visitor.is_citizen
        if actor.id != visitor.person or not visitor.may(who.permission):
            return False
        match who.of:
            case "person":
                return bool(visitor.person) and visitor.is_for(case.person)
            case "holder":
                return self._is_above(visitor.organisation, case.holder)
            case "giver":
                reach = visitor.reach(who.permission)
                return parent is not None and reach.covers(parent.organisation, parent.region)
            case _:
                return visitor.reach(who.permission).covers(case.organisation, case.region)

    def region_of(self, organisation: str) -> str | None:
        """The region of an organisation; None when there is none of this name, or it was closed."""
        found = self._organisations.get(organisation)
        return found.region if found is not None and not found.closed else None

    def _is_above(self, organisation: str, other: str) -> bool:
        """Whether it is the other one, or stands above it."""
        seen: set[str] = set()
        here: str | None = other
        while here is not None and here not in seen and here in self._organisations:
            if here == organisation:
                return True
            seen.add(here)
            here = self._organisations[here].parent
        return False
