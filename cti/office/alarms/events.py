"""What became of an alarm, as a timeline."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.alarms.models import AlarmEventRow
from cti.office.timeline.entries import Place, TimelineEntry, older
from cti.office.timeline.sources import Subject


class AlarmEvents:
    """What happened to an alarm, for its timeline."""

    @property
    def kind(self) -> str:
        """`alarm`."""
        return "alarm"

    @property
    def title(self) -> str:
        """What the filter of the timeline calls this source."""
        return "告警"

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From the alarm's events."""
        row = AlarmEventRow
        wanted = select(row).where(row.alarm == about.id, older(place, self.kind, row.at, row.id))
        rows = await session.scalars(wanted.order_by(row.at.desc(), row.id.desc()).limit(size))
        return [
            TimelineEntry(
                kind=self.kind,
                id=one.id,
                at=one.at,
                title=one.title,
                text=one.text,
                by=one.actor or "系统",
                tone=one.tone,
            )
            for one in rows
        ]
