"""A simulated year: every ticket goes through the engine of processes in memory, on virtual time, to its end.

Checked of each: it ends; a card is due exactly when its clock says so, and stands in no other case; nobody does what he
is not offered; clocks begin, stop and are in order; a task does not outlive its ticket.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.tickets_lib.town import FORM, RIGHTS, Town, actor
from cti.office.deadlines.deadline import Started, Stopped, check_order, deadline_of
from cti.office.processes.case import Case
from cti.office.processes.engine import Change, Engine
from cti.office.processes.refused import Refused
from workflow.tickets.limits import Limits

BEGIN, DAYS = datetime(2026, 1, 1, tzinfo=UTC), 365
UNITS = ("water", "roads", "housing")
TYPES = ("enquiry", "help", "help", "complaint", "complaint", "report", "suggestion", "praise")
MOST_ACTS = 80
"""No ticket needs as many."""
TRIED = 20
"""Every so manieth act somebody else tries something first."""


class Broken(AssertionError):
    """Something does not hold."""


@dataclass
class Year:
    """What came of it."""

    tickets: int = 0
    acts: int = 0
    refused: int = 0
    cards: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def line(self) -> str:
        """In words."""
        ends = ", ".join(f"{count:,} {outcome}" for outcome, count in self.ends.most_common())
        each = self.seconds / max(self.tickets, 1) * 1000
        return (
            f"{self.tickets:,} tickets, {self.acts:,} acts, {self.refused:,} refused as they must, {self.cards:,} red "
            f"cards, all justified; {ends}; {self.seconds:.0f} s of CPU, {each:.2f} ms each"
        )


class Ticket:
    """One, from its registration on."""

    def __init__(self, town: Town, year: Year, chance: random.Random, begun: datetime) -> None:
        self._town, self._engine, self._year, self._chance = town, Engine(town), year, chance
        self.now = begun
        self.family: dict[str, Case] = {}
        kind = chance.choice(TYPES)
        self.record: dict[str, str | bool | int | list[str]] = {
            "urgent": chance.random() < 0.05, "type": kind, "registrar": "agent", "lacks": "", "called": True,
            "revisited": kind not in ("enquiry", "praise"), "reminders": 0, **Limits().facts,
        }  # fmt: skip
        opened = self._engine.open("standard", self.record, actor("agent"), begun, organisation="city", region="320400")
        self._take(opened)
        self.root = next(iter(self.family))

    def _take(self, change: Change) -> None:
        self.family |= change.cases

    def live(self) -> None:
        """Until it is over; Broken."""
        for _ in range(MOST_ACTS):
            if self.family[self.root].is_over:
                break
            self._next()
        else:
            raise Broken(f"a ticket never ends: {self.family[self.root]}")
        self._check()

    def _next(self) -> None:
        """Some time passes, in which clocks may call, and somebody who may does something."""
        case = self._turn()
        self.now += timedelta(hours=self._chance.lognormvariate(1.2, 1.2))
        who, action, form = self._choice(self.family[case])
        if who:
            self._offered(case, who, action)
        if self._year.acts % TRIED == 0:
            self._try_wrongly(case, action)
        filled = {**FORM, **form}
        self._take(self._engine.act(self.family, case, actor(who), action, filled, self.record, self.now))
        self._year.acts += 1

    def _turn(self) -> str:
        """The deepest open case, where the work is."""
        return next(reversed([one.id for one in self.family.values() if not one.is_over]))

    def _choice(self, case: Case) -> tuple[str, str, dict[str, Any]]:
        chance = self._chance.random()
        match case.process, case.step:
            case _, "registered":
                return self._at_once(chance)
            case "standard", "review":
                return self._reviewed(case, chance)
            case "standard", "difficult":
                return "expert", "dispatch", {"lead": self._chance.choice(UNITS)}
            case "county", "review":
                return "county", *(("close", {}) if chance < 0.3 else ("dispatch", {"lead": "county_roads"}))
            case "county", "result":
                return "county", *(("accept", {}) if chance < 0.95 else ("send_back", {}))
            case "department", "sign":
                return self._clerk(case), "sign", {}
            case "department", "handle":
                return self._handling(case, chance)
            case _, "objected":
                return self._giver(case), "uphold" if chance < 0.6 else "overrule", {}
            case _, "result":
                returned = chance > 0.9 and self._may(case, "reviewer", "send_back")
                return "reviewer", "send_back" if returned else "accept", {}
            case _, "revisit":
                return self._revisited(chance)
            case _, "later":
                return "", "call_again", {}
            case _, "judged":
                return "leader", "redo" if chance < 0.7 else "review_again", {}
            case _, "ruling":
                return "leader", "close_unsatisfied", {}
        raise Broken(f"nobody knows what to do at {case.process}/{case.step}")

    @staticmethod
    def _at_once(chance: float) -> tuple[str, str, dict[str, Any]]:
        return "agent", *(("answer", {}) if chance < 0.4 else ("submit", {}))

    def _reviewed(self, case: Case, chance: float) -> tuple[str, str, dict[str, Any]]:
        if chance < 0.08:
            return "reviewer", "close", {}
        # What was given away so often and came back is for the difficult desk.
        if chance < 0.1 or (case.values["round"] > 2 and not self._may(case, "reviewer", "dispatch")):
            return "reviewer", "hard", {}
        if chance < 0.25:
            return "reviewer", "county", {"unit": "county"}
        return "reviewer", "dispatch", {"lead": self._chance.choice(UNITS)}

    def _handling(self, case: Case, chance: float) -> tuple[str, str, dict[str, Any]]:
        clerk = self._clerk(case)
        if case.values["pending"] == "extension":
            return self._giver(case), "grant_extension" if chance < 0.8 else "refuse_extension", {}
        if chance < 0.06 and self._may(case, clerk, "object"):
            return clerk, "object", {}
        if chance < 0.2 and self._may(case, clerk, "ask_extension"):
            return clerk, "ask_extension", {}
        return clerk, "reply", {}

    @staticmethod
    def _revisited(chance: float) -> tuple[str, str, dict[str, Any]]:
        if chance < 0.12:
            return "caller", "not_reached", {}
        return "caller", "revisit", {"satisfaction": "unsatisfied" if chance < 0.2 else "satisfied"}

    @staticmethod
    def _clerk(case: Case) -> str:
        return case.holder

    def _giver(self, case: Case) -> str:
        return "county" if self.family[case.parent].process == "county" else "reviewer"

    def _offers(self, case: str, who: str) -> Any:
        return self._engine.offers(self.family, case, actor(who), self.record, self.now)

    def _may(self, case: Case, who: str, action: str) -> bool:
        return any(one.action == action and not one.refused for one in self._offers(case.id, who))

    def _offered(self, case: str, who: str, action: str) -> None:
        if not self._may(self.family[case], who, action):
            raise Broken(f"{who} does {action} at {self.family[case].step}, which is not offered")

    def _try_wrongly(self, case: str, action: str) -> None:
        """Who has no right to it is refused, and nothing changes."""
        for who in RIGHTS:
            if action in {one.action for one in self._offers(case, who)}:
                continue
            try:
                self._engine.act(self.family, case, actor(who), action, FORM, self.record, self.now)
            except Refused:
                self._year.refused += 1
                continue
            raise Broken(f"{who} did {action} at {self.family[case].step} without the right to")

    def _check(self) -> None:
        self._year.tickets += 1
        self._year.ends[self.family[self.root].outcome] += 1
        for case in self.family.values():
            if not case.is_over:
                raise Broken(f"a task outlives its ticket: {case}")
            for name, events in case.clocks.items():
                self._check_clock(case, name, events)

    def _check_clock(self, case: Case, name: str, events: Any) -> None:
        """It stopped with the case; it was red from the moment on at which its limit ended, and not before."""
        check_order(events)
        first, last = events[0], events[-1]
        if not isinstance(first, Started) or not isinstance(last, Stopped):
            raise Broken(f"a clock outlives its case: {case.process}.{name} {events}")
        calendar = self._town.definitions[case.process].clocks[name].calendar
        hours = self._town.working_time(calendar, case.region, case.holder)
        found = deadline_of(events, hours)
        if len(events) == 2 and found.due != first.limit.after(first.at, hours):
            raise Broken(f"a clock that nothing moved is not due when its limit ends: {case.process}.{name} {events}")
        moment = timedelta(seconds=1)
        running = deadline_of(events[:-1], hours)
        if running.paused_at is None and (
            running.is_overdue(running.due) or not running.is_overdue(running.due + moment)
        ):
            raise Broken(f"a card is not given at its time: {case.process}.{name} {events}")
        if found.is_overdue(last.at) != ((running.paused_at or last.at) > found.due):
            raise Broken(f"a card without reason: {case.process}.{name} {events}")
        self._year.cards += found.is_overdue(last.at)


def simulated(tickets: int, seed: int = 1) -> Year:
    """So many tickets, spread over a year; Broken for the first that is not as it should be."""
    town, year, chance = Town(), Year(), random.Random(seed)  # noqa: S311 # the same at each run
    begun = time.process_time()
    for number in range(tickets):
        registered = BEGIN + timedelta(days=DAYS) * (number / tickets)
        Ticket(town, year, chance, registered).live()
    year.seconds = time.process_time() - begun
    return year
