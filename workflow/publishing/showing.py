"""What the public reads, and since when: approved editions, shown at the right time, withdrawn.

Everything here happens in the transaction of the act or timer that asks for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.office.files.service import Files
from cti.office.records import Office
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from cti.store.announcing import announce
from workflow.publishing.events import PublicationShown, PublicationWithdrawn
from workflow.publishing.models import PublicationEditionRow, PublicationRow, ShownRow, Texts
from workflow.publishing.rules import KIND

TIMER = "publishing.publication"
BEGIN, END = "begin", "end"
TEXTS = tuple(Texts.__annotations__)
"""The keys of what a publication says."""


def texts_of(row: Any) -> dict[str, Any]:
    """What a row of any of the three tables says."""
    return {key: getattr(row, key) for key in TEXTS}


def mark(*channels: str) -> str:
    """Channels as the table of what is public keeps them: one of them is looked for as `mark(channel)`."""
    return f",{','.join(channels)},"


class Showing:
    """Keeps what the public reads in line with what was approved."""

    def __init__(self, office: Office, timers: Timers) -> None:
        self._office, self._timers = office, timers
        self.end: Callable[[AsyncSession, PublicationRow], Awaitable[None]] | None = None
        """Takes a publication whose time is over through its process."""
        self.close = timers.register(TimerKind(TIMER, "信息的定时发布和到期撤下", self._went_off))

    async def approve(
        self, session: AsyncSession, row: PublicationRow, written_by: str, approved_by: str
    ) -> dict[str, Any]:
        """Keep the draft as the next edition and show it; returns what changes in the publication's row. Conflict."""
        now = self._office.clock.wall()
        if row.show_until is not None and row.show_until <= now:
            raise Conflict("over", "到期撤下的时间已过，请修改后再审核", "show_until")
        files = [one.id for one in await self._office.need(Files).of(session, KIND, row.id)]
        edition = PublicationEditionRow(
            id=new_id(), publication=row.id, edition=row.edition + 1, written_by=written_by, approved_by=approved_by,
            approved_at=now, files=files, **texts_of(row),
        )  # fmt: skip
        session.add(edition)
        await session.flush()
        return {"edition": edition.edition, **await self.show(session, row, edition)}

    async def edition(self, session: AsyncSession, id: str, number: int) -> PublicationEditionRow | None:
        """One edition of a publication."""
        own = PublicationEditionRow.publication == id, PublicationEditionRow.edition == number
        found: PublicationEditionRow | None = await session.scalar(select(PublicationEditionRow).where(*own))
        return found

    async def show(self, session: AsyncSession, row: PublicationRow, edition: PublicationEditionRow) -> dict[str, Any]:
        """Show an edition now, or at its time; what was shown before it stays until then."""
        now = self._office.clock.wall()
        later = edition.show_from if edition.show_from is not None and edition.show_from > now else None
        await self._set(session, row.id, {BEGIN: later, END: edition.show_until})
        if later is not None:
            was = await session.get(ShownRow, row.id)
            return {"state": "live" if was is not None else "waiting"}
        return await self._put(session, row, edition)

    async def _put(self, session: AsyncSession, row: PublicationRow, edition: PublicationEditionRow) -> dict[str, Any]:
        now = self._office.clock.wall()
        shown = await session.get(ShownRow, row.id, populate_existing=True)
        if shown is None:
            shown = ShownRow(
                id=row.id, created_by=row.created_by, created_at=now, published_at=now, pinned=False, hot_at=None,
                reads=0,
            )  # fmt: skip
            session.add(shown)
        values = texts_of(edition) | {
            "organisation": row.organisation, "region": row.region, "number": row.number, "edition": edition.edition,
            "files": edition.files, "updated_at": now, "channel_marks": mark(*edition.channels),
        }  # fmt: skip
        for key, value in values.items():
            setattr(shown, key, value)
        await session.flush()
        self.tell(session, shown)
        return {"state": "live", "published_at": shown.published_at, "withdrawn_at": None}

    def tell(self, session: AsyncSession, shown: ShownRow, *, hot: bool = False) -> None:
        """Let channels hear that it is public as it is now."""
        announce(
            session,
            PublicationShown(
                at=self._office.clock.wall(), record=shown.id, organisation=shown.organisation, region=shown.region,
                number=shown.number, section=shown.section, channels=tuple(shown.channels), edition=shown.edition,
                hot=hot,
            ),
        )  # fmt: skip

    async def withdraw(self, session: AsyncSession, row: PublicationRow, reason: str, by: str = "") -> dict[str, Any]:
        """Show it no more; returns what changes in the publication's row."""
        now = self._office.clock.wall()
        await self._set(session, row.id, {BEGIN: None, END: None})
        there = await session.get(ShownRow, row.id)
        if there is not None:
            channels = tuple(there.channels)
            await session.execute(delete(ShownRow).where(ShownRow.id == row.id))
            session.expunge(there)
            announce(
                session,
                PublicationWithdrawn(
                    at=now, record=row.id, organisation=row.organisation, region=row.region, number=row.number,
                    section=row.section, channels=channels, reason=reason, by=by,
                ),
            )  # fmt: skip
        return {"state": "withdrawn", "withdrawn_at": now}

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _set(self, session: AsyncSession, id: str, times: dict[str, datetime | None]) -> None:
        await self._timers.set_all(session, TIMER, {f"{id}:{what}": when for what, when in times.items()})

    async def _went_off(self, session: AsyncSession, due: Any) -> None:
        for one in due:
            await self._one(session, one)

    async def _one(self, session: AsyncSession, one: Due) -> None:
        id, _, what = one.key.partition(":")
        row = await session.get(PublicationRow, id, with_for_update=True)
        if row is None or row.removed_at is not None or row.state not in ("live", "waiting"):
            return
        if what == END:
            if self.end is not None:
                await self.end(session, row)
        elif (edition := await self.edition(session, id, row.edition)) is not None:
            for key, value in (await self._put(session, row, edition)).items():
                setattr(row, key, value)
