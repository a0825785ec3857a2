"""All data in open formats: a file a table (CSV, or JSON lines) and the catalogue of tables and columns beside them.

Sealed columns are opened, since whoever takes the data over has no key, unless they are to stay sealed. Secrets
(passwords' hashes, tokens) are left out. Times are UTC, ISO 8601. Files are UTF-8; nothing is overwritten.
"""

from __future__ import annotations

import csv
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import msgspec
from sqlalchemy import Column, MetaData, Table, Text, inspect, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.store.catalogue import TableWords, catalogue, form_of
from cti.store.columns import Base
from cti.store.engine import Store
from cti.store.inner_places import inner_place

BATCH = 1000
NOT_DATA = re.compile(r"migrations_|sqlite_")
_SEALED = re.compile(r"[a-z0-9]{1,4}:[A-Za-z0-9+/]{20,}={0,2}")
_encoder = msgspec.json.Encoder()


class ExportProblem(Exception):
    """It cannot be exported; the message says why."""


async def export(
    store: Store, folder: Path, *, lines: bool = False, sealed: bool = False, only: Sequence[str] = ()
) -> dict[str, int]:
    """Write all tables, or `only` those, as they are at one moment; returns their rows. ExportProblem, OSError.

    `lines` writes JSON lines instead of CSV; `sealed` leaves sealed what is sealed.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise ExportProblem(f"{folder} is not empty")
    tables = await _tables(store)
    if unknown := sorted(set(only) - {table.name for table in tables}):
        raise ExportProblem(f"no such table: {', '.join(unknown)}; there are: {', '.join(t.name for t in tables)}")
    wanted = [table for table in tables if not only or table.name in only]
    opened = None if sealed else _Opener(store.cipher)
    rows: dict[str, int] = {}
    async with store.reading() as session:
        for table in wanted:
            path = folder / f"{table.name}.{'jsonl' if lines else 'csv'}"
            with path.open("x", encoding="utf-8", newline="") as file:
                path.chmod(0o600)
                rows[table.name] = await _write(session, table, file, _lines if lines else _csv, opened)
    _write_catalogue(folder, catalogue(wanted), rows)
    return rows


async def _tables(store: Store) -> list[Table]:
    """All tables there are: those of the models, and, as they are, those of rooms that are no longer here."""
    async with store.engine.connect() as connection:
        there = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
        known = [table for table in Base.metadata.sorted_tables if table.name in there]
        rest = sorted(name for name in there - {table.name for table in known} if not NOT_DATA.match(name))
        found = MetaData()
        await connection.run_sync(lambda sync: found.reflect(sync, only=rest, resolve_fks=False))
    return known + [found.tables[name] for name in rest]


Begin = Callable[[TextIO, list[str]], Callable[[Sequence[Any]], object]]


def _csv(file: TextIO, names: list[str]) -> Callable[[Sequence[Any]], object]:
    writer = csv.writer(file)
    writer.writerow(names)

    def write(values: Sequence[Any]) -> None:
        writer.writerow([_encoder.encode(one).decode() if isinstance(one, dict | list) else one for one in values])

    return write


def _lines(file: TextIO, names: list[str]) -> Callable[[Sequence[Any]], object]:
    return lambda values: file.write(_encoder.encode(dict(zip(names, values, strict=True))).decode() + "\n")


async def _write(session: AsyncSession, table: Table, file: TextIO, begin: Begin, opened: _Opener | None) -> int:
    columns = [column for column in table.columns if form_of(column) != "secret"]
    write = begin(file, [column.name for column in columns])
    wanted = select(*(_raw(column, opened) for column in columns)).order_by(*table.primary_key.columns)
    count = 0
    result = await session.stream(wanted.execution_options(yield_per=BATCH))
    async for row in result:
        place = "" if opened is None else inner_place(table.name, row._mapping)
        write([_plain(value if opened is None else opened(value, place)) for value in row])
        count += 1
    return count


def _raw(column: Column[Any], opened: _Opener | None) -> Any:
    # Without a key, what is sealed is read as the text that stands in the table.
    return type_coerce(column, Text()) if opened is None and form_of(column) == "sealed" else column


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return b64encode(value).decode() if isinstance(value, bytes) else value


class _Opener:
    """Opens what is sealed, also inside JSON; what another key sealed stays as it is."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def __call__(self, value: Any, place: str) -> Any:
        if isinstance(value, dict):
            if list(value) == ["sealed"]:
                return self(value["sealed"], place)
            return {key: self(one, place) for key, one in value.items()}
        if isinstance(value, list):
            return [self(one, place) for one in value]
        if isinstance(value, str):
            return self._text(value, place)
        return value

    def _text(self, value: str, place: str) -> Any:
        if _SEALED.fullmatch(value):
            try:
                return self._cipher.open_inner(value, place).decode()
            except (KeyProblem, UnicodeDecodeError):
                return value
        if '"sealed"' in value:
            try:
                return _encoder.encode(self(msgspec.json.decode(value), place)).decode()
            except msgspec.DecodeError:
                return value
        return value


def _write_catalogue(folder: Path, tables: list[TableWords], rows: dict[str, int]) -> None:
    (folder / "catalogue.json").write_bytes(msgspec.json.format(_encoder.encode(tables)))
    with (folder / "catalogue.csv").open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow("table table_words rows column words type form required key refers_to".split())
        for table in tables:
            for one in table.columns:
                flags = ["yes" if flag else "" for flag in (one.required, one.key)]
                told = (one.name, one.words, one.type, one.form, *flags, one.refers_to)
                writer.writerow([table.name, table.words, rows[table.name], *told])
