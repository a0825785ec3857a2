"""Holding recordings over HTTP, one or many: what is held stays, whatever the rules of retention say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pydantic

from cti.base.http.routes import Body, Route
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.bulk.asking import MOST_IDS, Failure
from cti.office.identity.audit.trail import Audit
from cti.store.engine import Store
from cti.store.recordings.recordings import RecordingStore

KEEP = "recordings.keep"
Id = Annotated[str, pydantic.Field(max_length=26)]


class Hold(Body):
    """Why a recording is kept whatever the rules say."""

    reason: str = pydantic.Field(min_length=1, max_length=200, title="保全原因")


class ManyRecordings(Body):
    """Which recordings."""

    ids: list[Id] = pydantic.Field(min_length=1, max_length=MOST_IDS, title="编号")


class HoldMany(Hold, ManyRecordings):
    """Which, and why."""


class Held(pydantic.BaseModel):
    """For how many it was done; `failed` are those for which it was not, and why."""

    done: int
    failed: list[Failure]


def routes(store: Store, audit: Audit) -> list[Route]:
    """The routes; each recording that is held or released has an entry of the audit, written with it."""
    recordings = RecordingStore(store)

    async def each(visitor: Visitor, ids: Sequence[str], held: str) -> Held:
        reach, done, failed = visitor.reach(KEEP), 0, list[Failure]()
        for id in dict.fromkeys(ids):
            found = await recordings.find(id, reach)
            if found is None:
                failed.append(Failure(id=id, detail="没有这条录音"))
            elif found.state == "removed":
                failed.append(Failure(id=id, detail="录音已按保存期限清理"))
            else:
                async with store.writing() as session:
                    before = await recordings.hold(session, id, held)
                    if before is None:
                        # Its time was over in this very moment.
                        failed.append(Failure(id=id, detail="录音已按保存期限清理"))
                        continue
                    action = "recording.held" if held else "recording.released"
                    after = {"call": found.call, **({"reason": held} if held else {})}
                    await audit.write(session, visitor, action, f"recording:{id}", before={"held": before}, after=after)
                done += 1
        return Held(done=done, failed=failed)

    async def one(visitor: Visitor, id: str, held: str) -> None:
        answer = await each(visitor, [id], held)
        if answer.failed:
            raise NotFound("no_such_recording", answer.failed[0].detail)

    async def hold(recording: str, visitor: Visitor, body: Hold) -> None:
        await one(visitor, recording, body.reason)

    async def release(recording: str, visitor: Visitor) -> None:
        await one(visitor, recording, "")

    async def hold_many(visitor: Visitor, body: HoldMany) -> Held:
        return await each(visitor, body.ids, body.reason)

    async def release_many(visitor: Visitor, body: ManyRecordings) -> Held:
        return await each(visitor, body.ids, "")

    return [
        Route("POST", "/api/recordings/bulk/hold", hold_many, KEEP, "批量保全录音"),
        Route("POST", "/api/recordings/bulk/release", release_many, KEEP, "批量解除保全"),
        Route("POST", "/api/recordings/{recording}/hold", hold, KEEP, "保全录音，到期不清理"),
        Route("DELETE", "/api/recordings/{recording}/hold", release, KEEP, "解除录音保全"),
    ]
