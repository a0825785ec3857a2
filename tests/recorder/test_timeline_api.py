"""The timeline of a call over HTTP: talks, messages and what one may not hear, on a real store."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.base.call import Call
from cti.base.clock import VirtualClock
from cti.base.events import CallHeld, CallRetrieved, RecordingStarted, TalkEnded, TalkStarted
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotFound
from cti.base.scope import Scope
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.outline import Outlines
from recorder.timeline_api import routes
from tests.office import BOSS, EAST
from tests.recorder.rooms import a_house

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


async def test_all_sound_of_a_call_is_one_timeline(store: Store, tmp_path: Path) -> None:
    stack = AsyncExitStack()
    house = await stack.enter_async_context(a_house(store, tmp_path / "recordings"))
    archive = house.archive
    call = Call(new_id(), "east", "320400", "s", "t", Number.parse("13800000001"), Number.parse("12345"), AT)
    call.ended_at = AT + timedelta(seconds=100)
    journal = Journal.start(store, lambda event: None)
    about: dict[str, Any] = {"call": call.id, "organisation": "east", "region": "320400"}

    def at(second: float) -> datetime:
        return AT + timedelta(seconds=second)

    for event in (
        TalkStarted(at=at(10), agent="1001", leg="l", queue="", waited=0.0, **about),
        RecordingStarted(at=at(10), recording="talk", agent="1001", **about),
        CallHeld(at=at(20), agent="1001", **about),
        TalkEnded(at=at(40), agent="1001", seconds=30, ended_by="transfer", **about),
        TalkStarted(at=at(40), agent="1002", leg="m", queue="", waited=0.0, **about),
        CallRetrieved(at=at(40.5), agent="1002", **about),
        TalkEnded(at=at(60), agent="1002", seconds=20, ended_by="agent", **about),
    ):
        journal.append(event)
    journal.save(call)
    row = Recording("talk", call.id, "east", "320400", "1001", "", "", at(10), "stored", seconds=29.0)
    journal.record(row)
    journal.record(replace(row, id="message", kind="voicemail", agent="", started_at=at(70), seconds=12.0, channels=1))
    journal.record(replace(row, id="lost", state="lost", seconds=None, started_at=at(90)))
    await journal.close()
    rows = RecordingStore(store)
    outlines, people = Outlines(store, archive), house.identity.people
    made = routes(rows, StoredCalls(store), outlines, people, VirtualClock(at(999)))
    does: dict[str, Any] = {one.path: one.handler for one in made}
    found = await does["/api/calls/{call}/timeline"](call.id, EAST)
    assert found.seconds == 100.0
    assert [(one.recording, one.kind, one.agent, one.since, one.until, one.second) for one in found.parts] == [
        ("talk", "talk", "1001", 10.0, 20.0, 0.0), ("talk", "talk", "1002", 40.5, 60.0, 10.0),
        ("message", "voicemail", "", 70.0, 82.0, 0.0),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        await does["/api/calls/{call}/timeline"](call.id, replace(EAST, scope=Scope(organisations=frozenset({"west"}))))
    with pytest.raises(Conflict):
        await does["/api/recordings/{recording}/outline"]("lost", BOSS)
    with pytest.raises(NotFound):
        await does["/api/recordings/{recording}/outline"]("none", BOSS)
    await stack.aclose()
