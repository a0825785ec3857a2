"""What citizens said in talks that are over, in the order in which it was written down: for whoever reads them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from cti.store.engine import Store
from workflow.transcripts.models import TranscriptRow

FINISHED = ("whole", "partial")
FIRST = 5_000
"""So many of the newest are read by whoever has read none yet."""


@dataclass(frozen=True, slots=True)
class FinishedTalk:
    """`said` are the citizen's words, a line each, without telephones and numbers of cards."""

    id: str
    call: str
    agent: str
    organisation: str
    region: str
    at: datetime
    changed_at: datetime
    said: str


class FinishedTalks:
    """The service, for the house itself."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def after(self, since: datetime | None, id: str, most: int) -> Sequence[FinishedTalk]:
        """The next ones after a moment and id of before; without one from the newest that are read at first."""
        row = TranscriptRow
        over = row.state.in_(FINISHED), row.measured.is_(True), row.removed_at.is_(None)
        wanted = select(row).where(*over)
        async with self._store.reading() as session:
            if since is None:
                newest = select(row.updated_at).where(*over).order_by(row.updated_at.desc(), row.id.desc())
                since = await session.scalar(newest.offset(FIRST).limit(1))
            if since is not None:
                wanted = wanted.where(or_(row.updated_at > since, and_(row.updated_at == since, row.id > id)))
            rows = await session.scalars(wanted.order_by(row.updated_at, row.id).limit(most))
            return [
                FinishedTalk(
                    one.id, one.call, one.agent, one.organisation, one.region, one.began_at, one.updated_at,
                    one.caller_text,
                )
                for one in rows
            ]  # fmt: skip
