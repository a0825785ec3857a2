"""Each way to forge a ticket shows; tickets that nobody touched have no findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotAllowed
from cti.office.numbering.models import TakenNumberRow
from cti.office.processes.models import CaseEventRow, CaseRow
from cti.store.engine import Store
from tests.office import a_call
from tests.workflow.citizens.test_citizens import stored_call
from tests.workflow.tickets.ticket_town import AGENT, EAST, LEADER, VISITOR, WATER, WELL_DONE, TicketTown, town_on
from workflow.tickets.models import TicketRow, TicketTaskRow
from workflow.tickets.rules import VERIFY
from workflow.tickets.verifying.checks import BULK, Checking, Verifying


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


@pytest.fixture
async def place(sqlite_store: Store) -> TicketTown:
    return await town_on(sqlite_store)


async def found(town: TicketTown) -> set[str]:
    verifying = Verifying(town.office.store, town.office.audit)
    return {one.sort async for one in verifying.all()}


async def forged(town: TicketTown, *statements: object) -> None:
    async with town.office.store.writing() as session:
        for one in statements:
            await session.execute(one)  # type: ignore[call-overload] # any statement


async def case_of(session: AsyncSession, ticket: str) -> str:
    return (await session.get_one(TicketRow, ticket)).case


async def honest(town: TicketTown) -> tuple[str, str]:
    """A ticket from the web that a department has answered; its case."""
    ticket, task = await town.dispatched(channel="web")
    await town.replied(ticket, task)
    async with town.office.store.reading() as session:
        return ticket, await case_of(session, ticket)


async def test_honest_tickets_have_no_findings(town: TicketTown) -> None:
    await honest(town)
    await town.wait(48 * 3600)
    assert await found(town) == set()


async def test_changed_and_removed_events_break_the_chain(town: TicketTown) -> None:
    _, case = await honest(town)
    second = CaseEventRow.root == case, CaseEventRow.sequence == 2
    await forged(town, update(CaseEventRow).where(*second).values(name="他"))
    assert "chain" in await found(town)
    await forged(town, delete(CaseEventRow).where(*second))
    assert "chain" in await found(town)


async def test_a_chain_taken_back_to_an_older_end_differs_from_the_audit(place: TicketTown) -> None:
    """Whoever can write the tables puts back an older copy of the case, whose chain is whole."""
    ticket, task = await place.dispatched(channel="web")
    async with place.office.store.reading() as session:
        case = await case_of(session, ticket)
        before = await session.get_one(CaseRow, case)
        events, head = before.events, before.head
    await place.act(WATER, ticket, "sign", task)
    await forged(
        place,
        delete(CaseEventRow).where(CaseEventRow.root == case, CaseEventRow.sequence > events),
        update(CaseRow).where(CaseRow.id == case).values(events=events, head=head),
    )
    assert await found(place) == {"sealed"}


async def test_a_row_that_says_something_else_than_its_case(place: TicketTown) -> None:
    ticket, _ = await honest(place)
    await forged(place, update(TicketRow).where(TicketRow.id == ticket).values(outcome="archived", answer="已经办好了"))
    assert await found(place) == {"case"}


async def test_a_call_that_never_was(place: TicketTown) -> None:
    await place.add(channel="phone")
    ticket = (await place.add(channel="phone", contact="13800000002")).id
    await forged(place, update(TicketRow).where(TicketRow.id == ticket).values(call=new_id()))
    sorts = [one.sort async for one in Verifying(place.office.store, place.office.audit).all()]
    assert sorts == ["origin", "origin"]


async def test_a_task_that_nobody_gave_and_an_answer_before_its_dispatch(place: TicketTown) -> None:
    ticket, _ = await honest(place)
    now = place.clock.wall()
    async with place.office.store.writing() as session:
        session.add(
            TicketTaskRow(
                case=new_id(), ticket=ticket, parent="", role="lead", step="", stage="", person="", pending="",
                card="green", outcome="", begun_at=now, organisation="roads", region="320400",
            )
        )  # fmt: skip
    assert await found(place) == {"undispatched"}


async def test_back_dated_acts(place: TicketTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """The house's own clock was set back: what ends a time limit is refused then, all else shows."""
    ticket, task = await place.dispatched(channel="web")
    await place.act(WATER, ticket, "sign", task)
    await place.wait(3600)
    earlier = place.clock.wall() - timedelta(hours=5)
    monkeypatch.setattr(place.clock, "wall", lambda: earlier)
    with pytest.raises(Conflict, match="时限"):
        await place.act(WATER, ticket, "reply", task, answer=WELL_DONE, contacted=True)
    await place.act(AGENT, ticket, "remind", note="催办")
    assert await found(place) == {"back_dated"}


async def test_a_revisit_without_a_call(place: TicketTown) -> None:
    ticket, task = await place.dispatched(channel="web")
    await place.replied(ticket, task)
    await place.act(LEADER, ticket, "accept")
    await place.act(VISITOR, ticket, "revisit", satisfaction="satisfied", hotline="satisfied", solved=True)
    assert "revisit" in await found(place)


@pytest.mark.parametrize(("minutes", "talked", "fits"), [(5, 40.0, True), (5, 0.0, False), (-5, 40.0, False)])
async def test_a_revisit_of_somebody_who_was_only_rung_or_talked_with_before_it(
    place: TicketTown, minutes: int, talked: float, fits: bool
) -> None:
    """To dial and put down at once is no revisit, and the department's talk is none either."""
    ticket, task = await place.dispatched(channel="web")
    await place.replied(ticket, task)
    await place.wait(600)
    await place.act(LEADER, ticket, "accept")
    call = a_call(place.office)
    call.arrived_at, call.outgoing = place.clock.wall() + timedelta(minutes=minutes), True
    async with place.office.store.writing() as session:
        session.add(stored_call(call, ["1001"], talk_seconds=talked))
    await place.wait(600)
    await place.act(VISITOR, ticket, "revisit", satisfaction="satisfied", hotline="satisfied", solved=True)
    assert ("revisit" not in await found(place)) is fits


async def test_one_person_registering_and_closing_in_bulk(place: TicketTown) -> None:
    for number in range(BULK):
        made = await place.add(channel="web", type="enquiry", answer_by="none", contact=f"1380000{number:04}")
        await place.act(AGENT, made.id, "answer", answer="已告知办理流程")
        await place.wait(30)
    sorts = [one.sort async for one in Verifying(place.office.store, place.office.audit).all()]
    assert sorts == ["bulk"] * BULK


async def test_a_ticket_that_was_taken_out(place: TicketTown) -> None:
    ticket, _ = await honest(place)
    await forged(place, delete(TicketRow).where(TicketRow.id == ticket))
    assert await found(place) == {"number"}
    await forged(place, delete(TakenNumberRow).where(TakenNumberRow.kind == "ticket"))
    assert await found(place) == {"number"}


async def test_a_county_is_shown_its_own_and_the_city_all(place: TicketTown) -> None:
    await place.add(channel="phone")
    await place.add(EAST, channel="phone", contact="13800000002")
    checking, now = Checking(place.office), place.clock.wall()
    boss = replace(LEADER, permissions=LEADER.permissions | {VERIFY})
    east = replace(EAST, permissions=EAST.permissions | {VERIFY})
    period = now - timedelta(days=1), now + timedelta(days=1)
    assert [one.sort for one in await checking.find(boss, *period)] == ["origin", "origin"]
    assert len(await checking.find(east, *period)) == 1
    with pytest.raises(NotAllowed):
        await checking.find(AGENT, *period)
