"""Departments by the delivered scheme, on tickets that were really handled: each number is the house's figure."""

from __future__ import annotations

import pytest

from cti.office.figures import Period
from cti.store.engine import Store
from tests.workflow.performance.performance_place import with_tables
from tests.workflow.tickets.test_ticket_figures import a_history, figures_of
from tests.workflow.tickets.ticket_town import LEADER, town_on
from workflow.performance.counting import Counting
from workflow.performance.library import SchemeLibrary


async def test_units_are_scored_by_the_figures_of_tickets(sqlite_store: Store) -> None:
    await with_tables(sqlite_store)
    town = await town_on(sqlite_store)
    await a_history(town, 7, 5)
    figures = figures_of(town)
    schemes = SchemeLibrary(figures)
    scheme = schemes.files["units_month"].head
    counting = Counting(town.office, figures, schemes)
    period = Period.around("year", town.clock.wall().date())
    city = await counting.whose("city", "320400")
    found = {one.subject.id: one for one in await counting.count(scheme, period, city)}
    assert {"water"} <= set(found) <= {"water", "roads", "city", "mains"}
    told = 0
    for unit, one in found.items():
        for name in scheme.kpis:
            (part,) = one.parts[name]
            if not part["by"]:
                continue
            counted = await figures.value(LEADER, part["figure"], period, [part["by"]])
            cells = {cell.by[0]: cell.now.value for cell in counted.cells}
            assert part["value"] == cells.get(unit), (unit, name)
            rows = await counting.rows(city, part["figure"], "denominator", period, part["by"], unit, 1, 5)
            assert rows.total == (part["denominator"] or 0), (unit, name)
            told += part["value"] is not None
    assert told >= 5, "the history was too quiet to prove anything"
    water = found["water"].score
    assert water.score is not None and 0 <= water.score <= 100
    knowledge = next(one for one in water.lines if one.kpi == "knowledge")
    assert (knowledge.value, knowledge.points) == (None, None) and "没有这个指标" in knowledge.why
    east = await counting.whose("east", "320404")
    assert [one.subject.id for one in await counting.count(scheme, period, east)] == []
    with pytest.raises(KeyError):
        schemes.revision("units_month", 9)
