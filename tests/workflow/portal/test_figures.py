"""The hotline's figures on the public site: what is told, what is too small to be told, and how often it is counted."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from cti.store.engine import Store
from tests.workflow.portal.open_portal import Answer, Visitor, figures_of, open_portal
from tests.workflow.portal.test_portal import inline, send
from workflow.portal.figures.counting import Share, folded, hidden
from workflow.portal.figures.drawing import HIGH, WIDE, bars_of
from workflow.portal.figures.service import FiguresOfTheDay
from workflow.portal.figures.settings import PublicFigures

COUNTS = some.lists(some.integers(0, 40), max_size=12)


@given(COUNTS)
def test_no_small_count_is_told_and_none_can_be_worked_out_from_the_total(counts: list[int]) -> None:
    told = hidden(counts, 5)
    assert all(one is None or one == 0 or one >= 5 for one in told)
    if len([one for one in counts if one]) > 1:
        assert told.count(None) != 1
    assert all(one is None or one == count for one, count in zip(told, counts, strict=True))


@given(COUNTS)
def test_small_groups_are_one_that_is_not_small(counts: list[int]) -> None:
    shares = [Share(str(at), count) for at, count in enumerate(counts) if count]
    found = folded(shares, 5)
    assert all(one.count is None or one.count >= 5 for one in found)
    if sum(counts) >= 5:
        assert sum(one.count or 0 for one in found) == sum(counts), "nothing is lost"


def test_bars_stay_within_the_picture() -> None:
    chart = bars_of([Share("a", 0), Share("b", 7), Share("c", None)])
    assert chart.most == 7 and chart.bars[1].y == 0 and chart.bars[2].hidden
    assert all(bar.y >= 0 and bar.y + bar.high <= HIGH and bar.x + bar.wide <= WIDE for bar in chart.bars)
    assert bars_of([]).bars == ()


def main(page: Answer) -> str:
    """What stands between head and foot, without who is signed in."""
    return page.text.partition("<main")[2]


async def test_the_page_tells_the_days_before_and_is_counted_once_a_day(sqlite_store: Store) -> None:
    async with open_portal(sqlite_store) as portal, Visitor.of(portal) as one:
        clock = portal.town.clock
        empty = await one.get("/figures")
        assert empty.status == 200 and "热线数据" in (await one.get("/")).text
        await one.enter("13800000001")
        for _ in range(6):
            await send(one)
        await send(one, type="help")
        assert "7 件" not in (await one.get("/figures")).text, "the day is not over"
        clock.advance(86_400)
        page = await one.get("/figures")
        assert '<p class="value">7 件</p>' in page.text and "<svg" in page.text and inline(page.text) == []
        assert ">求助<" not in page.text and "其他" in page.text, "one request is a person"
        assert "数量过少，不公布" in page.text, "a share of nothing"
        today = FiguresOfTheDay(portal.town.office, figures_of(portal.town), PublicFigures())
        found = await today.today()
        assert found.last == date.fromisoformat(found.trend[-1].title) and len(found.trend) == 30
        await one.enter("13800000001")
        await send(one)
        assert main(await one.get("/figures")) == main(page), "all readers of a day read the same"
        none = FiguresOfTheDay(portal.town.office, figures_of(portal.town), PublicFigures(names=(), least=3))
        assert (await none.today()).numbers == (), "another choice is counted anew"
