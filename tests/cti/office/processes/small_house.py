"""A house of two counties with a few organisations, and cases that go through its processes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cti.base.files import documents
from cti.base.times.working_time import WorkingTime
from cti.office.processes.case import Actor, Case, CaseEvent
from cti.office.processes.definition import Process, Who
from cti.office.processes.engine import Change, Engine, Offer
from tests.cti.base.times.test_working_time import MONDAY, at, office_hours

ORGANISATIONS = {"city": "320400", "water": "320400", "roads": "320400", "roads_north": "320400", "county": "320411"}
ABOVE = {"roads_north": ("roads",)}
OFFICE = WorkingTime(office_hours)

RIGHTS = {
    "agent": {"register"},
    "reviewer": {"review"},
    "expert": {"difficult"},
    "visitor": {"revisit"},
    "water": {"handle"},
    "roads": {"handle"},
    "roads_north": {"handle"},
    "county": {"review", "handle"},
}


def person(name: str) -> Actor:
    organisation = name if name in ORGANISATIONS else "city"
    return Actor(name, name, organisation, ORGANISATIONS[organisation])


def process(text: str, file: str = "process.yaml") -> Process:
    return documents.parse(text, file).validate(Process)


def delivered(name: str) -> Process:
    return process((Path(__file__).with_name(f"{name}.yaml")).read_text("utf-8"), f"{name}.yaml")


@dataclass
class SmallHouse:
    """Definitions by name; revisions count from 1."""

    definitions: dict[str, list[Process]]
    ids: Any = field(default_factory=lambda: map("c{}".format, itertools.count(1)))

    def current(self, process: str, region: str) -> tuple[Process, int]:
        found = self.definitions[process]
        return found[-1], len(found)

    def revision(self, process: str, revision: int) -> Process:
        return self.definitions[process][revision - 1]

    def may(self, actor: Actor, who: Who, case: Case, parent: Case | None) -> bool:
        if who.permission not in RIGHTS.get(actor.id, set()):
            return False
        if actor.region != "320400" or ORGANISATIONS[actor.organisation] != "320400":
            return actor.organisation == case.holder
        match who.of:
            case "person":
                return case.person == actor.id
            case "holder":
                return case.holder == actor.organisation or actor.organisation in ABOVE.get(case.holder, ())
            case _:
                return True

    def region_of(self, organisation: str) -> str | None:
        return ORGANISATIONS.get(organisation)

    def working_time(self, calendar: str, region: str, organisation: str = "") -> WorkingTime:
        return OFFICE

    def new_id(self) -> str:
        return str(next(self.ids))


class Desk:
    """One family of cases, its record, and a clock that goes on when told."""

    def __init__(self, house: SmallHouse, process: str = "standard", **record: Any) -> None:
        self.engine = Engine(house)
        self.record: dict[str, Any] = {"urgent": False, "anonymous": False, "registrar": "agent", **record}
        self.now: datetime = at(MONDAY, "10:00")
        self.family: dict[str, Case] = {}
        self.events: list[CaseEvent] = []
        opened = self.engine.open(process, self.record, person("agent"), self.now, organisation="city", region="320400")
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

    def part(self, holder: str) -> Case:
        return [one for one in self.family.values() if one.holder == holder and one.parent][-1]

    def act(self, who: str, action: str, form: Mapping[str, Any] | None = None, case: str = "") -> Change:
        change = self.engine.act(self.family, case or self.root, person(who), action, form or {}, self.record, self.now)
        return self.take(change)

    def offers(self, who: str, case: str = "") -> tuple[Offer, ...]:
        return self.engine.offers(self.family, case or self.root, person(who), self.record, self.now)
