"""A kind of records as modules have them, and a table full of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, Index, String, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bench.filling import without_indexes
from bench.office_lib.multiply import copied_id, copies_of, multiply
from cti.base.http.routes import Body
from cti.base.ids import new_id
from cti.office.records import Record, RecordQuery, Records, RecordView
from cti.office.search.models import SearchEntry
from cti.office.search.service import mark
from cti.office.search.tokens import text_tokens
from cti.office.sharing import Shared
from cti.office.sharing.models import RecordShareRow
from cti.store.columns import Base
from cti.store.engine import Store

BEGIN = datetime(2021, 1, 1, tzinfo=UTC)
COUNTIES = [f"county{number}" for number in range(20)]
BATCH = 5_000
WORDS = [chr(0x4E00 + one) + chr(0x5000 + one) for one in range(2_000)]
"""Words of two characters: those in front are in many texts, those behind in few."""
RARE, COMMON = WORDS[1_000], WORDS[0]


class SlipRow(Record, Base):
    """A record of the bench."""

    __tablename__ = "bench_slips"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "state", "sort", "urgency", "updated_at", "id"),
        Index(None, "organisation", "state", "sort", "urgency", "updated_at", "id"),
        Index(None, "created_by", "updated_at", "id"),
    )

    title: Mapped[str] = mapped_column(String(80), doc="标题")
    state: Mapped[str] = mapped_column(String(10), doc="状态")
    sort: Mapped[str] = mapped_column(String(10), doc="类型")
    urgency: Mapped[int] = mapped_column(doc="紧急程度")


class SlipFields(Body):
    """What is said of one."""

    title: str = pydantic.Field(title="标题")


class SlipView(RecordView):
    """One."""

    title: str = pydantic.Field(title="标题")
    state: str = pydantic.Field(title="状态")
    sort: str = pydantic.Field(title="类型")
    urgency: int = pydantic.Field(title="紧急程度")


class SlipQuery(RecordQuery):
    """Three filters."""

    state: str = ""
    sort_of_slip: str = ""
    urgency: int | None = None


class Slips(Records[SlipRow, SlipFields, SlipView, SlipQuery]):
    """The service."""

    table, fields, view, query = SlipRow, SlipFields, SlipView, SlipQuery
    kind: ClassVar[str] = "slip"
    title: ClassVar[str] = "单据"
    see: ClassVar[str] = "slips.see"
    edit_permission: ClassVar[str] = "slips.edit"
    sharing: ClassVar[Shared] = Shared(given=True)
    searched: ClassVar[tuple[str, ...]] = ("title",)

    def limits(self, visitor: Any, query: SlipQuery) -> list[ColumnElement[bool]]:
        """By three columns."""
        found: list[ColumnElement[bool]] = []
        if query.state:
            found.append(SlipRow.state == query.state)
        if query.sort_of_slip:
            found.append(SlipRow.sort == query.sort_of_slip)
        if query.urgency is not None:
            found.append(SlipRow.urgency == query.urgency)
        return found

    async def values(
        self, session: AsyncSession, body: SlipFields, row: SlipRow | None, organisation: str
    ) -> dict[str, Any]:
        """As they are."""
        return body.model_dump()


async def fill(store: Store, rows: int) -> None:
    """Records of five years in twenty counties, a fifth of them open, and what was shared of them."""
    dice = random.Random(1)  # noqa: S311 # rows to read
    async with store.engine.begin() as connection:
        await connection.run_sync(SlipRow.__table__.create)  # type: ignore[attr-defined] # a table
    copies = copies_of(rows)
    made = _rows(dice, rows // (copies + 1))
    differs = {
        SlipRow.__tablename__: {"id": copied_id("id")},
        SearchEntry.__tablename__: {"id": "id + :copy", "record": copied_id("record")},
        RecordShareRow.__tablename__: {"record": copied_id("record")},
    }
    async with without_indexes(store, list(differs)):
        while batch := list(islice(made, BATCH)):
            async with store.writing() as session:
                await session.execute(insert(SlipRow), [one for one, _ in batch])
                await session.execute(insert(SearchEntry), [_entry(one, place, copies) for one, place in batch])
                shares = [share for one, place in batch for share in _shares(one, place)]
                await session.execute(insert(RecordShareRow), shares)
        await multiply(store, copies, differs)


def _rows(dice: random.Random, rows: int) -> Iterator[tuple[dict[str, Any], int]]:
    step = timedelta(days=5 * 365) / rows
    for place in range(rows):
        at = BEGIN + step * place
        words = [WORDS[int(dice.expovariate(1 / 250)) % len(WORDS)] for _ in range(12)]
        if dice.random() < 0.6:
            words[0] = COMMON
        yield {
            "id": new_id(), "organisation": dice.choice(COUNTIES), "region": "320404", "version": 1,
            "created_by": f"p{dice.randrange(2_000)}", "created_at": at, "updated_at": at, "title": "".join(words),
            "state": "open" if dice.random() < 0.2 else "done", "sort": dice.choice("abcdef"),
            "urgency": dice.randrange(3),
        }, place  # fmt: skip


def _entry(row: dict[str, Any], place: int, copies: int) -> dict[str, Any]:
    marks = [mark("k", "slip"), mark("o", row["organisation"]), mark("r", row["region"])]
    return {
        "id": (place + 1) * (copies + 1), "kind": "slip", "record": row["id"], "part": 0,
        "organisation": row["organisation"], "region": row["region"],
        "tokens": " ".join([*marks, *text_tokens(row["title"])]),
    }  # fmt: skip


def _shares(row: dict[str, Any], place: int) -> Iterator[dict[str, Any]]:
    """A department of a fifth of all records, one of one in a thousand, and a person of a few."""
    for every, sort, whom in (
        (5, "organisation", "large"),
        (1_000, "organisation", "small"),
        (20_000, "person", "one"),
    ):
        if place % every == 0:
            yield {
                "kind": "slip", "record": row["id"], "sort": sort, "whom": whom, "writes": False, "by": "",
                "at": row["created_at"],
            }  # fmt: skip
