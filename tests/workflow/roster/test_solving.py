"""Both solvers: no limit is ever broken, nothing crashes that cannot be solved, and it is told why."""

from __future__ import annotations

import random
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.roster.limits import Limits, Worked
from workflow.roster.solving import apart, exact, greedy
from workflow.roster.solving.counts import counted, most_cover
from workflow.roster.solving.explaining import explain
from workflow.roster.solving.pricing import price
from workflow.roster.solving.problem import Limit, Need, Person, Problem, Slot, cover
from workflow.roster.solving.saying import Progress

FIRST = date(2026, 6, 1)
EARLY, NIGHT = Slot("d.early", "早班", 480, 990, 480), Slot("d.night", "夜班", 1320, 1920, 480)
SKILLED = Slot("d.english", "英语", 480, 990, 480, frozenset({"english"}))
LIMITS = Limit(**Limits().model_dump())


def people(count: int, **more: object) -> tuple[Person, ...]:
    every = {"target": 40 * 60, "most": 76 * 60, **more}
    return tuple(Person(id=f"p{at}", name=f"p{at}", **every) for at in range(count))  # type: ignore[arg-type] # of tests


def week(staff: tuple[Person, ...], *needs: tuple[Slot, int], days: int = 7, seconds: float = 1.0) -> Problem:
    dates = [FIRST + timedelta(days=at) for at in range(days)]
    slots = tuple({slot.key: slot for slot, _ in needs}.values())
    wanted = tuple(Need(day, slot.title, (slot.key,), heads) for day in dates for slot, heads in needs)
    weekends = frozenset(day for day in dates if day.isoweekday() > 5)
    return Problem(FIRST, days, LIMITS, slots, wanted, staff, weekends, seconds, 1)


def test_enough_people_cover_all_and_hours_are_those_of_contracts() -> None:
    problem = week(people(7), (EARLY, 5), seconds=20)
    answer = exact.solve(problem)
    report = explain(problem, answer.shifts)
    assert (report.cover, report.broken, answer.proved) == (1.0, 0, True)
    assert {one.minutes for one in report.people} == {2400}


def test_too_few_people_leave_a_gap_and_the_reasons_are_told() -> None:
    away = people(1, away=frozenset({FIRST}))[0]
    problem = week((msgspec.structs.replace(away, id="gone"), *people(1)), (EARLY, 1), (SKILLED, 1), days=1)
    answer = exact.solve(problem)
    report = explain(problem, answer.shifts)
    assert (report.missing, report.cover) == (1, 0.5)
    (gap,) = report.gaps
    assert gap.title == "英语"
    assert {why.reason for why in gap.whys} == {"请假或不在职", "没有所需技能"}


def test_nobody_at_all_is_a_roster_without_shifts() -> None:
    problem = week((), (EARLY, 1))
    assert exact.solve(problem).shifts == ()
    assert explain(problem, ()).missing == 7


def test_shifts_put_in_by_hand_stay_though_they_break_a_limit() -> None:
    tied = {FIRST: "d.night", FIRST + timedelta(days=1): "d.early"}
    problem = week(people(1, tied=tied), (EARLY, 1), (NIGHT, 1), days=3)
    shifts = {(one.day, one.slot) for one in exact.solve(problem).shifts}
    assert set(tied.items()) <= shifts


def test_the_month_before_counts() -> None:
    before = tuple(Worked(FIRST - timedelta(days=at), 480, 990, 480) for at in range(1, 7))
    problem = week(people(1, before=before), (EARLY, 1), days=1)
    assert exact.solve(problem).shifts == ()
    assert greedy.solve(problem).shifts == ()


def test_wishes_are_met_where_others_can_work() -> None:
    wishing = msgspec.structs.replace(people(1)[0], id="w", off=frozenset({FIRST}), target=2400)
    problem = week((wishing, *people(2)), (EARLY, 1), seconds=20)
    assert not [one for one in exact.solve(problem).shifts if one.person == "w" and one.day == FIRST]


def test_nights_are_shared_out() -> None:
    problem = week(people(4), (NIGHT, 1), days=12, seconds=20)
    low, high = explain(problem, exact.solve(problem).shifts).nights
    assert high - low <= 1


def drawn(seed: int) -> Problem:
    draw = random.Random(seed)
    days = [FIRST + timedelta(days=at) for at in range(10)]
    staff = tuple(
        Person(
            id=f"p{at}", name=f"p{at}", target=draw.choice([1200, 2400, 3360]), most=draw.choice([2400, 4800]),
            skills=frozenset({"english"}) if draw.random() < 0.4 else frozenset(), nights=draw.random() < 0.7,
            away=frozenset(draw.sample(days, draw.randint(0, 3))), off=frozenset(draw.sample(days, 2)),
            before=tuple(Worked(FIRST - timedelta(days=one), 480, 990, 480) for one in range(1, draw.randint(1, 7))),
        )
        for at in range(draw.randint(1, 7))
    )  # fmt: skip
    needs = ((EARLY, draw.randint(0, 3)), (NIGHT, draw.randint(0, 2)), (SKILLED, draw.randint(0, 1)))
    return week(staff, *needs, days=10, seconds=0.5)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_no_solver_breaks_a_limit_and_the_better_is_never_dearer(seed: int) -> None:
    problem = drawn(seed)
    first, best = greedy.solve(problem), exact.solve(problem)
    named, most = greedy.solve(problem, counted(problem, 0.5)), most_cover(problem, 0.5)
    for answer in (first, named, best):
        assert cover(problem, answer.shifts) <= most + 1e-9
        report = explain(problem, answer.shifts)
        assert report.broken == 0
        assert not {(one.person, one.day) for one in answer.shifts} & {
            (one.id, day) for one in problem.people for day in one.away
        }
        assert len({(one.person, one.day) for one in answer.shifts}) == len(answer.shifts)
        assert all(one.minutes <= person.most for one, person in zip(report.people, problem.people, strict=True))
    assert price(problem, best.shifts) <= price(problem, first.shifts)


def test_many_people_are_planned_some_at_a_time() -> None:
    problem = msgspec.structs.replace(week(people(exact.WHOLE + 5), (EARLY, 20), (NIGHT, 3)), seconds=2.0)
    answer = exact.solve(problem)
    report = explain(problem, answer.shifts)
    assert (report.broken, report.cover) == (0, 1.0)
    assert price(problem, answer.shifts) <= price(problem, greedy.solve(problem).shifts)


async def test_a_process_of_its_own_solves_it_and_says_how_far_it_is() -> None:
    steps: list[float] = []

    async def heard(step: Progress) -> None:
        steps.append(step.cover)

    problem = week(people(3), (EARLY, 1))
    answer = await apart.solve(problem, heard)
    assert cover(problem, answer.shifts) == 1.0
    assert steps


async def test_a_problem_that_makes_no_sense_is_told() -> None:
    async def heard(step: Progress) -> None:
        pass

    problem = msgspec.structs.replace(week(people(1), (EARLY, 1)), slots=())
    with pytest.raises(apart.NotSolved):
        await apart.solve(problem, heard)
