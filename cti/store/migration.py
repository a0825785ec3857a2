"""Alembic migrations, one line of revisions a room, brought forward at start by `migrate`.

A room's migrations are the files in its `migrations/` folder; which have run stands in the table
`migrations_<room>`. All that is pending runs in one transaction: one that fails leaves the data as before.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection, column, inspect, select, table

from cti.store.backups import snapshot
from cti.store.engine import Store
from cti.store.reseal import check_suite
from cti.store.rooms import BASE, Room

log = structlog.get_logger(__name__)


COPIES = 5
"""How many copies of the database from before migrations are kept."""

_CTI = Path(__file__).parent.parent
_FIRST = tuple(_CTI / name for name in ("store", "office/identity", "office/jobs"))
CORE = (*_FIRST, *sorted({one.parent for one in _CTI.glob("office/*/migrations")} - {*_FIRST}))
"""The core's own folders with migrations; they come before the rooms'."""


def _rooms(folders: Iterable[Path]) -> list[Room]:
    found = dict.fromkeys(folder.resolve() for folder in folders)
    return [Room(one.name, one / "migrations") for one in found if (one / "migrations").is_dir()]


async def migrate(store: Store, folders: Iterable[Path] = ()) -> list[str]:
    """Bring the core and the rooms in `folders` forward, in this order; returns the names of those that changed.

    Folders without migrations are passed over. A database with data is saved first, into a folder `<name>.before-<UTC
    time>` beside the SQLite file or in the state directory, of which the newest `COPIES` are kept; `hotline restore`
    takes it back. KeyProblem when it is sealed by other algorithms than the store's.
    """
    every = _rooms([*CORE, *folders])
    async with store.engine.connect() as connection:
        versions = await connection.run_sync(_versions, every)
    pending = [one for one in every if versions.get(one.name) != one.newest()]
    fresh = not any(one.name in versions for one in _rooms(CORE))
    if not pending:
        await check_suite(store, fresh=False)
        return []
    # Only now: at nearly every start nothing is pending, and callers wait for it.
    from cti.store.migration_steps import run

    if not fresh:
        await _save(store)
    async with store.engine.execution_options(writing=True).begin() as connection:
        for one in pending:
            await connection.run_sync(run, one, "heads")
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
    from cti.store.migration_steps import run

    async with store.engine.execution_options(writing=True).begin() as connection:
        for one in reversed(_rooms(folders)):
            await connection.run_sync(run, one, target)


async def bring_to(store: Store, folders: Iterable[Path], revisions: Mapping[str, str]) -> None:
    """Make the tables as they were at `revisions` (by table of versions); LookupError when the code lacks one."""
    from cti.store.migration_steps import UnknownRevision, run

    rooms = {one.version_table: one for one in _rooms([*CORE, *folders])}
    if unknown := sorted(set(revisions) - set(rooms)):
        raise LookupError(f"no migrations here for {', '.join(unknown)}")
    async with store.engine.execution_options(writing=True).begin() as connection:
        for table, one in rooms.items():
            if table in revisions:
                try:
                    await connection.run_sync(run, one, revisions[table])
                except UnknownRevision as error:
                    raise LookupError(f"{one.name}: {error}") from None


def _versions(connection: Connection, rooms: Iterable[Room]) -> dict[str, str | None]:
    """The revision of each room that has ever been migrated; None when all was undone."""
    there = set(inspect(connection).get_table_names())
    return {
        one.name: connection.scalar(select(column("version_num")).select_from(table(one.version_table)))
        for one in rooms
        if one.version_table in there
    }
