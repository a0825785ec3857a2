"""What an account keeps: the request that is not sent yet, articles that it marked, and what became of its requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, func, select, update

from cti.base.ids import new_id
from cti.office.records import Office
from cti.store.listing import Listed, listed
from workflow.portal.models import PortalAccountRow, PortalDraftRow, PortalFavouriteRow, PortalMessageRow
from workflow.portal.notices import Notices

MOST_FAVOURITES = 200


class Keeping:
    """Each function takes the id of an account, which whoever calls has by `Accounts`."""

    def __init__(self, office: Office, notices: Notices) -> None:
        self._store, self._clock, self._notices = office.store, office.clock, notices

    # ── the draft ────────────────────────────────────────────────────────────────────────────────────────────────

    async def draft(self, account: str) -> dict[str, Any] | None:
        """What was filled in so far; None when nothing was."""
        async with self._store.reading() as session:
            row = await session.get(PortalDraftRow, account)
        return None if row is None else dict(msgspec.json.decode(row.body))

    async def keep_draft(self, account: str, said: Mapping[str, Any]) -> None:
        """Keep it instead of the one before."""
        body = msgspec.json.encode(said).decode()
        async with self._store.writing() as session:
            row = await session.get(PortalDraftRow, account)
            if row is None:
                session.add(PortalDraftRow(account=account, body=body, updated_at=self._clock.wall()))
            else:
                row.body, row.updated_at = body, self._clock.wall()

    async def drop_draft(self, account: str) -> None:
        """It was sent, or is not wanted."""
        async with self._store.writing() as session:
            await session.execute(delete(PortalDraftRow).where(PortalDraftRow.account == account))

    # ── favourites ───────────────────────────────────────────────────────────────────────────────────────────────

    async def favourites(self, account: str, page: int, size: int) -> Listed[PortalFavouriteRow]:
        """A page of them, the newest first."""
        order = (PortalFavouriteRow.at.desc(), PortalFavouriteRow.article.asc())
        async with self._store.reading() as session:
            return await listed(session, PortalFavouriteRow, [PortalFavouriteRow.account == account], order, page, size)

    async def is_marked(self, account: str, article: str) -> bool:
        """Whether an article is among them."""
        async with self._store.reading() as session:
            return await session.get(PortalFavouriteRow, (account, article)) is not None

    async def mark(self, account: str, article: str, title: str, *, on: bool) -> None:
        """Put an article among them, or take it out. Beyond so many the oldest goes."""
        mine = PortalFavouriteRow.account == account
        async with self._store.writing() as session:
            row = await session.get(PortalFavouriteRow, (account, article))
            if row is not None and not on:
                await session.delete(row)
            elif row is None and on:
                oldest = select(PortalFavouriteRow).where(mine).order_by(PortalFavouriteRow.at).limit(1)
                count = await session.scalar(select(func.count()).select_from(PortalFavouriteRow).where(mine)) or 0
                if count >= MOST_FAVOURITES and (gone := await session.scalar(oldest)) is not None:
                    await session.delete(gone)
                session.add(
                    PortalFavouriteRow(account=account, article=article, title=title[:200], at=self._clock.wall())
                )

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, numbers: Sequence[str], ticket: str, words: str, keep_days: int) -> None:
        """A request came a step further: the accounts of these numbers are told; the same words at once, once."""
        now = self._clock.wall()
        wanted = select(PortalAccountRow.id).where(PortalAccountRow.number_index.in_(numbers))
        async with self._store.writing() as session:
            accounts = list(await session.scalars(wanted))
            if not accounts:
                return
            theirs = PortalMessageRow.account.in_(accounts), PortalMessageRow.number == ticket
            order = (PortalMessageRow.at, PortalMessageRow.id)
            rows = await session.scalars(select(PortalMessageRow).where(*theirs).order_by(*order))
            last = {row.account: row.words for row in rows}
            fresh = [one for one in accounts if last.get(one) != words]
            session.add_all(
                PortalMessageRow(id=new_id(), account=one, number=ticket, words=words[:80], at=now, read_at=None)
                for one in fresh
            )
            await self._notices.tell(session, fresh)
            old = PortalMessageRow.account.in_(accounts), PortalMessageRow.at < now - timedelta(days=keep_days)
            await session.execute(delete(PortalMessageRow).where(*old))

    async def messages(self, account: str, page: int, size: int) -> Listed[PortalMessageRow]:
        """A page of them, the newest first; whoever sees them has read them."""
        order = (PortalMessageRow.at.desc(), PortalMessageRow.id.desc())
        async with self._store.reading() as session:
            found = await listed(session, PortalMessageRow, [PortalMessageRow.account == account], order, page, size)
        unread = [row.id for row in found.rows if row.read_at is None]
        if unread:
            async with self._store.writing() as session:
                mine = update(PortalMessageRow).where(PortalMessageRow.id.in_(unread))
                await session.execute(mine.values(read_at=self._clock.wall()))
        return found

    async def unread(self, account: str) -> int:
        """How many he has not seen."""
        mine = PortalMessageRow.account == account, PortalMessageRow.read_at.is_(None)
        async with self._store.reading() as session:
            return await session.scalar(select(func.count()).select_from(PortalMessageRow).where(*mine)) or 0
