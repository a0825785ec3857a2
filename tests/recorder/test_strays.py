"""Sound in clear that no row knows: on a real store, files of dead engines and of the switch's emergency queue."""

from __future__ import annotations

import os
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.call import Call
from cti.base.ciphers.key_sources import KeyProblem
from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.office.identity.models import AuditRow
from cti.office.identity.service import Identity
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.models import RecordingRow
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive
from recorder.strays import SETTLED_SECONDS, TAKEN_IN, Strays
from recorder.wav import header
from tests.recorder.rooms import a_house, heard

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@dataclass
class Place:
    """The folders of an engine that died, the calls that are known, and who looks."""

    store: Store
    archive: Archive
    identity: Identity
    clock: VirtualClock
    said: dict[str, str] = field(default_factory=dict)
    going_on: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.live, self.messages = self.archive.folder / "live", self.archive.folder / "messages"
        self.live.mkdir()
        self.messages.mkdir()

    def strays(self) -> Strays:
        async def house() -> tuple[str, str]:
            return "city", "320400"

        return Strays(
            RecordingStore(self.store), StoredCalls(self.store), self.archive, self.identity.audit,
            self.said.__setitem__, self.clock, house, lambda: self.going_on,
        )  # fmt: skip

    async def call(self, leg: str, *, ended: bool = True) -> Call:
        call = Call(new_id(), "county", "320481", "s", "t", Number.parse("13800000001"), Number.parse("12345"), AT)
        call.caller_leg = leg
        call.ended_at = AT if ended else None
        journal = Journal.start(self.store, lambda event: None)
        journal.save(call)
        await journal.close()
        return call

    def file(self, path: Path, content: bytes, *, age: float) -> Path:
        path.write_bytes(content)
        at = self.clock.wall().timestamp() - age
        os.utime(path, (at, at))
        return path

    def emergency(self, leg: str, *, age: float = 60.0, unfinished: bool = False) -> tuple[Path, Path]:
        """The switch's two files: the caller says 1, the agent 2, a second less."""
        caller, agent = (self.live / f"emergency-{leg}.{side}.wav" for side in ("caller", "agent"))
        for path, value, seconds in (caller, 1, 3), (agent, 2, 2):
            size = seconds * 16_000
            content = header(0 if unfinished else size, 8000, 1) + struct.pack("<h", value) * (size // 2)
            self.file(path, content, age=age)
        return caller, agent

    async def rows(self) -> list[Recording]:
        async with self.store.reading() as session:
            ids = list(await session.scalars(select(RecordingRow.id)))
        return await RecordingStore(self.store).of_ids(ids)

    def in_clear(self) -> list[str]:
        return sorted(one.name for folder in (self.live, self.messages) for one in folder.iterdir())


@pytest.fixture
async def place(store: Store, tmp_path: Path) -> AsyncIterator[Place]:
    async with a_house(store, tmp_path / "recordings", AT + timedelta(hours=1)) as house:
        yield Place(store, house.archive, house.identity, house.clock)


@pytest.mark.parametrize("unfinished", [False, True])
async def test_what_the_emergency_queue_recorded_is_a_recording_of_its_call(place: Place, unfinished: bool) -> None:
    """It lay in clear beside the live ones, and nobody found it."""
    call = await place.call("hotline-1764300000.7")
    place.emergency("hotline-1764300000.7", unfinished=unfinished)
    assert await place.strays().look() == 1
    (row,) = await place.rows()
    assert (row.call, row.organisation, row.region, row.kind) == (call.id, "county", "320481", "emergency")
    assert (row.seconds, row.channels, row.repaired, bool(row.key)) == (3.0, 2, True, True)
    sound = await heard(place.archive, row)
    assert sound.readframes(1) == struct.pack("<hh", 1, 2)
    sound.setpos(2 * 8000)
    assert sound.readframes(1) == struct.pack("<hh", 1, 0)
    assert place.in_clear() == [] and place.said == {"recordings_clear": ""}
    async with place.store.reading() as session:
        (entry,) = await session.scalars(select(AuditRow).where(AuditRow.action == TAKEN_IN))
    assert row.sha256 in entry.after and entry.subject == f"recording:{row.id}"
    assert await place.strays().look() == 0


async def test_whoever_still_talks_is_left_alone(place: Place) -> None:
    await place.call("leg", ended=False)
    place.emergency("leg", age=300)
    place.emergency("growing", age=5)
    raw = place.file(place.live / f"{new_id()}.raw", b"said" * 8000, age=SETTLED_SECONDS + 1)
    place.going_on.add(raw.stem)
    before = place.in_clear()
    assert await place.strays().look() == 0
    assert place.in_clear() == before and await place.rows() == []


async def test_what_belongs_to_no_call_is_kept_sealed_and_told(place: Place) -> None:
    first, second = new_id(), new_id()
    place.file(place.live / f"{first}.raw", b"said" * 8000, age=SETTLED_SECONDS + 1)
    spoken = header(16_000, 8000, 1) + b"ms" * 8000
    place.file(place.messages / f"{new_id()}-{second}.unknown", spoken, age=SETTLED_SECONDS + 1)
    place.file(place.live / f"{new_id()}.raw", b"", age=SETTLED_SECONDS + 1)
    place.emergency("nobody", age=SETTLED_SECONDS + 1)
    assert await place.strays().look() == 3
    rows = {one.id: one for one in await place.rows()}
    assert {one.kind: (one.call, one.organisation) for one in rows.values()} == dict.fromkeys(
        ["talk", "voicemail", "emergency"], ("", "city")
    )
    assert (await heard(place.archive, rows[first])).readframes(9000) == b"said" * 8000
    assert (await heard(place.archive, rows[second])).readframes(9000) == b"ms" * 8000
    assert place.in_clear() == []
    assert place.said["recordings_strays"] == "收入 3 条不知属于哪通来电的录音，请在录音列表中查看"


@pytest.mark.parametrize("moment", ["before the row", "before the files go", "between the files"])
async def test_an_engine_that_is_killed_in_the_middle_makes_no_second_recording(
    place: Place, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    await place.call("leg")
    _, agent = place.emergency("leg")

    class Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        if moment == "between the files":
            agent.unlink()
        raise Killed

    strays = place.strays()
    with monkeypatch.context() as engine, pytest.raises(Killed):
        engine.setattr(strays._store if moment == "before the row" else strays, *(
            ("add", killed) if moment == "before the row" else ("_let_go", killed)
        ))  # fmt: skip
        await strays.look()
    await place.strays().look()
    (row,) = await place.rows()
    assert (await heard(place.archive, row)).readframes(1) == struct.pack("<hh", 1, 2)
    assert place.in_clear() == []


async def test_while_it_cannot_be_sealed_it_stays_and_is_told(place: Place) -> None:
    await place.call("leg")
    place.emergency("leg")
    day = place.archive.folder / "2026"
    day.write_text("", "utf-8")
    assert await place.strays().look() == 0
    assert place.said["recordings_clear"].startswith("无主录音文件暂时无法加密")
    day.unlink()
    assert await place.strays().look() == 1
    assert place.said["recordings_clear"] == "" and place.in_clear() == []


async def test_while_the_key_is_away_it_stays_and_is_sealed_when_it_is_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.call("leg")
    place.emergency("leg")

    async def away() -> None:
        raise KeyProblem("the key server does not answer")

    with monkeypatch.context() as engine:
        engine.setattr(place.archive.keys, "_number", 0)
        engine.setattr(place.archive.keys, "open", away)
        assert await place.strays().look() == 0
    assert "the key server does not answer" in place.said["recordings_clear"] and len(place.in_clear()) == 2
    assert await place.strays().look() == 1
    assert place.in_clear() == [] and place.said["recordings_clear"] == ""
