"""The recorder on a real store: what becomes of a recording when engines, files and talks end in any order."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from cti.base.bus import Bus
from cti.base.call import Call, Talk
from cti.base.ciphers.key_sources import KeyProblem
from cti.base.clock import LoopClock
from cti.base.events import (
    AlarmCleared,
    AlarmRaised,
    Event,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    TalkEnded,
    TalkStarted,
)
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive
from recorder.keys import Keys
from recorder.service import HELD_BACK_SECONDS, Recorder
from tests.recorder.rooms import an_archive, heard

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
SPOKEN = b"said"
"""A frame."""


class Room:
    """A recorder, its store, and the calls it can see."""

    def __init__(self, store: Store, journal: Journal, archive: Archive) -> None:
        self.journal = journal
        self.bus, self.calls = Bus(), dict[str, Call]()
        self.told: list[Event] = []
        self.bus.subscribe(Event, self.told.append)
        self.store, self.archive, self.folder = RecordingStore(store), archive, archive.folder
        self.recorder = self.new_recorder()

    def new_recorder(self, again_seconds: float = 30.0) -> Recorder:
        return Recorder(
            self.store,
            self.journal.record,
            self.journal.flushed,
            self.archive,
            self.bus,
            LoopClock(),
            self.calls.get,
            free_bytes=1,
            again_seconds=again_seconds,
        )

    def talk(self, seconds: float = 1.0) -> tuple[Call, Talk, Path]:
        call = Call(new_id(), "city", "320400", "s", "t", Number.parse("13800000001"), Number.parse("12345"), AT)
        call.talk = Talk(agent="1001")
        planned = self.recorder.begin(call, call.talk)
        assert planned is not None
        call.talk.recording, path = planned
        path.write_bytes(SPOKEN * int(seconds * 8000))
        self.calls[call.id] = call
        return call, call.talk, path

    def started(self, call: Call) -> None:
        about = {"at": AT, "call": call.id, "organisation": "city", "region": "320400"}
        self.recorder.on_talk_started(TalkStarted(**about, agent="1001", leg="l", queue="q", waited=0))

    def ended(self, call: Call, by: str = "agent") -> None:
        call.talk = None
        about = {"at": AT, "call": call.id, "organisation": "city", "region": "320400"}
        self.recorder.on_talk_ended(TalkEnded(**about, agent="1001", seconds=1, ended_by=by))

    def kinds(self) -> list[type[Event]]:
        return [type(event) for event in self.told]


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    store = await Store.open(None, tmp_path)
    archive = await an_archive(store, tmp_path / "recordings")
    journal = Journal.start(store, lambda event: None)
    found = Room(store, journal, archive)
    yield found
    await found.recorder.stop()
    await journal.close()
    await store.close()


async def settled(room: Room) -> None:
    await asyncio.sleep(0.35)
    await room.recorder.stop()
    await room.journal.flushed()


async def test_a_talk_becomes_a_playable_file_and_its_raw_file_goes(room: Room) -> None:
    call, _, path = room.talk()
    room.started(call)
    room.ended(call)
    await settled(room)
    assert not path.exists()
    (stored,) = await room.store.of_call(call.id)
    assert (stored.state, stored.seconds, stored.repaired) == ("stored", 1.0, False)
    assert (await heard(room.archive, stored)).readframes(9000) == SPOKEN * 8000
    assert room.kinds() == [RecordingStarted, RecordingFinished]


async def test_nothing_that_was_said_lies_in_clear_after_its_talk(room: Room) -> None:
    """Recordings lay on the disk as sound: whoever had the disk heard the citizens."""
    call, _, path = room.talk(3.0)
    room.started(call)
    room.ended(call)
    await settled(room)
    assert not path.exists()
    files = [one for one in room.folder.rglob("*") if one.is_file()]
    assert len(files) == 1 and SPOKEN * 10 not in files[0].read_bytes()
    (stored,) = await room.store.of_call(call.id)
    whole = b"".join([piece async for piece in (await room.archive.sound(stored)).pieces(0, stored.bytes or 0)])
    assert hashlib.sha256(whole).hexdigest() == stored.sha256


async def test_after_a_power_failure_a_recording_that_was_not_on_the_disk_is_made_again(room: Room) -> None:
    whole, broken, gone = (room.talk(seconds) for seconds in (1.0, 2.0, 3.0))
    for call, _, _ in (whole, broken, gone):
        room.started(call)
        room.ended(call)
    await asyncio.sleep(0.5)
    await room.journal.flushed()
    wavs = [room.folder / (await room.store.of_call(call.id))[0].path for call, _, _ in (whole, broken, gone)]
    assert all(path.exists() for _, _, path in (whole, broken, gone)), "originals are kept for a while"
    wavs[1].write_bytes(wavs[1].read_bytes()[:1000])
    wavs[2].unlink()
    told = len(room.told)
    room.recorder = room.new_recorder()
    await room.recorder.recover()
    await room.recorder.stop()
    await room.journal.flushed()
    for (call, _, _), seconds in zip((whole, broken, gone), (1, 2, 3), strict=True):
        (stored,) = await room.store.of_call(call.id)
        assert (await heard(room.archive, stored)).getnframes() == seconds * 8000
    assert not any(path.exists() for _, _, path in (whole, broken, gone))
    assert room.told[told:] == [], "nothing new happened to them"


async def test_while_the_keys_are_away_talks_are_recorded_and_sealed_afterwards(room: Room) -> None:
    """A key server that did not answer cost what was said."""
    room.recorder = room.new_recorder(again_seconds=0.2)
    keys, opens = room.archive.keys, asyncio.Event()
    room.archive.keys = AwayKeys(keys, opens)
    call, _, raw = room.talk(2.0)
    room.started(call)
    room.ended(call)
    await until(lambda: RecordingFailed in room.kinds())
    assert [one.name for one in room.told if isinstance(one, AlarmRaised)] == ["recording_key"]
    assert raw.exists()
    opens.set()
    await until(lambda: RecordingFinished in room.kinds())
    assert AlarmCleared in room.kinds()
    await room.recorder.stop()
    await room.journal.flushed()
    (stored,) = await room.store.of_call(call.id)
    assert stored.state == "stored" and not raw.exists()


class AwayKeys(Keys):
    """Keys that open when they are let."""

    def __init__(self, keys: Keys, opens: asyncio.Event) -> None:
        self.__dict__.update(keys.__dict__)
        self._opens = opens

    @property
    def are_there(self) -> bool:
        return self._opens.is_set()

    async def open(self) -> None:
        if not self._opens.is_set():
            raise KeyProblem("the key server does not answer")


async def test_phone_that_was_not_answered_leaves_nothing(room: Room) -> None:
    call, talk, path = room.talk()
    room.recorder.forget(talk.recording)
    assert not path.exists()
    assert await room.store.of_call(call.id) == []


async def test_engine_that_died_in_a_talk_is_made_good_by_the_next(room: Room) -> None:
    ended, talking = room.talk(2)[0], room.talk(3)[0]
    room.started(ended)
    room.started(talking)
    await settled(room)
    ended.talk = None
    room.recorder = room.new_recorder()
    await room.recorder.recover()
    await settled(room)
    (first,) = await room.store.of_call(ended.id)
    (second,) = await room.store.of_call(talking.id)
    assert (first.state, first.repaired, first.seconds) == ("stored", True, 2.0)
    assert second.state == "recording"
    room.ended(talking)
    await settled(room)
    (second,) = await room.store.of_call(talking.id)
    assert second.state == "stored"


async def test_switch_that_wrote_nothing_is_told(room: Room) -> None:
    call, _, path = room.talk()
    room.started(call)
    path.unlink()
    room.ended(call)
    await settled(room)
    (stored,) = await room.store.of_call(call.id)
    assert stored.state == "lost"
    assert RecordingFailed in room.kinds()


async def test_talk_handed_over_goes_on_in_the_same_recording(room: Room) -> None:
    call, talk, _ = room.talk()
    room.started(call)
    about = {"at": AT, "call": call.id, "organisation": "city", "region": "320400"}
    room.recorder.on_talk_ended(TalkEnded(**about, agent="1001", seconds=1, ended_by="transfer"))
    room.started(call)
    await settled(room)
    (stored,) = await room.store.of_call(call.id)
    assert stored.state == "recording" and stored.id == talk.recording
    assert room.kinds() == [RecordingStarted]


async def test_what_a_full_disk_refused_is_written_when_there_is_room(room: Room) -> None:
    """On a full disk what had been recorded was kept from people until the next start of the engine."""
    room.recorder = room.new_recorder(again_seconds=0.2)
    call, _, raw = room.talk(2.0)
    room.started(call)
    # Where the folder of the day should be, something else is: the disk refuses as a full one does.
    day = room.folder / "2026"
    day.write_text("", "utf-8")
    room.ended(call)
    await until(lambda: RecordingFailed in room.kinds())
    await asyncio.sleep(1.2)
    assert room.kinds().count(RecordingFailed) == 1
    assert raw.exists()
    day.unlink()
    await until(lambda: RecordingFinished in room.kinds())
    assert AlarmCleared in room.kinds()
    (stored,) = [one for one in room.told if isinstance(one, RecordingFinished)]
    assert (stored.seconds, stored.repaired) == (2.0, True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.02)


async def test_the_end_of_the_talk_is_compared_with_what_was_written(room: Room) -> None:
    asked = list[tuple[float | None, datetime]]()

    async def check(recording: Recording, ended_at: datetime) -> float:
        asked.append((recording.seconds, ended_at))
        return 0.0

    room.recorder._check = check
    call, _, _ = room.talk(2.0)
    room.started(call)
    room.ended(call)
    await settled(room)
    assert asked == [(2.0, AT)]


async def test_what_the_switch_still_holds_back_counts_for_where_a_gap_is(room: Room) -> None:
    """It writes a second at a time: gaps began up to a second before what was said."""
    (room.folder / "live").mkdir(exist_ok=True)
    raw = room.folder / "live" / "r.raw"
    raw.write_bytes(SPOKEN * 16_000)
    now = time.time()
    for ago, more in ((0.5, 0.5), (60.0, HELD_BACK_SECONDS), (-60.0, 0.0)):
        os.utime(raw, (now, now - ago))
        assert room.recorder.length("r") == pytest.approx(2 + more, abs=0.2)
    assert room.recorder.length("none") == 0
