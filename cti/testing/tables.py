"""Tables made at once: what the migrations said to one database of this run is said again to the next, in one go.

A test of services needs the tables, not their history; Alembic takes a second to walk through it on PostgreSQL, and
hundreds of tests begin so. Tests of the migrations themselves call `cti.store.migration`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event

from cti.store.engine import Store
from cti.store.migration import migrate
from cti.store.reseal import check_suite

Rooms = tuple[Path, ...]
_said: dict[tuple[str, Rooms, Rooms], str | None] = {}
"""SQL by database, what was there before and what came; None where it cannot be said again."""
_made: WeakKeyDictionary[Store, Rooms] = WeakKeyDictionary()
CORE = (Path("core"),)
_TABLES = ("CREATE ", "ALTER ", "DROP ", "INSERT INTO migrations_", "UPDATE migrations_")
_NOTHING = ("SELECT", "PRAGMA", "BEGIN", "COMMIT", "VACUUM")


async def migrated(store: Store, folders: Iterable[Path] = ()) -> None:
    """What `migrate` does on a store that this module, or nobody, has made tables in."""
    before = _made.get(store, ())
    rooms = tuple(one for one in folders if one not in before)
    if before and not rooms:
        return
    known = store.engine.dialect.name, before, rooms
    script = _said.get(known)
    if script is None:
        _said[known] = await _recorded(store, rooms)
    else:
        await _say(store, script)
        if not before:
            await check_suite(store, fresh=True)
    _made[store] = (*(before or CORE), *rooms)


async def _recorded(store: Store, rooms: Rooms) -> str | None:
    """Migrate, and give what was said; None when a statement has values or is of a kind not known here."""
    said: list[str] = []
    strange: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, values: Any, *_others: object) -> None:
        begin = sql.lstrip()
        if begin.startswith(_TABLES) and not values:
            said.append(sql)
        elif not begin.startswith((*_NOTHING, "INSERT INTO states ")):
            strange.append(sql)

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    try:
        await migrate(store, rooms)
    finally:
        event.remove(store.engine.sync_engine, "before_cursor_execute", note)
    return None if strange else ";\n".join(said)


async def _say(store: Store, script: str) -> None:
    async with store.engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        if store.is_sqlite:
            await raw.executescript(f"BEGIN;\n{script};\nCOMMIT;")
        else:
            await raw.execute(script)
