"""Recordings in a storage service, against a real server of that protocol (moto's), and their end by the rules."""

from __future__ import annotations

import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.base.settings import S3Settings
from cti.office.identity.models import AuditRow
from cti.office.identity.service import Identity
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.store.recordings.search import RecordingSearch
from recorder.archive import Archive
from recorder.proof import Proofs
from recorder.retention import REMOVED, Retention
from recorder.settings import RetentionRule
from recorder.storing import ALARM, Depot, blob_of, move_some
from tests.recorder.rooms import a_house, heard

pytestmark = pytest.mark.filterwarnings(
    # The library that signs requests is written for older Pythons, too.
    "ignore:datetime.datetime.utcnow:DeprecationWarning"
)
AWAY = S3Settings(url="http://127.0.0.1:9/hotline", access_key="hotline", secret_key="secret")


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """The URL of a server with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    with urlopen(Request(f"http://127.0.0.1:{port}/hotline", method="PUT")) as answer:
        assert answer.status == 200
    yield f"http://127.0.0.1:{port}/hotline"
    server.stop()


@dataclass
class Place:
    """An archive whose storage service is set by the test."""

    store: Store
    archive: Archive
    clock: VirtualClock
    identity: Identity
    s3: S3Settings = field(default_factory=S3Settings)
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = RecordingStore(self.store)
        self.depot = self.archive.depot = Depot(self.store.data, lambda: self.s3)
        self.proofs = Proofs(self.store, self.archive, self.identity.audit, self.clock, self.said.__setitem__)
        self.retention = Retention(self.store, self.depot, self.identity.audit, self.clock)
        (self.archive.folder / "live").mkdir(exist_ok=True)

    async def recorded(self, days: int = 0, organisation: str = "city", kind: str = "talk") -> Recording:
        raw = self.archive.folder / "one.raw"
        raw.write_bytes(b"said" * 40_000)
        at = self.clock.wall() - timedelta(days=days)
        row = Recording(new_id(), "c", organisation, "320400", "1001", "", "", at, "recording", kind=kind)
        row = await self.archive.take_in(row, raw)
        await self.rows.add(row)
        raw.unlink()
        return row

    async def move(self) -> bool:
        return await move_some(self.rows, self.depot, self.said.__setitem__)

    async def now(self, row: Recording) -> Recording:
        return (await self.rows.of_ids([row.id]))[0]


@pytest.fixture
async def place(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Place]:
    async with a_house(sqlite_store, sqlite_store.data / "recordings") as house:
        yield Place(sqlite_store, house.archive, house.clock, house.identity)


async def test_they_go_when_they_are_proved_and_are_heard_from_there(place: Place, storage: str) -> None:
    place.s3 = S3Settings(url=storage, access_key="hotline", secret_key="secret")
    row = await place.recorded()
    await place.move()
    assert (await place.now(row)).place == "local", "its hash is not in the audit yet"
    await place.proofs.prove()
    await place.move()
    row = await place.now(row)
    assert row.place == "s3" and not place.archive.path(row).exists()
    assert (await heard(place.archive, row)).getnframes() == 40_000
    assert await place.proofs.look(row) == ""


async def test_what_was_done_to_them_in_the_service_is_found_at_night(
    place: Place, storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was asked whether they are there, and not what they are."""
    place.s3 = S3Settings(url=storage, access_key="hotline", secret_key="secret")
    rows = [await place.recorded() for _ in range(3)]
    await place.proofs.prove()
    await place.move()
    assert await place.proofs.night() == {}
    first, second, _ = [await place.now(row) for row in rows]
    await heard(place.archive, first)
    path = await place.depot.fetched(blob_of(first))
    assert path is not None
    whole = bytearray(path.read_bytes())
    whole[-100] ^= 1
    path.write_bytes(whole)
    async with (
        place.depot._client() as client,
        await client.put_file(blob_of(first), path, content_sha256="UNSIGNED-PAYLOAD") as answer,
    ):
        assert answer.status == 200
    await place.depot.remove(blob_of(second), "s3")
    place.clock.advance(timedelta(days=31).total_seconds())
    assert await place.proofs.night() == {"changed": 1, "missing": 1}
    assert place.said["recordings_broken"] == "录音核验发现问题：1 条文件缺失，1 条内容被改动"
    assert not list((place.store.data / ".files" / "looked_at").iterdir()), "nothing of it stays here"
    monkeypatch.setattr("recorder.proof.FETCHED_A_NIGHT", 0)
    place.clock.advance(timedelta(days=31).total_seconds())
    assert (await place.proofs.night())["missing"] == 1, "of those beyond the night's number it is asked"


async def test_while_the_service_is_away_they_stay_here_and_go_when_it_is_back(place: Place, storage: str) -> None:
    place.s3 = AWAY
    rows = [await place.recorded() for _ in range(3)]
    await place.proofs.prove()
    assert not await place.move()
    assert "自动重试" in place.said[ALARM]
    for row in rows:
        assert (await heard(place.archive, await place.now(row))).getnframes() == 40_000
    place.clock.advance(3600)
    place.s3 = S3Settings(url=storage, access_key="hotline", secret_key="secret")
    await place.move()
    assert {(await place.now(row)).place for row in rows} == {"s3"} and place.said[ALARM] == ""
    place.s3 = AWAY
    for one in (place.store.data / ".files").rglob("*.wav"):
        one.unlink()
    with pytest.raises(Conflict):
        await place.archive.sound(await place.now(rows[0]))
    assert await place.proofs.look(await place.now(rows[0])) == "", "what cannot be asked is not missing"


async def test_the_rules_remove_file_copy_and_key_and_the_audit_proves_it(place: Place, storage: str) -> None:
    place.s3 = S3Settings(url=storage, access_key="hotline", secret_key="secret")
    away, here, held, young, message, tagged, east = [
        await place.recorded(days=100), await place.recorded(days=100), await place.recorded(days=100),
        await place.recorded(days=80), await place.recorded(days=80, kind="voicemail"),
        await place.recorded(days=400), await place.recorded(days=400, organisation="east"),
    ]  # fmt: skip
    await place.proofs.prove()
    await place.move()
    await place.rows.change(held.id, held="诉讼")
    await RecordingSearch(place.store).say({tagged.id: {"ticket_type": "投诉"}})
    rules = [
        RetentionRule(days=1000, column="ticket_type", value="投诉"),
        RetentionRule(days=30, kind="voicemail"),
        RetentionRule(days=90, organisation="city"),
    ]
    assert await place.retention.sweep(rules) == 3
    assert await place.retention.sweep(rules) == 0
    states = [(await place.now(one)).state for one in (away, here, message, held, young, tagged, east)]
    assert states == ["removed"] * 3 + ["stored"] * 4
    gone = await place.now(away)
    assert gone.key == "" and not await place.depot.exists(gone.path.replace("/", "-"), "s3")
    with pytest.raises(Conflict, match="保存期限"):
        await place.archive.sound(gone)
    async with place.store.reading() as session:
        (entry,) = (await session.scalars(select(AuditRow).where(AuditRow.action == REMOVED))).all()
    assert all(one.sha256 in entry.after for one in (away, here, message))


async def test_nothing_goes_while_the_disk_or_the_service_is_away(place: Place, storage: str) -> None:
    """A purge that ran while the disk was not mounted lost the rows and left the files."""
    row = await place.recorded(days=100)
    rules = [RetentionRule(days=30)]
    # An engine that starts meanwhile makes the folders anew.
    away = place.archive.folder.rename(place.archive.folder.with_name("unmounted"))
    (place.archive.folder / "live").mkdir(parents=True)
    assert await place.retention.sweep(rules) == 0
    assert await place.retention.remove([row]) == 0, "nor to make room, nor because an import is taken back"
    shutil.rmtree(place.archive.folder)
    away.rename(place.archive.folder)
    assert (await place.now(row)).state == "stored" and (place.archive.folder / row.path).is_file()
    await place.rows.change(row.id, place="s3")
    place.s3 = AWAY
    assert await place.retention.sweep(rules) == 0
    assert (await place.now(row)).state == "stored"
    assert await place.retention.sweep([]) == 0


async def test_what_is_going_is_no_longer_held_and_what_is_held_does_not_go(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held while its file was being removed, it was kept as a row without sound."""
    first, second = await place.recorded(days=100), await place.recorded(days=100)
    rules, remove = [RetentionRule(days=30)], place.depot.remove
    told = dict[str, str | None]()

    async def held_meanwhile(blob: str, where: str) -> None:
        for row in (first, second):
            async with place.store.writing() as session:
                told[row.id] = await place.rows.hold(session, row.id, "诉讼")
        await remove(blob, where)

    with monkeypatch.context() as engine:
        engine.setattr(place.depot, "remove", held_meanwhile)
        assert await place.retention.sweep(rules) == 2
    assert told == {first.id: None, second.id: None}
    third = await place.recorded(days=100)
    async with place.store.writing() as session:
        assert await place.rows.hold(session, third.id, "诉讼") == ""
    assert await place.retention.remove([third]) == 0
    assert (await place.now(third)).state == "stored" and place.archive.path(third).exists()


async def test_an_engine_that_is_killed_while_it_removes_is_followed_by_one_that_goes_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        raise Killed

    row, rules = await place.recorded(days=100), [RetentionRule(days=30)]
    with monkeypatch.context() as engine, pytest.raises(Killed):
        engine.setattr(place.retention._recordings, "removed", killed)
        await place.retention.sweep(rules)
    assert not place.archive.path(row).exists()
    assert await place.retention.sweep(rules) == 1
    assert (await place.now(row)).state == "removed"


async def test_a_clock_that_is_set_back_removes_nothing_too_early(place: Place) -> None:
    row, rules = await place.recorded(days=100), [RetentionRule(days=30)]
    place.clock._start -= timedelta(days=365)
    assert await place.retention.sweep(rules) == 0
    place.clock._start += timedelta(days=365)
    assert await place.retention.sweep(rules) == 1 and (await place.now(row)).state == "removed"
