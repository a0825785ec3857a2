"""Alembic migrations, one line of revisions a room, brought forward at start by `migrate`.

A room's migrations are the files in its `migrations/` folder; which have run stands in the table
`migrations_<room>`. All that is pending runs in one transaction: one that fails leaves the data as before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from cti.store.engine import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Migrations:
    """The revisions of one room: its name and the folder of its files."""

    room: str
    folder: Path

    @property
    def version_table(self) -> str:
        """Where the room's revision stands."""
        return f"migrations_{self.room}"


CORE = (
    Migrations("store", Path(__file__).parent / "migrations"),
    Migrations("identity", Path(__file__).parent.parent / "identity" / "migrations"),
)
"""The core's own; they come before the rooms'."""


async def migrate(store: Store, rooms: Iterable[Migrations] = (), *, target: str = "heads") -> list[str]:
    """Bring the core and `rooms` forward, in this order; returns the rooms that changed.

    An SQLite database with data is copied to `<file>.before-<UTC time>` first.
    """
    every = [*CORE, *rooms]
    async with store.engine.connect() as connection:
        pending = [one for one in every if await connection.run_sync(_is_behind, one)]
        fresh = not await connection.run_sync(_has_tables)
    if not pending:
        return []
    if not fresh and store.path is not None:
        copy(store.path, store.path.with_name(f"{store.path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}"))
    async with store.engine.execution_options(writing=True).begin() as connection:
        for one in pending:
            await connection.run_sync(_run, one, target)
    log.info("database brought forward", rooms=[one.room for one in pending])
    return [one.room for one in pending]


async def go_back(store: Store, rooms: Iterable[Migrations]) -> None:
    """Undo all revisions of `rooms`, the last one's first: their tables and data are gone."""
    async with store.engine.execution_options(writing=True).begin() as connection:
        for one in reversed(list(rooms)):
            await connection.run_sync(_run, one, "base")


def copy(source: Path, target: Path) -> None:
    """Copy an SQLite database that may be in use."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    target.chmod(0o600)


def _scripts(one: Migrations) -> ScriptDirectory:
    return ScriptDirectory(str(one.folder), version_locations=[str(one.folder)])


def _is_behind(connection: Connection, one: Migrations) -> bool:
    context = MigrationContext.configure(connection, opts={"version_table": one.version_table})
    return set(context.get_current_heads()) != set(_scripts(one).get_heads())


def _has_tables(connection: Connection) -> bool:
    return any(connection.dialect.has_table(connection, one.version_table) for one in CORE)


def _run(connection: Connection, one: Migrations, target: str) -> None:
    scripts = _scripts(one)

    def steps(current: Any, _context: MigrationContext) -> Any:
        if target == "base":
            return scripts._downgrade_revs(target, current)
        return scripts._upgrade_revs(target, current)

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=target) as environment:
        environment.configure(
            connection=connection,
            version_table=one.version_table,
            # The transaction around all rooms is ours; SQLite's DDL takes part in it.
            transactional_ddl=True,
            render_as_batch=True,
        )
        environment.run_migrations()
