"""Files in a storage service that speaks S3, against a real server of that protocol (moto's)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import AlarmCleared, AlarmRaised, Event
from cti.base.settings import FileSettings, S3Settings
from cti.office.files.keeping import LOOK_SECONDS, alarms_of, look
from cti.office.files.models import FileRow
from cti.office.files.service import MISSING, STORAGE
from cti.store.engine import Store
from tests.cti.office.boxes import EAST, Depot, depot

__all__ = ["depot"]
pytestmark = pytest.mark.filterwarnings(
    # The library that signs requests is written for older Pythons, too.
    "ignore:datetime.datetime.utcnow:DeprecationWarning"
)
CONTENT = b"a letter " * 40_000


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """The URL of a server with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    for bucket in ("hotline", "hotline-other"):
        with urlopen(Request(f"http://127.0.0.1:{port}/{bucket}", method="PUT")) as answer:
            assert answer.status == 200
    yield f"http://127.0.0.1:{port}/hotline"
    server.stop()


def settings(url: str) -> FileSettings:
    return FileSettings(s3=S3Settings(url=url, access_key="hotline", secret_key="secret"))


async def test_files_move_to_the_storage_service_and_are_read_from_there(depot: Depot, storage: str) -> None:
    depot.files.settings = settings(storage)
    box = await depot.box()
    made = await depot.attach(box, CONTENT)
    path = f"/{box}/files/{made['id']}/content"
    assert await depot.ask("GET", path) == (200, CONTENT), "at once, from here"
    await depot.files.move_some()
    assert not [one for one in (depot.data / "files").rglob("*") if one.is_file()]
    assert (await depot.ask("GET", f"/{box}/files"))[1]["items"][0]["blocked"] == ""
    for _ in range(2):  # Fetched, then from what was kept of it.
        assert await depot.ask("GET", path) == (200, CONTENT)
    await depot.boxes.remove(EAST, box)
    await depot.boxes.purge(EAST, box)
    await depot.files.sweep()
    assert not await depot.files.blobs.exists("nothing", "s3")


async def test_while_the_service_is_away_files_stay_here_and_move_later(depot: Depot, storage: str) -> None:
    """An upload that waits for the storage of another house would fail with it."""
    depot.files.settings = settings("http://127.0.0.1:1/hotline")
    box = await depot.box()
    made = await depot.attach(box, CONTENT)
    await depot.files.move_some()
    assert depot.alarms[-1][0] == STORAGE
    assert await depot.ask("GET", f"/{box}/files/{made['id']}/content") == (200, CONTENT)
    depot.files.settings = settings(storage)
    await depot.files.move_some()
    assert depot.alarms[-1] == (STORAGE, "")
    depot.files.settings = settings("http://127.0.0.1:1/hotline")
    status, said = await depot.ask("GET", f"/{box}/files/{made['id']}/content")
    assert (status, said["code"]) == (409, "storage") and "稍后" in said["detail"]
    assert (await depot.ask("GET", f"/{box}/files"))[1]["items"][0]["blocked"] == "", "away is not lost"


async def test_an_hour_without_the_service_costs_one_alarm_and_no_file(depot: Depot, storage: str) -> None:
    """Looked at every quarter of a minute, while people go on attaching, reading and removing files."""
    told: list[Event] = []
    bus, clock = Bus(), depot.office.clock
    bus.subscribe(Event, told.append)
    assert isinstance(clock, VirtualClock)
    depot.files._alarm = alarms_of(bus, clock)
    depot.files.settings = settings(storage)
    box = await depot.box()
    before = await depot.attach(box, CONTENT)
    await look(depot.files, 1)
    depot.files.settings = settings("http://127.0.0.1:1/hotline")
    kept = {}
    for turn in range(int(3600 / LOOK_SECONDS)):
        clock.advance(LOOK_SECONDS)
        if turn % 20 == 0:
            content = f"{turn} ".encode() * 100_000
            kept[(await depot.attach(box, content))["id"]] = content
        await look(depot.files, turn)
    removed = next(iter(kept))
    assert (await depot.ask("DELETE", f"/{box}/files/{removed}"))[0] in (200, 204)
    kept.pop(removed)
    for id, content in kept.items():
        assert await depot.ask("GET", f"/{box}/files/{id}/content") == (200, content), "those of this hour are here"
    assert (await depot.ask("GET", f"/{box}/files/{before['id']}/content"))[0] == 409
    assert [type(one) for one in told] == [AlarmRaised]
    depot.files.settings = settings(storage)
    await look(depot.files, 1)
    assert [type(one) for one in told] == [AlarmRaised, AlarmCleared]
    assert await depot.ask("GET", f"/{box}/files/{before['id']}/content") == (200, CONTENT)
    async with depot.office.store.reading() as session:
        places = dict((await session.execute(select(FileRow.id, FileRow.place))).tuples().all())
    assert {places[id] for id in kept} == {"s3"} and len(kept) == 11
    for id, content in kept.items():
        assert await depot.ask("GET", f"/{box}/files/{id}/content") == (200, content), "moved whole"


async def test_what_the_service_has_lost_is_lost_and_not_merely_away(depot: Depot, storage: str) -> None:
    depot.files.settings = settings(storage)
    box = await depot.box()
    made = await depot.attach(box, CONTENT)
    await depot.files.move_some()
    depot.files.settings = settings(storage.replace("/hotline", "/hotline-other"))
    status, said = await depot.ask("GET", f"/{box}/files/{made['id']}/content")
    assert (status, said["code"]) == (409, "blocked") and depot.alarms[-1][0] == MISSING
    assert "丢失" in (await depot.ask("GET", f"/{box}/files"))[1]["items"][0]["blocked"]
