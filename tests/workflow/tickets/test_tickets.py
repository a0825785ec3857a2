"""Tickets on each database: registration, acts by people's rights, claims, clocks, merging."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor, system
from cti.office.bulk.acts import NoWords
from cti.office.bulk.asking import Many
from cti.office.bulk.looking import preview
from cti.office.bulk.runs import BulkRuns
from cti.office.identity.models import PersonRow, RoleRow
from cti.office.processes.bulk import ActOnCases
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.office import a_call
from tests.workflow.tickets.ticket_town import (
    AGENT,
    EAST,
    EAST_ROADS,
    LEADER,
    MAINS,
    OTHER_REVIEWER,
    REVIEWER,
    ROADS,
    VISITOR,
    WATER,
    WELL_DONE,
    WEST,
    TicketTown,
    town_on,
    who,
)
from workflow.tickets.desk.alike import Asked, Likely
from workflow.tickets.rules import SEE
from workflow.tickets.views import CallerBody, TaskDuty, TaskQuery, TicketFields


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


@pytest.fixture
async def place(sqlite_store: Store) -> TicketTown:
    return await town_on(sqlite_store)


async def test_a_ticket_lives_from_the_call_to_the_archive(town: TicketTown) -> None:
    call = a_call(town.office)
    town.calls.here[call.id] = call
    made = await town.add(call=call.id)
    assert (made.number, made.stage, made.registrar_name, made.card) == (
        "3204002026092800001",
        "registered",
        "agent",
        "green",
    )
    assert made.contact == "13800000001"
    await town.act(AGENT, made.id, "submit")
    assert await town.duty(REVIEWER, "review") == [made.id]
    await town.act(REVIEWER, made.id, "dispatch", lead="water", assisting=["roads"])
    found = await town.get(LEADER, made.id)
    assert (found.stage, found.lead_title, found.due_at) == ("handling", "水务局", at(MONDAY, "15:30"))
    await town.replied(made.id, await town.task(made.id, "water"))
    found = await town.get(LEADER, made.id)
    assert (found.stage, found.answer) == ("result", WELL_DONE)
    await town.act(REVIEWER, made.id, "accept")
    await town.act(VISITOR, made.id, "revisit", satisfaction="satisfied")
    found = await town.get(LEADER, made.id)
    assert (found.stage, found.outcome, found.satisfaction, found.due_at) == ("archived", "archived", "satisfied", None)
    assert found.ended_at == town.clock.wall()
    async with town.office.store.reading() as session:
        row = await town.tickets.row(session, LEADER, made.id)
        assert await town.cases.broken(session, row.case) == ""


async def test_what_is_refused_leaves_no_half_ticket(place: TicketTown) -> None:
    with pytest.raises(Invalid):
        await place.add(contact="abc")
    with pytest.raises(Invalid):
        await place.add(category="none")
    strange = await town_with(place, process="nowhere")
    with pytest.raises(Conflict, match="nowhere"):
        await strange.add()
    assert (await place.tickets.find(LEADER, place.tickets.query())).total == 0
    assert (await place.add()).number.endswith("00001"), "a number was lost with what was refused"


async def town_with(town: TicketTown, **settings: Any) -> TicketTown:
    town.cases.close()
    return TicketTown(town.office, town.clock, **settings)


async def test_a_county_goes_by_the_process_that_is_set_for_it(place: TicketTown) -> None:
    place = await town_with(place, processes={"320404": "short"})
    theirs = await place.add(EAST)
    await place.act(EAST, theirs.id, "dispatch", lead="east_roads")
    assert (await place.get(EAST, theirs.id)).stage == "handling"
    ours = await place.add()
    assert "submit" in (await place.offered(AGENT, ours.id)).popitem()[1]
    enterprise = await place.add(enterprise=True)
    await place.act(AGENT, enterprise.id, "submit")
    assert (await place.get(LEADER, enterprise.id)).step == "企业服务协调"


async def test_two_never_hold_one_ticket_and_the_next_is_handed_out_by_urgency(town: TicketTown) -> None:
    slow, urgent = await town.add(), await town.add(urgent=True)
    for one in (slow, urgent):
        await town.act(AGENT, one.id, "submit")
    assert (await town.acts.next(REVIEWER, "review")).id == urgent.id
    assert (await town.acts.next(REVIEWER, "review")).id == urgent.id, "who has one is given it again"
    with pytest.raises(Conflict, match="已被他人领取"):
        await town.acts.take(OTHER_REVIEWER, urgent.id)
    with pytest.raises(Conflict, match="已被他人领取"):
        await town.act(OTHER_REVIEWER, urgent.id, "back", reason="x")
    assert (await town.acts.next(OTHER_REVIEWER, "review")).id == slow.id
    with pytest.raises(NotFound):
        await town.acts.next(LEADER, "review")
    await town.acts.release(REVIEWER, urgent.id)
    await town.act(OTHER_REVIEWER, urgent.id, "back", reason="地址不清")
    with pytest.raises(NotAllowed):
        await town.acts.next(WATER, "review")


async def test_whoever_holds_a_ticket_has_its_number_before_him(town: TicketTown) -> None:
    """Who looked up the caller of the ticket in his hands had to give a reason, thirty times an hour at most."""
    number, other = Number.parse("13800000001").digits, Number.parse("13800000002").digits
    ticket = await town.add(contact="13800000001")
    await town.act(AGENT, ticket.id, "submit")
    assert not await town.tickets.in_hand(REVIEWER, number)
    await town.acts.take(REVIEWER, ticket.id)
    assert await town.tickets.in_hand(REVIEWER, number)
    assert not await town.tickets.in_hand(REVIEWER, other)
    assert not await town.tickets.in_hand(OTHER_REVIEWER, number)
    await town.acts.release(REVIEWER, ticket.id)
    assert not await town.tickets.in_hand(REVIEWER, number)
    assert not await town.tickets.in_hand(system("test"), number), "nobody holds what nobody holds"


async def test_a_claim_ends_by_itself(place: TicketTown) -> None:
    ticket = await place.add()
    await place.act(AGENT, ticket.id, "submit")
    await place.acts.take(REVIEWER, ticket.id)
    await place.wait(29 * 60)
    assert (await place.get(LEADER, ticket.id)).person == REVIEWER.person
    await place.wait(120)
    assert (await place.get(LEADER, ticket.id)).person == ""


async def test_cards_turn_yellow_then_red_and_lists_follow(town: TicketTown) -> None:
    ticket, task = await town.dispatched()
    await town.act(WATER, ticket, "sign", task)
    assert await town.duty(LEADER, "near") == []
    await town.wait(17 * 86400)
    assert await town.duty(LEADER, "over") == [ticket]
    found = await town.get(LEADER, ticket)
    assert found.card == "red"
    await town.act(WATER, ticket, "reply", task, answer=WELL_DONE, contacted=True)
    assert await town.duty(LEADER, "over") == [ticket], "the hotline's own limit is missed as well"
    await town.act(REVIEWER, ticket, "accept")
    assert (await town.get(LEADER, ticket)).card == "green"


async def test_a_raised_urgency_moves_what_runs(place: TicketTown) -> None:
    ticket, _ = await place.dispatched()
    shown = await place.get(LEADER, ticket)
    said = {key: getattr(shown, key) for key in TicketFields.model_fields if hasattr(shown, key)}
    body = TicketFields.model_validate({**said, "urgent": True, "call": ""})
    await place.tickets.edit(LEADER, ticket, shown.version, body)
    async with place.office.store.reading() as session:
        row = await place.tickets.row(session, LEADER, ticket)
        limits = {one.clock: one.due_at for one in await place.cases.deadlines(session, row.case)}
    assert limits["handle"] == at(MONDAY, "22:00")
    assert (await place.get(LEADER, ticket)).due_at == at(MONDAY, "10:30")


async def test_an_act_of_the_process_does_not_spoil_a_form_that_is_being_filled_in(place: TicketTown) -> None:
    ticket = await place.add()
    before = (await place.get(LEADER, ticket.id)).version
    await place.act(AGENT, ticket.id, "submit")
    assert (await place.get(LEADER, ticket.id)).version == before


async def test_only_the_shift_leader_changes_what_was_submitted_and_it_is_told(place: TicketTown) -> None:
    ticket = await place.add()
    said = {"title": "小区停水", "content": "家中停水三天", "contact": "138****0001", "type": "complaint"}
    body = TicketFields.model_validate({**said, "contact": "13800000001"})
    shown = await place.tickets.edit(AGENT, ticket.id, ticket.version, body)
    await place.act(AGENT, ticket.id, "submit")
    with pytest.raises(NotAllowed, match="只有值班长"):
        await place.tickets.edit(AGENT, ticket.id, shown.version, body)
    await place.tickets.edit(
        LEADER,
        ticket.id,
        shown.version,
        TicketFields.model_validate({**said, "contact": "13800000001", "title": "三里小区停水"}),
    )
    page = await place.tickets.timeline(LEADER, ticket.id, TimelineQuery())
    told = [(one.title, [(d.title, d.before, d.after) for d in one.details]) for one in page.items]
    assert ("修改了标题", [("标题", "小区停水", "三里小区停水")]) in told


async def test_a_ticket_cannot_disappear(place: TicketTown) -> None:
    ticket = await place.add()
    with pytest.raises(Conflict, match="不能删除"):
        await place.tickets.remove(LEADER, ticket.id)
    await place.act(LEADER, ticket.id, "void", reason="误登记")
    assert (await place.get(LEADER, ticket.id)).outcome == "voided"


async def test_who_was_not_reached_is_to_be_called_again_when_the_clock_says_so(place: TicketTown) -> None:
    ticket = (await place.add()).id
    await place.act(AGENT, ticket, "answer", answer="社保卡可在各网点补办")
    await place.act(VISITOR, ticket, "not_reached", reason="无人接听")
    assert (await place.get(LEADER, ticket)).stage == "later"
    await place.wait(5 * 3600)
    assert (await place.get(LEADER, ticket)).stage == "later"
    await place.wait(3600)
    found = await place.get(LEADER, ticket)
    assert (found.stage, found.person) == ("revisit", "")
    assert await place.duty(VISITOR, "revisit") == [ticket]


# ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_merged_tickets_are_answered_with_their_master(town: TicketTown) -> None:
    master, task = await town.dispatched()
    others = [(await town.add(contact=f"1380000001{at}")).id for at in range(2)]
    for one in others:
        await town.act(LEADER, one, "merge", master=master, reason="同一管段")
        assert (await town.get(LEADER, one)).stage == "merged"
    await town.replied(master, task)
    await town.act(REVIEWER, master, "accept")
    for one in others:
        found = await town.get(LEADER, one)
        assert (found.stage, found.answer, found.master) == ("revisit", WELL_DONE, master)
    async with town.office.store.reading() as session:
        for one in (master, *others):
            row = await town.tickets.row(session, LEADER, one)
            assert await town.cases.broken(session, row.case) == ""


async def test_two_are_not_merged_into_each_other_nor_into_one_that_is_merged(town: TicketTown) -> None:
    one, two, three = [(await town.add()).id for _ in range(3)]
    await town.act(LEADER, one, "merge", master=two, reason="同一事项")
    with pytest.raises(Conflict, match="已合并到其他"):
        await town.act(LEADER, three, "merge", master=one, reason="同一事项")
    with pytest.raises(Conflict, match="主单"):
        await town.act(LEADER, two, "merge", master=three, reason="同一事项")
    with pytest.raises(Invalid, match="自身"):
        await town.act(LEADER, three, "merge", master=three, reason="x")
    with pytest.raises(Invalid, match="没有这个主单"):
        await town.act(LEADER, three, "merge", master="nowhere", reason="x")
    await town.act(REVIEWER, one, "part", reason="并非同一事项")
    assert (await town.get(LEADER, one)).master is None
    await town.act(LEADER, two, "merge", master=three, reason="同一事项")


async def test_what_was_merged_goes_on_alone_when_its_master_comes_to_nothing(place: TicketTown) -> None:
    master, other = (await place.add()).id, (await place.add()).id
    await place.act(LEADER, other, "merge", master=master, reason="同一事项")
    await place.act(LEADER, master, "void", reason="误登记")
    assert (await place.get(LEADER, other)).stage == "review"


# ── many at once, reminders, callers ─────────────────────────────────────────────────────────────────────────────────


async def test_of_many_each_result_is_told(place: TicketTown) -> None:
    ready = [(await place.add()).id for _ in range(2)]
    gone = (await place.add()).id
    await place.act(AGENT, gone, "submit")
    answer = await place.acts.act_on_many(AGENT, [*ready, gone, "nowhere"], "submit", {})
    assert answer.done == 2
    assert {one.id for one in answer.failed} == {gone, "nowhere"}
    assert set(await place.duty(REVIEWER, "review")) == {*ready, gone}


async def test_what_their_process_would_do_with_many_is_told_before(place: TicketTown) -> None:
    ready, gone = (await place.add()).id, (await place.add()).id
    await place.act(AGENT, gone, "submit")
    submit = ActOnCases("submit", "送审", SEE, place.tickets.cases, place.acts.act)
    place.tickets.many = (submit,)
    many = Many(ids=[ready, gone, "nowhere"])
    told = await preview(place.tickets, AGENT, submit, many, NoWords())
    assert {one.id: one.sort for one in told.rows} == {ready: "good", gone: "refused", "nowhere": "refused"}
    assert "当前环节不能送审" in {one.id: one.words for one in told.rows}[gone]
    assert set(await place.duty(REVIEWER, "review")) == {gone}, "nothing has happened"
    runs = BulkRuns.of(place.tickets.office)
    answer = await runs.begin(AGENT, place.tickets, submit, many.model_copy(update={"seen": told.seen}), {})
    assert (answer.done, answer.refused, answer.undoable) == (1, 2, False)
    assert set(await place.duty(REVIEWER, "review")) == {ready, gone}


async def test_reminders_are_counted_and_callers_join(place: TicketTown) -> None:
    ticket, _ = await place.dispatched()
    await place.act(AGENT, ticket, "remind", note="市民来电催办")
    await place.history.join(AGENT, ticket, CallerBody(name="赵六", contact="13900000002", note="楼上也停水"))
    assert (await place.get(LEADER, ticket)).reminders == 1
    (caller,) = await place.history.callers(LEADER, ticket)
    assert (caller.name, caller.contact, caller.by) == ("赵六", "13900000002", "agent")
    (seen,) = await place.history.callers(WATER, ticket)
    assert (seen.name, seen.contact) == ("赵*", "139****0002")
    found = await place.history.of_number(AGENT, "13900000002", "", 1, 20)
    assert [one.id for one in found.items] == [ticket]


async def test_the_next_request_of_a_call_takes_what_is_the_same(place: TicketTown) -> None:
    ticket = await place.add(place="320404", address="三里小区", caller_name="王芳")
    begun = await place.history.copy(AGENT, ticket.id, whole=False)
    assert (begun.type, begun.title, begun.place, begun.address, begun.content) == (
        "complaint",
        "小区停水",
        "320404",
        "三里小区",
        "",
    )
    assert (await place.history.copy(AGENT, ticket.id, whole=True)).content == "家中停水两天"


async def test_open_tickets_that_are_alike_are_shown_while_typing(place: TicketTown) -> None:
    ticket, _ = await place.dispatched(title="三里小区停水两天无人处理")
    await place.add(title="路灯不亮")
    found = await place.alikes.typed(AGENT, Asked("三里小区停水"))
    assert [(one.id, one.why) for one in found] == [(ticket, "内容相近")]
    assert await place.alikes.typed(AGENT, Asked("停")) == []
    assert await place.alikes.typed(EAST, Asked("三里小区停水")) == []


async def test_whoever_ranks_better_is_asked_and_says_why_within_what_one_may_read(place: TicketTown) -> None:
    one, other = await place.add(title="三里小区停水"), await place.add(title="三里小区没有水")
    secret = await place.add(title="三里小区停水", confidential=True)
    far = await place.add(EAST, title="三里小区停水")

    class Ranks:
        async def rank(self, asked: Asked, most: int) -> list[Likely]:
            self.asked = asked
            return [Likely(id, 0.5, "同一地点") for id in (far.id, secret.id, other.id, one.id)]

    place.alikes.ranks = ranks = Ranks()
    stranger = who("stranger", "city", "see", "register")
    found = await place.alikes.of(stranger, one.id)
    assert [(line.id, line.why, line.likeness) for line in found] == [
        (far.id, "同一地点", 50),
        (other.id, "同一地点", 50),
    ]
    assert (ranks.asked.title, ranks.asked.but) == ("三里小区停水", one.id)
    assert {other.id, secret.id} <= ranks.asked.callers, "all have the same number"
    with pytest.raises(NotFound):
        await place.alikes.of(WEST, far.id)


async def test_a_form_begins_with_who_is_on_the_line(place: TicketTown) -> None:
    call = a_call(place.office)
    call.progress["caller"] = {"name": "王芳", "address": "三里小区", "citizen": "c1"}
    begun = await place.history.begin(AGENT, call)
    assert (begun.call, begun.contact, begun.caller_name, begun.address) == (call.id, "13800000001", "王芳", "三里小区")


# ── departments ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_county_gets_what_the_city_gives_it_and_dispatches_on(town: TicketTown) -> None:
    ticket = (await town.add()).id
    await town.act(AGENT, ticket, "submit")
    await town.act(REVIEWER, ticket, "county", unit="east")
    task = await town.task(ticket, "east")
    await town.act(EAST, ticket, "dispatch", task, lead="east_roads")
    below = await town.task(ticket, "east_roads")
    await town.replied(ticket, below, EAST_ROADS)
    await town.act(EAST, ticket, "accept", task)
    assert (await town.get(LEADER, ticket)).stage == "result"


async def test_a_departments_unit_is_its_own_to_give_work_to(place: TicketTown) -> None:
    ticket, task = await place.dispatched()
    await place.act(WATER, ticket, "down", task, units=["mains"])
    unit = await place.task(ticket, "mains")
    await place.act(MAINS, ticket, "sign", unit)
    assert "recall" in (await place.offered(WATER, ticket))[task]
    assert not await sees(place, ROADS, ticket)


async def sees(town: TicketTown, visitor: Any, ticket: str) -> bool:
    try:
        await town.get(visitor, ticket)
    except NotFound:
        return False
    return True


async def test_work_is_given_only_where_somebody_may_handle_it(place: TicketTown) -> None:
    made = await place.add()
    await place.act(AGENT, made.id, "submit")
    async with place.office.store.writing() as session:
        gone = {"disabled_at": place.clock.wall()}
        await session.execute(update(PersonRow).where(PersonRow.organisation.in_(("mains", "east"))).values(gone))
    with pytest.raises(Invalid, match="“供水公司”还没有能办理工单的人员") as refused:
        await place.act(REVIEWER, made.id, "dispatch", lead="water", assisting=["mains"])
    assert refused.value.field == "assisting"
    with pytest.raises(Invalid, match="东县热线"):
        await place.act(LEADER, made.id, "county", unit="east")
    assert await place.duty(REVIEWER, "review") == [made.id], "nothing has changed"
    # Who reaches down from above handles it, too.
    async with place.office.store.writing() as session:
        await session.execute(update(RoleRow).where(RoleRow.name == "at_work").values(reach="subtree"))
    await place.act(REVIEWER, made.id, "dispatch", lead="water", assisting=["mains"])


async def test_what_a_citizen_adds_to_a_merged_ticket_goes_to_the_one_that_is_handled(town: TicketTown) -> None:
    master, _ = await town.dispatched()
    other = (await town.add()).id
    await town.act(LEADER, other, "merge", master=master, reason="同一管段")
    await town.act(AGENT, other, "remind", note="还没有水")
    await town.act(AGENT, other, "supplement", note="三楼也没有水")
    assert [(await town.get(LEADER, one)).reminders for one in (master, other)] == [1, 0]
    told = (await town.tickets.timeline(LEADER, master, TimelineQuery())).items
    assert any("三楼也没有水" in one.text for one in told)


async def test_what_is_over_is_taken_by_nobody(place: TicketTown) -> None:
    ticket = (await place.add(contact="", anonymous=True)).id
    await place.act(AGENT, ticket, "submit")
    assert "take" in [one.name for one in await place.offering.offers(REVIEWER, ticket)]
    assert "take" not in [one.name for one in await place.offering.offers(VISITOR, ticket)], "it is not his turn"
    await place.acts.take(REVIEWER, ticket)
    assert "release" in [one.name for one in await place.offering.offers(REVIEWER, ticket)]
    assert not {"take", "release"} & {one.name for one in await place.offering.offers(OTHER_REVIEWER, ticket)}
    await place.acts.release(REVIEWER, ticket)
    assert "take" in [one.name for one in await place.offering.offers(REVIEWER, ticket)]
    await place.act(LEADER, ticket, "close", answer="已答复市民")
    assert (await place.get(LEADER, ticket)).stage == "archived"
    assert "take" not in [one.name for one in await place.offering.offers(LEADER, ticket)]
    with pytest.raises(Conflict, match="已办结"):
        await place.acts.take(LEADER, ticket)


async def test_a_department_finds_what_was_sent_back_to_it_and_what_it_has_returned(town: TicketTown) -> None:
    """What it had replied to once stood among all that it handles, and what it had given back stood nowhere."""

    async def tasks(visitor: Visitor, duty: TaskDuty) -> list[str]:
        return [one.ticket for one in (await town.tasks.find(visitor, duty, TaskQuery())).items]

    ticket, task = await town.dispatched()
    assert await tasks(WATER, "sent_back") == []
    await town.replied(ticket, task)
    assert (await tasks(WATER, "done"), await tasks(WATER, "sent_back")) == ([ticket], [])
    await town.act(REVIEWER, ticket, "send_back", reason="未见照片")
    assert (await tasks(WATER, "sent_back"), await tasks(WATER, "done")) == ([ticket], [])
    assert (await tasks(ROADS, "sent_back"), await tasks(LEADER, "sent_back")) == ([], [ticket])
    await town.act(WATER, ticket, "reply", task, answer=WELL_DONE, contacted=True)
    town.clock.advance(60)
    later, second = await town.dispatched()
    await town.replied(later, second)
    assert await tasks(WATER, "done") == [later, ticket], "what ended last on top"
    assert await tasks(WATER, "sent_back") == []
    refused, third = await town.dispatched()
    await town.act(WATER, refused, "object", third, reason="不属本单位职责", ground="《城市供水条例》第三条")
    assert await tasks(WATER, "returned") == []
    await town.act(REVIEWER, refused, "uphold", third, reason="同意")
    assert (await tasks(WATER, "returned"), await tasks(ROADS, "returned")) == ([refused], [])
