"""Recordings over HTTP: what there is of one, and its sound."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime

import pydantic
from aiohttp import web

from cti.base.clock import Clock
from cti.base.http.routes import Exchange, Query, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.files.serving import disposition, give
from cti.office.identity.audit.trail import Audit
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.about import Abouts
from recorder.archive import Archive, whole
from recorder.formats import KINDS, Format, NoEncoder, encoded
from recorder.gaps import GAPS
from recorder.notes import NewNote, Notes, NoteView
from recorder.playings import Playings, part_of

WAV, NO_STORE = "audio/wav", "private, no-store"
LISTEN, DOWNLOAD = "recordings.listen", "recordings.download"
MANAGE = "system.manage"


class DownloadQuery(Query):
    """In which format it is taken away."""

    format: Format = "wav"


class RenewedKey(pydantic.BaseModel):
    """The number of the wrapping key that holds from now on."""

    number: int


class GapView(pydantic.BaseModel):
    """A part that is silent because the recording was paused, in seconds of the sound."""

    since: float
    until: float | None
    reason: str
    by: str


class RecordingView(pydantic.BaseModel):
    """A recording; `state` is recording, stored, failed or lost, `title` says whose it is and when it began."""

    id: str
    title: str = ""
    call: str
    agent: str
    started_at: datetime
    seconds: float | None
    bytes: int | None
    channels: int
    state: str
    repaired: bool
    kind: str
    fault: str = ""
    held: str = ""
    is_held: bool = False
    caller: str = ""
    handler: str = ""
    queue: str = ""
    organisation_title: str = ""
    satisfaction: str = ""
    source: str = ""
    old: str = ""
    gaps: list[GapView] = []


def routes(
    store: RecordingStore, archive: Archive, notes: Notes, abouts: Abouts, audit: Audit, clock: Clock
) -> list[Route]:
    """The routes, for recordings of `archive`; who listens and who downloads stands in the audit, each time."""
    playings = Playings(clock)

    async def find(recording: str, visitor: Visitor, permission: str = LISTEN) -> Recording:
        found = await store.find(recording, visitor.reach(permission))
        if found is None:
            raise NotFound("no_such_recording", "没有这条录音")
        return found

    async def show(recording: str, visitor: Visitor) -> RecordingView:
        found = await find(recording, visitor)
        view = RecordingView.model_validate(found, from_attributes=True)
        about = (await abouts.of(visitor, [found]))[found.id]
        return view.model_copy(
            update={
                "title": f"{found.started_at.astimezone(ZONE):%Y-%m-%d %H:%M} {about.handler or about.caller}".strip(),
                "is_held": bool(found.held), "gaps": [GapView(**one) for one in found.detail.get(GAPS, [])],
                "caller": about.caller, "handler": about.handler, "queue": about.queue,
                "organisation_title": about.organisation, "satisfaction": about.satisfaction,
                "source": about.source, "old": about.old,
            }
        )  # fmt: skip

    async def play(recording: str, visitor: Visitor, exchange: Exchange) -> web.StreamResponse:
        found = await find(recording, visitor)
        sound = await archive.sound(found)
        part = part_of(exchange.request)
        if playings.begins(visitor.person, recording, part, sound.size, found.seconds or 0.0):
            await audit.note(visitor, "recording.listened", f"recording:{recording}", {"call": found.call})
        return await give(
            exchange.request, f"{recording}.wav", WAV, sound.size, sound.etag, sound.pieces, inline=True, cache=NO_STORE
        )

    async def download(
        recording: str, visitor: Visitor, query: DownloadQuery, exchange: Exchange
    ) -> web.StreamResponse:
        found = await find(recording, visitor, DOWNLOAD)
        sound = await archive.sound(found)
        if query.format != "wav":
            name, media = f"{recording}.{query.format}", KINDS[query.format][2]
            try:
                made = await asyncio.to_thread(encoded, io.BytesIO(await whole(sound)), query.format)
            except NoEncoder as error:
                raise Conflict("no_encoder", f"服务器没有 {query.format} 编码器，请下载 wav 格式") from error
            await audit.note(visitor, "recording.downloaded", f"recording:{recording}", {"call": found.call})
            return web.Response(
                body=made,
                content_type=media,
                headers={"Content-Disposition": disposition(name), "Cache-Control": NO_STORE},
            )
        await audit.note(visitor, "recording.downloaded", f"recording:{recording}", {"call": found.call})
        return await give(
            exchange.request, f"{recording}.wav", WAV, sound.size, sound.etag, sound.pieces, cache=NO_STORE
        )

    async def marks(recording: str, visitor: Visitor) -> list[NoteView]:
        return await notes.of(visitor, (await find(recording, visitor)).id)

    async def mark(recording: str, visitor: Visitor, body: NewNote) -> NoteView:
        return await notes.add(visitor, await find(recording, visitor), body)

    async def unmark(recording: str, note: str, visitor: Visitor) -> None:
        await notes.remove(visitor, (await find(recording, visitor)).id, note)

    async def renew(visitor: Visitor) -> RenewedKey:
        number = await archive.keys.rotate()
        await audit.note(visitor, "recording.keys_renewed", "recording:", {"number": number})
        return RenewedKey(number=number)

    return [
        Route("POST", "/api/recordings/keys/renew", renew, MANAGE, "更换录音密钥"),
        Route("GET", "/api/recordings/{recording}/notes", marks, LISTEN, "录音的标记"),
        Route("POST", "/api/recordings/{recording}/notes", mark, LISTEN, "在录音某一秒做标记"),
        Route("DELETE", "/api/recordings/{recording}/notes/{note}", unmark, LISTEN, "收回自己的标记"),
        Route("GET", "/api/recordings/{recording}", show, LISTEN, "录音信息"),
        Route("GET", "/api/recordings/{recording}/audio", play, LISTEN, "收听录音"),
        Route("GET", "/api/recordings/{recording}/file", download, DOWNLOAD, "下载录音"),
    ]
