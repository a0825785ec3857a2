"""How long recordings are kept: by rules of the settings, longer while held. What goes, goes whole, and is proved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete

from cti.base.clock import Clock
from cti.base.visitor import system
from cti.office.files.blobs import LOCAL, StorageProblem
from cti.office.identity.audit.trail import Audit
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.store.recordings.search import RecordingSearch
from recorder.models import OutlineRow
from recorder.settings import RetentionRule
from recorder.storing import Depot, blob_of

log = structlog.get_logger(__name__)

BY, REMOVED = "录音保存期限", "recording.removed"
AT_ONCE = 200
LOOKED_AT = 50
"""Of so many of the newest recordings one at least lies in the folder, or it is another one."""


class Retention:
    """Removes what is over."""

    def __init__(self, store: Store, depot: Depot, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._recordings, self._search = RecordingStore(store), RecordingSearch(store)
        self._depot = depot
        self._audit = audit
        self._clock = clock

    async def sweep(self, rules: Sequence[RetentionRule]) -> int:
        """Remove what the rules no longer keep; returns how many. The first rule that fits decides, none keeps."""
        if not rules:
            return 0
        now, after, count = self._clock.wall(), "", 0
        first = now - timedelta(days=min(one.days for one in rules))
        while rows := await self._recordings.unheld(first, after, AT_ONCE):
            after = rows[-1].id
            count += await self.remove([one for one in rows if await self._is_over(one, rules, now)])
        return count

    async def _is_over(self, row: Recording, rules: Sequence[RetentionRule], now: datetime) -> bool:
        for rule in rules:
            if (rule.organisation or row.organisation) != row.organisation or (rule.kind or row.kind) != row.kind:
                continue
            if rule.column and not await self._search.has(row.id, rule.column, rule.value):
                continue
            return row.started_at < now - timedelta(days=rule.days)
        return False

    async def remove(self, rows: Sequence[Recording]) -> int:
        """Remove these but what somebody holds; returns how many are gone: none while the disk is not mounted."""
        if not rows or not await self._is_mounted():
            return 0
        # Whoever wants to hold one comes before this, or is told that it is going: never are files removed of what is
        # held. An engine that is killed in between is followed by one that goes on with them.
        claimed = await self._recordings.claim([one.id for one in rows])
        gone: list[Recording] = []
        for row in rows:
            if row.id not in claimed:
                continue
            if await self._is_removed(row):
                gone.append(row)
            else:
                await self._recordings.change(row.id, state="stored")
        if gone:
            hashes = {one.id: one.sha256 for one in gone}
            async with self._store.writing() as session:
                await self._audit.write(session, system(BY), REMOVED, "recording:", after={"sha256": hashes})
                # Without its key no copy anywhere opens any more.
                await self._recordings.removed(session, list(hashes))
                await session.execute(delete(OutlineRow).where(OutlineRow.recording.in_(list(hashes))))
        return len(gone)

    async def _is_mounted(self) -> bool:
        """Whether the folder is the one with the recordings: rows must not go without their files.

        An engine that starts while the disk is away makes an empty one, so of the newest some must lie in it.
        """
        newest = await self._recordings.newest_in(LOCAL, LOOKED_AT)
        paths = [self._depot.path(blob_of(one)) for one in newest]
        if not paths or await asyncio.to_thread(lambda: any(one.is_file() for one in paths)):
            return True
        log.error("nothing is removed: the newest recordings are not in their folder", folder=str(self._depot.path("")))
        return False

    async def _is_removed(self, row: Recording) -> bool:
        try:
            await self._depot.remove(blob_of(row), row.place)
        except (StorageProblem, OSError) as problem:
            log.error("a recording whose time is over stays", recording=row.id, reason=str(problem))
            return False
        if await asyncio.to_thread(self._depot.path(blob_of(row)).exists):
            log.error("a recording whose time is over is still there", recording=row.id)
            return False
        return True
