"""A list of a million tickets, or tasks, reads no row that it does not show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import EAST, LEADER, WATER, town_on
from workflow.tickets.views import TaskQuery, TicketQuery


@contextmanager
def statements(store: Store) -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """What is asked of tickets meanwhile."""
    found: list[tuple[str, tuple[object, ...]]] = []

    def hear(_connection, _cursor, statement, parameters, _context, _many) -> None:  # type: ignore[no-untyped-def] # an event
        if ("FROM tickets" in statement or "FROM ticket_tasks" in statement) and statement.startswith("SELECT"):
            found.append((statement, parameters))

    engine = store.engine.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", hear)


@pytest.mark.parametrize("duty", ["", "archived", "open"])
async def test_the_page_and_its_count_go_by_the_index_alone(sqlite_store: Store, duty: str) -> None:
    town = await town_on(sqlite_store)
    for _ in range(3):
        await town.add()
    query = TicketQuery.model_validate(
        {"duty": duty, "type": "complaint", "channel": "phone", "urgent": False, "size": 1, "sort": "-updated_at"}
    )
    for visitor in (LEADER, EAST):
        with statements(sqlite_store) as asked:
            found = await town.tickets.find(visitor, query)
        assert bool(found.items) == (visitor is LEADER and duty != "archived")
        for statement, parameters in asked[:2]:
            async with sqlite_store.engine.connect() as connection:
                plan = str((await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all())
            # Rows are read by their ids, when it is known which are shown.
            index = "ix_tickets_over" if duty == "archived" else "ix_tickets_listed"
            assert f"COVERING INDEX {index}" in plan or visitor is EAST, plan
            assert "SCAN tickets" not in plan.replace("SCAN tickets USING COVERING INDEX", ""), plan


async def test_what_a_department_has_done_is_not_sorted(sqlite_store: Store) -> None:
    town = await town_on(sqlite_store)
    with statements(sqlite_store) as asked:
        await town.tasks.find(WATER, "done", TaskQuery())
    (statement, parameters), *_ = asked
    async with sqlite_store.engine.connect() as connection:
        plan = str((await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all())
    assert "COVERING INDEX ix_ticket_tasks_organisation_outcome_ended_at_case (organisation=? AND outcome=?)" in plan
