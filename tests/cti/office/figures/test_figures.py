"""Figures on each database: equal to a plain count of random histories, within scope, split, compared, with rows."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.base.refusal import Invalid, NotFound
from cti.base.scope import Scope
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.figures.working_out import plain
from cti.office.workshop.owning import Owning
from cti.process.call_facts import call_facts
from cti.store.engine import Store
from cti.store.models import CallRow
from cti.telephony.queue_titles import QueueTitles
from tests.office import ROOT

NOW = datetime(2026, 3, 18, 15, 0, tzinfo=ZONE)
MARCH = Period.around("month", date(2026, 3, 1))


def visitor(scope: Scope = Scope(), *permissions: str) -> Visitor:  # noqa: B008 # frozen
    names = frozenset(permissions or ("calls.see", "reports.see"))
    return Visitor("01a", "a", "a", "1001", "city", "320400", permissions=names, scope=scope)


USUAL = {"switch": "s", "trunk": "t", "caller": "", "caller_kind": "", "caller_index": "1", "called": "12345",
         "caller_last_four": "1", "state": "ended", "recordings": [], "data": ""}  # fmt: skip
CITY, EAST = visitor(), visitor(Scope(organisations=frozenset({"east"})))


def some_calls(seed: int, count: int) -> list[dict[str, Any]]:
    """Calls of some months, of two organisations."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        arrived = NOW - timedelta(seconds=rng.randrange(400 * 86400))
        queue, ended = rng.choice(["", "general", "far"]), rng.random() < 0.95
        talked = bool(queue) and rng.random() < 0.8
        found.append({
            "id": new_id(), "organisation": rng.choice(["city", "east"]), "region": "320400", "arrived_at": arrived,
            "queue": queue, "agents": ["1001"] if talked else [], "ended_at": arrived if ended else None,
            "wait_seconds": rng.choice([0.0, 3.0, 15.0, 15.5, 80.0]) if queue else 0.0, "outgoing": rng.random() < 0.1,
            "talk_seconds": rng.randrange(600) if talked else 0.0,
            "reason": "abandoned" if queue and not talked and ended else "completed", "satisfaction": "",
        })  # fmt: skip
    return found


async def figures_of(store: Store, calls: list[dict[str, Any]], clock: VirtualClock | None = None) -> Figures:
    async with store.writing() as session:
        session.add_all([CallRow(**USUAL, **one) for one in calls])
    library = FigureLibrary(None)
    library.offer(call_facts(QueueTitles(lambda: {"general": "综合"})))
    library.deliver(ROOT / "cti" / "process" / "figures")
    return Figures(store, clock or VirtualClock(NOW), library, Owning("city", "320400", FIGURES), {})


def within(calls: list[dict[str, Any]], period: Period, organisation: str = "") -> list[dict[str, Any]]:
    return [
        one for one in calls
        if period.since <= one["arrived_at"] < period.until and organisation in ("", one["organisation"])
    ]  # fmt: skip


def asked(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in calls if one["queue"] and not one["outgoing"]]


@pytest.mark.parametrize("seed", [1, 2])
async def test_figures_equal_a_plain_count(store: Store, seed: int) -> None:
    calls = some_calls(seed, 1500)
    figures = await figures_of(store, calls)
    for who, organisation in ((CITY, ""), (EAST, "east")):
        for period in (MARCH, Period.around("year", date(2025, 6, 1)), Period.named("last_week", NOW)):
            own = within(calls, period, organisation)
            wanted = asked(own)
            gone = [one for one in wanted if one["agents"] or one["ended_at"]]
            talked = [one for one in wanted if one["agents"]]
            quick = [one for one in talked if one["wait_seconds"] <= 15]
            counted = (await figures.value(who, "answer_rate", period)).total.now
            assert (counted.numerator, counted.denominator) == (len(talked), len(gone))
            assert counted.pending == len(wanted) - len(gone)
            assert counted.value == pytest.approx(100 * len(talked) / len(gone)) if gone else counted.value is None
            found = (await figures.value(who, "answered_in_15", period)).total.now
            assert (found.numerator, found.denominator) == (len(quick), len(gone))
            assert (await figures.value(who, "calls_arrived", period)).total.now.numerator == sum(
                not one["outgoing"] for one in own
            )
            waits = [one["wait_seconds"] for one in own if one["agents"] and not one["outgoing"]]
            average = (await figures.value(who, "average_wait", period)).total.now.value
            assert average == (pytest.approx(sum(waits) / len(waits)) if waits else None)


MEASURED = """
figure: measured
title: 量
unit: seconds
source: calls
at: arrived_at
only: not outgoing
numerator: {METHOD, if: talked}
FORMULA
tests: []
"""


def measured(figures: Figures, method: str, formula: str = "", name: str = "measured") -> None:
    """Let there be a figure by this method."""
    text = MEASURED.replace("METHOD", method).replace("FORMULA", formula).replace("figure: measured", f"figure: {name}")
    file, findings = figures.library.check(text, f"{name}.yaml")
    assert file is not None and [one for one in findings if one.severity == "error"] == []
    figures.library.add(file)


def percentile(values: list[float], rank: int) -> float:
    """As `numpy.percentile` has it."""
    some = sorted(values)
    place = (len(some) - 1) * rank / 100
    low = int(place)
    return some[low] if place == low else some[low] + (some[low + 1] - some[low]) * (place - low)


def near(value: float, grain: float) -> float:
    """The next multiple of a grain; the one above from the middle on."""
    return math.floor(value / grain + 0.5) * grain


def test_a_sum_does_not_depend_on_the_order_in_which_its_rows_came() -> None:
    assert plain(18.71666666666667) == plain(18.716666666666665) == 18.7166666667
    assert (plain(3.0), plain(None), plain(123_456_789_012)) == (3, None, 123_456_789_012)


METHODS = {
    "average: talk_seconds": lambda values: sum(values) / len(values),
    "least: talk_seconds": min,
    "most: talk_seconds": max,
    "percentile: talk_seconds": lambda values: percentile(values, 50),
    "percentile: talk_seconds, rank: 90": lambda values: percentile(values, 90),
    "percentile: talk_seconds, rank: 90, grain: 20": lambda values: percentile([near(one, 20) for one in values], 90),
}


@pytest.mark.parametrize("method", METHODS)
async def test_what_is_worked_out_over_a_number_equals_a_plain_reckoning(store: Store, method: str) -> None:
    calls = some_calls(7, 600)
    figures = await figures_of(store, calls)
    measured(figures, method)
    own = [one for one in within(calls, MARCH) if one["agents"] and not one["outgoing"]]
    found = await figures.value(CITY, "measured", MARCH, ["organisation", "queue"], compare=True)
    wanted = METHODS[method]([one["talk_seconds"] for one in own])
    assert found.total.now.value == pytest.approx(wanted), "the whole is not the sum of its groups"
    alone = await figures.value(CITY, "measured", MARCH)
    assert alone.total.now == found.total.now, "the same value wherever it stands"
    before = [one for one in within(calls, MARCH.so_far(MARCH.before(), NOW)) if one["agents"] and not one["outgoing"]]
    assert found.total.before is not None
    assert found.total.before.value == pytest.approx(METHODS[method]([one["talk_seconds"] for one in before]))
    assert {cell.by for cell in found.cells} >= {(one["organisation"], one["queue"]) for one in own}
    for cell in found.cells:
        values = [one["talk_seconds"] for one in own if (one["organisation"], one["queue"]) == cell.by]
        assert cell.now.value == (pytest.approx(METHODS[method](values)) if values else None)
    where = dict(zip(("organisation", "queue"), found.cells[0].by, strict=True))
    narrowed = await figures.value(CITY, "measured", MARCH, where=where)
    assert narrowed.total.now.value == found.cells[0].now.value
    rows = await figures.rows(CITY, "measured", "numerator", MARCH, {}, 1, 500)
    assert rows.total == len(own)


async def test_durations_and_shares_of_the_whole(store: Store) -> None:
    calls = some_calls(8, 300)
    for place, one in enumerate(calls):
        one["ended_at"] = one["arrived_at"] + timedelta(seconds=10.25 * place)
    figures = await figures_of(store, calls)
    own = [one for one in within(calls, MARCH) if one["agents"] and not one["outgoing"]]
    measured(figures, "average: {begin: arrived_at, end: ended_at}")
    lengths = [(one["ended_at"] - one["arrived_at"]).total_seconds() for one in own]
    found = (await figures.value(CITY, "measured", MARCH)).total.now.value
    assert found == pytest.approx(sum(lengths) / len(lengths), abs=0.002)
    measured(figures, "sum: talk_seconds", "denominator: {sum: talk_seconds, if: talked, whole: true}")
    shares = await figures.value(CITY, "measured", MARCH, ["queue"])
    assert sum(cell.now.value or 0 for cell in shares.cells) == pytest.approx(1)
    assert shares.total.now.value == 1
    (one, *_) = shares.cells
    narrowed = await figures.value(CITY, "measured", MARCH, where={"queue": one.by[0]})
    assert narrowed.total.now == one.now, "of the whole, also where one looks at one group alone"
    nobody = visitor(Scope(agent="9999"))
    measured(figures, "percentile: talk_seconds")
    assert (await figures.value(nobody, "measured", MARCH)).total.now.value is None


@pytest.mark.parametrize(
    ("step", "form"),
    [("hour", "%H"), ("day", "%Y-%m-%d"), ("month", "%Y-%m"), ("year", "%Y"), ("week", ""), ("quarter", "")],
)
async def test_time_is_split_by_the_clock_on_the_wall(store: Store, step: str, form: str) -> None:
    calls = [one for one in some_calls(3, 400) if not one["outgoing"]]
    figures = await figures_of(store, calls)

    def name(at: datetime) -> str:
        if step == "week":
            return (at - timedelta(days=at.weekday())).strftime("%Y-%m-%d")
        return f"{at.year}-Q{(at.month + 2) // 3}" if step == "quarter" else at.strftime(form)

    wanted = Counter(name(one["arrived_at"].astimezone(ZONE)) for one in calls)
    period = Period("own", date(2025, 1, 1), date(2026, 12, 31))
    found = await figures.value(CITY, "calls_arrived", period, [step])
    assert {cell.by[0]: cell.now.numerator for cell in found.cells} == dict(wanted)
    assert found.total.now.numerator == len(calls)
    assert all(cell.titles[0] for cell in found.cells)


async def test_groups_add_up_and_lead_to_exactly_their_rows(store: Store) -> None:
    calls = some_calls(4, 600)
    figures = await figures_of(store, calls)
    found = await figures.value(CITY, "answer_rate", MARCH, ["organisation", "queue", "day"])
    assert sum(cell.now.numerator for cell in found.cells) == found.total.now.numerator
    assert {cell.titles[1] for cell in found.cells} == {"综合", "far"}
    cell = max(found.cells, key=lambda one: one.now.numerator)
    where = dict(zip(("organisation", "queue", "day"), cell.by, strict=True))
    for count in ("numerator", "denominator", "pending"):
        rows = await figures.rows(CITY, "answer_rate", count, MARCH, where, 1, 500)
        assert rows.total == len(rows.items) == getattr(cell.now, count)
    rows = await figures.rows(CITY, "answer_rate", "denominator", MARCH, {}, 1, 10)
    assert (rows.total, len(rows.items), rows.screen) == (found.total.now.denominator, 10, "calls")
    assert {one.key for one in rows.columns} <= rows.items[0].keys()
    assert (await figures.rows(EAST, "answer_rate", "denominator", MARCH, {"organisation": "city"}, 1, 10)).total == 0


async def test_what_is_not_over_is_compared_with_as_much_of_before(sqlite_store: Store) -> None:
    calls = some_calls(5, 1500)
    figures = await figures_of(sqlite_store, calls)
    found = await figures.value(CITY, "calls_arrived", "this_month", ["queue"], compare=True)
    before = MARCH.so_far(MARCH.before(), NOW)
    assert found.total.before is not None
    assert found.total.before.numerator == sum(not one["outgoing"] for one in within(calls, before))
    assert sum(cell.before.numerator for cell in found.cells if cell.before) == found.total.before.numerator
    by_day = await figures.value(CITY, "calls_arrived", "this_month", ["day"], compare=True)
    assert by_day.total.before is None, "days of one month were compared with days of another"


async def test_who_may_not_see_the_facts_sees_no_figure(sqlite_store: Store) -> None:
    figures = await figures_of(sqlite_store, some_calls(6, 10))
    stranger = visitor(Scope(), "reports.see")
    assert figures.all(stranger) == []
    with pytest.raises(NotFound):
        await figures.value(stranger, "answer_rate", MARCH)
    nobody = visitor(Scope(agent="9999"))
    assert (await figures.value(nobody, "calls_arrived", MARCH)).total.now.numerator == 0


@pytest.mark.parametrize("by", [["caller"], ["day", "hour", "queue", "organisation"], ["queue", "queue"]])
async def test_splits_that_are_none_are_refused(sqlite_store: Store, by: list[str]) -> None:
    figures = await figures_of(sqlite_store, [])
    with pytest.raises(Invalid) as refused:
        await figures.value(CITY, "answer_rate", MARCH, by)
    assert refused.value.field == "by"


def test_a_place_has_one_source_of_a_name(tmp_path: Path) -> None:
    library = FigureLibrary(tmp_path)
    undo = library.offer(call_facts(QueueTitles()))
    with pytest.raises(ValueError, match="calls"):
        library.offer(call_facts(QueueTitles()))
    undo()
    library.offer(call_facts(QueueTitles()))
