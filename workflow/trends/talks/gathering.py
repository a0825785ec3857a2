"""Puts each talk to what its citizen spoke of: the matter of the likest talk before it, or one of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from cti.base.clock import Clock
from cti.base.lookout import Lookout
from cti.store.engine import Store
from cti.store.upsert import insert_or_leave
from workflow.assistant.duplicates.matters import Matter, Matters
from workflow.assistant.gists import Gist, Gists
from workflow.tickets.desk.alike import Asked
from workflow.transcripts.finished import FinishedTalk, FinishedTalks
from workflow.trends.gathering import PAGE, RANKED, SAME, SECONDS, WITHIN
from workflow.trends.models import MatterTalkRow

log = structlog.get_logger(__name__)

HELD = 20_000
"""The newest talks are compared: 2 kB of memory each."""
SPARE = 1.25


class TalkGathering:
    """Every engine does it, as `Gathering` does with tickets. `talks` and gists are there while others offer them."""

    def __init__(self, store: Store, clock: Clock, held: int = HELD) -> None:
        self._store, self._most = store, held
        self.talks: FinishedTalks | None = None
        self._gists: Gists | None = None
        self._matters: Matters | None = None
        self._since: datetime | None = None
        self._after = ""
        self._lookout = Lookout(clock, "trends: talks", self._look, self._failed)

    def use(self, gists: Gists | None) -> None:
        """Understand talks by these, or by nobody."""
        self._gists, self._matters = gists, None

    def start(self) -> None:
        """Look for talks that are over from now on."""
        self._lookout.start()

    async def stop(self) -> None:
        """Look no more."""
        await self._lookout.stop()

    async def _look(self) -> None:
        self._lookout.come_back(SECONDS)
        await self.gather()

    def _failed(self, error: Exception) -> None:
        # The next look reads the same talks again.
        log.error("talks not put to matters", reason=f"{type(error).__name__}: {error}")

    async def gather(self) -> None:
        """Read what was written down since the last look; nothing while nobody writes or understands talks."""
        talks, gists = self.talks, self._gists
        if talks is None or gists is None:
            return
        matters = self._matters
        if matters is None or matters.held > self._most * SPARE:
            matters = self._matters = await self._load(gists)
        while True:
            page = await talks.after(self._since, self._after, PAGE)
            if self._gists is not gists:
                # Who understands talks has gone meanwhile.
                return
            for one in page:
                gist = await gists.of(one.said)
                if gist is not None:
                    await self._put(one, gist, matters)
                self._since, self._after = one.changed_at, one.id
            if len(page) < PAGE:
                return

    async def _load(self, gists: Gists) -> Matters:
        """The newest that are known, as they are compared with; on from the last of them."""
        row, fresh = MatterTalkRow, gists.matters()
        async with self._store.reading() as session:
            rows = list(await session.scalars(select(row).order_by(row.at.desc(), row.call.desc()).limit(self._most)))
            last = select(row.changed_at).order_by(row.changed_at.desc()).limit(1)
            if self._since is None:
                # Those of the same moment are read again, and stay as they are.
                self._since = await session.scalar(last)
        await asyncio.to_thread(_take, fresh, rows[::-1])
        return fresh

    async def _put(self, one: FinishedTalk, gist: Gist, matters: Matters) -> None:
        row = MatterTalkRow
        async with self._store.reading() as session:
            held = await session.get(row, one.call)
        if held is not None:
            # What was written down from the recording later changes no matter that people may have seen.
            return
        said = {
            "call": one.call, "matter": await self._matter_of(one, gist, matters), "at": one.at,
            "changed_at": one.changed_at, "title": gist.title, "account": gist.account, "address": gist.address,
            "place": gist.place,
            "category": gist.category, "agent": one.agent, "by_hand": False, "organisation": one.organisation,
            "region": one.region,
        }  # fmt: skip
        async with self._store.writing() as session:
            await session.execute(insert_or_leave(row, "call"), said)
        matters.put(Matter(one.call, gist.title, gist.account, gist.place, gist.address, one.at))

    async def _matter_of(self, one: FinishedTalk, gist: Gist, held: Matters) -> str:
        asked = Asked(gist.title, gist.account, gist.place, gist.address, one.at, but=one.call)
        found = await asyncio.to_thread(held.rank, asked, RANKED)
        row, near = MatterTalkRow, [it.id for it in found if it.likeness >= SAME]
        wanted = select(row.call, row.matter).where(
            row.call.in_(near), row.organisation == one.organisation, row.at <= one.at, row.at >= one.at - WITHIN
        )
        async with self._store.reading() as session:
            matters = dict((await session.execute(wanted)).tuples().all())
        return next((matters[id] for id in near if id in matters), one.call)


def _take(matters: Matters, rows: Sequence[MatterTalkRow]) -> None:
    for one in rows:
        matters.put(Matter(one.call, one.title, one.account, one.place, one.address, one.at))
    matters.weigh()
