"""What users of other ticket desks suffer from, rule by rule: each test names the pain and holds the rule against it.

More rules of the same list have their tests where the thing itself is tested: two at once, counters, clocks that are
over in `test_bad_luck`, figures and their rows in `test_ticket_figures`, visibility in `test_isolation` and
`tests/cti/web/test_house_isolation.py`, uploads in `tests/cti/office/files`, calendars in `tests/cti/base`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, Refusal
from cti.base.scope import EVERYTHING, Scope
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.comments.models import CommentRow
from cti.office.identity.models import PersonRow
from cti.office.processes.time_limits import TimeLimit
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.workflow.tickets.ticket_town import (
    AGENT,
    LEADER,
    OTHER_REVIEWER,
    REVIEWER,
    VISITOR,
    WATER,
    WELL_DONE,
    TicketTown,
    town_on,
)
from workflow.tickets.merging import together
from workflow.tickets.outside.programs import Programs
from workflow.tickets.outside.views import Addition, Answering
from workflow.tickets.views import TicketFields

FRIDAY_EVENING = timedelta(days=4, hours=9)
"""From Monday at ten."""


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


async def limits(town: TicketTown, ticket: str) -> dict[str, TimeLimit]:
    """Time limits of a ticket and its tasks, by the clock."""
    async with town.office.store.reading() as session:
        row = await town.tickets.row(session, LEADER, ticket)
        return {one.clock: one for one in await town.cases.deadlines(session, row.case)}


async def rewritten(town: TicketTown, ticket: str, **said: object) -> None:
    """The leader changes some of what was registered."""
    shown = await town.get(LEADER, ticket)
    kept = {key: getattr(shown, key) for key in TicketFields.model_fields if hasattr(shown, key)}
    await town.tickets.edit(LEADER, ticket, shown.version, TicketFields.model_validate({**kept, "call": "", **said}))


async def person(town: TicketTown, visitor: Visitor, name: str) -> None:
    async with town.office.store.writing() as session:
        session.add(
            PersonRow(
                id=visitor.person, login=visitor.login, name=name, organisation=visitor.organisation, roles=[],
                password_hash="", version=1, created_at=at(MONDAY, "08:00"),
            )
        )  # fmt: skip


# ── clocks and deadlines ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_time_that_stood_still_is_not_forgotten_when_the_limit_changes(town: TicketTown) -> None:
    """GLPI#6902: a deadline is a function of its events; another limit keeps every pause that was."""
    master, other = (await town.add()).id, (await town.add()).id
    await town.act(LEADER, other, "merge", master=master, reason="同一管段")
    await town.wait(2 * 86400)
    await town.act(LEADER, other, "part", reason="并非同一事项")
    before = (await limits(town, other))["whole"].due_at
    for one in (master, other):
        await rewritten(town, one, urgent=True)
    straight, paused = [(await limits(town, one))["whole"].due_at for one in (master, other)]
    assert paused - straight == timedelta(days=2), "the days in which it stood still are still in it"
    await rewritten(town, other, urgent=False)
    assert (await limits(town, other))["whole"].due_at == before


async def test_each_clock_is_kept_and_shown_by_itself(town: TicketTown) -> None:
    """Zammad#5177: no single “next” field decides; the shorter one does not overrule the longer."""
    ticket, _ = await town.dispatched()
    lines = {one.title: one for one in await town.tasks.clocks_of(LEADER, ticket)}
    assert {"派审时限", "办结时限", "签收时限", "办理时限"} <= set(lines)
    assert lines["签收时限"].due_at < lines["办理时限"].due_at < lines["办结时限"].due_at


async def test_whatever_way_a_citizen_adds_something_it_is_the_same_event(town: TicketTown) -> None:
    """Zammad#1322: what came by the web did not count like a call."""
    ticket, _ = await town.dispatched()
    await town.act(AGENT, ticket, "supplement", note="三楼也没有水")
    await Programs(town.tickets, town.acts).add(
        LEADER, ticket, Addition(external="web-1", kind="supplement", note="四楼也没有水")
    )
    async with town.office.store.reading() as session:
        row = await town.tickets.row(session, LEADER, ticket)
        lines = [one for one in await town.cases.events(session, row.case) if one.kind == "ActionTaken"]
    assert [one.data["action"] for one in lines][-2:] == ["supplement", "supplement"]


async def test_no_clock_runs_on_the_other_sides_turn(town: TicketTown) -> None:
    """Zammad#3140: a ticket escalated although the office had answered."""
    ticket, task = await town.dispatched()
    await town.replied(ticket, task)
    states = {clock: one.state for clock, one in (await limits(town, ticket)).items()}
    assert states == {"review": "ended", "sign": "ended", "object": "ended", "handle": "ended", "whole": "running",
                      "result": "running"}  # fmt: skip
    await town.act(REVIEWER, ticket, "accept")
    running = {clock for clock, one in (await limits(town, ticket)).items() if one.state == "running"}
    assert running == {"revisit"}, "it is the hotline's turn to ask, and nobody else's"


async def test_who_leaves_a_step_leaves_its_clock_and_both_stay_in_the_history(town: TicketTown) -> None:
    """Zammad#5624: moved to another group, the limit of the old one stayed."""
    ticket, _ = await town.dispatched("water")
    await town.act(LEADER, ticket, "recall", reason="派错")
    await town.act(LEADER, ticket, "dispatch", lead="roads")
    told = [(one.unit, one.title, one.state) for one in await town.tasks.clocks_of(LEADER, ticket)]
    assert ("水务局", "办理时限", "ended") in told and ("市政局", "办理时限", "running") in told


async def test_what_is_closed_says_when_and_how_each_clock_ended(town: TicketTown) -> None:
    """Zammad#2579: the time of closing was not kept, so nobody could say what was late."""
    ticket, task = await town.dispatched()
    await town.replied(ticket, task)
    await town.act(REVIEWER, ticket, "accept")
    await town.act(VISITOR, ticket, "revisit", satisfaction="satisfied")
    found = await town.get(LEADER, ticket)
    assert found.outcome == "archived" and found.ended_at == town.clock.wall()
    every = (await limits(town, ticket)).values()
    assert all(one.state == "ended" and one.ended_at is not None for one in every)


async def test_nights_weekends_and_holidays_are_no_working_time(town: TicketTown) -> None:
    """GLPI#687: made outside working hours a ticket had no time at all; closing by itself counted weekends."""
    town.clock.advance(FRIDAY_EVENING.total_seconds())
    ticket = (await town.add()).id
    await town.act(AGENT, ticket, "submit")
    due = (await limits(town, ticket))["review"].due_at
    assert due.astimezone(ZONE).date() == date(2026, 10, 8), "four working hours after National Day"


# ── drafts, locks, two people at once ────────────────────────────────────────────────────────────────────────────────


async def test_a_draft_is_nobodys_but_its_writers_whatever_becomes_of_the_ticket(town: TicketTown) -> None:
    """Zammad#5953: a draft vanished when somebody changed the owner; Znuny#507: saved without its text."""
    ticket = (await town.add()).id
    said = {"answer": "正在核实", "citations": ["a"]}
    await town.drafts.save(REVIEWER, "ticket_act", ticket, title="直接办结", values=said, seen=0)
    await town.act(AGENT, ticket, "submit")
    await town.acts.take(OTHER_REVIEWER, ticket)
    await rewritten(town, ticket, urgent=True)
    assert [one.values for one in await town.drafts.mine(REVIEWER)] == [said], "whole, as it was saved"
    assert await town.drafts.mine(OTHER_REVIEWER) == []


async def test_who_saves_second_is_told_and_loses_nothing(town: TicketTown) -> None:
    """osTicket#2504: locks refused replies again and again. Nothing is locked; the version says who was quicker."""
    ticket = await town.add()
    said = {"title": "小区停水", "content": "家中停水", "contact": "13800000001", "type": "complaint"}
    await town.tickets.edit(LEADER, ticket.id, ticket.version, TicketFields.model_validate({**said, "urgent": True}))
    late = TicketFields.model_validate({**said, "content": "全楼停水"})
    with pytest.raises(Conflict) as caught:
        await town.tickets.edit(LEADER, ticket.id, ticket.version, late)
    assert caught.value.code == "changed"
    assert (await town.get(LEADER, ticket.id)).urgent
    current = (await town.get(LEADER, ticket.id)).version
    await town.tickets.edit(LEADER, ticket.id, current, late)


async def test_of_two_who_claim_one_has_it_and_the_other_is_told_who(town: TicketTown) -> None:
    """Zammad#3156: assigned twice within seconds, the owner was replaced."""
    await person(town, REVIEWER, "王芳")
    await person(town, OTHER_REVIEWER, "王芳")
    ticket = (await town.add()).id
    await town.act(AGENT, ticket, "submit")
    both = (town.acts.take(REVIEWER, ticket), town.acts.take(OTHER_REVIEWER, ticket))
    done = await asyncio.gather(*both, return_exceptions=True)
    assert done.count(None) == 1
    [refusal] = [one for one in done if one is not None]
    assert isinstance(refusal, Conflict) and "王芳" in refusal.detail
    holder = (await town.get(LEADER, ticket)).person
    assert holder in (REVIEWER.person, OTHER_REVIEWER.person)


# ── merging and duplicates ───────────────────────────────────────────────────────────────────────────────────────────


async def test_two_are_never_merged_into_each_other_even_at_once(town: TicketTown) -> None:
    """Zammad#1216: both were merged, and nobody answered."""
    one, two = (await town.add()).id, (await town.add()).id
    both = (
        town.act(LEADER, one, "merge", master=two, reason="同一事项"),
        town.act(LEADER, two, "merge", master=one, reason="同一事项"),
    )
    done = await asyncio.gather(*both, return_exceptions=True)
    assert done.count(None) == 1 and all(one is None or isinstance(one, Refusal) for one in done)
    stages = [(await town.get(LEADER, id)).stage for id in (one, two)]
    assert sorted(stages) == ["merged", "registered"]


async def test_a_merge_stands_on_both_and_can_be_undone(town: TicketTown) -> None:
    """Zammad#3549: nobody saw that a ticket was merged, its history had nothing, links were lost."""
    master, _ = await town.dispatched()
    other = (await town.add()).id
    number = (await town.get(LEADER, other)).number
    await town.act(LEADER, other, "merge", master=master, reason="同一管段")
    assert [one.id for one in await together(town.tickets, LEADER, master)] == [other]
    assert [one.id for one in await together(town.tickets, LEADER, other)] == [master]
    await town.act(LEADER, other, "part", reason="并非同一事项")
    assert await together(town.tickets, LEADER, master) == []
    told = [one.title for one in (await town.tickets.timeline(LEADER, master, TimelineQuery())).items]
    assert f"合并来工单 {number}" in told and f"拆分出工单 {number}" in told
    own = [one.title for one in (await town.tickets.timeline(LEADER, other, TimelineQuery())).items]
    assert "合并处办" in own and "拆分" in own


async def test_what_a_program_says_twice_counts_once(town: TicketTown) -> None:
    """FreeScout#4596: a lost answer was sent again, up to four times."""
    ticket, _ = await town.dispatched()
    programs, said = Programs(town.tickets, town.acts), Addition(external="app-7", kind="remind", note="还没有水")
    for _ in range(3):
        await programs.add(LEADER, ticket, said)
    assert (await town.get(LEADER, ticket)).reminders == 1
    with pytest.raises(Conflict):
        await programs.add(LEADER, ticket, said.model_copy(update={"note": "另一件事"}))


# ── permissions ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_wide_right_widens_no_other(town: TicketTown) -> None:
    """Zammad#5447: of two roles each was valid for all that the other reached. Every right has its own reach."""
    ticket = (await town.add()).id
    await town.act(AGENT, ticket, "submit")
    east = Scope(organisations=frozenset({"east"}))
    mixed = replace(REVIEWER, person="01mixed", organisation="east", scope=east, reaches={"tickets.see": EVERYTHING})
    assert (await town.get(mixed, ticket)).id == ticket, "he sees all"
    with pytest.raises((NotAllowed, Conflict)):
        await town.act(mixed, ticket, "dispatch", lead="water")
    assert (await town.get(LEADER, ticket)).stage == "review"


async def test_what_is_said_inside_is_sent_to_nobody_outside(town: TicketTown) -> None:
    """FreeScout#5138: an internal note went to the citizen. Comments are a table that no sender reads."""
    ticket, _ = await town.dispatched()
    async with town.office.store.writing() as session:
        session.add(
            CommentRow(
                id="01C", kind="ticket", record=ticket, person=LEADER.person, by="leader", text="此人多次投诉",
                mentions=[], at=town.clock.wall(), edited_at=None, removed_at=None,
            )
        )  # fmt: skip
    state = await Programs(town.tickets, town.acts).get(WATER, ticket)
    seen = [await town.get(WATER, ticket), await town.tickets.timeline(WATER, ticket, TimelineQuery()), state]
    assert "此人多次投诉" not in repr(seen)


# ── files, many at once, processes ───────────────────────────────────────────────────────────────────────────────────


async def test_a_button_a_program_and_many_at_once_keep_the_same_rules(town: TicketTown) -> None:
    """Zammad#5774: a macro closed what the button would not."""
    ticket, task = await town.dispatched()
    await town.act(WATER, ticket, "sign", task)
    with pytest.raises(Invalid, match="不少于10个字"):
        await town.act(WATER, ticket, "reply", task, answer="已修", contacted=True)
    with pytest.raises(Invalid, match="不少于10个字"):
        await Programs(town.tickets, town.acts).answer(
            WATER, ticket, Answering(external="r1", answer="已修", contacted=True)
        )
    many = await town.acts.act_on_many(REVIEWER, [ticket], "accept", {})
    assert many.done == 0 and [one.id for one in many.failed] == [ticket]
    assert (await town.get(LEADER, ticket)).stage == "handling"


async def test_a_file_stays_whatever_is_changed_in_the_form(town: TicketTown) -> None:
    """GLPI#4195: another requester or category dropped the file: files are the ticket's, not the form's."""
    ticket = (await town.add()).id
    version = (await town.get(LEADER, ticket)).version
    await rewritten(town, ticket, caller_name="李四", contact="13900000002", type="help")
    assert (await town.get(LEADER, ticket)).version == version + 1
    assert "files" not in TicketFields.model_fields


async def test_a_new_limit_changes_no_ticket_that_is_there(town: TicketTown) -> None:
    """Zammad#2288: a new field made all old tickets look edited."""
    ticket, _ = await town.dispatched()
    before = (await town.get(LEADER, ticket)).model_dump()
    limits_ = town.tickets.ticket_limits
    await limits_.create(LEADER, limits_.fields.model_validate({"answer_least": 30, "grounds": ["citation"]}))
    assert (await town.get(LEADER, ticket)).model_dump() == before


async def test_who_handled_or_accepted_does_not_ask_how_it_was(town: TicketTown) -> None:
    """GLPI#7825: staff rated their own work."""
    ticket, task = await town.dispatched()
    await town.replied(ticket, task)
    await town.act(LEADER, ticket, "accept")
    with pytest.raises((NotAllowed, Conflict, Invalid), match="不能由办理或审核该工单的人员回访"):
        await town.act(LEADER, ticket, "revisit", satisfaction="satisfied")
    with pytest.raises((NotAllowed, NotFound)):
        await town.act(WATER, ticket, "revisit", satisfaction="satisfied")
    await town.act(VISITOR, ticket, "revisit", satisfaction="satisfied")
    assert WELL_DONE in (await town.get(LEADER, ticket)).answer
