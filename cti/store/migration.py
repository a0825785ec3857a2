"""Alembic migrations, one line of revisions a room, brought forward at start by `migrate`.

A room's migrations are the files in its `migrations/` folder; which have run stands in the table
`migrations_<room>`. All that is pending runs in one transaction: one that fails leaves the data as before.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from cti.store import snapshot
from cti.store.engine import Store
from cti.store.reseal import check_suite

log = structlog.get_logger(__name__)


BASE = "base"
COPIES = 5
"""How many copies of the database from before migrations are kept."""

_CTI = Path(__file__).parent.parent
_FIRST = tuple(_CTI / name for name in ("store", "office/identity", "office/jobs"))
CORE = (*_FIRST, *sorted({one.parent for one in _CTI.glob("office/*/migrations")} - {*_FIRST}))
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

    Folders without migrations are passed over. A database with data is saved first, into a folder `<name>.before-<UTC
    time>` beside the SQLite file or in the state directory, of which the newest `COPIES` are kept; `hotline restore`
    takes it back. KeyProblem when it is sealed by other algorithms than the store's.
    """
    every = _rooms([*CORE, *folders])
    async with store.engine.connect() as connection:
        pending = [one for one in every if await connection.run_sync(_is_behind, one)]
        fresh = not await connection.run_sync(_has_tables)
    if not pending:
        await check_suite(store, fresh=False)
        return []
    if not fresh:
        await _save(store)
    async with store.engine.execution_options(writing=True).begin() as connection:
        for one in pending:
            await connection.run_sync(_run, one, "heads")
    await check_suite(store, fresh=fresh)
    log.info("database brought forward", rooms=[one.name for one in pending])
    return [one.name for one in pending]


async def _save(store: Store) -> None:
    path = store.path or store.data / "postgresql"
    target = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}")
    target.mkdir(mode=0o700)
    await snapshot.take(store, target)
    for old in sorted(path.parent.glob(f"{path.name}.before-*"))[:-COPIES]:
        shutil.rmtree(old) if old.is_dir() else old.unlink()


async def go_back(store: Store, folders: Iterable[Path], target: str = BASE) -> None:
    """Undo the revisions of the rooms in `folders` down to `target`, the last room's first; `-1` undoes the newest.

    What they had made is gone.
    """
    async with store.engine.execution_options(writing=True).begin() as connection:
        for one in reversed(_rooms(folders)):
            await connection.run_sync(_run, one, target)


async def bring_to(store: Store, folders: Iterable[Path], revisions: Mapping[str, str]) -> None:
    """Make the tables as they were at `revisions` (by table of versions); LookupError when the code lacks one."""
    rooms = {one.version_table: one for one in _rooms([*CORE, *folders])}
    if unknown := sorted(set(revisions) - set(rooms)):
        raise LookupError(f"no migrations here for {', '.join(unknown)}")
    async with store.engine.execution_options(writing=True).begin() as connection:
        for table, one in rooms.items():
            if table in revisions:
                try:
                    await connection.run_sync(_run, one, revisions[table])
                except CommandError as error:
                    raise LookupError(f"{one.name}: {error}") from None


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
        if target == BASE or target.startswith("-"):
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
