"""Which algorithms sealed a database, and how all of it is sealed anew when the setting changes.

What is sealed says itself by which set, so old and new could lie side by side; but a blind index can only be compared
with others of its set. So a database keeps the name of its set, and another setting is refused until `reseal` has run.
It also keeps where all that is sealed is sealed for its place (in columns, or everywhere: inside JSON too): one from
before becomes so by `reseal`, and from then on believes nothing else there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, String, Table, Text, delete, insert, inspect, select, type_coerce, update
from sqlalchemy.types import TypeEngine

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.suites import SuiteName
from cti.store.columns import Base, BlindIndex, EncryptedText, place_of
from cti.store.engine import Store
from cti.store.inner_places import inner_place
from cti.store.models import StateRow

KIND, KEY, PLACES = "cipher", "suite", "places"
IN_COLUMNS, EVERYWHERE = "true", json.dumps("everywhere")
"""What a database says of its places."""
SEALED = re.compile(r"(?<![A-Za-z0-9+/])r?[as]:[A-Za-z0-9+/]{38,}={0,2}")


async def check_suite(store: Store, *, fresh: bool) -> None:
    """Note the set of a fresh database; KeyProblem when the settings name another than a used one has."""
    async with store.writing() as session:
        row = await session.get(StateRow, (KIND, KEY))
        name = store.cipher.suite.name
        if row is None:
            kept: SuiteName = name if fresh else "international"
            session.add(StateRow(kind=KIND, key=KEY, data=json.dumps(kept)))
            if fresh:
                session.add(StateRow(kind=KIND, key=PLACES, data=EVERYWHERE))
        else:
            kept = json.loads(row.data)
        await session.flush()
        places = await session.get(StateRow, (KIND, PLACES))
        store.cipher.places_only = places is not None
        store.cipher.inner_places_only = places is not None and places.data == EVERYWHERE
    if kept != name:
        raise KeyProblem(f"the database is sealed by the {kept} algorithms, the settings say {name}: hotline reseal")


async def reseal(store: Store) -> int:
    """Seal and index everything anew with the store's set, in one transaction; returns how many rows changed.

    For a hotline that does not run, with the models of all rooms loaded. LookupError names an index without a source.
    """
    async with store.engine.execution_options(writing=True).begin() as connection:
        present = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
        changed = 0
        for table in Base.metadata.sorted_tables:
            if table.name in present:
                changed += await connection.run_sync(_reseal_table, table, store.cipher)
        state = Base.metadata.tables[StateRow.__tablename__]
        where = state.c.kind == KIND, state.c.key == KEY
        await connection.execute(update(state).where(*where).values(data=json.dumps(store.cipher.suite.name)))
        await connection.execute(delete(state).where(state.c.kind == KIND, state.c.key == PLACES))
        await connection.execute(insert(state).values(kind=KIND, key=PLACES, data=EVERYWHERE))
    store.cipher.places_only = store.cipher.inner_places_only = True
    return changed


def _reseal_table(connection: Connection, table: Table, cipher: Cipher) -> int:
    raw: dict[str, Any] = {one.name: _raw(one.type) for one in table.columns}
    indexes = {one.name: one.type for one in table.columns if isinstance(one.type, BlindIndex)}
    sources = {name: _source(table, name) for name in indexes}
    texts = [name for name, kind in raw.items() if name not in indexes and isinstance(kind, String)]
    sealed = [one.name for one in table.columns if isinstance(one.type, EncryptedText)]
    if not texts:
        return 0
    keys = [one.name for one in table.primary_key]
    at = [one.name for one in table.columns if table.name == "events" and one.name == "at"]
    wanted = dict.fromkeys([*keys, *texts, *indexes, *at])
    rows = connection.execute(select(*(type_coerce(table.c[name], raw[name]).label(name) for name in wanted)))
    changed = 0
    # All at once: what is written meanwhile would be read again.
    for row in rows.mappings().all():
        places = {name: place_of(table.c[name], *(row[key] for key in keys)) for name in sealed}
        inner = inner_place(table.name, row)
        again = {name: _again(row[name], cipher, places.get(name, ""), inner) for name in texts}
        values = {name: text for name, text in again.items() if text != row[name]}
        for name, kind in indexes.items():
            if row[name] and (source := row[sources[name]]):
                # A number is stored with the way it was dialled behind it.
                plain = _opened(source, cipher, places.get(sources[name], ""))
                plain = plain.partition(" ")[0] if kind.kind == "number" else plain
                values[name] = (cipher.index_last if kind.last_four else cipher.index)(kind.kind, plain)
        changing = {name: value for name, value in values.items() if value != row[name]}
        if changing:
            where = [type_coerce(table.c[key], raw[key]) == row[key] for key in keys]
            new = {table.c[name]: type_coerce(value, raw[name]) for name, value in changing.items()}
            connection.execute(update(table).where(*where).values(new))
            changed += 1
    return changed


def _raw(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """As the database has it: neither sealed nor opened on the way."""
    if isinstance(kind, EncryptedText):
        return Text()
    return String(32) if isinstance(kind, BlindIndex) else kind


def _source(table: Table, index: str) -> str:
    name = index.removesuffix("_index").removesuffix("_last_four")
    if name == index or name not in table.c:
        raise LookupError(f"{table.name}.{index}: no column that it is the index of")
    return name


def _again(text: str | None, cipher: Cipher, place: str, inner: str) -> str | None:
    if text is None or place:
        return None if text is None else _sealed_again(text, cipher, place, cipher.open)
    return SEALED.sub(lambda found: _sealed_again(found[0], cipher, inner, cipher.open_inner), text)


def _sealed_again(sealed: str, cipher: Cipher, place: str, opened: Callable[[str, str], bytes]) -> str:
    if sealed.startswith(cipher.placed_form if place else cipher.suite.form):
        return sealed
    try:
        return cipher.seal(opened(sealed, place), place)
    except KeyProblem:
        return sealed  # text that only looks like it


def _opened(text: str, cipher: Cipher, place: str) -> str:
    return cipher.open(text, place).decode() if place or SEALED.fullmatch(text) else text
