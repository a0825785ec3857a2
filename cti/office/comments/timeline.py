"""Comments in the timeline of their record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.comments.models import CommentRow
from cti.office.timeline.entries import Place, TimelineEntry, older
from cti.office.timeline.sources import Subject

if TYPE_CHECKING:
    from cti.office.records.parts import Service

NAME = "comments"
"""By which a record says who sees its comments."""


@dataclass(frozen=True, slots=True)
class CommentEntries:
    """Comments in the timeline; those that were taken back are not there."""

    service: Service

    @property
    def kind(self) -> str:
        """`comment`."""
        return "comment"

    @property
    def title(self) -> str:
        """What the filter of the timeline calls this source."""
        return "评论"

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From the comments themselves."""
        row = await session.get_one(self.service.table, about.id)
        if not self.service.sees_part(about.visitor, row, NAME):
            return []
        wanted = (
            select(CommentRow)
            .where(
                CommentRow.kind == about.kind,
                CommentRow.record == about.id,
                CommentRow.removed_at.is_(None),
                older(place, self.kind, CommentRow.at, CommentRow.id),
            )
            .order_by(CommentRow.at.desc(), CommentRow.id.desc())
            .limit(size)
        )
        return [
            TimelineEntry(kind=self.kind, id=row.id, at=row.at, title="评论", by=row.by, text=row.text, tone="wrapup")
            for row in await session.scalars(wanted)
        ]
