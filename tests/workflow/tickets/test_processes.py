"""The delivered processes, taken through their ways by scripted people on virtual time."""

from __future__ import annotations

from typing import Any

import pytest

from cti.office.deadlines.deadline import deadline_of
from cti.office.processes.refused import Refused
from tests.cti.base.times.test_working_time import MONDAY, at, days
from tests.workflow.tickets.ticket_desk import TIME, TicketDesk, actor, delivered

WELL_DONE = "已到现场维修，当日恢复供水"
REVISIT = {"satisfaction": "satisfied"}


def dispatched(desk: TicketDesk, lead: str = "water", **others: Any) -> None:
    desk.act("agent", "submit")
    desk.act("reviewer", "dispatch", lead=lead, **others)


def replied(desk: TicketDesk, who: str = "water") -> None:
    if desk.task(who).step == "sign":
        desk.at_task(who, "sign")
    desk.at_task(who, "reply", answer=WELL_DONE, contacted=True)


def due(desk: TicketDesk, clock: str, holder: str = "") -> Any:
    case = desk.task(holder) if holder else desk.case
    return deadline_of(case.clocks[clock], TIME).due


def test_every_process_reads() -> None:
    assert set(delivered()) == {"standard", "imported", "department", "county", "enterprise", "short"}


def test_a_request_goes_from_the_call_to_the_archive() -> None:
    desk = TicketDesk()
    dispatched(desk)
    replied(desk)
    assert desk.case.values["answer"] == WELL_DONE
    desk.act("reviewer", "accept")
    desk.act("visitor", "revisit", **REVISIT)
    assert (desk.stage, desk.case.outcome) == ("archived", "archived")


def test_an_agent_answers_at_once_and_somebody_else_revisits() -> None:
    desk = TicketDesk()
    with pytest.raises(Refused, match="请填写答复内容"):
        desk.act("agent", "answer")
    desk.act("agent", "answer", answer="社保卡可在各网点补办", citations=["k1"])
    assert desk.stage == "revisit"
    desk.act("other_agent", "revisit", **REVISIT)
    assert desk.case.values["citations"] == ["k1"]
    assert desk.case.is_over


def test_who_answered_or_accepted_does_not_revisit() -> None:
    desk = TicketDesk(registrar="other_agent")
    desk.act("other_agent", "answer", answer="社保卡可在各网点补办")
    with pytest.raises(Refused, match="不能由办理或审核"):
        desk.act("other_agent", "revisit", **REVISIT)
    desk.act("visitor", "revisit", **REVISIT)


def test_whom_nobody_can_reach_again_is_archived_without_a_revisit() -> None:
    desk = TicketDesk(revisited=False)
    desk.act("agent", "answer", answer="社保卡可在各网点补办")
    assert desk.case.outcome == "archived"


def test_the_shift_leaders_own_answer_goes_to_the_chief_reviewer() -> None:
    desk = TicketDesk(registrar="leader")
    desk.act("leader", "answer_checked", answer="社保卡可在各网点补办")
    assert desk.stage == "final"
    assert "confirm" in desk.offered("chief")
    assert desk.offered("reviewer") == ["merge", "withdraw"]
    desk.act("chief", "confirm")
    assert desk.stage == "revisit"


def test_review_sends_up_to_final_and_final_back_and_to_the_registrar() -> None:
    desk = TicketDesk()
    desk.act("agent", "submit")
    desk.act("reviewer", "raise", reason="重大")
    desk.act("chief", "back_to_review", reason="请补充地址")
    desk.act("reviewer", "back", reason="地址不清")
    assert (desk.stage, desk.case.person) == ("registered", "agent")
    assert desk.offered("other_agent") == ["remind", "supplement"]
    desk.act("agent", "submit")
    assert desk.stage == "review"


def test_assistants_answer_as_they_see_fit_and_the_lead_closes_theirs() -> None:
    desk = TicketDesk()
    dispatched(desk, assisting=["roads"])
    replied(desk)
    assert desk.stage == "result"
    assert (desk.task("roads").outcome, desk.task("water").outcome) == ("closed", "replied")


def test_of_several_departments_each_must_reply_in_any_order() -> None:
    for order in (("water", "roads"), ("roads", "water")):
        desk = TicketDesk()
        dispatched(desk, joint=["roads"])
        replied(desk, order[0])
        assert desk.stage == "handling"
        replied(desk, order[1])
        assert desk.stage == "result"
        assert desk.case.values["answered_by"] == "water"


def test_a_department_that_is_added_works_in_the_same_round() -> None:
    desk = TicketDesk()
    dispatched(desk)
    desk.act("reviewer", "add", joint=["roads"], note="请配合围挡")
    assert desk.task("roads").values["round"] == 1
    with pytest.raises(Refused, match="twice"):
        desk.act("reviewer", "add", assisting=["water"])
    replied(desk)
    assert desk.stage == "handling"
    replied(desk, "roads")
    assert desk.stage == "result"


def test_the_hotline_decides_an_objection_and_a_second_bounce_is_difficult() -> None:
    desk = TicketDesk()
    dispatched(desk)
    with pytest.raises(Refused, match="法律依据"):
        desk.at_task("water", "object", reason="不属本单位职责")
    desk.at_task("water", "object", reason="不属本单位职责", ground="城市道路管理条例第六条")
    assert desk.offered("water", "water") == []
    desk.at_task("reviewer", "overrule", "water", reason="管网属本单位")
    assert desk.task("water").step == "handle"
    with pytest.raises(Refused, match="最多1次"):
        desk.at_task("water", "object", reason="再次", ground="条例")
    desk.act("reviewer", "recall", reason="改派")
    desk.act("reviewer", "dispatch", lead="roads")
    desk.at_task("roads", "object", reason="不属职责", ground="条例")
    desk.at_task("reviewer", "uphold", "roads", reason="属实")
    assert (desk.stage, desk.case.values["bounces"]) == ("review", 1)
    desk.act("reviewer", "dispatch", lead="mains")
    desk.at_task("mains", "object", reason="不属职责", ground="条例")
    desk.at_task("reviewer", "uphold", "mains", reason="属实")
    assert desk.stage == "difficult"
    desk.act("expert", "dispatch", lead="water")
    replied(desk)
    assert desk.stage == "result"


def test_who_objects_late_handles_it_himself() -> None:
    desk = TicketDesk()
    dispatched(desk)
    desk.wait(days=2)
    with pytest.raises(Refused, match="首办负责"):
        desk.at_task("water", "object", reason="不属职责", ground="条例")


def test_clocks_start_at_dispatch_and_go_by_type_and_urgency() -> None:
    desk = TicketDesk()
    dispatched(desk)
    desk.wait(hours=6)
    desk.at_task("water", "sign")
    assert due(desk, "handle", "water") == at(days(11), "17:30")
    assert due(desk, "whole") == at(days(12), "17:30")
    urgent = TicketDesk(urgent=True)
    dispatched(urgent)
    assert due(urgent, "handle", "water") == at(MONDAY, "22:00")
    asked = TicketDesk(type="enquiry")
    dispatched(asked)
    assert due(asked, "handle", "water") == at(days(2), "17:30")


def test_a_raised_urgency_shortens_what_runs_and_forgets_nothing() -> None:
    desk = TicketDesk()
    dispatched(desk)
    desk.record["urgent"] = True
    desk.take(desk.engine.edited(desk.family, actor("leader"), desk.record, desk.now))
    assert due(desk, "handle", "water") == at(MONDAY, "22:00")


def test_more_time_is_asked_for_in_time_granted_by_the_hotline_and_twice_at_most() -> None:
    desk = TicketDesk()
    dispatched(desk)
    desk.at_task("water", "sign")
    with pytest.raises(Refused, match="1至5个工作日"):
        desk.at_task("water", "ask_extension", days=6, reason="需采购配件")
    before = due(desk, "handle", "water")
    desk.at_task("water", "ask_extension", days=2, reason="需采购配件")
    assert due(desk, "handle", "water") == before == at(days(11), "17:30")
    assert "grant_extension" not in desk.offered("water", "water")
    desk.at_task("reviewer", "grant_extension", "water")
    assert due(desk, "handle", "water") == at(days(14), "17:30")
    desk.at_task("water", "ask_extension", days=1, reason="需采购配件")
    desk.at_task("reviewer", "refuse_extension", "water", reason="理由不足")
    desk.at_task("water", "ask_extension", days=1, reason="需采购配件")
    desk.at_task("reviewer", "grant_extension", "water")
    with pytest.raises(Refused, match="延时最多2次"):
        desk.at_task("water", "ask_extension", days=1, reason="需采购配件")
    desk.now = at(days(40), "10:00")
    late = TicketDesk()
    dispatched(late)
    late.now = at(days(20), "10:00")
    with pytest.raises(Refused, match="已超过办理时限"):
        late.at_task("water", "ask_extension", days=1, reason="需采购配件")


def test_a_department_gives_parts_to_its_units_and_gathers_their_replies() -> None:
    desk = TicketDesk()
    dispatched(desk)
    desk.at_task("water", "down", units=["mains"], note="请抢修")
    desk.at_task("mains", "sign")
    desk.at_task("mains", "ask_extension", days=1, reason="需采购配件")
    assert "grant_extension" not in desk.offered("mains", "mains")
    desk.at_task("water", "grant_extension", "mains")
    replied(desk, "mains")
    assert desk.task("water").step == "handle"
    assert desk.stage == "handling"
    replied(desk)
    assert desk.stage == "result"


def test_a_task_that_is_tracked_stays_open_after_its_first_answer() -> None:
    desk = TicketDesk()
    dispatched(desk)
    desk.at_task("water", "sign")
    desk.at_task("water", "ask_tracking", days=30, answer="已列入改造计划")
    desk.at_task("reviewer", "grant_tracking", "water")
    assert due(desk, "tracking", "water") == at(days(30), "17:30")
    desk.at_task("water", "report_progress", note="已完成招标")
    desk.wait(days=20)
    replied(desk)
    assert desk.stage == "result"


def test_a_result_goes_back_to_the_same_department_and_to_no_other_that_had_it() -> None:
    desk = TicketDesk()
    dispatched(desk, "roads")
    desk.at_task("roads", "object", reason="不属职责", ground="条例")
    desk.at_task("reviewer", "uphold", "roads", reason="属实")
    desk.act("reviewer", "dispatch", lead="water")
    replied(desk)
    desk.act("reviewer", "send_back", reason="未见照片")
    assert [one.holder for one in desk.family.values() if one.role == "lead" and not one.is_over] == ["water"]
    replied(desk)
    desk.act("reviewer", "accept")


def test_unsatisfied_is_handled_again_with_its_own_clock_then_the_leader_decides() -> None:
    desk = TicketDesk()
    dispatched(desk)
    replied(desk)
    desk.act("reviewer", "accept")
    desk.act("visitor", "revisit", satisfaction="unsatisfied")
    desk.act("leader", "redo", reason="仍漏水")
    assert (desk.stage, desk.task("water").values["redo"]) == ("again", True)
    assert due(desk, "again") == at(days(10), "17:30")
    assert due(desk, "handle", "water") == at(days(10), "17:30")
    replied(desk)
    desk.act("reviewer", "accept")
    desk.act("visitor", "revisit", satisfaction="unsatisfied")
    assert desk.stage == "ruling"
    desk.act("leader", "close_unsatisfied", reason="诉求无政策依据，已解释")
    assert desk.case.outcome == "archived"
    assert desk.case.values["satisfaction"] == "unsatisfied"


def test_who_is_not_reached_is_called_again_by_the_clock_three_times_at_most() -> None:
    desk = TicketDesk()
    desk.act("agent", "answer", answer="社保卡可在各网点补办")
    for _ in range(2):
        desk.act("visitor", "not_reached", reason="无人接听")
        assert desk.stage == "later"
        desk.act("house", "call_again")
    desk.act("visitor", "not_reached", reason="关机")
    assert (desk.case.outcome, desk.case.values["satisfaction"]) == ("archived", "unreached")


def test_what_lacks_something_waits_for_it_before_it_is_archived() -> None:
    desk = TicketDesk(lacks="诉求分类")
    desk.act("agent", "answer", answer="社保卡可在各网点补办")
    desk.act("visitor", "revisit", **REVISIT)
    with pytest.raises(Refused, match="资料不完整：诉求分类"):
        desk.act("visitor", "archive")
    desk.record["lacks"] = ""
    desk.act("visitor", "archive")
    assert desk.case.outcome == "archived"


def test_what_is_archived_is_taken_up_again_by_right_and_by_nobody_else() -> None:
    desk = TicketDesk(revisited=False)
    desk.act("agent", "answer", answer="社保卡可在各网点补办")
    assert desk.offers("agent") == ()
    with pytest.raises(Refused, match="not_yours"):
        desk.act("agent", "reopen", reason="x")
    desk.act("leader", "reopen", reason="新情况")
    assert (desk.stage, desk.case.outcome, desk.case.ended_at) == ("review", "", None)
    assert desk.case.values["answer"] == ""
    desk.act("reviewer", "close", answer="已更正答复")
    assert desk.case.outcome == "archived"


def test_the_province_answers_or_refuses() -> None:
    desk = TicketDesk()
    desk.act("agent", "submit")
    desk.act("reviewer", "report", reason="涉及外市")
    desk.act("province", "province_refused", reason="属市级职责")
    desk.act("reviewer", "report", reason="已核实属外市")
    desk.act("province", "province_answered", answer="外市热线已办结")
    desk.act("reviewer", "accept")
    assert desk.stage == "revisit"


def test_a_county_reviews_dispatches_on_and_its_result_comes_back() -> None:
    desk = TicketDesk()
    desk.act("agent", "submit")
    desk.act("reviewer", "county", unit="county")
    task = desk.task("county").id
    assert "dispatch" in [one.action for one in desk.offers("county", task)]
    assert desk.offers("county_roads", task) == ()
    desk.act("county", "dispatch", task, lead="county_roads")
    replied(desk, "county_roads")
    assert desk.stage == "handling"
    desk.act("county", "accept", task)
    assert (desk.stage, desk.case.values["answer"]) == ("result", WELL_DONE)
    desk.act("reviewer", "send_back", reason="不完整")
    assert desk.family[task].step == "review"


def test_the_county_may_not_decide_its_own_objection() -> None:
    desk = TicketDesk()
    desk.act("agent", "submit")
    desk.act("reviewer", "county", unit="county")
    task = desk.task("county").id
    desk.act("county", "object", task, reason="跨区", ground="事权清单")
    assert desk.offers("county", task) == ()
    desk.act("reviewer", "uphold", task, reason="属实")
    assert desk.stage == "review"


def test_a_merged_ticket_follows_its_master_or_is_parted_again() -> None:
    desk = TicketDesk()
    desk.act("agent", "submit")
    desk.act("reviewer", "merge", master="t2", reason="同一管段")
    assert desk.offered("agent") == ["remind", "supplement"]
    desk.act("reviewer", "part", reason="并非同一事项")
    desk.act("reviewer", "merge", master="t3", reason="同一管段")
    with pytest.raises(Refused, match="not_yours"):
        desk.act("reviewer", "follow", answer="已修复", answered_by="water")
    desk.act("house", "follow", answer="已修复", answered_by="water")
    assert (desk.stage, desk.case.values["answer"]) == ("revisit", "已修复")


def test_a_citizen_withdraws_reminds_and_adds() -> None:
    desk = TicketDesk()
    dispatched(desk)
    desk.act("other_agent", "remind", note="市民来电催办")
    desk.act("other_agent", "supplement", note="楼上也没水")
    assert (desk.case.count["remind"], desk.case.count["supplement"], desk.stage) == (1, 1, "handling")
    desk.act("reviewer", "withdraw", reason="市民来电撤回")
    assert (desk.case.outcome, desk.task("water").outcome) == ("withdrawn", "closed")


def test_an_enterprise_confirms_before_its_request_is_closed() -> None:
    desk = TicketDesk("enterprise", registrar="seat")
    desk.act("seat", "submit")
    desk.act("seat", "dispatch", lead="water")
    replied(desk)
    desk.act("visitor", "revisit", satisfaction="unsatisfied")
    assert desk.stage == "review"
    desk.act("seat", "close", answer="已协调解决用水指标")
    desk.act("visitor", "revisit", **REVISIT)
    assert desk.case.outcome == "archived"


def test_a_county_without_reviewers_gives_requests_to_departments_at_once() -> None:
    desk = TicketDesk("short", registrar="county")
    desk.act("county", "dispatch", lead="county_roads")
    desk.at_task("county_roads", "object", reason="不属职责", ground="条例")
    assert desk.task("county_roads").step == "objected"
    desk.at_task("county", "uphold", "county_roads", reason="属实")
    desk.act("county", "dispatch", lead="county_roads")
    replied(desk, "county_roads")
    assert desk.stage == "revisit"
