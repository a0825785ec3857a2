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


CORE = (Path(__file__).parent, Path(__file__).parent.parent / "identity")
"""The core's own folders with migrations; they come before the rooms'."""


@dataclass(frozen=True, slots=True)
class _Room:
    name: str
    folder: Path

    @property
    def version_table(self) -> str:
        return f"migrations_{self.name}"


def _rooms(folders: Iterable[Path]) -> list[_Room]:
    found = dict.fromkeys(folder.resolve() for folder in folders)
    return [_Room(one.name, one / "migrations") for one in found if (one / "migrations").is_dir()]


async def migrate(store: Store, folders: Iterable[Path] = ()) -> list[str]:
    """Bring the core and the rooms in `folders` forward, in this order; returns the names of those that changed.

    Folders without migrations are passed over. An SQLite database with data is copied to `<file>.before-<UTC time>`
    first.
    """
    every = _rooms([*CORE, *folders])
    async with store.engine.connect() as connection:
        pending = [one for one in every if await connection.run_sync(_is_behind, one)]
        fresh = not await connection.run_sync(_has_tables)
    if not pending:
        return []
    if not fresh and store.path is not None:
        copy(store.path, store.path.with_name(f"{store.path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}"))
    async with store.engine.execution_options(writing=True).begin() as connection:
        for one in pending:
            await connection.run_sync(_run, one, "heads")
    log.info("database brought forward", rooms=[one.name for one in pending])
    return [one.name for one in pending]


async def go_back(store: Store, folders: Iterable[Path]) -> None:
    """Undo all revisions of the rooms in `folders`, the last one's first: their tables and data are gone."""
    async with store.engine.execution_options(writing=True).begin() as connection:
        for one in reversed(_rooms(folders)):
            await connection.run_sync(_run, one, "base")


def copy(source: Path, target: Path) -> None:
    """Copy an SQLite database that may be in use."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    target.chmod(0o600)


def _scripts(one: _Room) -> ScriptDirectory:
    return ScriptDirectory(str(one.folder), version_locations=[str(one.folder)])


def _is_behind(connection: Connection, one: _Room) -> bool:
    context = MigrationContext.configure(connection, opts={"version_table": one.version_table})
    return set(context.get_current_heads()) != set(_scripts(one).get_heads())


def _has_tables(connection: Connection) -> bool:
    return any(connection.dialect.has_table(connection, one.version_table) for one in _rooms(CORE))


def _run(connection: Connection, one: _Room, target: str) -> None:
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
