"""What was sent to citizens about a record, in its timeline."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_PERSONAL
from cti.office.messages.channels.port import CARRIES_TITLES, Carries
from cti.office.messages.deliveries import STATE_TITLES, State
from cti.office.messages.models import DeliveryRow
from cti.office.messages.templates import HIDDEN
from cti.office.timeline.entries import Place, TimelineEntry, older
from cti.office.timeline.sources import Subject

TONES = {State.DELIVERED: "ready", State.SENT: "talk", State.FAILED: "ring", State.DROPPED: "off"}


class SentAbout:
    """The source: letters that belong to the record, with what became of each."""

    @property
    def kind(self) -> str:
        """`letter`."""
        return "letter"

    @property
    def title(self) -> str:
        """What the filter of the timeline calls this source."""
        return "短信"

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """The letters that were sent about a record."""
        wanted = (
            select(DeliveryRow)
            .where(
                DeliveryRow.about == f"{about.kind}:{about.id}",
                older(place, self.kind, DeliveryRow.created_at, DeliveryRow.id),
            )
            .order_by(DeliveryRow.created_at.desc(), DeliveryRow.id.desc())
            .limit(size)
        )
        return [
            TimelineEntry(
                kind=self.kind,
                id=row.id,
                at=row.created_at,
                title=f"{CARRIES_TITLES[Carries(row.carries)]}{STATE_TITLES[State(row.state)]}"
                + (f"（{row.last_error}）" if row.last_error else ""),
                text=text_for(about.visitor, row),
                by=row.sender or "系统",
                tone=TONES.get(State(row.state), ""),
            )
            for row in await session.scalars(wanted)
        ]


def text_for(visitor: Visitor, row: DeliveryRow) -> str:
    """The text as a visitor may see it: whole, or without what was filled in, which of a secret one nobody sees."""
    return row.text if visitor.may(SEE_PERSONAL) and not row.secret else row.outline or HIDDEN
