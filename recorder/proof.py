"""Whether recordings are what they were: their hashes stand in the audit's chain, and each night some are looked at.

What was not looked at for longest comes first. Rows and files are compared both ways. Recordings from before there was
sealing are sealed by the way.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
import structlog

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.sealed_files import SealedReader, is_sealed
from cti.base.clock import Clock
from cti.base.refusal import NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import system
from cti.office.files.blobs import LOCAL, StorageProblem
from cti.office.files.service import Alarm
from cti.office.identity.audit.trail import Audit
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import UNPROVED, Archive
from recorder.lengths import SHORT
from recorder.originals import written
from recorder.storing import blob_of
from recorder.wav import HEADER_BYTES

log = structlog.get_logger(__name__)

Fault = Literal["", "missing", "changed", "key"]
BY = "录音核验"
SEALED = "recording.sealed"
AT_ONCE = 200
FETCHED_A_NIGHT = 200
"""So many of those in the storage service are fetched and compared."""
LOOK_AGAIN = timedelta(days=30)
"""How often each recording is looked at, where a night is long enough."""
NIGHT_SECONDS = 4 * 3600.0
REST = 4.0
"""So many times as long as a look took nothing is looked at: callers come first."""
DAYS = 40
"""So far back rows and files are compared each night."""
SETTLED = timedelta(hours=1)
"""Files younger than this may have their row on the way."""

BESIDE = ".sealed"
"""Ends the name of one from before that is sealed, until its row says so."""
ASIDE = ".clear"
"""Ended it in older engines while it was being sealed."""


class Proofs:
    """Writes hashes into the audit, and looks at what is kept."""

    def __init__(self, store: Store, archive: Archive, audit: Audit, clock: Clock, alarm: Alarm) -> None:
        self._store = store
        self._recordings = RecordingStore(store)
        self._archive = archive
        self._audit = audit
        self._clock = clock
        self._alarm = alarm
        self._fetches = FETCHED_A_NIGHT

    async def prove(self) -> int:
        """Write the hashes of new recordings into the audit, many in one entry; returns how many."""
        count = 0
        while rows := await self._recordings.unproved(UNPROVED, AT_ONCE):
            hashes = {one.id: one.sha256 for one in rows}
            async with self._store.writing() as session:
                entry = await self._audit.write(session, system(BY), SEALED, "recording:", after={"sha256": hashes})
                await self._recordings.prove(session, list(hashes), entry)
            count += len(rows)
        return count

    async def night(self, *, seconds: float = NIGHT_SECONDS, rest: float = REST) -> dict[str, int]:
        """Look for so long; returns how many of each fault there are now. An alarm tells of them."""
        await self._archive.keys.tidy()
        await self.take_up()
        orphans = await self.compare()
        until, self._fetches = self._clock.now() + seconds, FETCHED_A_NIGHT
        while self._clock.now() < until:
            now = self._clock.wall()
            rows = await self._recordings.longest_unseen(now - LOOK_AGAIN, now, 50)
            if not rows:
                break
            for row in rows:
                begun = time.monotonic()
                fault = await self.look(row) or (row.fault if row.fault == SHORT else "")
                await self._recordings.seen(row.id, self._clock.wall(), fault)
                if fault in WORDS:
                    log.error("a recording is not what it was", recording=row.id, call=row.call, fault=fault)
                await asyncio.sleep((time.monotonic() - begun) * rest)
        faults = await self._recordings.faults()
        words = [f"{faults[fault]} 条{word}" for fault, word in WORDS.items() if faults.get(fault)]
        if orphans:
            words.append(f"{orphans} 个录音文件没有记录")
        self._alarm("recordings_broken", "录音核验发现问题：" + "，".join(words) if words else "")
        return {**faults, **({"orphan": orphans} if orphans else {})}

    async def look(self, row: Recording) -> Fault:
        """What is wrong with one; one that lies in clear is sealed."""
        path = self._archive.path(row)
        if row.place != LOCAL:
            return await self._look_away(row)
        if not await asyncio.to_thread(path.is_file):
            return "missing"
        if not await asyncio.to_thread(is_sealed, path):
            return await (self._put_in_place(row, path) if row.key else self._seal(row, path))
        return await self._compared(row, path)

    async def _compared(self, row: Recording, path: Path) -> Fault:
        """Whether the sound in a file is that of the row, and of the audit."""
        try:
            cipher = self._archive.keys.opened(row.id, row.key)
        except KeyProblem:
            return "key"
        try:
            found = await asyncio.to_thread(_hash, path, cipher)
        except KeyProblem:
            return "changed"
        if found != row.sha256:
            return "changed"
        said = await self._said(row.proof)
        return "changed" if row.proof > 0 and said.get(row.id) != found else ""

    async def _look_away(self, row: Recording) -> Fault:
        """In the storage service: some of a night are fetched and compared, of the others it is asked whether they are
        there. To fetch all of it each month is not wanted."""
        depot, blob = self._archive.depot, blob_of(row)
        if depot is None:
            return ""
        try:
            if self._fetches <= 0:
                return "" if await depot.exists(blob, row.place) else "missing"
            self._fetches -= 1
            path = await depot.fetched(blob)
            if path is None:
                return "missing"
            try:
                return await self._compared(row, path)
            finally:
                await asyncio.to_thread(path.unlink, missing_ok=True)
        except StorageProblem as problem:
            log.error("the storage of recordings cannot be reached", reason=str(problem))
            return ""

    async def _seal(self, row: Recording, path: Path) -> Fault:
        """One from before: its sound is the same, its place too, and at every moment it can be heard."""
        beside = _beside(path)
        try:
            sealed = await self._archive.take_in(row, path, skip=HEADER_BYTES, place=f"{row.path}{BESIDE}")
            await asyncio.to_thread(written, beside)
        except (OSError, KeyProblem) as error:
            log.error("a recording from before is not sealed yet", recording=row.id, reason=str(error))
            return ""
        await self._recordings.change(
            row.id, key=sealed.key, sha256=sealed.sha256, proof=sealed.proof, bytes=sealed.bytes, seconds=sealed.seconds
        )
        await asyncio.to_thread(beside.replace, path)
        return ""

    async def _put_in_place(self, row: Recording, path: Path) -> Fault:
        """A row with a key, and sound in clear: an engine was killed before it put what it had sealed in its place."""
        beside = _beside(path)
        try:
            found = await asyncio.to_thread(_hash, beside, self._archive.keys.opened(row.id, row.key))
        except (FileNotFoundError, KeyProblem):
            return "changed"
        if found != row.sha256:
            return "changed"
        await asyncio.to_thread(beside.replace, path)
        return ""

    async def take_up(self) -> int:
        """Sound that an older engine put aside in clear while it sealed it, and was killed; returns how many."""
        aside = await asyncio.to_thread(_aside, self._archive.folder)
        for clear in aside:
            path = clear.with_suffix("")
            row = next(iter(await self._recordings.of_ids([path.stem])), None)
            if row is not None and row.key and await asyncio.to_thread(path.is_file) and not await self.look(row):
                await asyncio.to_thread(clear.unlink)
                continue
            await asyncio.to_thread(clear.replace, path)
            log.warning("a recording that was put aside is back", file=str(path))
            if row is not None:
                await self._recordings.seen(row.id, self._clock.wall(), await self.look(row))
        return len(aside)

    async def _said(self, entry: int) -> dict[str, str]:
        """The hashes of an entry of the audit; none when it is not there."""
        if entry <= 0:
            return {}
        try:
            return _hashes((await self._audit.one(system(BY), entry)).after)
        except NotFound:
            return {}

    async def compare(self) -> int:
        """Rows of the last days without files are faults at once; returns how many files have no row."""
        today, orphans = self._clock.wall().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0), 0
        for back in range(DAYS):
            day = today - timedelta(days=back)
            folder = self._archive.folder / f"{day:%Y/%m/%d}"
            files = await asyncio.to_thread(_files, folder, self._clock.wall() - SETTLED)
            rows = {one.path: one for one in await self._recordings.stored_between(day, day + timedelta(days=1))}
            for path, row in rows.items():
                if row.place == "local" and path not in files and not (self._archive.folder / path).is_file():
                    await self._recordings.seen(row.id, self._clock.wall(), "missing")
            strange = [path for path, settled in files.items() if settled and path not in rows]
            known = {one.path for one in await self._recordings.of_ids([Path(one).stem for one in strange])}
            for path in strange:
                if path not in known:
                    log.error("a recording without a row", file=path)
                    orphans += 1
        return orphans


WORDS: dict[str, str] = {"missing": "文件缺失", "changed": "内容被改动", "key": "密钥无法打开"}


async def look_after(
    proofs: Proofs,
    due: asyncio.Event,
    wait: Callable[[float], Awaitable[None]],
    *,
    move: Callable[[], Awaitable[bool]],
    sweep: Callable[[], Awaitable[int]],
) -> None:
    """Until cancelled: hashes and moves each minute, the rest when it is `due`."""
    while True:
        try:
            await proofs.prove()
            while await move():
                await asyncio.sleep(0)
            if due.is_set():
                due.clear()
                await sweep()
                await proofs.night()
        except Exception:
            log.exception("recordings were not looked at")
        await wait(60.0)


def _files(folder: Path, before: datetime) -> dict[str, bool]:
    """The recordings in the folder of a day, and whether each is old enough to have a row."""
    root = folder.parent.parent.parent
    return {
        str(one.relative_to(root)): one.stat().st_mtime <= before.timestamp()
        for one in (folder.glob("*.wav") if folder.is_dir() else ())
    }


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}{BESIDE}")


def _aside(folder: Path) -> list[Path]:
    return sorted(Path(where, name) for where, _, names in os.walk(folder) for name in names if name.endswith(ASIDE))


def _hash(path: Path, cipher: Cipher) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in SealedReader(file, cipher).read():
            digest.update(piece)
    return digest.hexdigest()


@lru_cache(64)
def _hashes(after: str) -> dict[str, str]:
    found: dict[str, str] = msgspec.json.decode(after).get("sha256", {})
    return found
