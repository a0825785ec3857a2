"""Some seconds of a call's sound from a moment on; while the talk goes on, of what the switch has written so far."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pydantic
from aiohttp import web

from cti.base.clock import Clock
from cti.base.http.routes import Query, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.store.calls import StoredCalls
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.telephony.switch.port import RECORDING_RATE
from recorder.api import LISTEN, NO_STORE, WAV
from recorder.archive import Archive
from recorder.timeline import Part, parts_in
from recorder.wav import FRAME_BYTES, HEADER_BYTES, header

LONGEST = 30.0
BEFORE = 0.3
"""Seconds before a moment, so that its first sound is whole."""


class MomentQuery(Query):
    """From when on, and for how many seconds."""

    at: pydantic.AwareDatetime
    seconds: float = pydantic.Field(default=6.0, gt=0, le=LONGEST)


class Moments:
    """The service. Who hears a moment has listened to the recording: the audit tells."""

    def __init__(self, store: RecordingStore, archive: Archive, calls: StoredCalls, audit: Audit, clock: Clock) -> None:
        self._store, self._archive, self._calls = store, archive, calls
        self._audit, self._clock = audit, clock

    async def sound(self, visitor: Visitor, call: str, at: datetime, seconds: float) -> bytes:
        """A WAV. NotFound where the visitor may hear nothing of that moment, Conflict while it is not written yet."""
        reach, now = visitor.reach(LISTEN), self._clock.wall()
        found = await self._calls.find(call, reach)
        if found is None:
            raise NotFound("no_such_call", "没有这通电话")
        rows = {one.id: one for one in await self._store.of_call(call) if reach.covers(one.organisation, one.region)}
        if reach.agent is not None:
            rows = {id: one for id, one in rows.items() if one.agent == reach.agent}
        part = part_at(await parts_in(self._calls.stories, call, found.ended_at or now), at, now)
        if part is None or part.recording not in rows:
            raise NotFound("not_recorded", "这一刻没有录音")
        row = rows[part.recording]
        begins = max(part.second + (at - part.since).total_seconds() - BEFORE, 0.0)
        samples = await self._samples(row, begins, seconds + BEFORE)
        if not samples:
            raise Conflict("not_written", "这句话的录音还没有写完，请稍后再听")
        await self._audit.note(visitor, "recording.listened", f"recording:{row.id}", {"call": call})
        return header(len(samples), RECORDING_RATE, row.channels) + samples

    async def _samples(self, row: Recording, begins: float, seconds: float) -> bytes:
        frame = FRAME_BYTES // 2 * row.channels
        start, size = int(begins * RECORDING_RATE) * frame, int(seconds * RECORDING_RATE) * frame
        if row.state in ("recording", "failed"):
            return await asyncio.to_thread(_read, self._archive.folder / "live" / f"{row.id}.raw", start, size, frame)
        sound = await self._archive.sound(row)
        start = min(start + HEADER_BYTES, sound.size)
        return b"".join([piece async for piece in sound.pieces(start, min(start + size, sound.size))])


def part_at(parts: Sequence[Part], at: datetime, now: datetime) -> Part | None:
    """The part of a call's recordings in which a moment lies; a word may begin just before its talk is told of."""
    near = timedelta(seconds=1)
    inside = [one for one in parts if one.since - near <= at < (one.until or now) + near]
    return max(inside, key=lambda one: one.since, default=None)


def _read(path: Path, start: int, size: int, frame: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(start)
            found = file.read(size)
    except FileNotFoundError:
        return b""
    return found[: len(found) // frame * frame]


def routes(moments: Moments) -> list[Route]:
    """The route."""

    async def hear(call: str, visitor: Visitor, query: MomentQuery) -> web.Response:
        sound = await moments.sound(visitor, call, query.at, query.seconds)
        return web.Response(body=sound, content_type=WAV, headers={"Cache-Control": NO_STORE})

    return [Route("GET", "/api/calls/{call}/moment", hear, LISTEN, "听通话中的一句话")]
