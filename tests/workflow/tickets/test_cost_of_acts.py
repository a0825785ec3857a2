"""What an act with a ticket costs in statements: each is a trip to the database, and on a busy desk they add up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cti.store.engine import Store
from cti.testing.statements import trips
from tests.workflow.tickets.ticket_desk import EVERY_FORM
from tests.workflow.tickets.ticket_town import AGENT, LEADER, WATER, WELL_DONE, town_on
from workflow.tickets.models import TicketRow
from workflow.tickets.verifying.checks import Verifying

MOST = {"register": 19, "submit": 10, "dispatch": 18, "sign": 13, "reply": 16, "accept": 12}
"""Statements of which the outcome is asked: trips to the database."""


async def test_no_act_takes_more_statements_than_it_needs(sqlite_store: Store) -> None:
    town = await town_on(sqlite_store)
    spent: dict[str, list[str]] = {}

    async def act(visitor: Any, ticket: str, action: str, task: str = "", **form: Any) -> None:
        with trips(sqlite_store) as spent[action]:
            await town.acts.act(visitor, ticket, action, {**EVERY_FORM, "contacted": True, **form}, task)

    # The first of a sort reads what later ones know.
    for _ in range(2):
        with trips(sqlite_store) as spent["register"]:
            ticket = (await town.add()).id
        await act(AGENT, ticket, "submit")
        await act(LEADER, ticket, "dispatch", lead="water")
        (task,) = [one.id for one in await town.tasks.of(LEADER, ticket) if one.role]
        await act(WATER, ticket, "sign", task)
        await act(WATER, ticket, "reply", task, answer=WELL_DONE)
        await act(LEADER, ticket, "accept")
    too_many = {act: (len(said), said) for act, said in spent.items() if len(said) > MOST[act]}
    assert not too_many, {act: len(said) for act, said in spent.items()}


async def test_time_limits_of_many_end_together(store: Store) -> None:
    """A hundred cards in a minute must not hold up the desk."""
    town = await town_on(store)
    tickets = [(await town.add()).id for _ in range(12)]
    for ticket in tickets:
        await town.act(AGENT, ticket, "submit")
    town.clock.advance(timedelta(days=4).total_seconds())
    with trips(store) as said:
        while (kind := await town.timers._first_due()) is not None:
            await town.timers._go_off(kind)
    async with store.reading() as session:
        cards = (await session.scalars(select(TicketRow.card).where(TicketRow.id.in_(tickets)))).all()
        lines = [await town.cases.events(session, (await session.get_one(TicketRow, one)).case) for one in tickets]
    assert set(cards) == {"red"}
    assert all(sum(line.kind == "DeadlineMissed" for line in each) == 1 for each in lines)
    assert [one.says async for one in Verifying(store, town.office.audit).all() if one.sort in ("chain", "case")] == []
    own = [one for one in said if one.startswith("UPDATE tickets")]
    assert len(own) < len(tickets) / 2 and len(said) < 2 * len(tickets), (len(own), len(said))
