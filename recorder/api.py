"""Recordings over HTTP: what there is of one, and its sound."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pydantic
from aiohttp import web

from cti.identity.audit import Audit
from cti.identity.visitor import Visitor
from cti.refusal import Conflict, NotFound
from cti.store.recordings import Recording, RecordingStore
from cti.web.routes import Route

LISTEN = "recordings.listen"


class RecordingView(pydantic.BaseModel):
    """A recording; `state` is recording, stored, failed or lost."""

    id: str
    call: str
    agent: str
    started_at: datetime
    seconds: float | None
    bytes: int | None
    channels: int
    state: str
    repaired: bool
    kind: str


def routes(store: RecordingStore, folder: Path, audit: Audit) -> list[Route]:
    """The routes, for recordings that lie in `folder`; who listens stands in the audit."""

    async def find(recording: str, visitor: Visitor) -> Recording:
        found = await store.find(recording, visitor.reach(LISTEN))
        if found is None:
            raise NotFound("no_such_recording", "没有这条录音")
        return found

    async def show(recording: str, visitor: Visitor) -> RecordingView:
        return RecordingView.model_validate(await find(recording, visitor), from_attributes=True)

    async def play(recording: str, visitor: Visitor) -> web.StreamResponse:
        found = await find(recording, visitor)
        path = folder / found.path
        if found.state != "stored" or not path.is_file():
            raise Conflict("recording_not_ready", "录音尚未完成或无法播放")
        await audit.look(visitor, "recording.listened", f"recording:{recording}", {"call": found.call})
        return web.FileResponse(path, headers={"Content-Type": "audio/wav", "Cache-Control": "private, no-store"})

    return [
        Route("GET", "/api/recordings/{recording}", show, LISTEN, "录音信息"),
        Route("GET", "/api/recordings/{recording}/audio", play, LISTEN, "收听录音"),
    ]
