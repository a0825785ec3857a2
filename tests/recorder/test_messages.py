"""Messages of citizens on a real store: each has a row with its sound, whatever dies when."""

from __future__ import annotations

import asyncio
import os
import stat
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from cti.base.bus import Bus
from cti.base.call import Call
from cti.base.ciphers.key_sources import KeyProblem
from cti.base.ciphers.sealed_files import is_sealed
from cti.base.events import Event, MessageLeft
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive
from recorder.messages import FOLDER, STILL_SECONDS, Messages
from tests.recorder.rooms import an_archive, heard

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@dataclass
class Room:
    """The folder, the store, and one engine's eyes."""

    archive: Archive
    store: Store
    journal: Journal
    bus: Bus = field(default_factory=Bus)
    told: list[MessageLeft] = field(default_factory=list)
    alarms: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.archive.folder

    def engine(self) -> Messages:
        """A new engine: nothing is left of the one before."""
        self.bus, self.told = Bus(), []
        calls = StoredCalls(self.store)
        messages = Messages(
            RecordingStore(self.store), self.journal.record, self.journal.flushed, calls.load, self.archive, self.bus,
            self.alarms.__setitem__,
        )  # fmt: skip
        self.bus.subscribe(MessageLeft, self.told.append)
        self.bus.subscribe(MessageLeft, messages.on_left)
        return messages

    def call(self) -> Call:
        call = Call(new_id(), "city", "320400", "s", "t", Number.parse("13800000001"), Number.parse("12345"), AT)
        call.queues.append("general")
        self.journal.save(call)
        return call

    def recorded(self, call: str, *, seconds: float = 2.0, age: float = STILL_SECONDS + 1) -> tuple[str, Path]:
        """The switch has written a message of this call."""
        recording = new_id()
        path = self.folder / FOLDER / f"{call}-{recording}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(b"\0\0" * int(seconds * 8000))
        path.chmod(0o644)
        at = path.stat().st_mtime - age
        os.utime(path, (at, at))
        return recording, path

    async def row(self, recording: str) -> Recording | None:
        await self.journal.flushed()
        found = await RecordingStore(self.store).of_ids([recording])
        return found[0] if found else None


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    store = await Store.open(None, tmp_path)
    archive = await an_archive(store, tmp_path / "recordings")
    journal = Journal.start(store, lambda event: None)
    yield Room(archive, store, journal)
    await journal.close()
    await store.close()


def left(call: Call, recording: str) -> MessageLeft:
    return MessageLeft(
        at=AT, call=call.id, organisation="city", region="320400", recording=recording, seconds=2.0, queue="general"
    )


async def test_a_message_is_a_recording_with_sound(room: Room) -> None:
    """It lay in a folder, and nothing told of it: the citizen's message was lost to people."""
    messages, call = room.engine(), room.call()
    recording, path = room.recorded(call.id)
    messages.on_left(left(call, recording))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    await messages.settled()
    row = await room.row(recording)
    assert row is not None
    assert (row.kind, row.state, row.call, row.seconds, row.channels) == ("voicemail", "stored", call.id, 2.0, 1)
    assert (await heard(room.archive, row)).getnframes() == 16000
    assert row.path == f"2026/11/25/{recording}.wav" and row.key and not path.exists()


async def test_it_has_its_sound_all_the_time_whatever_dies_while_it_is_sealed(room: Room) -> None:
    messages, call = room.engine(), room.call()
    recording, path = room.recorded(call.id)
    messages.on_left(left(call, recording))
    row = await room.row(recording)
    assert row is not None and (await heard(room.archive, row)).getnframes() == 16000
    tasks = list(messages._sealing.values())
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for _ in range(3):
        # An engine that dies after any of these steps is followed by one that goes on.
        await room.engine().look()
        row = await room.row(recording)
        assert row is not None and (await heard(room.archive, row)).getnframes() == 16000
    assert row.key and not path.exists()
    assert room.told == []


async def test_a_message_of_which_no_engine_told_is_taken_up_once(room: Room) -> None:
    """The engine was killed between the sound and the row."""
    call = room.call()
    await room.journal.flushed()
    recording, _ = room.recorded(call.id)
    messages = room.engine()
    await messages.look()
    await messages.settled()
    assert [(one.call, one.recording, one.seconds, one.queue) for one in room.told] == [
        (call.id, recording, 2.0, "general")
    ]
    row = await room.row(recording)
    assert row is not None and row.kind == "voicemail"
    await room.engine().look()
    assert room.told == []


async def test_what_is_being_recorded_is_left_alone(room: Room) -> None:
    call = room.call()
    await room.journal.flushed()
    recording, _ = room.recorded(call.id, age=1)
    await room.engine().look()
    assert room.told == [] and await room.row(recording) is None


async def test_a_message_of_no_call_is_put_aside(room: Room) -> None:
    _, path = room.recorded(new_id())
    told: list[Event] = []
    await room.engine().look()
    assert not path.exists() and path.with_suffix(".unknown").exists() and told == []


@pytest.mark.parametrize("away", ["key", "disk"])
async def test_while_it_cannot_be_sealed_it_stays_and_is_told(
    room: Room, away: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody was told, and with the keys away at the start nobody opened them for a message."""

    async def no_key() -> None:
        raise KeyProblem("the key server does not answer")

    async def no_room(*given: object, **more: object) -> Recording:
        raise OSError(28, "No space left on device")

    messages, call = room.engine(), room.call()
    recording, path = room.recorded(call.id)
    with monkeypatch.context() as trouble:
        if away == "key":
            trouble.setattr(room.archive.keys, "_number", 0)
            trouble.setattr(room.archive.keys, "open", no_key)
        else:
            trouble.setattr(room.archive, "take_in", no_room)
        messages.on_left(left(call, recording))
        await messages.settled()
        row = await room.row(recording)
        assert row is not None and path.exists() and room.archive.path(row) == path
        assert "1 条留言暂时无法加密" in room.alarms["messages_clear"]
    if away == "key":
        monkeypatch.setattr(room.archive.keys, "_number", 0)
    await messages.look()
    row = await room.row(recording)
    assert row is not None and not path.exists() and is_sealed(room.archive.path(row))
    assert room.alarms["messages_clear"] == ""
