"""A city, a county and their departments, whose people take the delivered processes through their steps in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cti.base.files import documents
from cti.base.times.working_time import WorkingTime
from cti.office.processes.case import HOUSE, Actor, Case, CaseEvent
from cti.office.processes.definition import Process, Who
from cti.office.processes.engine import Change, Engine, Offer
from cti.office.processes.trials import CITIZEN_PLAYER
from tests.cti.base.times.test_working_time import MONDAY, at, office_hours
from workflow.tickets.limits import Limits

PROCESSES = Path(__file__).resolve().parents[3] / "workflow" / "tickets" / "processes"
REGIONS = {
    "city": "320400",
    "water": "320400",
    "mains": "320400",
    "roads": "320400",
    "county": "320411",
    "county_roads": "320411",
}
ABOVE = {
    "mains": ("water", "city"),
    "water": ("city",),
    "roads": ("city",),
    "county_roads": ("county", "city"),
    "county": ("city",),
}
RIGHTS: dict[str, tuple[str, set[str]]] = {
    "agent": ("city", {"register", "answer", "dispatch", "report"}),
    "other_agent": ("city", {"register", "answer", "revisit"}),
    "leader": ("city", {"register", "lead", "reopen", "void", "merge"}),
    "reviewer": ("city", {"review", "merge"}),
    "chief": ("city", {"chief"}),
    "expert": ("city", {"difficult"}),
    "seat": ("city", {"register", "answer", "enterprise"}),
    "province": ("city", {"report"}),
    "visitor": ("city", {"revisit"}),
    "water": ("water", {"handle"}),
    "mains": ("mains", {"handle"}),
    "roads": ("roads", {"handle"}),
    "county": ("county", {"review", "register", "dispatch", "lead", "handle"}),
    "county_roads": ("county_roads", {"handle"}),
}  # fmt: skip
REACH = {"city": set(REGIONS), "water": {"water", "mains"}, "county": {"county", "county_roads"}}
TIME = WorkingTime(office_hours)
EVERY_FORM: dict[str, Any] = {
    "answer": "", "citations": [], "lead": "", "joint": [], "assisting": [], "units": [], "unit": "", "note": "",
    "reason": "", "ground": "", "days": 0, "master": "", "satisfaction": "", "contacted": False, "no_contact": "",
    "answered_by": "", "number": "", "hours": 0,
}  # fmt: skip


def delivered() -> dict[str, Process]:
    return {path.stem: documents.load(path).validate(Process) for path in sorted(PROCESSES.glob("*.yaml"))}


def actor(name: str) -> Actor:
    if name == "house":
        return HOUSE
    if name == CITIZEN_PLAYER:
        return Actor(CITIZEN_PLAYER, CITIZEN_PLAYER, "", "")
    organisation = RIGHTS[name][0]
    return Actor(name, name, organisation, REGIONS[organisation])


@dataclass
class TownHouse:
    """Rights by the name of who acts, as a role would give them."""

    definitions: Mapping[str, Process]
    made: int = 0

    def current(self, process: str, region: str) -> tuple[Process, int]:
        return self.definitions[process], 1

    def revision(self, process: str, revision: int) -> Process:
        return self.definitions[process]

    def may(self, actor: Actor, who: Who, case: Case, parent: Case | None) -> bool:
        if who.of == "house":
            return not actor.id
        if CITIZEN_PLAYER in (who.of, actor.id):
            return who.of == actor.id
        if not actor.id or who.permission.removeprefix("tickets.") not in RIGHTS[actor.id][1]:
            return False
        reach = REACH.get(actor.organisation, {actor.organisation})
        match who.of:
            case "person":
                return case.person == actor.id
            case "holder":
                return case.holder == actor.organisation or actor.organisation in ABOVE.get(case.holder, ())
            case "giver":
                return parent is not None and parent.organisation in reach
            case _:
                return case.organisation in reach

    def region_of(self, organisation: str) -> str | None:
        return REGIONS.get(organisation)

    def working_time(self, calendar: str, region: str, organisation: str = "") -> WorkingTime:
        return TIME

    def new_id(self) -> str:
        self.made += 1
        return f"c{self.made}"


class TicketDesk:
    """One ticket on its way, registered on a Monday at ten."""

    def __init__(self, process: str = "standard", *, definitions: Mapping[str, Process] | None = None, **record: Any):
        self.house = TownHouse(definitions or delivered())
        self.engine = Engine(self.house)
        self.record = {
            "urgent": False, "type": "complaint", "revisited": True, "registrar": "agent", "lacks": "",
            **Limits().facts, **record,
        }  # fmt: skip
        self.now: datetime = at(MONDAY, "10:00")
        self.family: dict[str, Case] = {}
        self.events: list[CaseEvent] = []
        registrar = actor(self.record["registrar"])
        opened = self.engine.open(
            process, self.record, registrar, self.now, organisation=registrar.organisation, region=registrar.region
        )
        self.take(opened)
        self.root = next(iter(self.family))

    def take(self, change: Change) -> Change:
        self.family |= change.cases
        self.events += change.events
        return change

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    @property
    def case(self) -> Case:
        return self.family[self.root]

    @property
    def stage(self) -> str | None:
        return self.house.definitions[self.case.process].steps[self.case.step].stage

    def task(self, holder: str) -> Case:
        return [one for one in self.family.values() if one.holder == holder and one.parent][-1]

    def act(self, who: str, action: str, case: str = "", **form: Any) -> Change:
        filled = {**EVERY_FORM, **form}
        change = self.engine.act(self.family, case or self.root, actor(who), action, filled, self.record, self.now)
        return self.take(change)

    def at_task(self, who: str, action: str, holder: str = "", **form: Any) -> Change:
        return self.act(who, action, self.task(holder or who).id, **form)

    def offers(self, who: str, case: str = "") -> tuple[Offer, ...]:
        return self.engine.offers(self.family, case or self.root, actor(who), self.record, self.now)

    def offered(self, who: str, holder: str = "") -> list[str]:
        case = self.task(holder).id if holder else self.root
        return [one.action for one in self.offers(who, case) if not one.refused]
