"""Where the sound of a call lies, over HTTP: its recordings as one timeline, and who speaks when in each."""

from __future__ import annotations

from datetime import datetime

import pydantic

from cti.base.clock import Clock
from cti.base.http.routes import Route
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.people import People
from cti.store.calls import StoredCalls
from cti.store.recordings.recordings import RecordingStore
from recorder.api import LISTEN
from recorder.outline import Outline, Outlines
from recorder.timeline import Part, parts_in


class PartView(pydantic.BaseModel):
    """From `since` to `until`, in seconds of the call, `recording` has this sound, from `second` of it on.

    `agent` is with the caller, and `others` in a conference (`outside`: none of ours); of a message (`kind` is
    voicemail) and of somebody outside it is empty.
    """

    recording: str
    kind: str
    agent: str
    since: float
    until: float
    second: float
    others: list[str] = []


class TimelineView(pydantic.BaseModel):
    """A call and the parts of its recordings that the visitor may hear, in order; `seconds` is until its end or now.

    `names` are those of the agents, by their numbers.
    """

    call: str
    started_at: datetime
    seconds: float
    parts: list[PartView]
    names: dict[str, str] = {}


def routes(store: RecordingStore, calls: StoredCalls, outlines: Outlines, people: People, clock: Clock) -> list[Route]:
    """The routes."""

    async def timeline(call: str, visitor: Visitor) -> TimelineView:
        reach = visitor.reach(LISTEN)
        found = await calls.find(call, reach)
        if found is None:
            raise NotFound("no_such_call", "没有这通电话")
        end = found.ended_at or clock.wall()
        rows = {one.id: one for one in await store.of_call(call) if reach.covers(one.organisation, one.region)}
        if reach.agent is not None:
            rows = {id: one for id, one in rows.items() if one.agent == reach.agent}
        parts = [one for one in await parts_in(calls.stories, call, end) if one.recording in rows]
        told = {one.recording for one in parts}
        # Messages, and what the emergency queue recorded, are no talks of ours: they lie where they began.
        parts += [
            Part(one.id, one.agent, one.started_at, None, 0.0)
            for one in rows.values()
            if one.id not in told and one.seconds
        ]

        def view(part: Part) -> PartView:
            row = rows[part.recording]
            since = (part.since - found.arrived_at).total_seconds()
            seconds = part.seconds(end) if part.recording in told else row.seconds or 0.0
            return PartView(
                recording=row.id, kind=row.kind, agent=part.agent, since=round(since, 2),
                until=round(since + seconds, 2), second=part.second, others=list(part.others),
            )  # fmt: skip

        agents = {name for one in parts for name in (one.agent, *one.others) if name}
        known = await people.some_agents(agents)
        return TimelineView(
            call=call,
            names={number: one.name for number, one in known.items()},
            started_at=found.arrived_at,
            seconds=round((end - found.arrived_at).total_seconds(), 2),
            parts=[view(one) for one in sorted(parts, key=lambda one: one.since)],
        )

    async def outline(recording: str, visitor: Visitor) -> Outline:
        found = await store.find(recording, visitor.reach(LISTEN))
        if found is None:
            raise NotFound("no_such_recording", "没有这条录音")
        if found.state != "stored":
            raise Conflict("recording_not_ready", "录音尚未完成或无法播放")
        return await outlines.of(found)

    return [
        Route("GET", "/api/calls/{call}/timeline", timeline, LISTEN, "一通来电的录音时间线"),
        Route("GET", "/api/recordings/{recording}/outline", outline, LISTEN, "录音波形与说话时段"),
    ]
