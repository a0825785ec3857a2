"""Citizens as a module keeps them: sealed numbers with blind indexes, and an index for each way to look."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.ids import new_id
from cti.store.cipher import Cipher
from cti.store.columns import NAMING, BlindIndex, EncryptedText, Owned, UtcDateTime
from cti.store.dump import connected
from cti.store.engine import Store

REGIONS = ("320402", "320404", "320411", "320412", "320413", "320481", "320400")
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "芳娜敏静丽强磊军洋艳勇杰涛明超霞平燕伟华建国志文玉兰英春梅红桂香秀珍凤莲荣贵福生"
TAGS = ("老年", "残疾", "企业", "常来电", "外籍")
BATCH = 20_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Base(DeclarativeBase):
    """Tables of the bench."""

    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 # SQLAlchemy's own protocol


Base.metadata.naming_convention = NAMING


class CitizenRow(Owned, Base):
    """A caller's record."""

    __tablename__ = "bench_citizens"
    __table_args__ = (
        Index(None, "changed_at", "id"),
        Index(None, "region", "changed_at", "id"),
        Index(None, "vip", "changed_at", "id"),
        Index(None, "number_index", "changed_at"),
        Index(None, "number_last_four", "changed_at"),
        Index(None, "name", postgresql_ops={"name": "text_pattern_ops"}),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(EncryptedText)
    number_index: Mapped[str] = mapped_column(BlindIndex)
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True))
    address: Mapped[str] = mapped_column(String(160))
    notes: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON)
    vip: Mapped[bool]
    changed_at: Mapped[datetime]


COLUMNS = [column.name for column in CitizenRow.__table__.columns]


def number_of(index: int) -> str:
    """The canonical number of the citizen with this index."""
    return f"+861{3_000_000_000 + index * 6_131 % 7_000_000_000:010d}"


def rows(count: int, cipher: Cipher) -> Iterator[dict[str, Any]]:
    """Citizens as they stand in the table."""
    dice = random.Random(7)  # noqa: S311 # the same rows each time
    for index in range(count):
        number = number_of(index)
        yield {
            "organisation": "city",
            "region": dice.choice(REGIONS),
            "id": new_id(),
            "version": 1,
            "name": dice.choice(FAMILY) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2)))),
            "number": cipher.seal(number),
            "number_index": cipher.index("number", number),
            "number_last_four": cipher.index_last("number", number),
            "address": f"某某街道{dice.randrange(400)}号{dice.randrange(30)}室",
            "notes": "多次反映停车问题" if index % 20 == 0 else "",
            "tags": f'["{dice.choice(TAGS)}"]' if index % 7 == 0 else "[]",
            "vip": index % 200 == 0,
            "changed_at": BEGIN + timedelta(seconds=dice.randrange(20_000_000)),
        }


async def fill(store: Store, count: int) -> None:
    """Make the table with `count` citizens."""
    async with store.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    if store.path is not None:
        _fill_sqlite(str(store.path), count, store.cipher)
        return
    async with connected(store) as plain:
        batch: list[tuple[Any, ...]] = []
        for row in rows(count, store.cipher):
            batch.append(tuple(row[name] for name in COLUMNS))
            if len(batch) == BATCH:
                await plain.copy_records_to_table("bench_citizens", records=batch, columns=COLUMNS)
                batch = []
        await plain.copy_records_to_table("bench_citizens", records=batch, columns=COLUMNS)
        await plain.execute("VACUUM ANALYZE bench_citizens")


def _fill_sqlite(path: str, count: int, cipher: Cipher) -> None:
    wanted = f"INSERT INTO bench_citizens ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 # fixed names
    with closing(sqlite3.connect(path)) as plain:
        plain.executemany(wanted, (_sqlite_row(row) for row in rows(count, cipher)))
        plain.execute("ANALYZE")
        plain.commit()
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite_row(row: dict[str, Any]) -> tuple[Any, ...]:
    at = row["changed_at"].replace(tzinfo=None).isoformat(" ", "microseconds")
    return tuple({**row, "changed_at": at}[name] for name in COLUMNS)
