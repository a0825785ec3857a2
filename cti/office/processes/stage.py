"""The house of a play: scripted people and organisations, by whose rights the real engine asks."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cti.office.forms.checking import Checked
from cti.office.identity import regions
from cti.office.processes.case import (
    HOUSE,
    Actor,
    Case,
)
from cti.office.processes.definition import Process, Who
from cti.office.processes.house import Calendars
from cti.office.processes.trials import CITIZEN_PLAYER, HOUSE_PLAYER, Cast

HOUSE_ORGANISATION = "city"
"""Where scripted people belong who name no organisation."""


class Processes(Protocol):
    """Published processes, perhaps with drafts in their place."""

    def current(self, process: str, region: str) -> tuple[Process, int]:
        """See `House.current`."""

    def revision(self, process: str, revision: int) -> Process:
        """See `House.revision`."""


CheckForm = Callable[[str, Mapping[str, Any], Mapping[str, Any]], Checked]
"""A form's name, what was filled in, and the facts that its conditions read."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a play takes from the house: processes, forms, calendars, and the region where nothing else is said."""

    processes: Processes
    check_form: CheckForm
    working_time: Calendars
    region: str


class StageHouse:
    """The engine's house with scripted people only."""

    def __init__(self, around: Around, cast: Cast, region: str) -> None:
        self.current, self.revision = around.processes.current, around.processes.revision
        self.working_time = around.working_time
        self._cast, self._region = cast, region
        self._ids = map("c{}".format, itertools.count(1))

    def actor(self, name: str) -> Actor:
        """The person of that name in the cast, the house itself, or the citizen."""
        if name == HOUSE_PLAYER:
            return HOUSE
        if name == CITIZEN_PLAYER:
            return Actor(CITIZEN_PLAYER, CITIZEN_PLAYER, "", "")
        organisation = self._cast.people[name].organisation or HOUSE_ORGANISATION
        return Actor(name, name, organisation, self.region_of(organisation) or self._region)

    def may(self, actor: Actor, who: Who, case: Case, parent: Case | None) -> bool:
        """By his permissions, over what lies in his region; see `VisitorsHouse.may`."""
        if who.of == "house":
            return not actor.id
        if who.of == "citizen":
            return actor.id == CITIZEN_PLAYER
        player = self._cast.people.get(actor.id)
        if player is None or who.permission not in player.may:
            return False
        match who.of:
            case "person":
                return case.person == actor.id
            case "holder":
                return actor.organisation in self._above(case.holder)
            case "giver":
                return parent is not None and regions.is_within(parent.region, actor.region)
            case _:
                return regions.is_within(case.region, actor.region)

    def _above(self, organisation: str) -> list[str]:
        found = [organisation]
        while (place := self._cast.organisations.get(found[-1])) is not None and place.above not in ("", *found):
            found.append(place.above)
        return found

    def region_of(self, organisation: str) -> str | None:
        """Organisations that nobody named exist, too."""
        if not organisation:
            return None
        place = self._cast.organisations.get(organisation)
        return place.region if place is not None and place.region else self._region

    def new_id(self) -> str:
        """Numbers in order: a play is the same each time."""
        return next(self._ids)
