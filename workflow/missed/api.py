"""Routes of callers who must be called back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import pydantic
from aiohttp import web

from cti.base.http.routes import Exchange, Page, Query, Route
from cti.base.refusal import Conflict
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.office.files.serving import give
from cti.office.records import RecordPage
from cti.office.records.query import Moments
from cti.office.timeline.entries import TimelinePage, TimelineQuery
from cti.store.recordings.recordings import RecordingStore
from recorder.archive import Archive
from workflow.missed.dialling import Dialling
from workflow.missed.service import BASE, Missed
from workflow.missed.views import MissedDone, MissedFigure, MissedQuery, MissedView
from workflow.missed.working import Working

PERIOD = timedelta(days=1)


class FiguresQuery(Query):
    """A period; by default the last day."""

    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class Dialled(pydantic.BaseModel):
    """The call that was begun."""

    call: str


def routes(
    missed: Missed,
    working: Working,
    dialling: Dialling,
    recordings: RecordingStore,
    archive: Archive,
    queues_of: Callable[[str], Collection[str]],
) -> list[Route]:
    """The table. Recordings lie in `archive`; `queues_of` are those of an agent."""

    async def find(visitor: Visitor, query: MissedQuery) -> RecordPage[MissedView]:
        return await missed.find(visitor, query)

    async def one(visitor: Visitor, id: str) -> MissedView:
        return await missed.get(visitor, id)

    async def changes(visitor: Visitor, id: str, query: Page) -> Moments:
        return await missed.changes(visitor, id, query.page, query.size)

    async def timeline(visitor: Visitor, id: str, query: TimelineQuery) -> TimelinePage:
        return await missed.timeline(visitor, id, query)

    async def take(visitor: Visitor, id: str) -> MissedView:
        return await working.take(visitor, id)

    async def follow(visitor: Visitor) -> MissedView:
        return await working.next(visitor, queues_of(visitor.agent_no or ""))

    async def again(visitor: Visitor, id: str) -> MissedView:
        return await working.again(visitor, id)

    async def release(visitor: Visitor, id: str) -> MissedView:
        return await working.release(visitor, id)

    async def done(visitor: Visitor, id: str, body: MissedDone) -> MissedView:
        return await working.done(visitor, id, body)

    async def dial(visitor: Visitor, id: str) -> Dialled:
        return Dialled(call=await dialling.dial(visitor, id))

    async def audio(visitor: Visitor, id: str, exchange: Exchange) -> web.StreamResponse:
        recording = await missed.recording_of(visitor, id)
        found = await recordings.find(recording, EVERYTHING)
        if found is None:
            raise Conflict("recording_not_ready", "留言尚未保存完成，请稍后再听")
        sound = await archive.sound(found)
        await missed.office.audit.look(visitor, "missed.listened", f"missed:{id}", {"recording": recording})
        return await give(
            exchange.request, f"{recording}.wav", "audio/wav", sound.size, sound.etag, sound.pieces, inline=True,
            cache="private, no-store",
        )  # fmt: skip

    async def of_call(visitor: Visitor, call: str) -> RecordPage[MissedView]:
        found = await missed.of_call(visitor, call)
        return RecordPage(items=found, total=len(found), page=1, size=max(len(found), 1))

    async def figures(visitor: Visitor, query: FiguresQuery) -> list[MissedFigure]:
        until = query.until or missed.office.clock.wall()
        return await missed.figures(visitor, query.since or until - PERIOD, until)

    see, work = missed.see, missed.edit_permission
    return [
        Route("GET", BASE, find, see, "待回电列表"),
        Route("GET", f"{BASE}/figures", figures, see, "待回电统计"),
        Route("GET", f"{BASE}/calls/{{call}}", of_call, work, "这次通话回的是谁的电"),
        Route("GET", f"{BASE}/{{id}}", one, see, "待回电详情"),
        Route("GET", f"{BASE}/{{id}}/changes", changes, see, "待回电的修改记录"),
        Route("GET", f"{BASE}/{{id}}/timeline", timeline, see, "待回电的动态"),
        Route("GET", f"{BASE}/{{id}}/audio", audio, work, "收听留言"),
        Route("POST", f"{BASE}/next", follow, work, "取下一个待回电"),
        Route("POST", f"{BASE}/{{id}}/again", again, work, "重新回电"),
        Route("POST", f"{BASE}/{{id}}/take", take, work, "接手待回电"),
        Route("POST", f"{BASE}/{{id}}/release", release, work, "放回待回电"),
        Route("POST", f"{BASE}/{{id}}/dial", dial, work, "回拨"),
        Route("POST", f"{BASE}/{{id}}/done", done, work, "填写回电结果"),
    ]
