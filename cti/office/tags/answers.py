"""What the routes of a record's tags take and answer."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.office.tags.models import RecordTagRow, TagRow

if TYPE_CHECKING:
    from cti.office.records.parts import Service

MOST = 20
"""Tags of a record."""
Id = Annotated[str, pydantic.Field(max_length=26)]


class TagsBody(Body):
    """All tags that a record is to have; `version` is that of the tags which were read."""

    tags: list[Id] = pydantic.Field(default=[], max_length=MOST, title="标签")
    version: int = pydantic.Field(ge=0, le=2**32 - 1)


class TagsAnswer(pydantic.BaseModel):
    """The tags of a record, their words, and a number that changes with them."""

    tags: list[str]
    titles: dict[str, str]
    version: int


async def tags_of(session: AsyncSession, kind: str, ids: Sequence[str]) -> list[tuple[str, TagRow]]:
    """The tags of these records, each beside its record, by their words."""
    wanted = (
        select(RecordTagRow.record, TagRow)
        .join(TagRow, TagRow.id == RecordTagRow.tag)
        .where(RecordTagRow.kind == kind, RecordTagRow.record.in_(ids), TagRow.removed_at.is_(None))
        .order_by(TagRow.title, TagRow.id)
    )
    return list((await session.execute(wanted)).tuples().all())


async def answer_of(session: AsyncSession, service: Service, id: str) -> TagsAnswer:
    """The tags of a record; their number is that of the set, whoever put them when."""
    tags = [tag for _, tag in await tags_of(session, service.kind, [id])]
    ids = sorted(one.id for one in tags)
    return TagsAnswer(
        tags=[one.id for one in tags],
        titles={"tags": "、".join(one.title for one in tags)} if tags else {},
        version=zlib.crc32(" ".join(ids).encode()),
    )
