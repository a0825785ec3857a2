"""The figures of the day after a new engine began, from a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from cti.base.events import CallEnded, CallLeftQueue, TalkStarted
from cti.base.scope import EVERYTHING
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from softphone import day_so_far
from softphone.day_so_far import DaySoFar
from softphone.figures import DayFigures

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
DAY = "2026-11-25"


def talk(call: str, at: datetime = NOW) -> TalkStarted:
    return TalkStarted(
        at=at, call=call, organisation="city", region="320400", agent="1001", leg="l", queue="general", waited=0
    )


def left(at: datetime = NOW) -> CallLeftQueue:
    return CallLeftQueue(
        at=at, call="c", organisation="city", region="320400", queue="general", reason="answered", waited=3.0
    )


@pytest.fixture
async def journal(store: Store) -> AsyncIterator[Journal]:
    journal = Journal.start(store, print)
    yield journal
    await journal.close()


async def test_a_new_engine_goes_on_with_the_figures_of_the_day(
    store: Store, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They began anew with each engine: after a restart at noon the board said that nobody had called."""
    monkeypatch.setattr(day_so_far, "PAGE", 2)
    for days in (3, 2, 1):
        for number in range(5):
            journal.append(talk(f"{days} {number}", NOW - timedelta(days=days)))
    for number in range(5):
        journal.append(talk(f"before {number}"))
        journal.append(left())
    await journal.flushed()

    figures = DayFigures()
    so_far = DaySoFar(figures, StoredCalls(store), journal)
    # Told while the store is read, and stored before it is: counted once.
    during, ended = talk("during"), CallEnded(
        at=NOW, call="before 1", organisation="city", region="320400", reason="abandoned", seconds=9, answered=True
    )  # fmt: skip
    for event in (during, ended):
        journal.append(event)
        figures.hear(event, DAY)
    assert figures.agent("1001").answered == 0
    await so_far.count(NOW)
    last = talk("after")
    journal.append(last)
    figures.hear(last, DAY)
    assert figures.agent("1001").answered == 7
    assert (figures.queue("general").answered, figures.queue("general").service_level) == (5, 1.0)
    assert figures.today(EVERYTHING) == {"arrived": 0, "ended": 1, "answered": 7, "abandoned": 1, "rated": 0}


class Broken(StoredCalls):
    """The database is gone."""

    async def last_sequence(self) -> int:
        raise ConnectionError("gone")


async def test_figures_go_on_when_the_store_cannot_be_read(sqlite_store: Store) -> None:
    journal = Journal.start(sqlite_store, print)
    figures = DayFigures()
    so_far = DaySoFar(figures, Broken(sqlite_store), journal)
    figures.hear(talk("during"), DAY)
    with pytest.raises(ConnectionError):
        await so_far.count(NOW)
    assert figures.agent("1001").answered == 1
    await journal.close()


async def test_the_first_event_of_a_day_is_found(store: Store, journal: Journal) -> None:
    books = StoredCalls(store)
    assert await books.sequence_before(NOW) == 0
    for hours in range(9):
        journal.append(talk(str(hours), NOW + timedelta(hours=hours)))
    await journal.flushed()
    every = await books.events_after(0)
    for index, one in enumerate(every):
        before = await books.sequence_before(one.event.at)
        assert [found.event for found in await books.events_after(before, limit=1)] == [one.event]
        assert before == (every[index - 1].sequence if index else 0)
    assert await books.sequence_before(NOW + timedelta(days=1)) == every[-1].sequence
