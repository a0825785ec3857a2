"""Puts each ticket to the matter that it is about: that of the likest ticket before it, or one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select, update

from cti.base.clock import Clock
from cti.base.lookout import Lookout
from cti.store.engine import Store
from cti.store.upsert import insert_or_leave
from workflow.tickets.desk.alike import AlikeTickets, Asked
from workflow.tickets.texts import TicketTexts, TicketWords
from workflow.trends.models import MatterTicketRow

log = structlog.get_logger(__name__)

SAME = 0.20
"""Likeness from which two tickets are about one matter: the best of those tried on judged groups of public messages."""
RANKED = 12
WITHIN = timedelta(days=60)
"""What was last told of so long ago is another matter when it comes again."""
PAGE = 100
FIRST = 20_000
"""So many of the newest tickets are read when there are no matters yet."""
SECONDS = 20.0
"""How often new tickets are looked for: with `Rises` a rise is told within two minutes of its ticket."""


class Gathering:
    """Every engine does it: two that do the same at once write the same rows once."""

    def __init__(self, store: Store, clock: Clock, texts: TicketTexts, alike: AlikeTickets) -> None:
        self._store, self._texts, self._alike = store, texts, alike
        self._since: datetime | None = None
        self._after = ""
        self._lookout = Lookout(clock, "trends: tickets", self._look, self._failed)

    def start(self) -> None:
        """Look for new and changed tickets from now on."""
        self._lookout.start()

    async def stop(self) -> None:
        """Look no more."""
        await self._lookout.stop()

    async def _look(self) -> None:
        self._lookout.come_back(SECONDS)
        await self.gather()

    def _failed(self, error: Exception) -> None:
        # The next look reads the same tickets again.
        log.error("tickets not put to matters", reason=f"{type(error).__name__}: {error}")

    async def gather(self) -> None:
        """Read what has changed since the last look; nothing while who ranks tickets is still reading them."""
        if self._since is None:
            await self._go_on()
        if self._since is None:
            for words in await self._texts.changed(None, "", FIRST):
                if not await self._take([words]):
                    return
            return
        while True:
            page = await self._texts.changed(self._since, self._after, PAGE)
            if not await self._take(page) or len(page) < PAGE:
                return

    async def _go_on(self) -> None:
        """From the newest change that was read before the engine began."""
        row = MatterTicketRow
        wanted = select(row.changed_at, row.ticket).order_by(row.changed_at.desc(), row.ticket.desc()).limit(1)
        async with self._store.reading() as session:
            if (last := (await session.execute(wanted)).first()) is not None:
                self._since, self._after = last

    async def _take(self, page: Sequence[TicketWords]) -> bool:
        """Put some to their matters; False when it cannot be said yet."""
        for words in page:
            if words.gone or words.confidential:
                async with self._store.writing() as session:
                    await session.execute(delete(MatterTicketRow).where(MatterTicketRow.ticket == words.id))
            elif not await self._put(words):
                return False
            self._since, self._after = words.changed_at, words.id
        return True

    async def _put(self, words: TicketWords) -> bool:
        async with self._store.reading() as session:
            held = await session.get(MatterTicketRow, words.id)
        said = {
            "organisation": words.organisation, "region": words.region, "changed_at": words.changed_at,
            "number": words.number, "title": words.title[:200], "place": words.place, "category": words.category,
        }  # fmt: skip
        if held is not None and (held.by_hand or held.title == words.title[:200]):
            async with self._store.writing() as session:
                await session.execute(update(MatterTicketRow).where(MatterTicketRow.ticket == words.id).values(**said))
            return True
        matter = await self._matter_of(words)
        if matter is None:
            return False
        async with self._store.writing() as session:
            if held is None:
                row = {"ticket": words.id, "matter": matter, "at": words.created_at, "by_hand": False, **said}
                await session.execute(insert_or_leave(MatterTicketRow, "ticket"), row)
            else:
                unsaid = MatterTicketRow.ticket == words.id, MatterTicketRow.by_hand.is_(False)
                await session.execute(update(MatterTicketRow).where(*unsaid).values(matter=matter, **said))
        return True

    async def _matter_of(self, words: TicketWords) -> str | None:
        """That of the likest ticket before it; its own id where there is none; None when nobody can say now."""
        asked = Asked(words.title, words.content, words.place, words.address, words.created_at, but=words.id)
        if self._alike.ranks is None:
            return words.id
        found = await self._alike.ranks.rank(asked, RANKED)
        if found is None:
            return None
        row, near = MatterTicketRow, [one.id for one in found if one.likeness >= SAME]
        wanted = select(row.ticket, row.matter).where(
            row.ticket.in_(near), row.organisation == words.organisation, row.at <= words.created_at,
            row.at >= words.created_at - WITHIN,
        )  # fmt: skip
        async with self._store.reading() as session:
            matters = dict((await session.execute(wanted)).tuples().all())
        return next((matters[id] for id in near if id in matters), words.id)
