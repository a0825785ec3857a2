"""Sound that lies in clear and that no row knows: it becomes recordings like all others, sealed and told.

The switch's emergency queue records on its own while no engine is there (`emergency-<leg>.caller.wav` and
`.agent.wav`); an engine that was killed before a talk's first commit leaves `live/<id>.raw`; and messages whose call is
not known are put aside as `messages/<call>-<id>.unknown`. Of what belongs to no known call an alarm tells.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import structlog
from ulid import ULID

from cti.base.ciphers.key_sources import KeyProblem
from cti.base.clock import Clock
from cti.base.visitor import system
from cti.office.files.service import Alarm
from cti.office.identity.audit.trail import Audit
from cti.store.calls import StoredCalls
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.telephony.switch.port import RECORDING_RATE
from recorder.archive import Archive
from recorder.messages import FOLDER, STILL_SECONDS
from recorder.messages import KIND as VOICEMAIL
from recorder.originals import release
from recorder.wav import CHANNELS, HEADER_BYTES, SAMPLE_BYTES

log = structlog.get_logger(__name__)

BY, TAKEN_IN = "录音收容", "recording.taken_in"
TALK, EMERGENCY = "talk", "emergency"
LOOK_SECONDS = 60.0
SETTLED_SECONDS = 600.0
"""What did not grow for so long is over, also where its call is not known to have ended."""
BACK = timedelta(hours=6)
"""So long before its sound ended the call of a talk arrived at the earliest."""

House = Callable[[], Awaitable[tuple[str, str]]]
"""The organisation and region that own what belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Stray:
    """Files of one recording, none of which grows any more; `leg` or `call` says whose it may be."""

    id: str
    kind: str
    files: tuple[Path, ...]
    channels: int
    skip: int
    ended_at: datetime
    call: str = ""
    leg: str = ""

    @property
    def seconds(self) -> float:
        """How long its longest file is."""
        longest = max(one.stat().st_size for one in self.files) - self.skip
        return max(longest, 0) / (SAMPLE_BYTES * (CHANNELS if self.kind == TALK else 1)) / RECORDING_RATE


class Strays:
    """Takes in what it finds; `going_on` are the recordings of open talks, `ended` says whether a call is over."""

    def __init__(
        self,
        store: RecordingStore,
        calls: StoredCalls,
        archive: Archive,
        audit: Audit,
        alarm: Alarm,
        clock: Clock,
        house: House,
        going_on: Callable[[], Collection[str]],
    ) -> None:
        self._store = store
        self._calls = calls
        self._archive = archive
        self._audit = audit
        self._alarm = alarm
        self._clock = clock
        self._house = house
        self._going_on = going_on
        self._of_nobody = 0

    async def look_again_and_again(self) -> None:
        """Look for stray recordings again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("stray recordings cannot be looked at")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> int:
        """Take in what there is now; returns how many."""
        found = await asyncio.to_thread(_strays, self._archive.folder, self._clock.wall())
        rows = {one.id: one for one in await self._store.of_ids([one.id for one in found])}
        problem, count = "", 0
        for stray in found:
            row = rows.get(stray.id)
            if stray.id in self._going_on() or (row is not None and stray.kind == TALK):
                continue
            try:
                if row is not None and row.state != "recording":
                    # An engine was killed before it removed the files.
                    await self._let_go(stray, row)
                elif not stray.seconds:
                    await asyncio.to_thread(_remove, stray.files)
                elif (owner := await self._owner(stray)) is not None:
                    await self._take_in(stray, owner)
                    count += 1
            except (OSError, KeyProblem) as error:
                log.error("a stray recording stays in clear", file=stray.files[0].name, reason=str(error))
                problem = f"无主录音文件暂时无法加密，仍为明文：{error}"
        self._alarm("recordings_clear", problem)
        if self._of_nobody:
            self._alarm("recordings_strays", f"收入 {self._of_nobody} 条不知属于哪通来电的录音，请在录音列表中查看")
        return count

    async def _owner(self, stray: Stray) -> tuple[str, str, str] | None:
        """Call, organisation and region; None while the call may still go on."""
        call = stray.call
        if stray.leg:
            legs = dict(await self._calls.caller_legs(stray.ended_at - BACK))
            call = legs.get(stray.leg, "")
        known = await self._calls.load(call) if call else None
        if (known is None or known.ended_at is None) and self._age(stray) < SETTLED_SECONDS:
            return None
        if known is None:
            return "", *await self._house()
        return known.id, known.organisation, known.region

    def _age(self, stray: Stray) -> float:
        return (self._clock.wall() - stray.ended_at).total_seconds()

    async def _take_in(self, stray: Stray, owner: tuple[str, str, str]) -> None:
        call, organisation, region = owner
        row = Recording(
            id=stray.id, call=call, organisation=organisation, region=region, agent="", leg=stray.leg, path="",
            started_at=stray.ended_at - timedelta(seconds=stray.seconds), state="recording", repaired=True,
            channels=stray.channels, kind=stray.kind, detail={"file": stray.files[0].name},
        )  # fmt: skip
        if not self._archive.keys.are_there:
            await self._archive.keys.open()
        if stray.kind == EMERGENCY:
            both = self._archive.folder / "live" / f"{stray.id}.both"
            try:
                await asyncio.to_thread(_together, stray.files, both)
                sealed = await self._archive.take_in(row, both)
            finally:
                both.unlink(missing_ok=True)
        else:
            sealed = await self._archive.take_in(row, stray.files[0], skip=stray.skip)
        await self._store.add(sealed)
        after = {"call": call, "file": stray.files[0].name, "sha256": sealed.sha256}
        await self._audit.note(system(BY), TAKEN_IN, f"recording:{stray.id}", after)
        log.warning("a stray recording was taken in", recording=stray.id, call=call, file=stray.files[0].name)
        if not call:
            self._of_nobody += 1
        await self._let_go(stray, sealed)

    async def _let_go(self, stray: Stray, row: Recording) -> None:
        await asyncio.to_thread(release, [(one, self._archive.path(row)) for one in stray.files])


def _strays(folder: Path, now: datetime) -> list[Stray]:
    """All that lie still, without a look at rows."""
    live, found = folder / "live", list[Stray]()
    for path in sorted(live.glob("emergency-*.caller.wav")):
        leg = path.name.removeprefix("emergency-").removesuffix(".caller.wav")
        agent = path.with_name(f"emergency-{leg}.agent.wav")
        # The caller's goes last, so that its time always names the recording.
        files = (agent, path) if agent.exists() else (path,)
        found.append(Stray(_id_of(path), EMERGENCY, files, CHANNELS, HEADER_BYTES, _at(path), leg=leg))
    for path in sorted((folder / FOLDER).glob("*-*.unknown")):
        call, _, recording = path.stem.partition("-")
        found.append(Stray(recording, VOICEMAIL, (path,), 1, HEADER_BYTES, _at(path), call=call))
    for path in sorted(live.glob("*.raw")):
        found.append(Stray(path.stem, TALK, (path,), CHANNELS, 0, _at(path)))
    return [one for one in found if max(_at(file) for file in one.files) <= now - timedelta(seconds=STILL_SECONDS)]


def _at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _id_of(path: Path) -> str:
    """The same at every look: an engine that is killed in the middle is followed by one that goes on with it."""
    at = int(path.stat().st_mtime * 1000)
    return str(ULID(at.to_bytes(6) + hashlib.sha256(path.name.encode()).digest()[:10]))


def _together(files: Collection[Path], target: Path) -> None:
    """One file of both sides, left the caller, right the agent, of the switch's two."""
    sides = {one.name.rsplit(".", 2)[1]: np.fromfile(one, "<i2", offset=HEADER_BYTES) for one in files}
    both = np.zeros((max(map(len, sides.values())), CHANNELS), "<i2")
    for channel, side in enumerate(("caller", "agent")):
        if side in sides:
            both[: len(sides[side]), channel] = sides[side]
    target.touch(0o600)
    both.tofile(target)


def _remove(files: Collection[Path]) -> None:
    for one in files:
        one.unlink(missing_ok=True)
