"""A city as the engine of processes knows it, in memory: who may what, whose region is whose, real calendars."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cti.base.files import documents
from cti.base.times.calendars import SEEDED, Calendars
from cti.base.times.working_time import WorkingTime
from cti.office.processes.case import HOUSE, Actor, Case
from cti.office.processes.definition import Process, Who

PROCESSES = Path(__file__).resolve().parents[3] / "workflow" / "tickets" / "processes"
REGIONS = {
    "city": "320400", "water": "320400", "roads": "320400", "housing": "320400", "county": "320404",
    "county_roads": "320404",
}  # fmt: skip
ABOVE = {"water": ("city",), "roads": ("city",), "housing": ("city",), "county_roads": ("county", "city"),
         "county": ("city",)}  # fmt: skip
RIGHTS: dict[str, tuple[str, frozenset[str]]] = {
    "agent": ("city", frozenset({"register", "answer"})),
    "leader": ("city", frozenset({"lead", "register"})),
    "reviewer": ("city", frozenset({"review"})),
    "expert": ("city", frozenset({"difficult"})),
    "caller": ("city", frozenset({"revisit"})),
    "water": ("water", frozenset({"handle"})),
    "roads": ("roads", frozenset({"handle"})),
    "housing": ("housing", frozenset({"handle"})),
    "county": ("county", frozenset({"review", "handle"})),
    "county_roads": ("county_roads", frozenset({"handle"})),
}
"""Where each works, and what he may."""

FORM: Mapping[str, Any] = {
    "answer": "已到现场处理，问题已经解决", "citations": [], "lead": "", "joint": [], "assisting": [], "units": [],
    "unit": "", "note": "说明", "reason": "理由", "ground": "条例第五条", "days": 2, "master": "",
    "satisfaction": "satisfied", "contacted": True, "no_contact": "", "answered_by": "city",
}  # fmt: skip
"""What people write where they are asked."""


class Town:
    """The house of the engine."""

    def __init__(self) -> None:
        self.definitions = {
            path.stem: documents.load(path).validate(Process) for path in sorted(PROCESSES.glob("*.yaml"))
        }
        self._calendars = Calendars.load(SEEDED)
        self._times: dict[tuple[str, str], WorkingTime] = {}
        self._made = 0

    def current(self, process: str, region: str) -> tuple[Process, int]:
        """As delivered."""
        return self.definitions[process], 1

    def revision(self, process: str, revision: int) -> Process:
        """There is one."""
        return self.definitions[process]

    def may(self, actor: Actor, who: Who, case: Case, parent: Case | None) -> bool:
        """By right and by whose it is."""
        if who.of == "house":
            return not actor.id
        if not actor.id or who.permission.removeprefix("tickets.") not in RIGHTS[actor.id][1]:
            return False
        match who.of:
            case "person":
                return case.person == actor.id
            case "holder":
                return case.holder == actor.organisation or actor.organisation in ABOVE.get(case.holder, ())
            case "giver":
                return parent is not None and parent.organisation == actor.organisation
            case _:
                return case.organisation == actor.organisation

    def region_of(self, organisation: str) -> str | None:
        """Where it is."""
        return REGIONS.get(organisation)

    def working_time(self, calendar: str, region: str, organisation: str = "") -> WorkingTime:
        """As delivered, with its holidays."""
        found = self._times.get((calendar, region))
        if found is None:
            found = self._times[calendar, region] = self._calendars.working_time(calendar, region)
        return found

    def new_id(self) -> str:
        """The next one."""
        self._made += 1
        return f"c{self._made}"


def actor(name: str) -> Actor:
    """Somebody of the town; an empty name is the house itself."""
    if not name:
        return HOUSE
    organisation = RIGHTS[name][0]
    return Actor(name, name, organisation, REGIONS[organisation])
