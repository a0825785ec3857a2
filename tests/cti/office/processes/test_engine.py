"""Cases that go through processes: who may act, where it leads, parallel tasks that join, time limits."""

from __future__ import annotations

from typing import Any

import pytest

from cti.office.deadlines.deadline import Paused, Resumed, Started, Stopped, deadline_of
from cti.office.deadlines.limits import Limit, Unit
from cti.office.processes.case import ActionTaken, CaseEnded, CaseOpened, StepEntered
from cti.office.processes.refused import Refused
from tests.cti.base.times.test_working_time import MONDAY, at, days
from tests.cti.office.processes.small_house import OFFICE, Desk, SmallHouse, delivered, process


@pytest.fixture
def house() -> SmallHouse:
    return SmallHouse({name: [delivered(name)] for name in ("standard", "department")})


@pytest.fixture
def desk(house: SmallHouse) -> Desk:
    return Desk(house)


def dispatched(desk: Desk, lead: str = "water", assisting: list[str] | None = None) -> None:
    desk.act("agent", "submit")
    desk.act("reviewer", "dispatch", {"lead": lead, "assisting": assisting or []})


def test_a_request_goes_from_registration_to_archive(desk: Desk) -> None:
    dispatched(desk)
    water = desk.part("water").id
    desk.act("water", "sign", case=water)
    assert desk.family[water].person == "water"
    desk.act("water", "reply", {"text": "已修复"}, case=water)
    assert desk.case.step == "result"
    desk.act("reviewer", "accept")
    desk.act("visitor", "satisfied", {})
    assert (desk.case.outcome, desk.case.ended_at) == ("archived", desk.now)
    assert [one.action for one in desk.events if isinstance(one, ActionTaken)] == [
        "submit", "dispatch", "sign", "reply", "accept", "satisfied",
    ]  # fmt: skip
    steps = [one.step for one in desk.events if isinstance(one, StepEntered) and one.case == desk.root]
    assert steps == ["registered", "review", "handling", "result", "revisit", "archived"]


def test_only_he_whose_turn_it_is_may_act_and_is_told_so_beforehand(desk: Desk) -> None:
    assert [one.action for one in desk.offers("agent")] == ["submit", "answer"]
    assert desk.offers("reviewer") == ()
    with pytest.raises(Refused, match="not_yours"):
        desk.act("reviewer", "submit")
    dispatched(desk)
    with pytest.raises(Refused, match="not_yours"):
        desk.act("roads", "sign", case=desk.part("water").id)
    assert desk.offers("roads", desk.part("water").id) == ()


def test_an_action_of_a_step_that_another_has_left_is_refused_and_changes_nothing(desk: Desk) -> None:
    desk.act("agent", "submit")
    before, told = dict(desk.family), len(desk.events)
    with pytest.raises(Refused, match="no_action"):
        desk.act("agent", "submit")
    assert (desk.family, len(desk.events)) == (before, told)


def test_what_is_missing_in_the_form_is_said_in_the_words_of_the_file(desk: Desk) -> None:
    dispatched(desk)
    water = desk.part("water").id
    desk.act("water", "sign", case=water)
    with pytest.raises(Refused, match="请填写办理情况"):
        desk.act("water", "reply", {"text": ""}, case=water)
    assert not desk.family[water].is_over


def test_the_leads_reply_closes_the_assistants_tasks(desk: Desk) -> None:
    dispatched(desk, "water", ["roads"])
    desk.act("reviewer", "add", {"assisting": "county"})
    water = desk.part("water").id
    desk.act("water", "sign", case=water)
    desk.act("water", "reply", {"text": "已修复"}, case=water)
    assert {one.holder: one.outcome for one in desk.family.values() if one.parent} == {
        "water": "replied", "roads": "closed", "county": "closed",
    }  # fmt: skip
    assert desk.case.step == "result"


def test_an_assistants_reply_alone_leads_nowhere(desk: Desk) -> None:
    dispatched(desk, "water", ["roads"])
    roads = desk.part("roads").id
    desk.act("roads", "sign", case=roads)
    desk.act("roads", "reply", {"text": "配合完成"}, case=roads)
    assert desk.case.step == "handling"


def test_a_second_bounce_goes_to_the_difficult_desk(desk: Desk) -> None:
    dispatched(desk, "water", ["roads"])
    desk.act("water", "return", {"reason": "不属职责"}, case=desk.part("water").id)
    assert (desk.case.step, desk.case.values["bounces"]) == ("review", 1)
    assert desk.part("roads").outcome == "closed"
    desk.act("reviewer", "dispatch", {"lead": "roads", "assisting": []})
    desk.act("roads", "return", {"reason": "不属职责"}, case=desk.part("roads").id)
    assert desk.case.step == "difficult"


def test_units_below_reply_and_the_department_goes_on(desk: Desk) -> None:
    dispatched(desk, "roads")
    roads = desk.part("roads").id
    desk.act("roads", "sign", case=roads)
    desk.act("roads", "down", {"units": ["roads_north"]}, case=roads)
    north = desk.part("roads_north").id
    assert desk.family[roads].step == "gather"
    desk.act("roads_north", "sign", case=north)
    desk.act("roads_north", "reply", {"text": "已补沥青"}, case=north)
    assert desk.family[roads].step == "handle"
    assert not desk.case.is_over


def test_a_result_sent_back_reopens_the_leads_task_at_most_twice(desk: Desk) -> None:
    dispatched(desk)
    water = desk.part("water").id
    desk.act("water", "sign", case=water)
    for _ in range(2):
        desk.act("water", "reply", {"text": "已修复"}, case=water)
        desk.act("reviewer", "again", {"reason": "未见整改照片"})
        assert (desk.family[water].step, desk.family[water].outcome) == ("handle", "")
    desk.act("water", "reply", {"text": "已修复"}, case=water)
    assert [one.refused for one in desk.offers("reviewer") if one.action == "again"] == ["“退回重办”最多2次"]
    with pytest.raises(Refused, match="最多2次"):
        desk.act("reviewer", "again", {"reason": "再次退回"})


@pytest.mark.parametrize("to", ["nobody", ["water", "nobody"]])
def test_a_task_for_an_organisation_that_does_not_exist_begins_nothing(desk: Desk, to: Any) -> None:
    desk.act("agent", "submit")
    with pytest.raises(Refused, match="nobody"):
        desk.act("reviewer", "dispatch", {"lead": to, "assisting": []})
    assert desk.case.step == "review"
    assert len(desk.family) == 1


def test_one_organisation_has_one_open_task_of_a_case(desk: Desk) -> None:
    desk.act("agent", "submit")
    with pytest.raises(Refused, match="twice"):
        desk.act("reviewer", "dispatch", {"lead": "water", "assisting": ["water"]})


def test_a_process_that_goes_round_by_itself_is_refused() -> None:
    round_about = process(
        """
        process: circle
        title: 圈
        about: ticket
        start: a
        steps:
          a: {title: a, who: {permission: register}, actions: {go: {title: go, next: b}}}
          b: {title: b, passes: {next: c}}
          c: {title: c, passes: {next: b}}
        """
    )
    desk = Desk(SmallHouse({"circle": [round_about]}), "circle")
    with pytest.raises(Refused, match="circle"):
        desk.act("agent", "go")
    assert desk.case.step == "a"


# ── time limits ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_clock_starts_at_dispatch_not_at_signing(desk: Desk) -> None:
    dispatched(desk)
    assert desk.part("water").clocks["handle"] == (Started(at(MONDAY, "10:00"), Limit(2, Unit.WORKING_DAYS)),)
    desk.wait(hours=3)
    desk.act("water", "sign", case=desk.part("water").id)
    assert len(desk.part("water").clocks["handle"]) == 1


def test_no_clock_runs_while_it_is_the_citizens_turn(desk: Desk) -> None:
    dispatched(desk)
    water = desk.part("water").id
    desk.act("water", "sign", case=water)
    desk.act("water", "wait", case=water)
    desk.wait(days=1)
    desk.act("water", "go_on", case=water)
    events = desk.family[water].clocks["handle"]
    assert [type(one) for one in events] == [Started, Paused, Resumed]
    assert deadline_of(events, OFFICE).due > at(days(2), "17:30")


def test_the_limit_goes_by_the_record_and_ends_with_the_case(house: SmallHouse) -> None:
    desk = Desk(house, urgent=True)
    dispatched(desk)
    started = desk.case.clocks["whole"][0]
    assert isinstance(started, Started)
    assert started.limit == Limit(4, Unit.WORKING_HOURS)
    water = desk.part("water").id
    desk.act("water", "sign", case=water)
    desk.wait(hours=1)
    desk.act("water", "reply", {"text": "已修复"}, case=water)
    assert isinstance(desk.case.clocks["whole"][-1], Started)
    desk.act("reviewer", "accept")
    assert desk.case.clocks["whole"][-1] == Stopped(desk.now)


def test_the_deadline_moves_when_the_hotline_has_approved_and_not_before(desk: Desk) -> None:
    dispatched(desk)
    water = desk.part("water").id
    desk.act("water", "sign", case=water)
    desk.act("water", "ask", {"days": 3}, case=water)
    before = deadline_of(desk.family[water].clocks["handle"], OFFICE).due
    assert before == at(days(2), "17:30")
    desk.act("reviewer", "grant", case=water)
    # Wednesday the 30th, then the holiday: Thursday the 8th is the first working day after it.
    assert deadline_of(desk.family[water].clocks["handle"], OFFICE).due == at(days(12), "17:30")


def test_whoever_is_closed_has_no_clock_that_runs(desk: Desk) -> None:
    dispatched(desk, "water", ["roads"])
    desk.act("water", "return", {"reason": "不属职责"}, case=desk.part("water").id)
    for part in ("water", "roads"):
        assert isinstance(desk.part(part).clocks["handle"][-1], Stopped)


# ── revisions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_goes_on_by_the_revision_with_which_it_began(house: SmallHouse, desk: Desk) -> None:
    without_review = delivered("standard").model_copy(deep=True)
    steps = {name: one for name, one in without_review.steps.items() if name != "review"}
    house.definitions["standard"].append(without_review.model_copy(update={"steps": steps}))
    desk.act("agent", "submit")
    assert desk.case.step == "review"
    desk.act("reviewer", "difficult")
    assert Desk(house).case.revision == 2


def test_what_happened_tells_who_and_when_for_each_case(desk: Desk) -> None:
    dispatched(desk)
    opened = [one for one in desk.events if isinstance(one, CaseOpened)]
    assert [(one.process, one.role, one.by.id) for one in opened] == [
        ("standard", "", "agent"), ("department", "lead", "reviewer"),
    ]  # fmt: skip
    desk.act("water", "return", {"reason": "不属职责"}, case=desk.part("water").id)
    ended = [one for one in desk.events if isinstance(one, CaseEnded)]
    assert [(one.case, one.outcome, one.by.id) for one in ended] == [(desk.part("water").id, "returned", "water")]
