"""Today in slots: equal to the rows after any changes, and counted again where something changed and nowhere else."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from cti.base.clock import VirtualClock
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.kept import slots, spans
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.kept.slots import Run
from cti.store.engine import Store
from cti.store.models import CallRow
from tests.cti.office.figures.test_figures import CITY, EAST, NOW, USUAL, some_calls
from tests.cti.office.figures.test_kept import ASKED, from_rows, kept_figures, said

TODAY = Period.around("day", NOW.date())


async def today(figures: Figures, who: Visitor) -> list[Any]:
    found = []
    for name, by, where in ASKED:
        counted = await figures.value(who, name, TODAY, by, where=where, compare=True)
        totals = (counted.total.now, counted.total.before, counted.total.year_ago)
        found.append((name, totals, [(one.by, one.now) for one in counted.cells]))
    return found


async def today_from_rows(figures: Figures, who: Visitor) -> list[Any]:
    kept, figures.kept = figures.kept, None
    try:
        return await today(figures, who)
    finally:
        figures.kept = kept


def of_today(seed: int, count: int) -> list[dict[str, Any]]:
    dice = random.Random(seed)
    return [
        {**one, "arrived_at": NOW - timedelta(seconds=dice.randrange(30_000))} for one in some_calls(seed, count)
    ]  # fmt: skip


async def arrived(figures: Figures) -> float:
    found = (await figures.value(CITY, "calls_arrived", TODAY)).total.now.value
    assert found is not None
    return found


def spoil(kept: Kept) -> None:
    """Let what is remembered be wrong, so that it is seen whether it is read."""
    for known in kept._slots._known.values():
        for lines in known.lines.values():
            lines[:] = [[1_000_000.0 if isinstance(part, float) else part for part in line] for line in lines]


async def test_today_equals_the_rows_after_any_changes_in_either_of_two_engines(store: Store) -> None:
    calls = of_today(3, 120)
    figures = await kept_figures(store, [*calls, *some_calls(4, 60)])
    first, second = figures.kept, Kept(store, VirtualClock(NOW), figures.library.sources)
    assert first is not None
    await second.round()
    dice, ids = random.Random(5), [one["id"] for one in calls]
    for step in range(4):
        for who in (CITY, EAST):
            true = await today_from_rows(figures, who)
            for figures.kept in (first, second):
                assert await today(figures, who) == true
        some = dice.sample(ids, 12)
        moved = NOW - timedelta(seconds=dice.randrange(200_000))
        async with store.writing() as session:
            await session.execute(update(CallRow).where(CallRow.id.in_(some[:5])).values(agents=["1002"]))
            await session.execute(update(CallRow).where(CallRow.id.in_(some[5:9])).values(arrived_at=moved))
            await session.execute(delete(CallRow).where(CallRow.id.in_(some[9:])))
        async with store.writing() as session:
            session.add_all([CallRow(**USUAL, **one) for one in of_today(step + 20, 3)])
        if step:  # one of the two takes the notes away
            await (first if step == 1 else second).round()
    figures.kept = first
    await first.rebuild()
    assert await today(figures, CITY) == await today_from_rows(figures, CITY)
    assert await said(figures, CITY) == await from_rows(figures, CITY)


async def test_a_slot_is_counted_again_only_when_something_in_it_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "MOST_NOTES", 1)
    calls = [
        {**one, "arrived_at": NOW - timedelta(hours=place), "outgoing": False}
        for place, one in enumerate(some_calls(3, 5))
    ]
    figures = await kept_figures(store, calls)
    assert figures.kept is not None
    assert await arrived(figures) == 5
    spoil(figures.kept)
    assert await arrived(figures) == 5_000_000, "remembered"
    async with store.writing() as session:
        touched = update(CallRow).where(CallRow.id.in_([one["id"] for one in calls[:2]]))
        await session.execute(touched.values(satisfaction="5"))
    assert await arrived(figures) == 3_000_002, "two hours are counted again"
    await figures.kept.round()
    assert await arrived(figures) == 3_000_002, "the notes went, and what they told was heeded"
    async with store.writing() as session:
        await session.execute(touched.values(arrived_at=NOW - timedelta(hours=4)))
    await figures.kept.round()
    assert await arrived(figures) == 2_000_003, "notes that went unread are heeded, too"
    await figures.kept.rebuild()
    assert await arrived(figures) == 5, "whoever has all counted again trusts nothing"


async def test_more_groups_than_are_remembered_are_counted_from_the_rows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "MOST_ROWS", 3)
    figures = await kept_figures(store, of_today(3, 40))
    assert figures.kept is not None
    for _ in range(2):
        assert await today(figures, CITY) == await today_from_rows(figures, CITY)
    assert all(len(one.lines) <= 3 for one in figures.kept._slots._known.values())


async def test_what_is_remembered_of_all_cuts_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "MOST_LINES", 100)
    figures = await kept_figures(store, of_today(3, 80))
    assert figures.kept is not None
    await today(figures, CITY)
    own = figures.kept._slots
    assert own._lines == sum(one.size for one in own._known.values()) <= 200
    assert await today(figures, CITY) == await today_from_rows(figures, CITY)


async def test_a_time_of_years_is_not_cut_into_slots(store: Store) -> None:
    figures = await kept_figures(store, some_calls(3, 40))
    assert figures.kept is not None
    await figures.value(CITY, "calls_arrived", Period("own", date(2016, 3, 18), date(2026, 3, 18)))
    assert not figures.kept._slots._known


RUNS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda one: (one[0], sum(one))), max_size=8)


def every(runs: list[Run]) -> set[int]:
    return {slot for first, after in runs for slot in range(first, after)}


@given(RUNS, RUNS)
def test_runs_are_joined_and_taken_apart(one: list[Run], other: list[Run]) -> None:
    joined = slots._joined(one)
    assert every(joined) == every(one)
    assert all(end < begin for (_, end), (begin, _) in pairwise(joined))
    assert every(slots._without(joined, slots._joined(other))) == every(one) - every(other)


@given(st.sets(st.integers(0, 2000), max_size=60), st.integers(0, 2000))
def test_touched_slots_are_counted_by_themselves_or_with_what_lies_between(touched: set[int], counted: int) -> None:
    known = slots._Known("calls", 1, [(0, counted)] if counted else [])
    found = slots._lacking(known, [(0, 2001)], dict.fromkeys(touched, 7))
    wanted = touched | set(range(counted, 2001))
    assert every(found) >= wanted
    assert every(found) == wanted or len(wanted) > slots.MOST_NAMED
    assert found == slots._joined(found)


async def test_slots_of_years_ahead_are_counted_with_a_change_of_today(store: Store) -> None:
    """A year's end is far, and a slot of today that is touched lies before it: more than can be named."""
    figures = await kept_figures(store, of_today(3, 20))
    year = Period("own", NOW.date(), NOW.date() + timedelta(days=40))
    for step, period in enumerate((TODAY, year, year)):
        async with store.writing() as session:
            session.add_all([CallRow(**USUAL, **one) for one in of_today(step + 30, 3)])
        found = await figures.value(CITY, "calls_arrived", period, ["queue"])
        kept, figures.kept = figures.kept, None
        assert (await figures.value(CITY, "calls_arrived", period, ["queue"])).cells == found.cells
        figures.kept = kept
