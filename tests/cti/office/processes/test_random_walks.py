"""People who do anything they may, and much that they may not, in any order: what must hold whatever they do."""

from __future__ import annotations

import random

import pytest

from cti.office.deadlines.deadline import Stopped, check_order
from cti.office.processes.case import ActionTaken, CaseEnded, CaseOpened, CaseReopened, StepEntered
from cti.office.processes.refused import Refused
from tests.cti.office.processes.small_house import RIGHTS, Desk, SmallHouse, delivered

PEOPLE = tuple(RIGHTS)
FORMS = [
    {"lead": "water", "assisting": ["roads"], "units": ["roads_north"], "text": "已办", "days": 2, "reason": "x"},
    {"lead": "roads", "assisting": [], "units": ["roads_north"], "text": "", "days": 1, "reason": "x"},
    {"lead": "county", "assisting": "water", "units": [], "text": "已办", "days": 0, "reason": "x"},
    {"lead": "nobody", "assisting": ["nobody"], "units": ["nobody"], "text": "已办", "days": True, "reason": "x"},
]
ACTIONS = [name for one in ("standard", "department") for name in delivered(one).action_names]


def check(desk: Desk) -> None:
    """Nothing is lost, and nobody is bound to what is over."""
    for case in desk.family.values():
        events = [one for one in desk.events if one.case == case.id]
        assert sum(isinstance(one, CaseOpened) for one in events) == 1
        ends = sum(isinstance(one, CaseEnded) for one in events) - sum(isinstance(one, CaseReopened) for one in events)
        assert ends == case.is_over
        assert [one for one in events if isinstance(one, StepEntered)][-1].step == case.step
        for clock in case.clocks.values():
            check_order(clock)
            assert not case.is_over or isinstance(clock[-1], Stopped)
        taken = [one.action for one in events if isinstance(one, ActionTaken)]
        assert {name: taken.count(name) for name in taken} == dict(case.count)
        if case.parent and desk.family[case.parent].is_over:
            assert case.is_over
        open_parts = [one.holder for one in desk.family.values() if one.parent == case.id and not one.is_over]
        assert len(open_parts) == len(set(open_parts))


@pytest.mark.parametrize("seed", range(60))
def test_whatever_people_do_no_case_is_lost_or_half_done(seed: int) -> None:
    chance = random.Random(seed)
    desk = Desk(SmallHouse({name: [delivered(name)] for name in ("standard", "department")}))
    for _ in range(250):
        case = chance.choice(list(desk.family))
        who, form = chance.choice(PEOPLE), chance.choice(FORMS)
        offers = [one.action for one in desk.offers(who, case) if not one.refused]
        action = chance.choice(offers) if offers and chance.random() < 0.9 else chance.choice(ACTIONS)
        desk.wait(minutes=chance.randrange(600))
        before, told = dict(desk.family), len(desk.events)
        try:
            desk.act(who, action, form, case)
        except Refused:
            assert (desk.family, len(desk.events)) == (before, told)
        else:
            assert action in offers, "somebody did what he was not offered"
        check(desk)


def test_every_step_of_the_process_is_reached_by_somebody() -> None:
    reached: set[str] = set()
    for seed in range(120):
        chance = random.Random(seed)
        desk = Desk(SmallHouse({name: [delivered(name)] for name in ("standard", "department")}))
        for _ in range(80):
            case, who = chance.choice(list(desk.family)), chance.choice(PEOPLE)
            for offer in chance.sample(desk.offers(who, case), len(desk.offers(who, case))):
                try:
                    desk.act(who, offer.action, chance.choice(FORMS), case)
                except Refused:
                    continue
                break
        reached |= {one.step for one in desk.events if isinstance(one, StepEntered)}
    assert reached == {*delivered("standard").steps, *delivered("department").steps}
