from datetime import timedelta

import pytest

from cti.base.call import EndReason
from cti.base.events import EVENT_TYPES, CallEvent
from cti.base.numbers.number import Number
from cti.base.scope import EVERYTHING, Scope
from cti.store.calls import CallFilter, CdrLine, StoredCalls
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.testing.statements import trips
from tests.cti.store.stories import MOBILE, NOON, ended, new_call, sample, talking_call


@pytest.fixture(params=["international", "sm"])
def suite(request):
    return request.param


@pytest.fixture
async def journal(store):
    told = []
    journal = Journal.start(store, told.append)
    yield journal
    await journal.close()
    assert told == [], "no alarm"


@pytest.fixture
def calls(store):
    return StoredCalls(store)


async def test_open_calls_come_back_whole_and_oldest_first(calls, journal):
    open_calls = [talking_call(), new_call("anonymous"), new_call("+4930123456")]
    for call in [*reversed(open_calls), ended(new_call())]:
        journal.save(call)
    await journal.flushed()
    assert await calls.load_open() == sorted(open_calls, key=lambda call: call.id)


async def test_no_number_of_a_citizen_stands_on_the_disk(sqlite_store):
    journal = Journal.start(sqlite_store, print)
    journal.save(talking_call())
    for kind in EVENT_TYPES.values():
        journal.append(sample(kind))
    await journal.flushed()
    line = CdrLine("s", "1", "1.1", NOON, 1.0, "ANSWERED", data={"src": MOBILE})
    await StoredCalls(sqlite_store).add_cdrs([line])
    await journal.close()
    await sqlite_store.close()
    for path in sqlite_store.path.parent.glob("hotline.db*"):
        content = path.read_bytes()
        assert MOBILE.encode() not in content and b"19900101" not in content
    assert sqlite_store.path.stat().st_size > 50_000


async def test_the_story_of_a_call_has_its_own_events_only(calls, journal):
    for kind in EVENT_TYPES.values():
        journal.append(sample(kind))
    await journal.flushed()
    assert journal.lost == 0
    story = await calls.events_of("text with 1234567 in it")
    assert {type(one.event) for one in story} == {kind for kind in EVENT_TYPES.values() if issubclass(kind, CallEvent)}
    every = await calls.events_after(0)
    assert len(every) == len(EVENT_TYPES) - 1  # QueueChanged has no place in the journal
    assert await calls.events_after(every[-2].sequence) == [every[-1]]


@pytest.fixture
async def hundred(journal):
    """A hundred calls, one a minute, of four callers, two agents, two queues, two organisations."""
    made = []
    for number in range(100):
        call = new_call(
            f"1380000{number % 4:04d}",
            arrived_at=NOON + timedelta(minutes=number),
            agents=[f"100{number % 2}"],
            queues=["general", "water"] if number % 10 == 0 else ["general"],
            organisation="city" if number < 80 else "county",
            region="320400" if number < 80 else "320481",
            recordings=[f"r{number}"],
        )
        reason = EndReason.ABANDONED if number % 5 == 0 else EndReason.CALLER_HUNG_UP
        made.append(ended(call, reason))
        journal.save(call)
    await journal.flushed()
    return made


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CallFilter(), lambda number: True),
        (CallFilter(number="+8613800000002"), lambda number: number % 4 == 2),
        (CallFilter(number="0003"), lambda number: number % 4 == 3),
        (CallFilter(number="+8613900000002"), lambda number: False),
        (CallFilter(agent="1001"), lambda number: number % 2 == 1),
        (CallFilter(queue="water"), lambda number: number % 10 == 0),
        (CallFilter(reason="abandoned", queue="general"), lambda number: number % 5 == 0),
        (CallFilter(since=NOON + timedelta(minutes=10)), lambda number: number >= 10),
        (CallFilter(until=NOON + timedelta(minutes=10)), lambda number: number < 10),
        (CallFilter(queue="'; DROP TABLE calls; --"), lambda number: False),
        (CallFilter(agent="1000", number="0000", since=NOON, until=NOON + timedelta(minutes=50)),
         lambda number: number % 4 == 0 and number < 50),
    ],
)  # fmt: skip
async def test_filters(calls, hundred, wanted, expected):
    found = await calls.search(wanted, EVERYTHING, size=500)
    ids = [call.id for number, call in enumerate(hundred) if expected(number)]
    assert [one.id for one in found.items] == ids[::-1]
    assert found.total == len(ids)


async def test_pages_are_disjoint_and_know_the_total(calls, hundred):
    pages = [await calls.search(CallFilter(), EVERYTHING, page=number, size=30) for number in range(1, 6)]
    assert [len(one.items) for one in pages] == [30, 30, 30, 10, 0]
    assert {one.total for one in pages} == {100}
    assert len({call.id for one in pages for call in one.items}) == 100
    assert pages[0].items[0].caller == Number.parse("13800000003")


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        (EVERYTHING, 100),
        (Scope(organisations=frozenset({"county"})), 20),
        (Scope(organisations=frozenset({"county", "city"})), 100),
        (Scope(regions=frozenset({"320400"})), 80),
        (Scope(organisations=frozenset({"city"}), agent="1001"), 40),
        (Scope(organisations=frozenset()), 0),
    ],
)
async def test_a_scope_limits_lists_and_single_calls_alike(calls, hundred, scope, count):
    found = await calls.search(CallFilter(), scope, size=500)
    assert found.total == len(found.items) == count
    singly = [call.id for call in hundred if await calls.find(call.id, scope)]
    assert sorted(singly) == sorted(one.id for one in found.items)


async def test_who_called_lately_is_found_for_many_calls_in_one_question(store, calls, journal):
    hours = [0, 1, 30, 31, 60]
    mine = [new_call(arrived_at=NOON + timedelta(hours=after)) for after in hours]
    other = [new_call("13900000009", arrived_at=NOON + timedelta(hours=after)) for after in (0, 24, 49)]
    dialled = [
        new_call("13900000008", arrived_at=NOON, outgoing=True),
        new_call("13900000008", arrived_at=mine[1].arrived_at),
    ]
    nobody = [new_call("anonymous", arrived_at=NOON), new_call("anonymous", arrived_at=mine[1].arrived_at)]
    every = [*mine, *other, *dialled, *nobody]
    for call in every:
        journal.save(ended(call))
    await journal.flushed()
    with trips(store) as told:
        found = await calls.called_lately(every, timedelta(hours=24))
    assert found == {mine[1].id, mine[3].id, other[1].id}
    assert len(told) == 1
    assert await calls.called_lately(nobody, timedelta(hours=24)) == frozenset()


async def test_cdr_lines_are_stored_once(calls):
    line = CdrLine("switch-1", "1.1/0", "1.1", NOON, 3.5, "ANSWERED", call="c", cause=16, data={"src": MOBILE})
    later = CdrLine("switch-1", "1.2/0", "1.2", NOON + timedelta(seconds=1), 2.0, "NO ANSWER", call="c")
    await calls.add_cdrs([later, line])
    await calls.add_cdrs([line, later])
    await calls.add_cdrs([])
    found = await calls.cdrs_of("c")
    assert found[0] == line
    assert [one.unique for one in found] == ["1.1/0", "1.2/0"]


async def test_recordings_are_added_changed_and_found_within_the_scope(store):
    recordings = RecordingStore(store)
    first = Recording("r1", "c", "city", "320400", "1001", "1.2", "2026/05/06/r1.wav", NOON, "recording")
    second = Recording("r2", "c", "city", "320400", "1002", "1.3", "2026/05/06/r2.wav", NOON, "stored", 3.5, 99)
    await recordings.add(second)
    await recordings.add(first)
    assert await recordings.of_call("c") == [first, second]
    assert await recordings.change("r1", state="stored", seconds=61.5, bytes=2**33, repaired=True)
    assert not await recordings.change("r9", state="stored")
    found = await recordings.find("r1", EVERYTHING)
    assert found is not None and (found.state, found.seconds, found.bytes, found.repaired) == (
        "stored", 61.5, 2**33, True,
    )  # fmt: skip
    assert await recordings.in_states(["recording"]) == []
    assert await recordings.find("r1", Scope(agent="1002")) is None
    assert await recordings.find("r1", Scope(organisations=frozenset({"county"}))) is None
    assert await recordings.find("r1", Scope(organisations=frozenset({"city"}), agent="1001")) == found
