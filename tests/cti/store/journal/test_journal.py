import asyncio
import os
import sqlite3
import subprocess
import time
from contextlib import closing, suppress

import asyncpg
import pytest

from cti.base.events import (
    AlarmCleared,
    AlarmRaised,
    CallAnswered,
    CallLeftQueue,
    NodeEntered,
    PositionTold,
    QueueChanged,
    SatisfactionGiven,
    Stored,
    TalkEnded,
)
from cti.base.scope import EVERYTHING
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import CALM_LINGER, LINGER, Journal
from cti.store.journal.writers import PostgresWriter
from cti.store.migration import migrate
from tests.cti.store.stories import NOON, ended, entered, new_call, sample


@pytest.fixture
def told():
    """What the journal publishes itself."""
    return []


@pytest.fixture
async def journal(store, told):
    journal = Journal.start(store, told.append)
    yield journal
    await journal.close()


@pytest.fixture
async def sqlite_journal(sqlite_store, told):
    journal = Journal.start(sqlite_store, told.append)
    yield journal
    await journal.close()


async def nodes(store: Store, call: str) -> list[str]:
    return [one.event.node for one in await StoredCalls(store).events_of(call)]


async def eventually(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.02)


async def test_events_come_back_in_order_and_listeners_hear_them_after_the_commit(store, journal):
    heard: list[Stored] = []
    undo = journal.on_stored(heard.extend)
    call = new_call()
    events = [entered(call.id, number) for number in range(2500)]
    for number, event in enumerate(events):
        journal.append(event)
        if number % 400 == 0:
            await asyncio.sleep(0.002)
    await journal.flushed()
    stored = await StoredCalls(store).events_of(call.id)
    assert [one.event for one in stored] == events
    assert heard == stored
    assert [one.sequence for one in stored] == sorted({one.sequence for one in stored})
    undo()
    journal.append(events[0])
    await journal.flushed()
    assert len(heard) == len(events)


def told_his_place(call: str, position: int) -> PositionTold:
    return PositionTold(
        at=NOON, call=call, organisation="city", region="320400",
        queue="general", position=position, estimate=None,
    )  # fmt: skip


async def test_calm_events_wait_for_others_and_go_along_in_order(store, journal):
    commits: list[list[int]] = []
    journal.on_stored(lambda stored: commits.append([getattr(one.event, "position", 0) for one in stored]))
    call = new_call()
    for position in (3, 2, 1):
        journal.append(told_his_place(call.id, position))
        await asyncio.sleep(2 * LINGER)
    assert commits == []
    journal.append(entered(call.id, 7))
    await eventually(lambda: commits)
    assert commits == [[3, 2, 1, 0]]


async def test_calm_events_alone_are_stored_within_a_second_or_two(store, journal):
    heard: list[Stored] = []
    journal.on_stored(heard.extend)
    call = new_call()
    for position in (2, 1):
        journal.append(told_his_place(call.id, position))
        await eventually(lambda position=position: len(heard) == 3 - position, CALM_LINGER + 5)
    assert [one.event.position for one in heard] == [2, 1]


async def test_flushed_returns_at_once_when_nothing_waits(journal):
    async with asyncio.timeout(2):
        await journal.flushed()


async def test_a_listener_that_fails_does_not_stop_the_others(journal):
    heard: list[Stored] = []
    journal.on_stored(lambda _: 1 / 0)
    journal.on_stored(heard.extend)
    journal.append(entered("c", 1))
    await journal.flushed()
    assert len(heard) == 1


async def test_sequences_go_on_in_the_next_engine(store, told):
    sequences = []
    for _ in range(2):
        journal = Journal.start(store, told.append)
        journal.on_stored(lambda found: sequences.extend(one.sequence for one in found))
        journal.append(entered("c", 1))
        await journal.flushed()
        await journal.close()
    assert sequences[1] > sequences[0]


async def test_close_commits_what_waits(store, told):
    journal = Journal.start(store, told.append)
    for number in range(7000):
        journal.append(entered("c", number))
    await journal.close()
    assert len(await nodes(store, "c")) == 7000


async def test_a_call_is_saved_as_it_is_at_the_commit_and_followed_by_its_figures(store, journal):
    calls = StoredCalls(store)
    call = new_call(queues=["water"])
    journal.save(call)
    await journal.flushed()
    assert await calls.load_open() == [call]
    call.progress["ivr"] = {"node": "menu"}
    journal.save(call)
    call.progress["ivr"] = {"node": "later"}
    call.agents.append("1001")
    common = {"at": NOON, "call": call.id, "organisation": "city", "region": "320400"}
    journal.append(CallLeftQueue(**common, queue="water", reason="answered", waited=12.5))
    journal.append(TalkEnded(**common, agent="1001", seconds=60.0, ended_by="agent"))
    journal.append(TalkEnded(**common, agent="1002", seconds=30.5, ended_by="caller"))
    journal.append(SatisfactionGiven(**common, agent="1002", key="1", score=5))
    await journal.flushed()
    found = await calls.find(call.id, EVERYTHING)
    assert found is not None
    assert (found.wait_seconds, found.talk_seconds, found.score, found.agents) == (12.5, 90.5, 5, ("1001",))
    assert await calls.load(call.id) == call
    journal.save(ended(call))
    await journal.flushed()
    assert await calls.load_open() == []
    assert (await calls.find(call.id, EVERYTHING)).talk_seconds == 90.5


async def test_states_are_kept_replaced_and_forgotten(store, journal):
    journal.put("agent", "1001", {"state": "ready"})
    journal.put("agent", "1002", {"state": "break"})
    journal.put("queue", "water", [1, None])
    await journal.flushed()
    journal.put("agent", "1001", {"state": "talking"})
    journal.forget("agent", "1002")
    await journal.flushed()
    calls = StoredCalls(store)
    assert await calls.kept("agent") == {"1001": {"state": "talking"}}
    assert await calls.kept("queue") == {"water": [1, None]}
    with pytest.raises(TypeError):
        journal.put("agent", "1001", object())


async def test_what_cannot_be_stored_is_left_out_and_the_rest_goes_on(store, journal):
    broken, whole = new_call(progress={"ivr": object()}), new_call()
    for call in (broken, whole):
        journal.save(call)
    journal.append(entered("c", 1))
    journal.append(CallAnswered(at=NOON, call="c", organisation="city", region="\ud800"))
    journal.append(CallAnswered(at=NOON, call="c", organisation="\x00", region="1"))
    journal.append(entered("c", 2))
    journal.append(CallAnswered(at=NOON, call="c", organisation="city", region="1" * 5000))
    journal.append(sample(QueueChanged))
    journal.append(entered("c", 3))
    journal.put("kind", "key", 1)
    await journal.flushed()
    calls = StoredCalls(store)
    story = [one.event for one in await calls.events_of("c")]
    assert [one.node for one in story if isinstance(one, NodeEntered)] == ["1", "2", "3"]
    assert await calls.load_open() == [whole]
    assert await calls.kept("kind") == {"key": 1}
    # SQLite takes what PostgreSQL does not: a text with NUL, and one that is too long.
    assert (len(story), journal.lost) == ((5, 2) if store.is_sqlite else (3, 4))


async def test_a_locked_database_delays_and_loses_nothing(sqlite_store, sqlite_journal, told):
    sqlite_journal.append(entered("c", 0))
    await sqlite_journal.flushed()
    with closing(sqlite3.connect(sqlite_store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(1, 50):
            sqlite_journal.append(entered("c", number))
        await eventually(lambda: told, 15)
        assert sqlite_journal.is_failing
        assert isinstance(told[0], AlarmRaised) and told[0].name == "journal"
        for number in range(50, 100):
            sqlite_journal.append(entered("c", number))
        other.execute("ROLLBACK")
    await sqlite_journal.flushed()
    assert await nodes(sqlite_store, "c") == [str(number) for number in range(100)]
    assert [type(one) for one in told] == [AlarmRaised, AlarmCleared]


async def test_a_database_that_is_gone_and_back_has_everything(sqlite_store, sqlite_journal, told):
    sqlite_journal.append(entered("c", 0))
    await sqlite_journal.flushed()
    await sqlite_store.close()
    files = list(sqlite_store.path.parent.glob("hotline.db*"))
    away = sqlite_store.path.parent / "away"
    away.mkdir()
    for path in files:
        path.rename(away / path.name)
    for number in range(1, 10):
        sqlite_journal.append(entered("c", number))
    await eventually(lambda: told)
    assert not sqlite_store.path.exists()
    for path in away.iterdir():
        path.rename(sqlite_store.path.parent / path.name)
    await sqlite_journal.flushed()
    assert await nodes(sqlite_store, "c") == [str(number) for number in range(10)]


async def test_a_postgresql_server_that_drops_us_is_reached_again(postgres, tmp_path, told):
    url = await postgres.emptied()
    store = await Store.open(url, tmp_path)
    await migrate(store)
    journal = Journal(PostgresWriter(url, store.cipher), told.append)
    journal.append(entered("c", 0))
    await journal.flushed()
    killer = await asyncpg.connect(url)
    await killer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await killer.close()
    for number in range(1, 10):
        journal.append(entered("c", number))
    await journal.flushed()
    # Whether it is noticed before or by the next commit, nothing is lost.
    assert [type(one) for one in told] in ([], [AlarmRaised, AlarmCleared])
    await store.engine.dispose()
    assert await nodes(store, "c") == [str(number) for number in range(10)]
    await journal.close()
    await store.close()


class FullDisk:
    """A writer without room until `room` is set."""

    def __init__(self) -> None:
        self.room = asyncio.Event()
        self.batches: list[int] = []
        self.tries = 0

    async def write(self, batch):
        self.tries += 1
        if not self.room.is_set():
            raise OSError(28, "No space left on device")
        self.batches.append(len(batch.events))
        return [Stored(sequence=number, event=event) for number, event in enumerate(batch.events, 1)]

    async def close(self) -> None:
        self.room.set()


async def test_a_full_disk_keeps_events_in_memory_up_to_the_limit(told):
    disk = FullDisk()
    journal = Journal(disk, told.append, limit=100)
    journal.append(entered("c", "first"))
    await eventually(lambda: disk.tries >= 3)
    for number in range(130):
        journal.append(entered("c", number))
    assert (journal.waiting, journal.lost) == (100, 30)
    assert len(told) == 1, "one alarm, however often it fails"
    disk.room.set()
    await journal.flushed()
    assert sum(disk.batches) == 101
    await journal.close()


async def test_a_disk_that_is_really_full_raises_an_alarm_and_loses_nothing_when_there_is_room_again(tmp_path, told):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]).returncode:
        pytest.skip("a small file system can only be mounted as root")
    try:
        store = await Store.open(None, disk)
        await migrate(store)
        journal = Journal.start(store, told.append)
        journal.append(entered("c", 0))
        await journal.flushed()
        with (disk / "filling").open("wb", buffering=0) as filling, suppress(OSError):
            while True:
                filling.write(bytes(4096))
        count = 0
        while not told:
            count += 1
            journal.append(entered("c", count))
            await asyncio.sleep(0.001)
        assert isinstance(told[0], AlarmRaised) and journal.is_failing
        assert (await nodes(store, "c"))[0] == "0", "what is stored can still be read"
        journal.append(entered("c", count + 1))
        (disk / "filling").unlink()
        async with asyncio.timeout(10):
            await journal.flushed()
        assert await nodes(store, "c") == [str(number) for number in range(count + 2)]
        assert [type(one) for one in told] == [AlarmRaised, AlarmCleared] and journal.lost == 0
        await journal.close()
        await store.close()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


async def test_closing_does_not_wait_for_ever_for_a_broken_database(told):
    journal = Journal(FullDisk(), told.append)
    journal.append(entered("c", 1))
    async with asyncio.timeout(5):
        await journal.close(timeout=0.3)


async def test_an_event_costs_the_loop_less_than_30_microseconds(sqlite_store, sqlite_journal):
    call = new_call()
    event = entered(call.id, "menu")
    begun = time.thread_time()
    for number in range(20_000):
        sqlite_journal.append(event)
        if number % 10 == 0:
            sqlite_journal.save(call)
        if number % 50 == 0:
            await asyncio.sleep(0)
    await sqlite_journal.flushed()
    assert (time.thread_time() - begun) / 20_000 < 30e-6
