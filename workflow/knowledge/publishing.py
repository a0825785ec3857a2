"""What readers see, and since when: approved editions, their publishing at the right time, their withdrawal.

Everything here happens in the transaction of the act or timer that asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
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
from workflow.knowledge.events import ArticlePublished, ArticleWithdrawn
from workflow.knowledge.models import ArticleRow, EditionRow, NoticeRow, PublishedRow, Texts
from workflow.knowledge.telling import Telling
from workflow.knowledge.views import ARTICLES, PUBLISHED

KIND = "article"
TIMER = "knowledge.article"
BEGIN, SOON, END = "begin", "soon", "end"
NOTICE = timedelta(days=7)
"""How long before the end editors are reminded."""
FROM = ("hotline", "origin")
"""Those that say of which merged hotline it came, and as what."""
TEXTS = tuple(Texts.__annotations__)
"""The keys of what an article says."""
FILED = ("category", "industry", "life_event", "unit")
"""Those by which it is filed: managers change them without another edition, and an edition brings none back."""
WITHDRAWN = {"withdrawn": "下架", "expired": "到期自动下架", "unconfirmed": "逾期未确认自动下架"}
GoneOff = Callable[[AsyncSession, str, str], Awaitable[None]]
"""Hears in the timers' transaction which of its times came for an article."""


def texts_of(row: Any) -> dict[str, Any]:
    """What a row of any of the three tables says."""
    return {key: getattr(row, key) for key in TEXTS}


def said_by(edition: EditionRow) -> dict[str, Any]:
    """What an edition brings back into the draft."""
    return {key: value for key, value in texts_of(edition).items() if key not in FILED}


class Publishing:
    """Keeps what readers see in line with what was approved."""

    def __init__(self, office: Office, timers: Timers, telling: Telling) -> None:
        self._office, self._timers, self._telling = office, timers, telling
        self.listeners: dict[str, GoneOff] = {BEGIN: self._begin, SOON: self._soon, END: self._ended}
        """What each of an article's times means; other modules of the room add theirs."""
        self.confirming: Callable[[AsyncSession, ArticleRow, datetime], Awaitable[None]] | None = None
        """Says when an article that was published or confirmed at a moment is to be confirmed next."""
        self.end: Callable[[AsyncSession, ArticleRow, str], Awaitable[None]] | None = None
        """Takes an article whose time is over through its process; `expired` or `unconfirmed`."""
        self.shown: list[Callable[[AsyncSession, str, int], Awaitable[None]]] = []
        """Hear that readers see an edition of an article from now on."""
        self.refiled: list[Callable[[AsyncSession, PublishedRow], Awaitable[None]]] = []
        """Hear that what readers see is filed otherwise."""
        self.indexed: Callable[[AsyncSession, PublishedRow], Awaitable[None]] | None = None
        self.forgotten: Callable[[AsyncSession, str], Awaitable[None]] | None = None
        self._undo = timers.register(TimerKind(TIMER, "知识的生效、到期和确认", self._went_off))

    def close(self) -> None:
        """Let times wait for the next one who serves them."""
        self._undo()

    # ── editions ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def approve(
        self, session: AsyncSession, row: ArticleRow, written_by: str, approved_by: str
    ) -> dict[str, Any]:
        """Keep what stands in the draft as the next edition, and show it; returns what changes in the article's row."""
        now = self._office.clock.wall()
        if row.valid_until is not None and row.valid_until <= now:
            raise Conflict("over", "失效时间已过，请修改后再审核", "valid_until")
        edition = EditionRow(
            id=new_id(), article=row.id, edition=row.edition + 1, written_by=written_by, approved_by=approved_by,
            approved_at=now, files=await self._files(session, row.id), **texts_of(row),
        )  # fmt: skip
        session.add(edition)
        await session.flush()
        return {"edition": edition.edition, **await self.show(session, row, edition)}

    async def edition(self, session: AsyncSession, article: str, number: int) -> EditionRow | None:
        """One edition of an article."""
        wanted = select(EditionRow).where(EditionRow.article == article, EditionRow.edition == number)
        found: EditionRow | None = await session.scalar(wanted)
        return found

    async def files_back(self, session: AsyncSession, edition: EditionRow) -> None:
        """What was removed from the draft since an edition that it goes back to is there again."""
        await self._office.need(Files).bring_back(session, KIND, edition.article, edition.files)

    async def _files(self, session: AsyncSession, id: str) -> list[str]:
        return [one.id for one in await self._office.need(Files).of(session, KIND, id)]

    # ── what readers see ─────────────────────────────────────────────────────────────────────────────────────────

    async def show(self, session: AsyncSession, row: ArticleRow, edition: EditionRow) -> dict[str, Any]:
        """Let readers see an edition now, or when it begins to be valid; what they saw before stays until then."""
        now = self._office.clock.wall()
        times: dict[str, datetime | None] = dict.fromkeys((BEGIN, SOON, END))
        if edition.valid_until is not None:
            times[END] = edition.valid_until
            times[SOON] = max(edition.valid_until - NOTICE, now)
        if edition.valid_from is not None and edition.valid_from > now:
            times[BEGIN] = edition.valid_from
            await self._set(session, row.id, times)
            was = await session.get(PublishedRow, row.id)
            return {"state": "live" if was is not None else "waiting"}
        await self._set(session, row.id, times)
        return await self._put(session, row, edition)

    async def _put(self, session: AsyncSession, row: ArticleRow, edition: EditionRow) -> dict[str, Any]:
        now = self._office.clock.wall()
        shown = await session.get(PublishedRow, row.id, populate_existing=True)
        is_new = shown is None
        if shown is None:
            shown = PublishedRow(id=row.id, created_by=row.created_by, created_at=now, overdue=False)
            session.add(shown)
        values = texts_of(edition) | {
            "body": _for_readers(edition.body, row.id), "organisation": row.organisation, "region": row.region,
            "number": row.number, "edition": edition.edition, **{key: getattr(row, key) for key in (*FILED, *FROM)},
            "publisher": edition.approved_by, "published_at": now,
            "updated_at": now, "files": edition.files, "overdue": False,
        }  # fmt: skip
        for key, value in values.items():
            setattr(shown, key, value)
        await session.flush()
        await self.told(session, shown)
        what, by = "published" if is_new else "changed", edition.approved_by
        await self.note(session, row, what, edition=edition.edition, by=by)
        if self.confirming is not None:
            await self.confirming(session, row, now)
        for listener in self.shown:
            await listener(session, row.id, edition.edition)
        return {"state": "live", "published_at": now, "withdrawn_at": None, "confirmed_at": now}

    async def told(self, session: AsyncSession, shown: PublishedRow) -> None:
        """Let it be found as it is now, and tell the world that it is another."""
        if self.indexed is not None:
            await self.indexed(session, shown)
        announce(
            session,
            ArticlePublished(
                at=self._office.clock.wall(), record=shown.id, organisation=shown.organisation, region=shown.region,
                number=shown.number, edition=shown.edition, audience=shown.audience,
            ),
        )  # fmt: skip

    async def again(
        self, session: AsyncSession, shown: PublishedRow, row: ArticleRow, what: str, words: str, by: str
    ) -> None:
        """What is filed otherwise is told anew, the edition stays."""
        await session.flush()
        await self.told(session, shown)
        for listener in self.refiled:
            await listener(session, shown)
        await self.note(session, row, what, words=words, edition=shown.edition, by=by)
        if self.confirming is not None:
            await self.confirming(session, row, row.confirmed_at or row.published_at or self._office.clock.wall())

    async def withdraw(
        self, session: AsyncSession, row: ArticleRow, reason: str, words: str = "", by: str = ""
    ) -> dict[str, Any]:
        """Let readers see it no more; returns what changes in the article's row."""
        now = self._office.clock.wall()
        await self._set(session, row.id, dict.fromkeys(self.listeners))
        there = await session.get(PublishedRow, row.id)
        if there is not None:
            await session.execute(delete(PublishedRow).where(PublishedRow.id == row.id))
            session.expunge(there)
            if self.forgotten is not None:
                await self.forgotten(session, row.id)
            announce(
                session,
                ArticleWithdrawn(
                    at=now, record=row.id, organisation=row.organisation, region=row.region, number=row.number,
                    reason=reason, by=by,
                ),
            )  # fmt: skip
            await self.note(session, row, reason, words=words, by=by)
            if reason != "withdrawn":
                await self._telling.editors(session, row, "over", WITHDRAWN[reason])
        return {"state": "withdrawn", "withdrawn_at": now, "confirm_by": None}

    async def confirmed(self, session: AsyncSession, row: ArticleRow, by: str) -> dict[str, Any]:
        """Somebody said that it still holds; returns what changes in the article's row."""
        now = self._office.clock.wall()
        if self.confirming is not None:
            await self.confirming(session, row, now)
        await self.note(session, row, "confirmed", by=by)
        return {"confirmed_at": now}

    async def note(
        self, session: AsyncSession, row: ArticleRow, what: str, *, words: str = "", edition: int = 0, by: str = ""
    ) -> None:
        """A line of the maintenance notices."""
        now = self._office.clock.wall()
        session.add(
            NoticeRow(
                id=new_id(), organisation=row.organisation, region=row.region, article=row.id, name=row.title,
                number=row.number, audience=row.audience, unit=row.unit, what=what, edition=edition or row.edition,
                words=words[:500], created_by=by, created_at=now, updated_at=now,
            )
        )  # fmt: skip
        await session.flush()

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def at(self, session: AsyncSession, id: str, what: str, when: datetime | None) -> None:
        """Set or drop one of an article's times."""
        await self._set(session, id, {what: when})

    async def _set(self, session: AsyncSession, id: str, times: dict[str, datetime | None]) -> None:
        await self._timers.set_all(session, TIMER, {f"{id}:{what}": when for what, when in times.items()})

    async def _went_off(self, session: AsyncSession, due: Any) -> None:
        for one in due:
            await self._one(session, one)

    async def _one(self, session: AsyncSession, one: Due) -> None:
        id, _, what = one.key.partition(":")
        if (listener := self.listeners.get(what)) is not None:
            await listener(session, id, what)

    async def _begin(self, session: AsyncSession, id: str, what: str) -> None:
        row = await session.get(ArticleRow, id, with_for_update=True)
        edition = await self.edition(session, id, row.edition) if row is not None else None
        if row is not None and edition is not None and row.removed_at is None and row.state != "withdrawn":
            for key, value in (await self._put(session, row, edition)).items():
                setattr(row, key, value)

    async def _ended(self, session: AsyncSession, id: str, what: str) -> None:
        row = await session.get(ArticleRow, id)
        if row is not None and row.state in ("live", "waiting"):
            await self.over(session, row, "expired")

    async def over(self, session: AsyncSession, row: ArticleRow, reason: str) -> None:
        """Its time is over: by its process, or at once while somebody writes its next edition."""
        if self.end is not None:
            await self.end(session, row, reason)

    async def _soon(self, session: AsyncSession, id: str, what: str) -> None:
        row = await session.get(ArticleRow, id)
        if row is not None and row.state == "live" and row.valid_until is not None:
            await self._telling.editors(session, row, "soon", "失效时间将到，请修改失效时间，或任其到期自动下架")


def _for_readers(body: str, id: str) -> str:
    """Pictures of the draft as readers ask for them."""
    return re.sub(rf"{ARTICLES}/{id}/files/", f"{PUBLISHED}/{id}/files/", body)
