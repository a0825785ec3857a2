"""Optimistic locking: whoever edits a row names the version that he read; a newer one is a conflict, never a loss.

A table becomes editable by `Versioned`. Its service reads the row to change with `locked`, checks what it must, and
changes it with `edit`. Who changed which columns at what version is kept for the last `KEPT` versions of a row, without
values, so that a conflict can say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, class_mapper, declared_attr, mapped_column

from cti.base.refusal import Conflict
from cti.base.times.business_time import ZONE
from cti.store.models import EditRow

KEPT = 50
TOLD = 5


class Versioned:
    """A row that people edit. `version` counts its changes from 1; it is read with the row and sent back on an edit."""

    version: Mapped[int] = mapped_column(doc="版本号，每次修改加一")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 # SQLAlchemy's own protocol
        return {"version_id_col": cls.version}


V = TypeVar("V", bound=Versioned)


class Editor(Protocol):
    """Who edits; a `Visitor` is one."""

    @property
    def person(self) -> str:
        """The id by which a change is written down."""

    @property
    def name(self) -> str:
        """The person's name, as others are told it."""


async def locked(session: AsyncSession, table: type[V], key: Any) -> V | None:
    """The row, which nobody else changes until the session ends; None when there is none. For writing sessions."""
    return await session.get(table, key, with_for_update=True, populate_existing=True)


@contextmanager
def unless_taken(detail: str, field: str | None = None) -> Iterator[None]:
    """Turn what a unique column or a foreign key refuses into Conflict `taken`; stands around the writing session."""
    try:
        yield
    except IntegrityError:
        raise Conflict("taken", detail, field) from None


async def edit(
    session: AsyncSession,
    row: Versioned,
    version: int,
    values: Mapping[str, Any],
    by: Editor,
    at: datetime,
    titles: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Change a locked row that was read at `version`; returns the columns that changed (none: the version stays).

    Conflict `changed` tells who changed what since then; `titles` are the columns' names for people, where their `doc`
    will not do.
    """
    columns = class_mapper(type(row)).column_attrs
    names = {attribute.key: attribute.columns[0].doc or attribute.key for attribute in columns}
    if row.version != version:
        raise await _conflict(session, row, version, {**names, **(titles or {})})
    changed = tuple(name for name, value in values.items() if getattr(row, name) != value)
    if not changed:
        return ()
    for name in changed:
        setattr(row, name, values[name])
    await session.flush()
    table, key = _place(row)
    session.add(
        EditRow(table=table, key=key, version=row.version, at=at, person=by.person, name=by.name, fields=list(changed))
    )
    old = delete(EditRow).where(EditRow.table == table, EditRow.key == key, EditRow.version <= row.version - KEPT)
    await session.execute(old)
    return changed


async def edits_of(session: AsyncSession, row: Versioned, after: int = 0) -> list[EditRow]:
    """The changes of a row after a version, oldest first; at most `KEPT` are known."""
    table, key = _place(row)
    wanted = select(EditRow).where(EditRow.table == table, EditRow.key == key, EditRow.version > after)
    return list((await session.scalars(wanted.order_by(EditRow.version))).all())


def _place(row: Versioned) -> tuple[str, str]:
    mapper = class_mapper(type(row))
    return mapper.tables[0].name, "/".join(str(part) for part in mapper.primary_key_from_instance(row))


async def _conflict(session: AsyncSession, row: Versioned, version: int, titles: Mapping[str, str]) -> Conflict:
    edits = await edits_of(session, row, version)
    told = [
        f"{one.name}于{one.at.astimezone(ZONE):%m月%d日 %H:%M}修改了{'、'.join(titles.get(f, f) for f in one.fields)}"
        for one in edits[-TOLD:]
    ]
    detail = "；".join(told) or "该记录已被他人修改"
    changes = [
        {"version": one.version, "at": one.at.isoformat(), "by": one.name, "fields": one.fields} for one in edits
    ]
    more = {"version": row.version, "changes": changes}
    return Conflict("changed", f"{detail}。请核对后重新提交", more=more)
