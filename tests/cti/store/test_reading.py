"""Reading a table beside changes of others that are not yet written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select

from cti.store.engine import Store
from cti.store.models import AnswerRow, StateRow
from cti.store.reading import beside_others


@pytest.fixture
async def states(store: Store) -> Store:
    """With one kept state."""
    async with store.writing() as session:
        session.add(StateRow(kind="a", key="1", data="{}"))
    return store


@contextmanager
def written(store: Store) -> Iterator[list[str]]:
    """What is written meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        found.extend([statement] if not statement.startswith("SELECT") else [])

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.engine.sync_engine, "before_cursor_execute", note)


async def test_changes_of_others_wait_while_a_table_is_read(states: Store) -> None:
    async with states.writing() as session:
        session.add(AnswerRow(person="p", key="k", request="r", begun_at=datetime(2026, 3, 2, tzinfo=UTC)))
        with written(states) as said:
            with beside_others(session, StateRow):
                assert (await session.scalars(select(StateRow.key).where(StateRow.kind == "a"))).all() == ["1"]
            assert said == []
    async with states.reading() as session:
        assert (await session.scalars(select(AnswerRow))).one() is not None


async def test_what_has_changed_of_the_table_itself_is_read(states: Store) -> None:
    async with states.writing() as session:
        session.add(StateRow(kind="a", key="2", data="{}"))
        with beside_others(session, StateRow):
            assert set(await session.scalars(select(StateRow.key).where(StateRow.kind == "a"))) == {"1", "2"}
        row = await session.get_one(StateRow, ("a", "1"))
        row.data = "new"
        with beside_others(session, StateRow):
            assert "new" in set(await session.scalars(select(StateRow.data)))
