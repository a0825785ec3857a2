"""Triggers that note changes: made once, changed with what they note, and away before a migration touches tables."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from cti.store.engine import Store
from cti.store.noting import Note, forget, note, there
from cti.testing.engines import open_store
from cti.testing.postgres import PostgresServer
from cti.testing.tables import migrated

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


async def test_no_test_sees_the_notes_of_the_one_before(postgres: PostgresServer, tmp_path: Path) -> None:
    for _ in range(2):
        async with open_store(await postgres.emptied(), tmp_path) as store:
            await migrated(store)
            async with store.writing() as session:
                assert not await session.run_sync(lambda inner: there(inner.connection()))
                await session.run_sync(lambda inner: note(inner.connection(), "connector_readings", some("value")))
