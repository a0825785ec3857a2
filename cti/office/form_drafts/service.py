"""The service of drafts. A draft is its person's alone: nobody else sees that it is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pydantic
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.form_drafts.models import FormDraftRow
from cti.store.engine import Store

LARGEST = 512 * 1024
"""Bytes of JSON in one draft, some 80,000 characters of a form page, which keeps what somebody began with, too.

Files are uploaded, not drafted.
"""
MOST = 100
"""Drafts of one person."""
MOST_OF_ALL = 8 * 1024 * 1024
"""Bytes in all drafts of one person."""
KEPT = timedelta(days=30)
"""How long a draft stays that nobody goes on with."""


Kept = Callable[[Visitor, str, Mapping[str, Any]], None]
"""Hears whose draft was kept, of which subject, and its values."""


class Draft(pydantic.BaseModel):
    """A draft. `version` is the one to name when it is saved next, `full` how much of its room it takes, 0 to 1."""

    form: str
    subject: str
    title: str
    values: dict[str, Any]
    version: int
    opened_at: datetime
    updated_at: datetime
    full: float


class FormDrafts:
    """Keeps them, and lets them go with what they became."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._kept: dict[str, list[Kept]] = {}

    def on_kept(self, form: str, tell: Kept) -> Callable[[], None]:
        """Call this whenever a draft of this form was kept; returns the undo."""
        self._kept.setdefault(form, []).append(tell)
        return lambda: self._kept[form].remove(tell)

    async def mine(self, visitor: Visitor) -> list[Draft]:
        """All of the visitor's, the longest open first."""
        wanted = select(FormDraftRow).where(FormDraftRow.person == visitor.person)
        async with self._store.reading() as session:
            rows = await session.scalars(wanted.order_by(FormDraftRow.opened_at, FormDraftRow.subject))
            return [_shown(row) for row in rows]

    async def save(
        self, visitor: Visitor, form: str, subject: str, *, title: str, values: Mapping[str, Any], seen: int
    ) -> Draft:
        """Keep the values of a draft that was read at version `seen`; 0 begins one.

        Conflict `draft_changed` when another window of the same person was quicker, `draft_gone` when it has been sent
        or given up there. The same again (its answer was lost) changes nothing.
        """
        content = msgspec.json.encode(dict(values))
        if len(content) > LARGEST:
            most = f"{LARGEST // 1024} KB（约 {LARGEST // 3000 * 1000:,} 个汉字）"
            raise Invalid("too_large", f"内容太多，超过暂存上限 {most}；请先提交，或减少文字", "values")
        now = self._clock.wall()
        try:
            async with self._store.writing() as session:
                row = await session.get(FormDraftRow, (visitor.person, form, subject), with_for_update=True)
                if row is None:
                    await self._check_begin(session, visitor, seen)
                    row = FormDraftRow(
                        person=visitor.person, form=form, subject=subject, title=title, content=content.decode(),
                        version=1, opened_at=now, updated_at=now,
                    )  # fmt: skip
                    session.add(row)
                elif row.version == seen:
                    row.content, row.title, row.version, row.updated_at = content.decode(), title, seen + 1, now
                elif row.version != seen + 1 or row.content != content.decode():
                    raise Conflict("draft_changed", "这份草稿刚刚在另一个窗口中修改过")
                await session.flush()
                found = _shown(row)
        except IntegrityError:
            # Two windows began it in the same moment.
            raise Conflict("draft_changed", "这份草稿刚刚在另一个窗口中打开") from None
        for tell in self._kept.get(form, ()):
            tell(visitor, subject, values)
        return found

    async def _check_begin(self, session: AsyncSession, visitor: Visitor, seen: int) -> None:
        if seen:
            raise Conflict("draft_gone", "这份草稿已在另一个窗口中提交或放弃")
        mine = select(func.count(), func.sum(func.length(FormDraftRow.content))).where(
            FormDraftRow.person == visitor.person
        )
        count, size = (await session.execute(mine)).one()
        if count >= MOST or (size or 0) >= MOST_OF_ALL:
            raise Conflict("too_many_drafts", f"未提交的草稿已有 {MOST} 份，请先提交或放弃一些")

    async def discard(self, visitor: Visitor, form: str, subject: str) -> None:
        """Give a draft up, if there is one."""
        async with self._store.writing() as session:
            await self.done(session, visitor, form, subject)

    async def done(self, session: AsyncSession, visitor: Visitor, form: str, subject: str) -> None:
        """Let a draft go in the transaction of what it became."""
        one = FormDraftRow.person == visitor.person, FormDraftRow.form == form, FormDraftRow.subject == subject
        await session.execute(delete(FormDraftRow).where(*one).execution_options(synchronize_session=False))

    async def sweep(self, session: AsyncSession, at: datetime) -> None:
        """Let go what nobody has gone on with for long; suits `Schedule.every`."""
        await session.execute(delete(FormDraftRow).where(FormDraftRow.updated_at < at - KEPT))


def _shown(row: FormDraftRow) -> Draft:
    return Draft(
        form=row.form, subject=row.subject, title=row.title, values=msgspec.json.decode(row.content),
        version=row.version, opened_at=row.opened_at, updated_at=row.updated_at,
        full=round(len(row.content.encode()) / LARGEST, 3),
    )  # fmt: skip
