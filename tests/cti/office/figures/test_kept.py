"""Kept days: equal to the rows after any history of changes, told apart by scope and definition, gone when touched."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError

from cti.base.clock import VirtualClock
from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.kept import keeper
from cti.office.figures.kept.calendar import days_of, lacking, plan
from cti.office.figures.kept.cuts import step_at
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.kept.models import FigureChangeRow, FigureCutRow, FigureSpanRow
from cti.office.figures.kept.remembered import Remembered
from cti.office.figures.measures import Ranked
from cti.office.figures.recounting import Recounting
from cti.office.figures.rights import EDIT
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import AuditRow
from cti.store.engine import Store
from cti.store.models import CallRow
from tests.cti.office.figures.test_figures import (
    CITY,
    EAST,
    NOW,
    USUAL,
    figures_of,
    measured,
    percentile,
    some_calls,
    visitor,
)

YEAR = Period("own", date(2025, 12, 10), date(2026, 3, 18))
ASKED: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    ("answer_rate", (), {}),
    ("average_wait", ("queue",), {}),
    ("calls_arrived", ("month", "queue"), {"organisation": "east"}),
    ("answered_in_15", ("hour",), {"queue": "general"}),
    ("calls_arrived", ("week",), {}),
    ("calls_arrived", ("quarter",), {"month": "2026-01"}),
    ("average", ("reason",), {}),
    ("most", ("queue",), {}),
    ("ninety", (), {}),
    ("ninety", ("month",), {}),
    ("ninety", ("queue",), {}),
    ("ninety", (), {"quarter": "2026-Q1"}),
)


async def kept_figures(store: Store, calls: list[dict[str, Any]]) -> Figures:
    figures = await figures_of(store, calls, VirtualClock(NOW))
    for name in ("average", "most"):
        measured(figures, f"{name}: wait_seconds", name=name)
    measured(figures, "percentile: talk_seconds, rank: 90, grain: 5", name="ninety")
    figures.kept = Kept(store, VirtualClock(NOW), figures.library.sources)
    await figures.kept.round()
    return figures


async def said(figures: Figures, who: Visitor) -> list[Any]:
    found = []
    for name, by, where in ASKED:
        for period in (YEAR, Period.around("month", date(2026, 3, 1))):
            counted = await figures.value(who, name, period, by, where=where)
            cells = [(one.by, pytest.approx(one.now.value), one.now.denominator) for one in counted.cells]
            found.append((name, pytest.approx(counted.total.now.value), counted.total.now.pending, cells))
    return found


async def from_rows(figures: Figures, who: Visitor) -> list[Any]:
    kept, figures.kept = figures.kept, None
    try:
        return await said(figures, who)
    finally:
        figures.kept = kept


async def arrived(figures: Figures, who: Visitor) -> float:
    found = (await figures.value(who, "calls_arrived", YEAR)).total.now.value
    assert found is not None
    return found


async def spans(store: Store) -> int:
    async with store.reading() as session:
        return await session.scalar(select(func.count()).select_from(FigureSpanRow)) or 0


async def test_kept_days_equal_the_rows_after_any_changes(store: Store) -> None:
    calls = some_calls(3, 400)
    figures = await kept_figures(store, calls)
    dice, ids = random.Random(4), [one["id"] for one in calls]
    assert figures.kept is not None
    for step in range(3):
        for who in (CITY, EAST):
            assert await said(figures, who) == await from_rows(figures, who)
        if step != 1:  # a round that never came: what changed is counted from the rows
            await figures.kept.round()
        if step:
            assert await spans(store) > 300
        some = dice.sample(ids, 20)
        moved = NOW - timedelta(days=dice.randrange(300))
        async with store.writing() as session:
            await session.execute(update(CallRow).where(CallRow.id.in_(some[:6])).values(agents=["1002"]))
            await session.execute(update(CallRow).where(CallRow.id.in_(some[6:12])).values(arrived_at=moved))
            await session.execute(delete(CallRow).where(CallRow.id.in_(some[12:15])))
        more = some_calls(step + 10, 5)
        async with store.writing() as session:
            session.add_all([CallRow(**USUAL, **one) for one in more])
    before = await said(figures, CITY)
    await figures.kept.rebuild()
    assert await said(figures, CITY) == before == await from_rows(figures, CITY)


async def test_a_day_that_is_kept_is_not_counted_again_until_it_is_touched(store: Store) -> None:
    calls = some_calls(5, 300)
    figures = await kept_figures(store, calls)
    assert figures.kept is not None
    true = await arrived(figures, CITY)
    await figures.kept.round()
    async with store.writing() as session:
        spoiled = update(FigureSpanRow).where(FigureSpanRow.span == "2026-01").values(cells="[[1000000,0]]")
        await session.execute(spoiled)
    assert await arrived(figures, CITY) > 900_000
    touched = next(one for one in calls if one["arrived_at"].strftime("%Y-%m") == "2026-01" and not one["outgoing"])
    async with store.writing() as session:
        await session.execute(update(CallRow).where(CallRow.id == touched["id"]).values(satisfaction="5"))
    assert await arrived(figures, CITY) == true
    await figures.kept.round()
    async with store.reading() as session:
        assert not await session.scalar(select(func.count()).select_from(FigureChangeRow))
    assert await arrived(figures, CITY) == true


async def test_of_a_month_with_a_touched_day_the_other_days_are_taken_as_kept(store: Store) -> None:
    calls = some_calls(5, 300)
    figures = await kept_figures(store, calls)
    assert figures.kept is not None
    await arrived(figures, CITY)
    await figures.kept.round()
    async with store.writing() as session:
        spoiled = update(FigureSpanRow).where(FigureSpanRow.span.like("2026-01-%")).values(cells="[[1000000,0]]")
        await session.execute(spoiled)
    assert await arrived(figures, CITY) < 1_000_000  # the month is kept as a whole
    touched = next(one for one in calls if one["arrived_at"].strftime("%Y-%m") == "2026-01" and not one["outgoing"])
    async with store.writing() as session:
        await session.execute(update(CallRow).where(CallRow.id == touched["id"]).values(satisfaction="5"))
    assert 30_000_000 < await arrived(figures, CITY) < 31_000_000  # each day of it but one


async def test_days_that_were_read_are_not_read_again_until_they_were_let_go_of(store: Store) -> None:
    figures = await kept_figures(store, some_calls(5, 60))
    assert figures.kept is not None
    await arrived(figures, CITY)
    await figures.kept.round()
    true = await arrived(figures, CITY)
    async with store.writing() as session:  # whoever writes days lets the cut have another turn
        await session.execute(update(FigureSpanRow).values(cells="[[1000,0]]"))
    assert await arrived(figures, CITY) == true
    async with store.writing() as session:
        await session.execute(update(FigureCutRow).values(turn=FigureCutRow.turn + 1))
    assert await arrived(figures, CITY) > 1000


def test_what_is_remembered_is_bounded_and_of_one_turn() -> None:
    remembered = Remembered(most=10)
    for key in "abc":
        remembered.add(key, 1, {f"2026-03-0{day}": [["x", 1]] for day in range(1, 3)})
        assert remembered.of("a", 1, ["2026-03-01", "2026-04-01"]) == {"2026-03-01": [["x", 1]]}
    assert remembered.of("b", 1, ["2026-03-01"]) == {}, "nobody read it for longest"
    assert remembered.of("a", 2, ["2026-03-01"]) == {}
    remembered.add("a", 2, {"2026-03-02": []})
    assert remembered.of("a", 2, ["2026-03-01", "2026-03-02"]) == {"2026-03-02": []}


async def test_a_percentile_with_a_grain_is_read_of_kept_days(store: Store) -> None:
    figures = await kept_figures(store, some_calls(9, 300))
    true = (await figures.value(CITY, "ninety", YEAR)).total.now.value
    assert true is not None and true % 0.5 == pytest.approx(0), "between two multiples of 5"
    assert figures.kept is not None
    await figures.kept.round()
    async with store.writing() as session:
        await session.execute(update(FigureSpanRow).values(cells='[["9000.0",1000]]'))
    assert (await figures.value(CITY, "ninety", YEAR)).total.now.value == 9000


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 99))
def test_of_counted_values_a_percentile_is_that_of_their_rows(values: list[int], rank: int) -> None:
    counted = {float(one): values.count(one) for one in values}
    assert Ranked.among(counted, rank).at(rank) == pytest.approx(percentile(list(map(float, values)), rank))


@pytest.mark.parametrize("name", ["calls_arrived", "average_wait"])
async def test_periods_that_are_compared_are_counted_as_each_by_itself(store: Store, name: str) -> None:
    """The period before, and the year before, in one statement; where they meet, in several."""
    figures = await kept_figures(store, some_calls(11, 300))
    long = Period("own", date(2024, 11, 1), date(2026, 3, 18))
    for period in (figures.period("this_month"), figures.period("today"), figures.period("this_year"), long):
        for by in ((), ("hour", "queue")):
            found = await figures.value(CITY, name, period, by, compare=True)
            earlier = [period.so_far(one, NOW) for one in (period.before(), period.year_ago())]
            for which, one in zip(("before", "year_ago"), earlier, strict=True):
                alone = await figures.value(CITY, name, one, by)
                assert getattr(found.total, which) == alone.total.now
                cells = {cell.by: cell.now for cell in alone.cells}
                assert {cell.by: getattr(cell, which) for cell in found.cells if cell.by in cells} == cells


async def test_another_definition_and_another_scope_are_another_cut(store: Store) -> None:
    figures = await kept_figures(store, some_calls(6, 200))
    assert figures.kept is not None
    for who in (CITY, EAST):
        await figures.value(who, "calls_arrived", YEAR)
    await figures.kept.round()
    city = await arrived(figures, CITY)
    assert await arrived(figures, EAST) < city
    far = await figures.value(CITY, "calls_arrived", YEAR, also=lambda calls: calls.facts["queue"].value == "far")
    assert 0 < far.total.now.numerator < city, "a further condition is counted from the rows"
    async with store.reading() as session:
        assert await session.scalar(select(func.count(FigureSpanRow.cut.distinct()))) == 2
    measured(figures, "sum: talk_seconds", name="calls_arrived")
    changed = await arrived(figures, CITY)
    figures.kept = None
    assert changed == await arrived(figures, CITY) != city


DAYS = st.integers(0, 130).map(lambda count: date(2024, 1, 20) + timedelta(days=count))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_plan_covers_each_day_once(data: st.DataObject) -> None:
    first, last = sorted((data.draw(DAYS), data.draw(DAYS)))
    period, today = Period("own", first, last), data.draw(DAYS)
    every = [date(2024, 1, 1) + timedelta(days=count) for count in range(170)]
    kept = {one.isoformat() for one in every if data.draw(st.booleans())}
    kept |= {f"2024-{month:02}" for month in range(1, 7) if data.draw(st.booleans())}
    dirty = {one.isoformat() for one in data.draw(st.lists(DAYS, max_size=4))}
    by_months = data.draw(st.booleans())
    found = plan(period, today, kept, dirty, by_months=by_months)
    covered = [day for day in every for span in found.spans if day.isoformat().startswith(span)]
    assert set(found.spans) <= kept - dirty
    assert by_months or all(len(one) == 10 for one in found.spans)
    for since, until in found.live:
        assert period.since <= since < until <= period.until
        covered += [day for day in every if since <= Period.around("day", day).since < until]
    assert sorted(covered) == [day for day in every if first <= day <= last]
    begin, after = days_of(period, today)
    runs = lacking(begin, after, kept, dirty)
    assert all(one.month == (end - timedelta(days=1)).month for one, end in runs)


def test_steps_of_a_day_are_those_of_the_database() -> None:
    assert [step_at("2026-11-29", one) for one in ("day", "week", "month", "quarter", "year")] == [
        "2026-11-29", "2026-11-23", "2026-11", "2026-Q4", "2026",
    ]  # fmt: skip


@pytest.mark.parametrize("when", ["before the day is counted", "before it is written"])
async def test_two_engines_at_once_keep_no_day_that_lacks_a_change(
    store: Store, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one counts a day from its rows, a citizen's call is added, and the other lets the day and its note go."""
    figures = await kept_figures(store, some_calls(8, 60))
    first = figures.kept
    assert first is not None
    second = Kept(store, VirtualClock(NOW), figures.library.sources)
    await second.round()
    await arrived(figures, CITY)
    late = {**some_calls(9, 1)[0], "arrived_at": datetime(2025, 12, 15, 4, tzinfo=UTC), "outgoing": False}
    counted, is_first = first._count, True

    async def meanwhile(*asked: Any) -> Any:
        nonlocal is_first
        found = None if when == "before the day is counted" else await counted(*asked)
        if is_first:
            is_first = False
            async with store.writing() as session:
                session.add(CallRow(**USUAL, **late))
            await second.round()
        return await counted(*asked) if found is None else found

    monkeypatch.setattr(first, "_count", meanwhile)
    await first.round()
    await first.round()
    assert await spans(store) > 60
    figures.kept = None
    true = await arrived(figures, CITY)
    figures.kept = first
    assert await arrived(figures, CITY) == true
    figures.kept = second
    assert await arrived(figures, CITY) == true


async def test_a_number_given_to_another_cut_is_not_mistaken_for_it(sqlite_store: Store) -> None:
    figures = await kept_figures(sqlite_store, some_calls(8, 60))
    assert figures.kept is not None
    true = await arrived(figures, CITY)
    await figures.kept.round()
    async with sqlite_store.writing() as session:  # as another engine does that forgets the one and makes the other
        await session.execute(update(FigureCutRow).values(key=FigureCutRow.key + "x"))
        await session.execute(update(FigureSpanRow).values(cells="[[1000000,0]]"))
    assert await arrived(figures, CITY) == true
    await figures.kept.round()
    assert await arrived(figures, CITY) == true


async def test_all_days_are_counted_again_on_command(store: Store) -> None:
    figures = await kept_figures(store, some_calls(8, 60))
    assert figures.kept is not None
    true = await arrived(figures, CITY)
    await figures.kept.round()
    async with store.writing() as session:
        await session.execute(update(FigureSpanRow).values(cells="[[1000000,0]]"))
    told: list[tuple[int, int]] = []
    assert await figures.kept.rebuild(lambda one, all: told.append((one, all))) == 1
    assert told == [(1, 1)] and await spans(store) > 60
    assert await arrived(figures, CITY) == true


async def test_all_is_counted_again_when_somebody_asks_and_says_how_far_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "SOON_SECONDS", 0.0)
    figures = await kept_figures(store, some_calls(8, 40))
    kept, clock = figures.kept, VirtualClock(NOW)
    assert kept is not None
    admin = replace(CITY, permissions=CITY.permissions | {EDIT})
    audit = Audit(store, clock)
    recounting = Recounting(kept, store, audit)
    before = await said(figures, CITY)
    await kept.round()
    there = (await recounting.view()).cuts
    assert there > 0 and not (await recounting.view()).counting
    running = asyncio.create_task(kept.run())
    told = await recounting.begin(admin)
    assert told.counting and told.ended_at is None
    assert (await recounting.begin(admin)).began_at == told.began_at
    async with asyncio.timeout(60):
        while (found := await recounting.view()).counting:
            await asyncio.sleep(0.01)
    assert (found.done, found.total, found.trouble, found.cuts) == (there, there, "", there)
    assert found.ended_at is not None
    assert await said(figures, CITY) == before
    running.cancel()
    async with store.reading() as session:
        assert await session.scalar(select(func.count()).where(AuditRow.action == "figure.recount")) == 1


async def test_a_recount_that_the_database_refuses_says_so_and_may_be_asked_for_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = await kept_figures(store, some_calls(8, 5))
    kept = figures.kept
    assert kept is not None

    async def refused(**_: object) -> None:
        raise OperationalError("drop", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(kept._spans, "drop", refused)
        kept.count_again()
        await kept._rebuild()
    assert not kept.rebuilding.is_on and "数据库" in kept.rebuilding.trouble
    kept.count_again()
    assert kept.rebuilding.is_on and kept.rebuilding.trouble == ""


async def test_who_may_not_change_figures_has_nothing_counted_again(store: Store) -> None:
    figures = await kept_figures(store, some_calls(8, 5))
    kept = figures.kept
    assert kept is not None
    with pytest.raises(NotAllowed):
        await Recounting(kept, store, Audit(store, VirtualClock(NOW))).begin(visitor())
    assert not kept.rebuilding.is_on
