"""People who do anything that they are offered, and much that they are not: what holds of tickets whatever they do."""

from __future__ import annotations

import random
from typing import Any

import pytest

from cti.office.deadlines.deadline import Paused, Resumed, Started, Stopped, check_order
from cti.office.processes.case import HOUSE, CaseEnded, CaseOpened, CaseReopened, StepEntered
from cti.office.processes.engine import Engine
from cti.office.processes.refused import Refused
from cti.office.processes.trials import CITIZEN_PLAYER
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.workflow.tickets.ticket_desk import RIGHTS, TicketDesk, TownHouse, delivered

PROCESSES = delivered()
PEOPLE = (*RIGHTS, "house", CITIZEN_PLAYER)
UNITS = ("water", "mains", "roads", "county", "county_roads", "nobody")
ACTIONS = sorted({name for one in PROCESSES.values() for name in one.action_names})
GOES_NOWHERE = (
    "remind",
    "supplement",
    "recall",
    "withdraw",
    "void",
    "add",
    "down",
    "merge",
    "object",
    "report",
    "back",
)
"""Left alone by walks that are to come far."""


def form(chance: random.Random) -> dict[str, Any]:
    return {
        "answer": chance.choice(["已到现场处理，问题已经解决", "已更换受损的供水管段并恢复供水", ""]),
        "lead": chance.choice(UNITS),
        "unit": chance.choice(UNITS),
        "joint": chance.sample(UNITS[:5], chance.choice([0, 0, 1])),
        "assisting": chance.sample(UNITS[:5], chance.choice([0, 0, 1, 2])),
        "units": chance.sample(UNITS[:5], chance.choice([0, 1, 2])),
        "reason": "理由", "ground": chance.choice(["条例", ""]), "note": chance.choice(["说明", ""]),
        "days": chance.choice([0, 1, 3, 9]), "master": chance.choice(["t9", ""]),
        "satisfaction": chance.choice(["satisfied", "unsatisfied", "unsatisfied", ""]),
        "contacted": chance.random() < 0.8, "answered_by": "water",
    }  # fmt: skip


def check(desk: TicketDesk) -> None:
    root = desk.case
    for case in desk.family.values():
        events = [one for one in desk.events if one.case == case.id]
        assert sum(isinstance(one, CaseOpened) for one in events) == 1
        assert [one for one in events if isinstance(one, StepEntered)][-1].step == case.step
        ended = sum(isinstance(one, CaseEnded) for one in events)
        assert ended - sum(isinstance(one, CaseReopened) for one in events) == case.is_over
        for clock in case.clocks.values():
            check_order(clock)
            assert not case.is_over or isinstance(clock[-1], Stopped), "a clock outlives its case"
        step = PROCESSES[case.process].steps[case.step]
        assert case.is_over == bool(step.outcome) or case.outcome == "closed"
        if case.parent and desk.family[case.parent].is_over:
            assert case.is_over, "a task outlives its ticket"
        if not case.is_over:
            assert in_hands(desk, case.id), f"{case.process}/{case.step} is in nobody's hands"
    stage = PROCESSES[root.process].steps[root.step].stage
    leads = [one for one in desk.family.values() if one.parent == root.id and one.role == "lead"]
    running = [one for one in leads if not one.is_over]
    assert len(running) == (0 if stage not in ("handling", "again") else len(running))
    assert len(running) <= 1, "two departments lead"
    if stage in ("handling", "again"):
        now = [one for one in leads if one.values["round"] == root.values["round"]]
        assert len(now) == 1, "not exactly one lead in this round"
    clock_of_departments(desk)


def in_hands(desk: TicketDesk, case: str) -> bool:
    """Somebody may move it on, or a task below it is open."""
    if any(one.parent == case and not one.is_over for one in desk.family.values()):
        return True
    found = desk.family[case]
    process = PROCESSES[found.process]
    moving = {name for name, one in process.steps[found.step].actions.items() if one.ways}
    return any(one.action in moving for who in PEOPLE for one in desk.offers(who, case))


def clock_of_departments(desk: TicketDesk) -> None:
    """A department's time begins with its task, not with its signature, and runs as long as the task is its turn."""
    for case in desk.family.values():
        if case.process != "department" or case.is_over:
            continue
        stage = PROCESSES["department"].steps[case.step].stage
        handle = case.clocks["handle"]
        if stage != "tracking":
            assert not isinstance(handle[-1], Stopped)
            assert not isinstance(handle[-1], Paused | Resumed)
        if case.step == "sign":
            assert isinstance(handle[0], Started)
            assert handle[0].at == case.opened_at


@pytest.mark.parametrize("process", ["standard", "standard", "enterprise", "short"])
@pytest.mark.parametrize("seed", range(12))
def test_whatever_people_do_every_ticket_ends_or_is_in_somebodys_hands(seed: int, process: str) -> None:
    chance = random.Random(f"{seed}{process}")
    desk = TicketDesk(
        process, definitions=PROCESSES, urgent=chance.random() < 0.3, revisited=chance.random() < 0.8,
        registrar=chance.choice(["agent", "seat"]), lacks=chance.choice(["", "", "诉求分类"]),
    )  # fmt: skip
    for _ in range(120):
        desk.wait(minutes=chance.randrange(400))
        case, who, filled = chance.choice(list(desk.family)), chance.choice(PEOPLE), form(chance)
        offers = [one.action for one in desk.offers(who, case) if not one.refused]
        action = chance.choice(offers) if offers and chance.random() < 0.9 else chance.choice(ACTIONS)
        before, told = dict(desk.family), len(desk.events)
        try:
            desk.act(who, action, case, **filled)
        except Refused:
            assert (desk.family, len(desk.events)) == (before, told), "what was refused has changed something"
            continue
        assert action in offers, "somebody did what he was not offered"
        check(desk)


def test_every_step_and_action_of_the_delivered_processes_is_reached() -> None:
    """What nobody can ever do or come to is a fault of the file."""
    steps: set[tuple[str, str]] = set()
    taken: set[tuple[str, str]] = set()
    for state in ("archived", "withdrawn", "voided"):
        # What an old system ended nobody acts upon.
        taken_over = Engine(TownHouse(PROCESSES)).open(
            "imported", {}, HOUSE, at(MONDAY, "10:00"), organisation="city", region="320400", values={"state": state}
        )
        steps |= {("imported", one.step) for one in taken_over.events if isinstance(one, StepEntered)}
    for seed in range(240):
        chance = random.Random(seed)
        process = chance.choice(["standard", "standard", "standard", "enterprise", "short"])
        desk = TicketDesk(
            process, definitions=PROCESSES, revisited=chance.random() < 0.8, lacks=chance.choice(["", "", "分类"]),
            registrar="leader" if chance.random() < 0.1 else "agent",
        )  # fmt: skip
        for _ in range(50):
            if desk.case.step == "archiving":
                desk.record["lacks"] = ""
            offers = [
                (who, id, one.action)
                for id, case in desk.family.items()
                if not case.is_over or id == desk.root
                for who in PEOPLE
                for one in desk.offers(who, id)
                if not one.refused
            ]
            if not offers:
                break
            fresh = [one for one in offers if (desk.family[one[1]].process, one[2]) not in taken]
            on = [one for one in offers if one[2] not in GOES_NOWHERE or seed % 2]
            who, case, action = chance.choice(
                fresh if fresh and chance.random() < 0.3 + 0.3 * (seed % 3) else on or offers
            )
            try:
                desk.act(who, action, case, **form(chance))
            except Refused:
                continue
            taken.add((desk.family[case].process, action))
        steps |= {(desk.family[one.case].process, one.step) for one in desk.events if isinstance(one, StepEntered)}
    assert {(name, step) for name, one in PROCESSES.items() for step in one.steps} - steps == set()
    assert {(name, action) for name, one in PROCESSES.items() for action in one.action_names} - taken == set()
