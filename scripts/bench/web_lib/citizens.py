"""A million citizens in the tables of their plugin: sealed numbers, and an index for each way to look."""

from __future__ import annotations

import inspect
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cti.base.ciphers.cipher import Cipher
from cti.base.ids import new_id
from cti.store.backups.dump import connected
from cti.store.columns import place_of
from cti.store.engine import Store
from cti.store.migration import migrate
from workflow.citizens.models import CitizenNumberRow, CitizenRow

REGIONS = ("320402", "320404", "320411", "320412", "320413", "320481", "320400")
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "芳娜敏静丽强磊军洋艳勇杰涛明超霞平燕伟华建国志文玉兰英春梅红桂香秀珍凤莲荣贵福生"
TAGS = ("老年", "残疾", "企业", "常来电", "外籍")
BATCH = 20_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


COLUMNS = {
    "citizens": [column.name for column in CitizenRow.__table__.columns],
    "citizen_numbers": [column.name for column in CitizenNumberRow.__table__.columns],
}


def number_of(index: int) -> str:
    """The canonical number of the citizen with this index."""
    return f"+861{3_000_000_000 + index * 6_131 % 7_000_000_000:010d}"


def rows(count: int, cipher: Cipher) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Citizens and their numbers as they stand in the tables."""
    dice = random.Random(7)  # noqa: S311 # the same rows each time
    for index in range(count):
        number, id, at = number_of(index), new_id(), BEGIN + timedelta(seconds=dice.randrange(20_000_000))
        citizen = {
            "organisation": "city",
            "region": dice.choice(REGIONS),
            "id": id,
            "version": 1,
            "name": dice.choice(FAMILY) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2)))),
            "gender": "",
            "numbers": cipher.seal(f'["{number}"]', place_of(CitizenRow.__table__.c.numbers, id)),
            "address": f"某某街道{dice.randrange(400)}号{dice.randrange(30)}室",
            "notes": "多次反映停车问题" if index % 20 == 0 else "",
            "tags": f'["{dice.choice(TAGS)}"]' if index % 7 == 0 else "[]",
            "vip": index % 200 == 0,
            "calls": index % 5,
            "last_call_at": at if index % 5 else None,
            "merged_into": None,
            "created_at": BEGIN,
            "updated_at": at,
            "removed_at": None,
        }
        yield (
            citizen,
            {
                "citizen": id,
                "number_index": cipher.index("number", number),
                "number_last_four": cipher.index_last("number", number),
            },
        )


async def fill(store: Store, count: int) -> None:
    """Fill the plugin's tables with `count` citizens."""
    await migrate(store, [Path(inspect.getfile(CitizenRow)).parent])
    if store.path is not None:
        _fill_sqlite(str(store.path), count, store.cipher)
        return
    async with connected(store) as plain:
        for batch in _batches(count, store.cipher):
            for table, records in batch.items():
                await plain.copy_records_to_table(table, records=records, columns=COLUMNS[table])
        await plain.execute("VACUUM ANALYZE citizens")
        await plain.execute("VACUUM ANALYZE citizen_numbers")


def _batches(count: int, cipher: Cipher) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    batch: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
    for number, pair in enumerate(rows(count, cipher), 1):
        for table, row in zip(COLUMNS, pair, strict=True):
            batch[table].append(tuple(row[name] for name in COLUMNS[table]))
        if number % BATCH == 0 or number == count:
            yield batch
            batch = {table: [] for table in COLUMNS}


def _fill_sqlite(path: str, count: int, cipher: Cipher) -> None:
    with closing(sqlite3.connect(path)) as plain:
        for batch in _batches(count, cipher):
            for table, records in batch.items():
                columns = COLUMNS[table]
                wanted = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 # fixed names
                plain.executemany(wanted, (tuple(map(_sqlite_value, record)) for record in records))
        plain.execute("ANALYZE")
        plain.commit()
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite_value(value: Any) -> Any:
    return value.replace(tzinfo=None).isoformat(" ", "microseconds") if isinstance(value, datetime) else value
