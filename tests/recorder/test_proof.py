"""Whether recordings are what they were: on a real store and audit, whoever changes, takes away or adds something."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.office.identity.models import AuditRow
from cti.office.identity.service import Identity
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive
from recorder.proof import LOOK_AGAIN, SEALED, Proofs
from recorder.wav import header
from tests.recorder.rooms import a_house, heard


@dataclass
class Place:
    """An archive, its proofs, and what the alarm says."""

    store: Store
    archive: Archive
    clock: VirtualClock
    identity: Identity
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = RecordingStore(self.store)
        self.proofs = Proofs(self.store, self.archive, self.identity.audit, self.clock, self.said.__setitem__)

    async def recorded(self, spoken: bytes = b"said") -> Recording:
        raw = self.archive.folder / "one.raw"
        raw.write_bytes(spoken * 40_000)
        row = Recording(new_id(), "c", "city", "320400", "1001", "", "", self.clock.wall(), "recording")
        row = await self.archive.take_in(row, raw)
        await self.rows.add(row)
        return row

    async def night(self) -> dict[str, int]:
        self.clock.advance(LOOK_AGAIN / timedelta(seconds=1) + 1)
        return await self.proofs.night(rest=0)


@pytest.fixture
async def place(store: Store, tmp_path: Path) -> AsyncIterator[Place]:
    async with a_house(store, tmp_path / "recordings") as house:
        yield Place(store, house.archive, house.clock, house.identity)


async def test_hashes_stand_in_the_audit_and_an_untouched_night_is_quiet(place: Place) -> None:
    rows = [await place.recorded() for _ in range(3)]
    assert await place.proofs.prove() == 3 and await place.proofs.prove() == 0
    async with place.store.reading() as session:
        (entry,) = (await session.scalars(select(AuditRow).where(AuditRow.action == SEALED))).all()
    assert all(one.id in entry.after and one.sha256 in entry.after for one in rows)
    assert {one.proof for one in await place.rows.of_ids([one.id for one in rows])} == {entry.sequence}
    assert (await place.identity.audit.verify()).findings == ()
    assert await place.night() == {} and place.said == {"recordings_broken": ""}


async def test_whatever_was_done_to_them_is_found_and_told(place: Place) -> None:
    whole, changed, gone, other, swapped = [await place.recorded() for _ in range(5)]
    await place.proofs.prove()
    path = place.archive.path(changed)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    place.archive.path(gone).unlink()
    # Its key is another's: it does not open.
    await place.rows.change(other.id, key=whole.key)
    # Somebody who has all keys puts other words in its place, and the right hash beside them.
    (place.archive.folder / "false.raw").write_bytes(b"lied" * 40_000)
    false = await place.archive.take_in(swapped, place.archive.folder / "false.raw")
    await place.rows.change(swapped.id, key=false.key, sha256=false.sha256)
    assert await place.night() == {"changed": 2, "missing": 1, "key": 1}
    rows = {one.id: one.fault for one in await place.rows.of_ids([changed.id, gone.id, other.id, swapped.id, whole.id])}
    assert rows == {changed.id: "changed", gone.id: "missing", other.id: "key", swapped.id: "changed", whole.id: ""}
    assert place.said["recordings_broken"] == "录音核验发现问题：1 条文件缺失，2 条内容被改动，1 条密钥无法打开"
    path.write_bytes(path.read_bytes()[:-1])
    assert (await place.night())["changed"] == 2


async def test_a_file_without_a_row_and_a_row_without_a_file_are_found_the_same_night(place: Place) -> None:
    row = await place.recorded()
    await place.night()
    stranger = place.archive.path(row).with_name(f"{new_id()}.wav")
    stranger = place.archive.folder / f"{place.clock.wall():%Y/%m/%d}" / stranger.name
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_bytes(b"?")
    fresh = stranger.with_name(f"{new_id()}.wav")
    fresh.write_bytes(b"?")
    old, now = place.clock.wall().timestamp() - 7200, place.clock.wall().timestamp()
    os.utime(stranger, (old, old))
    os.utime(fresh, (now, now))
    later = await place.recorded()
    place.archive.path(later).unlink()
    assert await place.proofs.night(rest=0) == {"missing": 1, "orphan": 1}
    assert "1 个录音文件没有记录" in place.said["recordings_broken"]


async def test_one_from_before_is_sealed_by_the_way(place: Place) -> None:
    """What lay in clear stayed so for ever."""
    path = place.archive.folder / "old" / "one.wav"
    path.parent.mkdir()
    path.write_bytes(header(32_000, 8000) + b"said" * 8000)
    row = Recording("old", "c", "city", "320400", "1001", "", "old/one.wav", place.clock.wall(), "stored", seconds=1.0)
    await place.rows.add(row)
    assert (await heard(place.archive, row)).getnframes() == 8000
    assert await place.night() == {}
    (again,) = await place.rows.of_ids(["old"])
    assert again.key and again.path == row.path and b"said" not in path.read_bytes()
    assert (await heard(place.archive, again)).readframes(9000) == b"said" * 8000
    assert [one.name for one in path.parent.iterdir()] == ["one.wav"]
    assert await place.proofs.prove() == 1 and await place.night() == {}
    assert replace(again, proof=0)


async def in_clear(place: Place, recording: str) -> tuple[Recording, Path]:
    """One from before there was sealing."""
    path = place.archive.folder / "old" / f"{recording}.wav"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(header(32_000, 8000) + b"said" * 8000)
    where = f"old/{recording}.wav"
    row = Recording(recording, "c", "city", "320400", "1001", "", where, place.clock.wall(), "stored", seconds=1.0)
    await place.rows.add(row)
    return row, path


class Killed(BaseException):
    """The engine is no more."""


@pytest.mark.parametrize("moment", ["sealed", "kept"])
async def test_an_engine_that_is_killed_while_it_seals_one_from_before_hides_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Its sound was put aside, and nobody found it any more."""
    path = (await in_clear(place, "old"))[1]

    async def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as engine, pytest.raises(Killed):
        if moment == "sealed":
            engine.setattr(place.proofs._recordings, "change", killed)
        else:
            engine.setattr(Path, "replace", _until(Path.replace, path))
        await place.night()
    (between,) = await place.rows.of_ids(["old"])
    assert (await heard(place.archive, between)).readframes(9000) == b"said" * 8000
    assert await place.night() == {}
    (again,) = await place.rows.of_ids(["old"])
    assert again.key and b"said" not in path.read_bytes()
    assert (await heard(place.archive, again)).readframes(9000) == b"said" * 8000
    assert [one.name for one in path.parent.iterdir()] == ["old.wav"]


def _until(replace: Callable[[Path, Path], Path], last: Path) -> Callable[[Path, Path], Path]:
    def replaced(self: Path, target: Path) -> Path:
        if target == last:
            raise Killed
        return replace(self, target)

    return replaced


async def test_what_an_older_engine_put_aside_is_taken_up(place: Place) -> None:
    """Killed before it was sealed, killed after it, and killed when only the file in clear was too many."""
    (_, first), (second, other), (third, whole) = [await in_clear(place, one) for one in ("a", "b", "c")]
    first.rename(first.with_name("a.wav.clear"))
    await place.archive.take_in(second, other, skip=44, place="old/sealed")
    other.rename(other.with_name("b.wav.clear"))
    (place.archive.folder / "old/sealed").rename(other)
    spoken = whole.read_bytes()
    await place.proofs.look(third)
    whole.with_name("c.wav.clear").write_bytes(spoken)
    assert await place.night() == {}
    assert sorted(one.name for one in first.parent.iterdir()) == ["a.wav", "b.wav", "c.wav"]
    for row in await place.rows.of_ids(["a", "b", "c"]):
        assert row.key and (await heard(place.archive, row)).readframes(9000) == b"said" * 8000


async def test_a_clock_that_is_set_back_keeps_nothing_from_being_looked_at(place: Place) -> None:
    """Until the clock was where it had been, nothing would have been looked at."""
    row = await place.recorded()
    assert await place.night() == {}
    place.clock._start -= timedelta(days=365)
    place.archive.path(row).unlink()
    assert await place.proofs.night(rest=0) == {"missing": 1}


async def test_one_that_is_shorter_than_its_talk_stays_marked_whoever_looks_at_it(place: Place) -> None:
    row = await place.recorded()
    await place.rows.change(row.id, fault="short")
    assert await place.night() == {"short": 1}
    assert [one.fault for one in await place.rows.of_ids([row.id])] == ["short"]
    assert place.said["recordings_broken"] == ""
