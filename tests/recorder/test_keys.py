"""Keys of recordings: each has its own, wrapped; a wrapping key is changed without a look at the sound."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.clock import LoopClock, VirtualClock
from cti.base.ids import new_id
from cti.store.engine import Store
from cti.store.models import RecordingRow
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive
from recorder.keys import KEPT, Keys
from recorder.models import WrappingKeyRow
from tests.recorder.rooms import an_archive, heard


async def recorded(store: Store, archive: Archive) -> Recording:
    raw = archive.folder / "one.raw"
    raw.write_bytes(b"said" * 80_000)
    row = Recording(new_id(), "c", "city", "320400", "1001", "", "", LoopClock().wall(), "recording")
    row = await archive.take_in(row, raw)
    await RecordingStore(store).add(row)
    return row


async def test_each_has_a_key_of_its_own_that_opens_no_other(store: Store, tmp_path: Path) -> None:
    archive = await an_archive(store, tmp_path / "recordings")
    one, other = await recorded(store, archive), await recorded(store, archive)
    with pytest.raises(KeyProblem):
        archive.keys.opened(one.id, other.key)
    kept = one.key.partition(" ")[2]
    with pytest.raises(KeyProblem):
        # Nor does the master key open it: a wrapping key stands between.
        store.cipher.open(kept, f"recordings.key {one.id}")


async def test_rotation_rewrites_no_sound(store: Store, tmp_path: Path) -> None:
    clock = VirtualClock()
    archive = await an_archive(store, tmp_path / "recordings", clock)
    rows = [await recorded(store, archive) for _ in range(3)]
    before = {one.id: archive.path(one).read_bytes() for one in rows}
    assert await archive.keys.rotate() == 2
    again = await RecordingStore(store).of_ids([one.id for one in rows])
    assert all(one.key.startswith("2 ") for one in again)
    for one in again:
        assert archive.path(one).read_bytes() == before[one.id]
        assert (await heard(archive, one)).getnframes() == 80_000
    # Another engine that has the old key in mind is given a day; then nothing opens what was wrapped by it.
    await archive.keys.tidy()
    assert await numbers(store) == [1, 2]
    clock.advance(KEPT / timedelta(seconds=1) + 1)
    await archive.keys.tidy()
    assert await numbers(store) == [2]
    fresh = Keys(store, clock)
    await fresh.open()
    with pytest.raises(KeyProblem):
        fresh.opened(rows[0].id, rows[0].key)
    assert (await heard(Archive(archive.folder, fresh), again[0])).getnframes() == 80_000


async def test_a_rotation_that_was_cut_off_is_finished(sqlite_store: Store, tmp_path: Path) -> None:
    store, clock = sqlite_store, VirtualClock()
    archive = await an_archive(store, tmp_path / "recordings", clock)
    row = await recorded(store, archive)
    await archive.keys.rotate()
    async with store.writing() as session:
        await session.execute(update(RecordingRow).values(key=row.key))
    clock.advance(KEPT / timedelta(seconds=1) + 1)
    next_engine = Keys(store, clock)
    await next_engine.open()
    await next_engine.tidy()
    (again,) = await RecordingStore(store).of_ids([row.id])
    assert again.key.startswith("2 ") and await numbers(store) == [2]
    assert (await heard(Archive(archive.folder, next_engine), again)).getnframes() == 80_000


async def test_the_keys_are_sealed_by_the_master_key(sqlite_store: Store, tmp_path: Path) -> None:
    await an_archive(sqlite_store, tmp_path / "recordings")
    sqlite_store.cipher.places_only = True
    stranger = Cipher(bytes(32))
    async with sqlite_store.engine.connect() as connection:
        (sealed,) = (await connection.exec_driver_sql("SELECT key FROM recording_keys")).one()
    with pytest.raises(KeyProblem):
        stranger.open(sealed, "recording_keys.key 1")


async def test_before_the_keys_are_open_nothing_is_sealed(sqlite_store: Store, tmp_path: Path) -> None:
    await an_archive(sqlite_store, tmp_path / "recordings")
    keys = Keys(sqlite_store, LoopClock())
    with pytest.raises(KeyProblem):
        keys.new("r")
    await keys.open()
    cipher, kept = keys.new("r")
    assert keys.opened("r", kept).file_key(cipher.suite, b"id") == cipher.file_key(cipher.suite, b"id")


async def numbers(store: Store) -> list[int]:
    async with store.reading() as session:
        return list(await session.scalars(select(WrappingKeyRow.number).order_by(WrappingKeyRow.number)))
