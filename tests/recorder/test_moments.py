"""Some seconds of a call: while it goes on out of what the switch has written, later out of the sealed recording."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from cti.base.call import Call
from cti.base.clock import VirtualClock
from cti.base.events import CallHeld, CallRetrieved, RecordingStarted, TalkStarted
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotFound
from cti.base.scope import Scope
from cti.office.identity.models import AuditRow
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.telephony.switch.port import RECORDING_RATE
from recorder.moments import Moments
from recorder.wav import FRAME_BYTES, HEADER_BYTES
from tests.office import EAST
from tests.recorder.rooms import a_house

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def sound(seconds: int) -> bytes:
    """Each second has its own number in all its samples, left and right."""
    return b"".join(struct.pack("<hh", one, one) * RECORDING_RATE for one in range(seconds))


def told(wav: bytes) -> list[int]:
    """Which seconds of the recording are in a WAV."""
    samples = struct.unpack(f"<{(len(wav) - HEADER_BYTES) // 2}h", wav[HEADER_BYTES:])
    return sorted(set(samples))


@dataclass
class World:
    """A talk from second 10 on, held from 15 to 20; written are twelve seconds of sound."""

    call: Call
    moments: Moments
    archive: Any
    rows: RecordingStore
    journal: Journal
    row: Recording
    store: Store

    async def hear(self, second: float, seconds: float = 1.0, who: Any = EAST) -> list[int]:
        return told(await self.moments.sound(who, self.call.id, AT + timedelta(seconds=second), seconds))


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with a_house(store, tmp_path / "recordings") as house:
        call = Call(new_id(), "east", "320400", "s", "t", Number.parse("13800000001"), Number.parse("12345"), AT)
        journal = Journal.start(store, lambda event: None)
        about: dict[str, Any] = {"call": call.id, "organisation": "east", "region": "320400"}

        def at(second: float) -> datetime:
            return AT + timedelta(seconds=second)

        for event in (
            TalkStarted(at=at(10), agent="1001", leg="l", queue="", waited=0.0, **about),
            RecordingStarted(at=at(10), recording="talk", agent="1001", **about),
            CallHeld(at=at(15), agent="1001", **about),
            CallRetrieved(at=at(20), agent="1001", **about),
        ):
            journal.append(event)
        journal.save(call)
        row = Recording("talk", call.id, "east", "320400", "1001", "", "", at(10), "recording")
        journal.record(row)
        await journal.flushed()
        raw = house.archive.folder / "live" / "talk.raw"
        raw.parent.mkdir(parents=True, exist_ok=True)
        raw.write_bytes(sound(12) + b"\0" * (FRAME_BYTES - 1))
        rows = RecordingStore(store)
        moments = Moments(rows, house.archive, StoredCalls(store), house.identity.audit, VirtualClock(at(30)))
        yield World(call, moments, house.archive, rows, journal, row, store)
        await journal.close()


async def test_words_are_heard_while_the_talk_goes_on(world: World) -> None:
    assert await world.hear(12.5, 0.4) == [2]
    # A breath before the word, so that its first sound is whole; after the hold the sound goes on.
    assert await world.hear(20.1, 0.4) == [4, 5]
    assert await world.hear(13, 2) == [2, 3, 4]
    with pytest.raises(Conflict, match="还没有写完"):
        await world.hear(28)


async def test_words_are_heard_of_the_sealed_recording_when_the_talk_is_over(world: World) -> None:
    raw = world.archive.folder / "live" / "talk.raw"
    world.journal.record(await world.archive.take_in(world.row, raw))
    await world.journal.flushed()
    raw.unlink()
    assert await world.hear(12.5, 0.4) == [2]
    assert await world.hear(21.5, 2) == [6, 7, 8]


async def test_who_may_not_hear_the_recording_hears_no_moment_of_it(world: World) -> None:
    west = replace(EAST, scope=Scope(organisations=frozenset({"west"})))
    with pytest.raises(NotFound):
        await world.hear(12, who=west)
    other = replace(EAST, scope=Scope(agent="1002"))
    with pytest.raises(NotFound):
        await world.hear(12, who=other)
    with pytest.raises(NotFound, match="没有录音"):
        await world.hear(17)


async def test_each_moment_that_is_heard_stands_in_the_audit(world: World) -> None:
    await world.hear(12)
    async with world.store.reading() as session:
        found = await session.scalars(select(AuditRow.subject).where(AuditRow.action == "recording.listened"))
        assert list(found) == ["recording:talk"]
