"""The catalogue of figures: whole for whoever may count them, as JSON and as a spreadsheet."""

from __future__ import annotations

from dataclasses import fields, replace

from cti.base.clock import VirtualClock
from cti.office.figures.catalogue import HEADINGS, Catalogue, CatalogueEntry
from cti.store.engine import Store
from tests.cti.office.figures.test_figures import CITY, NOW, figures_of


async def test_each_figure_stands_there_with_what_it_counts(sqlite_store: Store) -> None:
    figures = await figures_of(sqlite_store, [], VirtualClock(NOW))
    catalogue = Catalogue(figures)
    entries = {one.figure: one for one in await catalogue.entries(CITY)}
    assert entries.keys() == {one.name for one in figures.all(CITY)} and len(entries) > 5
    rate = entries["answer_rate"]
    assert (rate.title, rate.unit, rate.source, rate.moment) == ("接通率", "%", "通话", "来电时间")
    assert (
        rate.formula == "numerator / denominator" and rate.numerator.startswith("条数，当 ") and "队列" in rate.splits
    )
    assert entries["wait_90"].numerator.startswith("第 90 百分位数 wait_seconds")
    assert await catalogue.entries(replace(CITY, permissions=frozenset({"reports.see"}))) == []


async def test_it_is_handed_over_as_a_spreadsheet(sqlite_store: Store) -> None:
    assert list(HEADINGS) == [one.name for one in fields(CatalogueEntry)]
    catalogue = Catalogue(await figures_of(sqlite_store, [], VirtualClock(NOW)))
    answer = await catalogue.file(CITY)
    assert (
        isinstance(answer.body, bytes)
        and answer.body.startswith(b"PK")
        and "filename" in answer.headers["Content-Disposition"]
    )
