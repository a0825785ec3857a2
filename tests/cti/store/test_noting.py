"""Triggers that note changes: made once, changed with what they note, and away before a migration touches tables."""

from __future__ import annotations

from sqlalchemy import Connection

from cti.store.engine import Store
from cti.store.noting import Note, forget, note, there

INTO = "INSERT INTO figure_changes (source, moment) SELECT 'some', NEW.at"


def some(*columns: str) -> list[Note]:
    return [Note("some", "connector_readings", "UPDATE", columns, INTO)]


async def test_notes_are_made_once_follow_what_they_note_and_go_before_a_migration(store: Store) -> None:
    def both(connection: Connection) -> list[bool]:
        found = [
            note(connection, "connector_readings", some(*columns)) for columns in (("value",), ("value",), ("at",))
        ]
        assert [one.name for one in some("at")] == list(there(connection)), "the older one is away"
        forget(connection)
        assert not there(connection)
        return found

    async with store.writing() as session:
        assert await session.run_sync(lambda inner: both(inner.connection())) == [True, False, True]
