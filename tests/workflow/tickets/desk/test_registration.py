"""Registration at the desk: once, whole, beside the visitor's own call, with what is asked besides and done at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti.base.call import FOLLOWS, Call
from cti.base.events import CallDialled
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.permissions import Reach
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.switch.port import DialResult
from tests.office import a_call
from tests.workflow.tickets.ticket_town import AGENT, LEADER, ROADS, WATER, TicketTown, town_on, who
from workflow.tickets.calls.gone_on import GoneOn
from workflow.tickets.desk.registration import FORM, Added, DeskTicket, SoFar

OTHER = replace(who("other", "city", "see", "register", more=()), agent_no="1009")
SAID = {"title": "小区停水", "content": "家中停水两天", "type": "help", "contact": "13800000001"}


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


@pytest.fixture
async def place(sqlite_store: Store) -> TicketTown:
    return await town_on(sqlite_store)


def talk(town: TicketTown, caller: str = "13800000001") -> Call:
    return town.calls.talk(a_call(town.office, caller))


async def ended(town: TicketTown, call: Call) -> None:
    town.calls.over(call)
    journal = Journal.start(town.office.store, lambda event: None)
    journal.save(call)
    await journal.close()


async def send(town: TicketTown, subject: str, **said: Any) -> Any:
    return await town.desk.register(AGENT, subject, DeskTicket.model_validate({**SAID, **said}))


async def test_a_form_becomes_one_ticket_however_often_it_is_sent(town: TicketTown) -> None:
    call, told = talk(town), list[tuple[str, str]]()

    async def hear(session: Any, visitor: Any, of: str, how: Any, record: str, words: str) -> None:
        told.append((of, how))

    town.tickets.registered.append(hear)
    await town.drafts.save(AGENT, FORM, call.id, title="x", values={"title": "小区"}, seen=0)
    with pytest.raises(NotFound):
        await town.desk.sent(AGENT, call.id)
    made = await send(town, call.id, then="submit")
    assert (made.stage, made.call, made.channel) == ("review", call.id, "phone")
    assert (await send(town, call.id, then="submit")).id == made.id
    assert (await town.desk.sent(AGENT, call.id)).id == made.id
    assert await town.drafts.mine(AGENT) == []
    second = await send(town, f"{call.id}-2", title="路灯不亮")
    assert (second.stage, second.call) == ("registered", call.id)
    assert second.id != made.id
    assert told == [(call.id, "ticket")] * 2
    assert {one.id for one in await town.desk.of_call(LEADER, call.id)} == {made.id, second.id}


async def test_nobody_registers_beside_a_call_that_was_not_his(place: TicketTown) -> None:
    call = talk(place)
    for strange in (OTHER, replace(WATER, agent_no=None)):
        with pytest.raises((NotFound, NotAllowed)):
            await place.desk.register(strange, call.id, DeskTicket.model_validate(SAID))
        with pytest.raises((NotFound, NotAllowed)):
            await place.desk.begin(strange, call.id)
        with pytest.raises((NotFound, NotAllowed)):
            await place.desk.of_caller(strange, call.id)
    for subject in ("none", f"{call.id}-x", "../x", f"{call.id}-2-3"):
        with pytest.raises(NotFound):
            await send(place, subject)
    other = place.calls.talk(a_call(place.office), "1002")
    with pytest.raises(Invalid, match="不是您接听的"):
        await place.add(AGENT, call=other.id)
    with pytest.raises(Invalid, match="没有这通电话"):
        await place.add(AGENT, call="01NOWHERE")


async def test_a_talk_that_is_over_can_still_be_written_down(town: TicketTown) -> None:
    call = talk(town)
    call.progress["caller"] = {"name": "王小明", "citizen": "c1"}
    await ended(town, call)
    begun = await town.desk.begin(AGENT, call.id)
    assert (begun.caller_name, begun.contact, begun.place) == ("王小明", "13800000001", "320400")
    made = await send(town, call.id)
    async with town.office.store.reading() as session:
        assert (await town.tickets.row(session, LEADER, made.id)).citizen == "c1"
    page = await town.tickets.timeline(LEADER, made.id, TimelineQuery(kinds="call"))
    assert [(one.title, one.target and one.target.id) for one in page.items] == [("来电登记", call.id)]


async def test_who_is_not_shown_a_number_registers_it_all_the_same(place: TicketTown) -> None:
    blind = who("blind", "city", "see", "register", more=())
    call = talk(place)
    call.progress["caller"] = {"name": "王小明"}
    begun = await place.desk.begin(blind, call.id)
    assert (begun.contact, begun.caller_name) == ("13800000001", "王小明"), "it stands on the card of the call as well"
    call.ended_at = place.clock.wall()
    place.clock.advance(1_799)
    assert (await place.desk.begin(blind, call.id)).contact == "13800000001"
    place.clock.advance(2)
    begun = await place.desk.begin(blind, call.id)
    assert "*" in begun.contact + begun.caller_name
    said = {**SAID, "contact": begun.contact, "caller_name": begun.caller_name}
    made = await place.desk.register(blind, call.id, DeskTicket.model_validate(said))
    whole = await place.get(LEADER, made.id)
    assert (whole.contact, whole.caller_name) == ("13800000001", "王小明")


async def asked(town: TicketTown, visitor: Any = AGENT, **said: Any) -> dict[str, Any]:
    return {one.key: one for one in await town.desk.fields(visitor, SoFar.model_validate(said))}


async def test_the_form_asks_besides_what_kind_and_caller_need_and_what_comes_next(place: TicketTown) -> None:
    plain = await asked(place)
    assert list(plain) == ["then"]
    assert plain["then"].default == "submit"
    offered = [one.value for one in plain["then"].options]
    assert offered == ["submit", "answer", "to_result", "dispatch", "branch", "keep"]
    leader = [one.value for one in (await asked(place, LEADER))["then"].options]
    assert "answer_checked" in leader
    assert "remind" not in leader
    assert "extra_company" in await asked(place, enterprise=True)
    assert {"then_lead", "then_assisting"} <= set(await asked(place, then="dispatch"))
    by_words = await asked(place, type="report", then="answer")
    assert (by_words["extra_reported"].required, by_words["then_answer"].required) == (True, True)


async def test_what_is_done_at_once_is_done_with_the_registration_or_not_at_all(town: TicketTown) -> None:
    call = talk(town)
    with pytest.raises(Invalid) as refused:
        await send(town, call.id, then="answer", then_answer="", then_citations=[])
    assert refused.value.field in (None, "then_answer")
    with pytest.raises(Invalid) as refused:
        await send(town, call.id, type="report")
    assert refused.value.field == "extra_reported"
    assert (await town.tickets.find(LEADER, town.tickets.query())).total == 0
    given = {"then_lead": "water", "then_joint": [], "then_assisting": ["roads"], "then_note": "尽快"}
    made = await send(town, call.id, type="report", extra_reported="某饭店", then="dispatch", **given)
    assert (made.number[-5:], made.stage, made.lead_title) == ("00001", "handling", "水务局")
    assert made.extra_text == "被举报的单位或个人：某饭店"
    assert (await town.get(WATER, made.id)).extra_text == made.extra_text


async def test_a_caller_reminds_of_his_ticket_or_adds_to_it(town: TicketTown) -> None:
    ticket, _ = await town.dispatched()
    call, told = talk(town), list[str]()

    async def hear(session: Any, visitor: Any, of: str, how: Any, record: str, words: str) -> None:
        told.append(how)

    town.tickets.registered.append(hear)
    (mine,) = await town.desk.of_caller(AGENT, call.id)
    assert (mine.id, mine.is_open) == (ticket, True)
    await town.desk.add(AGENT, call.id, ticket, "remind", Added())
    await town.desk.add(AGENT, call.id, ticket, "supplement", Added(note="二楼也停水"))
    assert (await town.get(LEADER, ticket)).reminders == 1
    # From the ticket's page it is the same talk.
    await town.act(AGENT, ticket, "remind", note="再催")
    assert told == ["addition"] * 3
    page = await town.tickets.timeline(LEADER, ticket, TimelineQuery(kinds="call"))
    assert [one.title for one in page.items] == ["来电催单", "来电补充", "来电催单"]
    assert (await town.tickets.timeline(WATER, ticket, TimelineQuery(kinds="call"))).items == []


# ── calling the citizen back ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_revisit_without_a_call_is_marked_as_such(town: TicketTown) -> None:
    ticket, task = await town.dispatched()
    await town.replied(ticket, task)
    await town.act(LEADER, ticket, "accept")
    caller = replace(LEADER, person="01caller", permissions=LEADER.permissions | {"agent.work"})

    async def asked_besides() -> set[str]:
        revisit = next(one for one in await town.offering.offers(caller, ticket) if one.name.startswith("revisit."))
        return {one.key for one in revisit.form}

    first = (await town.offering.offers(caller, ticket))[0]
    assert (first.name, first.tone) == ("dial", "primary")
    assert "other_way" in await asked_besides()
    await town.dialling.dial(caller, ticket)
    assert town.dialled == [("leader", "+8613800000001")]
    assert "other_way" not in await asked_besides()
    page = await town.tickets.timeline(LEADER, ticket, TimelineQuery(kinds="call"))
    assert [one.title for one in page.items] == ["回访电话"]
    call = await town.dialling.dial(caller, ticket)
    await town.ends[call](call, "other", DialResult.NO_ANSWER)
    page = await town.tickets.timeline(LEADER, ticket, TimelineQuery(kinds="call"))
    assert [one.text for one in page.items] == ["未接通：市民无人接听", ""]


async def test_a_call_that_was_dialled_from_a_ticket_is_that_tickets(town: TicketTown) -> None:
    """No form is opened unasked beside it, and books of calls are told whose it is."""
    caller = replace(LEADER, permissions=LEADER.permissions | {"agent.work"})
    ticket = await town.add(caller)
    id = await town.dialling.dial(caller, ticket.id)
    came = talk(town)
    call = town.calls.talk(replace(a_call(town.office), id=id, outgoing=True))
    assert (await town.desk.sent(caller, call.id)).id == ticket.id
    for stranger, subject in ((OTHER, call.id), (caller, f"{call.id}-2"), (caller, came.id)):
        with pytest.raises((NotFound, NotAllowed)):
            await town.desk.sent(stranger, subject)
    registered = await send(town, came.id)
    async with town.office.store.reading() as session:
        found = await town.tickets.dialled_for(session, {call.id, came.id, "01NOWHERE"})
    assert {key: (one.ticket, one.by) for key, one in found.items()} == {call.id: (ticket.id, "leader")}
    assert found[call.id].words.endswith(str(ticket.number))
    assert registered.call == came.id


async def test_a_talk_that_broke_off_and_the_one_after_it_are_about_the_same_tickets(town: TicketTown) -> None:
    """The second call knew nothing of the first."""
    first = talk(town)
    before = await send(town, first.id)
    await ended(town, first)
    second = replace(a_call(town.office), id=new_id(), outgoing=True, answered_at=town.office.clock.wall())
    second.progress[FOLLOWS] = first.id
    town.calls.talk(second)
    dialled = CallDialled(
        at=town.office.clock.wall(), call=second.id, organisation="city", region="320400", caller=second.caller,
        called=second.called, trunk="carrier", agent="1001", follows=first.id,
    )  # fmt: skip

    async def who_is(agent: str) -> Visitor | None:
        return AGENT if agent == "1001" else None

    gone_on = GoneOn(town.tickets, who_is)
    await gone_on.dialled(dialled)
    await gone_on.dialled(dialled)
    # What was typed in the first talk is sent during the second.
    during = await send(town, f"{first.id}-2")
    assert during.call == first.id
    about = {one.id for one in await town.desk.of_call(AGENT, second.id)}
    assert about == {before.id, during.id}
    async with town.office.store.reading() as session:
        found = await town.tickets.dialled_for(session, {second.id})
    assert found[second.id].by == AGENT.name
    # And what is sent when the second is over as well, in the time after it.
    await ended(town, second)
    after = await send(town, f"{first.id}-3")
    assert {one.id for one in await town.desk.of_call(AGENT, second.id)} == {before.id, during.id, after.id}


async def test_who_may_not_know_the_citizen_does_not_call_him(place: TicketTown) -> None:
    ticket, _ = await place.dispatched("roads", confidential=True)
    clerk = replace(ROADS, permissions=ROADS.permissions | {"agent.work"})
    with pytest.raises(NotAllowed):
        await place.dialling.dial(clerk, ticket)
    plain, _ = await place.dispatched("roads")
    await place.dialling.dial(clerk, plain)
    page = await place.tickets.timeline(clerk, plain, TimelineQuery(kinds="call"))
    assert [one.title for one in page.items] == ["承办单位联系市民"]
    with pytest.raises(NotAllowed):
        await place.dialling.dial(replace(clerk, agent_no=None), plain)
    anonymous = await place.add(anonymous=True)
    with pytest.raises(Conflict, match="没有留下"):
        await place.dialling.dial(replace(LEADER, permissions=LEADER.permissions | {"agent.work"}), anonymous.id)


async def test_a_masked_number_is_not_copied_over_the_known_one(sqlite_store: Store) -> None:
    town = await town_on(sqlite_store)
    made = await town.add(contact="13800000077")
    clerk = who("clerk", "city", "see", "register", reach=Reach.OWN)
    seeing = await town.get(clerk, made.id)
    found = await town.history.copy(clerk, made.id, whole=False)
    assert "*" in seeing.contact
    assert (found.title, found.contact) == (made.title, "")


async def test_who_is_on_the_line_joins_a_ticket_of_the_same_once(town: TicketTown) -> None:
    ticket, _ = await town.dispatched("roads")
    call = talk(town)
    for _ in range(2):
        await town.desk.join(AGENT, call.id, ticket, Added())
    (joined,) = await town.history.callers(LEADER, ticket)
    assert joined.contact == call.caller.national
    with pytest.raises(NotFound):
        await town.desk.join(OTHER, call.id, ticket, Added())
    over = await town.add()
    await town.act(LEADER, over.id, "void")
    with pytest.raises(Conflict, match="已办结"):
        await town.desk.join(AGENT, call.id, over.id, Added())
