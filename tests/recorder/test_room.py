"""The room of recordings: what is taken, how long the rest lasts, and that only a rule removes anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.base.settings import S3Settings
from cti.office.identity.service import Identity
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive
from recorder.retention import Retention
from recorder.room import ALARM, FULL, GIGABYTE, Rooms
from recorder.settings import RoomSettings
from recorder.storing import Depot
from tests.recorder.rooms import a_house


@dataclass
class Place:
    """An archive on a disk with so many bytes free."""

    store: Store
    archive: Archive
    clock: VirtualClock
    identity: Identity
    free: int = 100 * GIGABYTE
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = RecordingStore(self.store)
        depot = Depot(self.store.data, S3Settings)
        self.retention = Retention(self.store, depot, self.identity.audit, self.clock)
        self.rooms = Rooms(
            self.rows, self.archive, self.retention, self.said.__setitem__, self.clock, lambda: (0, self.free)
        )

    async def recorded(self, days: float, gigabytes: float, *, held: str = "", place: str = "local") -> Recording:
        raw = self.archive.folder / "one.raw"
        raw.write_bytes(b"said" * 800)
        at = self.clock.wall() - timedelta(days=days)
        row = Recording(new_id(), "c", "city", "320400", "1001", "", "", at, "recording", held=held, place=place)
        row = await self.archive.take_in(row, raw)
        await self.rows.add(row)
        await self.rows.change(row.id, bytes=int(gigabytes * GIGABYTE))
        return row

    async def states(self, *rows: Recording) -> list[str]:
        return [(await self.rows.of_ids([one.id]))[0].state for one in rows]


@pytest.fixture
async def place(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Place]:
    async with a_house(sqlite_store, sqlite_store.data / "recordings") as house:
        yield Place(sqlite_store, house.archive, house.clock, house.identity)


async def test_how_long_the_rest_lasts_is_told_in_time(place: Place) -> None:
    await place.recorded(30, 3)
    await place.recorded(2, 7)
    await place.recorded(1, 50, place="s3")
    room = await place.rooms.look(RoomSettings())
    assert (room.taken, room.a_day, room.days) == (10 * GIGABYTE, GIGABYTE, 100.0)
    assert await place.rooms.care(RoomSettings()) == 0 and place.said == {ALARM: "", FULL: ""}
    room = await place.rooms.look(RoomSettings(quota_gigabytes=15))
    assert (room.whole, room.days) == (15 * GIGABYTE, 5.0)
    await place.rooms.care(RoomSettings(quota_gigabytes=15))
    assert place.said[ALARM] == "录音空间已用 67%，剩余 5.0 GB，按近期用量约可再用 5 天" and place.said[FULL] == ""
    # What others write on the disk takes from the room of recordings.
    place.free = 0
    await place.rooms.care(RoomSettings())
    assert place.said[FULL] == "录音空间已用 100%，即将无法录音"


async def test_a_house_of_some_days_has_had_no_week(place: Place) -> None:
    await place.recorded(2, 6)
    assert (await place.rooms.look(RoomSettings())).a_day == 3 * GIGABYTE
    empty = await place.rooms.look(RoomSettings(quota_gigabytes=1))
    assert empty.left == 0


async def test_nothing_goes_by_itself_and_by_a_rule_the_oldest_that_may(place: Place) -> None:
    rows = [
        await place.recorded(400, 2, held="诉讼"), await place.recorded(300, 2), await place.recorded(200, 2),
        await place.recorded(150, 2), await place.recorded(20, 2),
    ]  # fmt: skip
    full = {"quota_gigabytes": 10.0, "oldest_first_days": 100}
    assert await place.rooms.care(RoomSettings(**full)) == 0
    assert await place.states(*rows) == ["stored"] * 5 and place.said[FULL]
    assert await place.rooms.care(RoomSettings(**full, oldest_first=True)) == 1
    assert await place.states(*rows) == ["stored", "removed", "stored", "stored", "stored"] and place.said[FULL] == ""
    # What is young or held stays, however full it is.
    assert await place.rooms.care(RoomSettings(quota_gigabytes=1.0, oldest_first_days=100, oldest_first=True)) == 2
    assert await place.states(*rows) == ["stored", "removed", "removed", "removed", "stored"] and place.said[FULL]


async def test_what_cannot_be_removed_does_not_keep_it_busy(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await place.recorded(300, 2)

    async def refuses(*_: object) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(place.retention._depot, "remove", refuses)
    assert await place.rooms.care(RoomSettings(quota_gigabytes=1.0, oldest_first=True)) == 0
    assert await place.states(row) == ["stored"]
