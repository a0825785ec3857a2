"""Tables made at once: each set of migrations runs once in a run of tests, and what it made is given to every test.

A test of services needs the tables, not their history, through which Alembic walks for a second. On SQLite the file of
a database that was migrated once is copied, on PostgreSQL its schema comes back without the last test's rows
(`cti.testing.kept_schemas`). Tests of the migrations themselves call `cti.store.migration`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from weakref import WeakKeyDictionary

from cti.base.ciphers.suites import SuiteName
from cti.store.engine import Store
from cti.store.migration import migrate
from cti.testing import kept_schemas
from cti.testing.kept_schemas import EMPTY

Rooms = tuple[Path, ...]

_made: WeakKeyDictionary[Store, tuple[Rooms | None, object]] = WeakKeyDictionary()
"""The folders whose tables a store has, and how its database looked when it had just been given them."""
_files: dict[tuple[SuiteName, Rooms], Path] = {}
"""Migrated databases that nobody writes to."""


async def migrated(store: Store, folders: Iterable[Path] = ()) -> None:
    """What `migrate` does; at once as long as nothing was written since this module, or nobody, made tables there."""
    before, then = _made.get(store, (None, EMPTY))
    rooms = tuple(dict.fromkeys((*(before or ()), *folders)))
    if rooms == before:
        return
    await store.engine.dispose()
    given = await (_copy if store.path is not None else kept_schemas.give)(store, rooms, then)
    if given is None:
        await migrate(store, rooms)
    else:
        # As `check_suite` says of a fresh database.
        store.cipher.places_only = store.cipher.inner_places_only = True
    _made[store] = rooms, given


async def migrated_file(rooms: Rooms, suite: SuiteName = "international") -> Path:
    """An SQLite database with the tables of the core and of these folders and nothing else, to be copied."""
    key = suite, rooms
    if key not in _files:
        folder = Path(tempfile.mkdtemp(prefix="hotline-tables-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        store = await Store.open(None, folder, suite)
        await migrate(store, rooms)
        await store.close()
        _files[key] = folder / "hotline.db"
    return _files[key]


async def _copy(store: Store, rooms: Rooms, then: object) -> object:
    """The mark of the database once it is a copy of the migrated file; None when it has another mark than `then`."""
    if _mark(store) != then:
        return None
    assert store.path is not None
    shutil.copyfile(await migrated_file(rooms, store.cipher.suite.name), store.path)
    return _mark(store)


def _mark(store: Store) -> object:
    """What changes with everything that is written into the database's file."""
    assert store.path is not None
    log = store.path.with_name(f"{store.path.name}-wal")
    if log.exists() and log.stat().st_size:
        return object()
    state = store.path.stat()
    return (state.st_size, state.st_mtime_ns) if state.st_size else EMPTY
