"""What happens to calendars and definitions: ends of years, leap days, two definitions that read each other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from cti.office.figures import Figures, Period
from cti.office.figures.kept.keeper import Kept
from cti.office.workshop.kept import errors
from cti.store.engine import Store
from tests.cti.office.figures.test_figures import CITY, figures_of, some_calls
from tests.cti.office.figures.test_library import GOOD, library

NOW = datetime(2028, 3, 10, 9, tzinfo=ZONE)
ENDS = Period("own", date(2027, 12, 1), date(2028, 3, 5))
MOMENTS = {
    datetime(2027, 12, 31, 23, 59, 59, tzinfo=ZONE): ("2027-12-31", "2027-12-27", "2027-12", "2027-Q4", "2027"),
    datetime(2028, 1, 1, 0, 0, 0, tzinfo=ZONE): ("2028-01-01", "2027-12-27", "2028-01", "2028-Q1", "2028"),
    datetime(2028, 1, 3, 0, 0, 0, tzinfo=ZONE): ("2028-01-03", "2028-01-03", "2028-01", "2028-Q1", "2028"),
    datetime(2028, 2, 28, 23, 59, 59, tzinfo=ZONE): ("2028-02-28", "2028-02-28", "2028-02", "2028-Q1", "2028"),
    datetime(2028, 2, 29, 12, 0, 0, tzinfo=ZONE): ("2028-02-29", "2028-02-28", "2028-02", "2028-Q1", "2028"),
    datetime(2028, 3, 1, 0, 0, 0, tzinfo=ZONE): ("2028-03-01", "2028-02-28", "2028-03", "2028-Q1", "2028"),
}
"""The first and last seconds of years and months, with the day, week, month, quarter and year in which each lies."""


async def split(figures: Figures, by: str) -> dict[str, float | None]:
    return {one.by[0]: one.now.value for one in (await figures.value(CITY, "calls_arrived", ENDS, [by])).cells}


async def test_ends_of_years_and_leap_days_lie_in_their_periods_kept_or_not(store: Store) -> None:
    (usual,) = some_calls(1, 1)
    calls = [usual | {"id": new_id(), "arrived_at": at, "outgoing": False, "ended_at": at} for at in MOMENTS]
    clock = VirtualClock(NOW)
    figures = await figures_of(store, calls, clock)
    for turn in ("from the rows", "kept"):
        for place, by in enumerate(("day", "week", "month", "quarter", "year")):
            wanted: dict[str, int] = {}
            for steps in MOMENTS.values():
                wanted[steps[place]] = wanted.get(steps[place], 0) + 1
            assert await split(figures, by) == wanted, (turn, by)
        for period, count in (
            (Period.around("year", date(2027, 6, 1)), 1), (Period.around("year", date(2028, 6, 1)), 5),
            (Period.around("month", date(2028, 2, 29)), 2), (Period.around("day", date(2028, 2, 29)), 1),
            (Period.around("week", date(2028, 1, 1)), 2),
        ):  # fmt: skip
            found = await figures.value(CITY, "calls_arrived", period, compare=True)
            assert found.total.now.value == count, (turn, period.title)
        leap = (await figures.value(CITY, "calls_arrived", Period.around("day", date(2028, 2, 29)), compare=True)).total
        assert leap.before is not None and leap.before.value == 1 and leap.year_ago is not None
        if figures.kept is None:
            figures.kept = Kept(store, clock, figures.library.sources)
            await figures.kept.round()
            await split(figures, "month")
            await figures.kept.round()


async def test_who_has_no_rows_has_nothing_and_no_share_of_it(store: Store) -> None:
    figures = await figures_of(store, [], VirtualClock(NOW))
    for name in ("answer_rate", "average_wait", "wait_90"):
        found: Any = await figures.value(CITY, name, ENDS, ["region"], compare=True)
        assert (found.cells, found.total.now.value, found.total.before.value) == ([], None, None)


def test_definitions_that_read_each_other_are_refused_in_both_files() -> None:
    """A formula reads its own counts alone, so that no figure can hang on itself by way of another."""
    two = {"answered": "missed", "missed": "answered"}
    for name, other in two.items():
        text = GOOD.replace("figure: answered", f"figure: {name}").replace(
            "unit: percent", f"unit: percent\nformula: 100 - {other}"
        )
        _, findings = library().check(text, f"{name}.yaml")
        (fault,) = [one for one in errors(findings) if one.line == 4]
        assert fault.file == f"{name}.yaml" and other in fault.message and other in fault.in_chinese.message
