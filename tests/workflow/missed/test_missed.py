"""Callers whom nobody talked to become work that somebody does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from cti.base.call import Call
from cti.base.events import CallEnded, CallLeftQueue, MessageLeft, NodeLeft
from cti.base.ids import new_id
from cti.base.refusal import Invalid, NotAllowed
from cti.office.records import Office
from cti.office.screens import lint
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.encoding import decode_event
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import RecordingStore
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from tests.cti.web.conftest import GivenSessions
from tests.office import BOSS, EAST, WEST, a_call, office_on, transactions, visitor
from tests.recorder.rooms import an_archive
from workflow.missed.api import routes
from workflow.missed.lost import Gathered, Lost
from workflow.missed.screens import SCREENS
from workflow.missed.service import Missed
from workflow.missed.views import MissedDone, MissedQuery, MissedView

PATIENCE = 10.0
SEES = visitor("看客", "city", "missed.see")


@dataclass
class Desk:
    """The service, and what happens to calls."""

    office: Office
    journal: Journal
    missed: Missed
    gathered: Gathered

    def engine(self) -> Gathered:
        """Another engine's eyes, on the same store."""
        calls = StoredCalls(self.office.store)
        return Gathered(calls, self.journal, self.missed.take_in, self.missed.reached, PATIENCE)

    async def ends(self, call: Call, *story: Any) -> None:
        """What a call went through, and its end, stored."""
        about = {"at": self.office.clock.wall(), "call": call.id, "organisation": call.organisation, "region": "320400"}
        for kind, details in story:
            self.journal.append(kind(**about, **details))
        self.journal.save(call)
        self.journal.append(CallEnded(**about, reason="caller_hung_up", seconds=60, answered=True))
        await self.journal.flushed()

    async def all(self, **query: Any) -> list[MissedView]:
        await self.gathered.catch_up()
        return (await self.missed.find(BOSS, MissedQuery(**query))).items


@pytest_asyncio.fixture
async def desk(sqlite_store: Store) -> AsyncIterator[Desk]:
    office = await office_on(sqlite_store, "missed")
    journal = Journal.start(sqlite_store, lambda event: None)
    missed = Missed(office, QueueTitles(), "0519")
    calls = StoredCalls(sqlite_store)
    gathered = Gathered(calls, journal, missed.take_in, missed.reached, PATIENCE)
    await gathered.begin()
    journal.on_stored(gathered.stored)
    yield Desk(office, journal, missed, gathered)
    await journal.close()


def gave_up(waited: float = 40.0, reason: str = "abandoned") -> tuple[Any, dict[str, Any]]:
    return CallLeftQueue, {"queue": "general", "reason": reason, "waited": waited}


def went(way: str) -> tuple[Any, dict[str, Any]]:
    return NodeLeft, {"flow": "hotline", "revision": 1, "node": "service_hours", "way": way, "seconds": 0.0}


def left(recording: str) -> tuple[Any, dict[str, Any]]:
    return MessageLeft, {"recording": recording, "seconds": 12.5, "queue": "general"}


async def test_what_is_said_after_the_tone_in_a_call_of_ours_is_no_message(desk: Desk) -> None:
    """A citizen tells a revisit why he is not content: nobody has to call him back."""
    call = a_call(desk.office)
    call.outgoing = True
    await desk.ends(call, left(new_id()))
    assert await desk.all() == []


async def test_a_message_is_work(desk: Desk) -> None:
    """A citizen's message was lost to people: no row, no event, no task."""
    call = a_call(desk.office)
    call.queues.append("general")
    recording = new_id()
    await desk.ends(call, gave_up(reason="overflowed"), left(recording))
    (one,) = await desk.all()
    assert (one.reason, one.number, one.queue, one.seconds, one.state) == (
        "voicemail", "13800000001", "general", 12.5, "open",
    )  # fmt: skip
    assert one.sound == {"name": "留言", "url": f"/api/missed/{one.id}/audio"}
    assert await desk.missed.recording_of(BOSS, one.id) == recording


async def test_a_message_that_came_to_light_late_is_not_a_second_call_to_make(desk: Desk) -> None:
    """Who left a message while the engine was dead stood there twice: for it, and for having been served by nobody."""
    call = a_call(desk.office)
    recording = new_id()
    await desk.ends(call, gave_up(0.0, "overflowed"))
    assert [one.reason for one in await desk.all()] == ["unserved"]
    about = {"at": desk.office.clock.wall(), "call": call.id, "organisation": call.organisation, "region": "320400"}
    for _ in range(2):
        desk.journal.append(MessageLeft(**about, recording=recording, seconds=12.5, queue="general"))
        await desk.journal.flushed()
        (one,) = await desk.all()
        assert (one.reason, one.seconds, one.calls) == ("voicemail", 12.5, 1)
        assert await desk.missed.recording_of(BOSS, one.id) == recording


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        ([gave_up()], "abandoned"),
        ([gave_up(3.0)], None),
        ([gave_up(reason="answered")], None),
        ([went("closed")], "closed"),
        ([went("holiday")], "closed"),
        ([went("open")], None),
        ([gave_up(reason="callback")], None),
        ([gave_up(0.0, "overflowed")], "unserved"),
        ([went("no_agents")], "unserved"),
        ([went("message")], "unserved"),
        ([gave_up(0.0, "overflowed"), gave_up()], "abandoned"),
        ([gave_up(0.0, "overflowed"), gave_up(reason="callback")], None),
    ],
)
async def test_who_must_be_called_back(desk: Desk, story: list[Any], reason: str | None) -> None:
    await desk.ends(a_call(desk.office), *story)
    assert [one.reason for one in await desk.all()] == ([reason] if reason else [])


async def test_who_talked_needs_no_call_and_closes_what_waited(desk: Desk) -> None:
    await desk.ends(a_call(desk.office), gave_up())
    await desk.ends(a_call(desk.office), left(new_id()))
    talked = a_call(desk.office)
    talked.talks = 1
    await desk.ends(talked, gave_up(reason="answered"))
    found = {one.reason: one for one in await desk.all()}
    assert (found["abandoned"].state, found["abandoned"].result) == ("done", "called_again")
    # What he said on the tape is still to be heard.
    assert found["voicemail"].state == "open"


async def test_a_talk_reads_its_end_alone_and_locks_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of a call's thirty events was read back and decoded, and each talk took the lock under which calls are
    written down.
    """
    read = list[str]()

    def decoded(kind: str, *rest: Any) -> Any:
        read.append(kind)
        return decode_event(kind, *rest)

    def refused() -> Any:
        raise AssertionError("nothing is to be written")

    talked = a_call(desk.office)
    talked.talks = 1
    await desk.ends(talked, went("1"), gave_up(reason="answered"))
    monkeypatch.setattr("cti.store.calls.decode_event", decoded)
    monkeypatch.setattr(desk.office.store, "writing", refused)
    await desk.gathered.catch_up()
    assert read == ["CallEnded"]


async def test_a_caller_stands_once_however_often_he_called(desk: Desk) -> None:
    for _ in range(3):
        await desk.ends(a_call(desk.office), gave_up())
    await desk.ends(a_call(desk.office, "13900000002"), went("closed"))
    found = {one.number: one.calls for one in await desk.all()}
    assert found == {"13800000001": 3, "13900000002": 1}
    nobody = a_call(desk.office, "anonymous")
    await desk.ends(nobody, gave_up())
    assert len(await desk.all()) == 2


async def test_what_was_stored_while_no_engine_heard_it_is_taken_in_once(desk: Desk) -> None:
    await desk.ends(a_call(desk.office), left(new_id()))
    await desk.ends(a_call(desk.office, "13900000002"), gave_up())
    after = desk.engine()
    await after.begin()
    await after.catch_up()
    # The engine died after it wrote them down, before it wrote down that it had.
    again = desk.engine()
    await again.catch_up()
    assert len(await desk.all()) == 2
    assert sorted(one.calls for one in await desk.all()) == [1, 1]


async def test_many_calls_at_once_are_taken_in_together_and_in_order(desk: Desk) -> None:
    """Each answered call cost three sessions of the database, to find that nobody waited for it."""

    async def answered(number: str) -> None:
        call = a_call(desk.office, number)
        call.talks = 1
        await desk.ends(call, gave_up(reason="answered"))

    await desk.ends(a_call(desk.office, "13800000001"), gave_up())
    await answered("13800000001")
    await desk.ends(a_call(desk.office, "13800000001"), gave_up())
    await desk.ends(a_call(desk.office, "13800000002"), gave_up())
    for at in range(40):
        await answered(f"139000000{at:02}")
    with transactions(desk.office.store) as begun:
        await desk.gathered.catch_up()
    # Who was talked to and then gave up again is to be called back.
    assert {(one.number, one.state) for one in await desk.all()} == {
        ("13800000001", "done"), ("13800000001", "open"), ("13800000002", "open"),
    }  # fmt: skip
    assert len(begun) <= 10


async def test_rights_and_reach(desk: Desk) -> None:
    await desk.ends(a_call(desk.office, organisation="east"), gave_up())
    (one,) = await desk.all()
    assert (await desk.missed.find(EAST, MissedQuery())).total == 1
    assert (await desk.missed.find(WEST, MissedQuery())).total == 0
    with pytest.raises(NotAllowed):
        await desk.missed.recording_of(SEES, one.id)
    with pytest.raises(Invalid):
        await desk.missed.create(BOSS, MissedDone(result="reached"))


async def test_lists_and_figures(desk: Desk) -> None:
    queued = a_call(desk.office)
    queued.queues.append("general")
    await desk.ends(queued, gave_up())
    await desk.ends(a_call(desk.office, "13900000002"), went("closed"))
    assert [one.number for one in await desk.all(search="0002")] == ["13900000002"]
    assert [one.number for one in await desk.all(reason="abandoned")] == ["13800000001"]
    assert await desk.all(state="done") == []
    now = desk.office.clock.wall()
    figures = await desk.missed.figures(BOSS, now - timedelta(hours=1), now + timedelta(hours=1))
    assert [(one.queue, one.abandoned, one.closed, one.waiting) for one in figures] == [
        ("", 0, 1, 1), ("general", 1, 0, 1),
    ]  # fmt: skip


async def test_its_screen_fits_its_routes(desk: Desk, tmp_path: Path) -> None:
    none: Any = None
    web = Web(GivenSessions())
    archive = await an_archive(desk.office.store, tmp_path)
    web.add(routes(desk.missed, none, none, RecordingStore(desk.office.store), archive, none))
    assert lint.problems(SCREENS, web.endpoints) == []


async def test_what_was_written_while_nobody_was_there_is_work_of_its_own(desk: Desk) -> None:
    """Whoever also gave up on the telephone is called back for that; what he wrote stands beside it, once."""
    await desk.ends(a_call(desk.office), gave_up())
    chat = new_id()
    written = Lost(
        chat,
        "city",
        "320400",
        "13800000001",
        "message",
        "general",
        desk.office.clock.wall(),
        said="路灯不亮 13800000002",
    )
    await desk.missed.take_in([written, written])
    found = {one.reason: one for one in await desk.all()}
    assert {reason: one.said for reason, one in found.items()} == {"abandoned": "", "message": "路灯不亮 13800000002"}
    (masked,) = (await desk.missed.find(SEES, MissedQuery(reason="message"))).items
    assert "13800000002" not in masked.said
