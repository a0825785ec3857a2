"""What an act with a ticket costs in statements: each is a trip to the database, and on a busy desk they add up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from cti.store.engine import Store
from tests.workflow.tickets.ticket_desk import EVERY_FORM
from tests.workflow.tickets.ticket_town import AGENT, LEADER, WATER, WELL_DONE, town_on

MOST = {"register": 28, "submit": 16, "dispatch": 25, "sign": 18, "reply": 24, "accept": 18}
"""Statements, of which one begins the transaction."""


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements of the block."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.engine.sync_engine, "before_cursor_execute", note)


async def test_no_act_takes_more_statements_than_it_needs(sqlite_store: Store) -> None:
    town = await town_on(sqlite_store)
    spent: dict[str, list[str]] = {}

    async def act(visitor: Any, ticket: str, action: str, task: str = "", **form: Any) -> None:
        with counted(sqlite_store) as spent[action]:
            await town.acts.act(visitor, ticket, action, {**EVERY_FORM, "contacted": True, **form}, task)

    # The first of a sort reads what later ones know.
    for _ in range(2):
        with counted(sqlite_store) as spent["register"]:
            ticket = (await town.add()).id
        await act(AGENT, ticket, "submit")
        await act(LEADER, ticket, "dispatch", lead="water")
        (task,) = [one.id for one in await town.tasks.of(LEADER, ticket) if one.role]
        await act(WATER, ticket, "sign", task)
        await act(WATER, ticket, "reply", task, answer=WELL_DONE)
        await act(LEADER, ticket, "accept")
    too_many = {act: (len(said), said) for act, said in spent.items() if len(said) > MOST[act]}
    assert not too_many
