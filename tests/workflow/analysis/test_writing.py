"""A page in words: each number stands in the figures, nothing is judged, and it becomes Word by the template."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from cti.office.figures.service import Value
from cti.office.printing.library import PrintLibrary
from cti.office.printing.service import Printing
from cti.office.reports.table import FigureColumn, Line, ReportTable, Split
from cti.store.engine import Store
from tests.office import ROOT
from tests.workflow.analysis.test_analysis import CHIEF, World, world_on
from workflow.analysis.description import Block
from workflow.analysis.service import BlockQuery
from workflow.analysis.writing import KIND, PRINTED, block_said, data_of

AT = datetime(2026, 2, 1, tzinfo=UTC)
RATE = FigureColumn("rate", "接通率", "%", "more", 95.0, "")
CALLS = FigureColumn("calls", "来电量", "次", "", None, "")


def value(number: float | None) -> Value:
    return Value(number, number or 0, None, None)


def table(figure: FigureColumn, total: Line, lines: list[Line], split: str = "") -> ReportTable:
    splits = [Split(split, split)] if split else []
    return ReportTable("2026年2月", AT, AT, splits, [figure], total, lines, [])


def line(title: str, now: float | None, before: float | None = None, ago: float | None = None) -> Line:
    return Line((title,), (title,), [value(now)], [before if before is None else value(before)],
                [ago if ago is None else value(ago)])  # fmt: skip


WHOLE = Block(block="a", title="概况", chart="numbers", figures=("rate",))
SPLIT = Block(block="b", title="排名", chart="ranking", figures=("calls",), by=("unit",))
TREND = Block(block="c", title="走势", chart="line", figures=("calls",), by=("month",))


@pytest.mark.parametrize(("numbers", "said"), [
    ((96.2, 95.7, None), "接通率96.2%（目标95%，已达到），环比上升0.5个百分点"),
    ((90.0, 95.0, 90.0), "接通率90.0%（目标95%，未达到），环比下降5.0个百分点，同比持平"),
    ((None, 95.0, None), "接通率暂无数据"),
])  # fmt: skip
def test_a_figure_says_its_value_its_target_and_its_changes(numbers: Any, said: str) -> None:
    assert block_said(WHOLE, table(RATE, line("", *numbers), [])) == said


def test_groups_are_named_by_how_much_they_have() -> None:
    lines = [line(f"单位{count}", float(count * 10)) for count in range(1, 8)]
    assert block_said(SPLIT, table(CALLS, line("", 280), lines, "unit")) == (
        "来电量居前的是单位7（70次）、单位6（60次）、单位5（50次）、单位4（40次）、单位3（30次），共7项"
    )
    assert block_said(TREND, table(CALLS, line("", 280), lines, "month")) == (
        "来电量最高的是单位7（70次），最低的是单位1（10次）"
    )
    assert block_said(SPLIT, table(CALLS, line("", 0), [], "unit")) == "来电量暂无数据"


async def paper_of(world: World, page: str, where: str = "") -> dict[str, Any]:
    counted = await world.analysis.whole(CHIEF, page, BlockQuery(period="this_year", where=where))
    return data_of(world.figures, counted.page, counted.blocks, counted.period, counted.narrowed)


async def test_a_page_becomes_word_in_which_each_number_is_one_of_its_figures(
    sqlite_store: Store, tmp_path: Path
) -> None:
    world = await world_on(sqlite_store, tmp_path)
    for unit in ("water", "water", "roads"):
        await world.town.dispatched(unit)
    data = await paper_of(world, "departments", '{"unit": "water"}')
    assert data["record"]["narrowed"] == "承办单位：水务局"
    assert "交办量2件" in data["record"]["summary"]
    found = {one["title"].partition("（")[0]: one["text"] for one in data["findings"]}
    assert found["在办量排名"] == "单位在办量：水务局（2件）。"
    library = PrintLibrary(None)
    library.offer(PRINTED)
    library.deliver(ROOT / "workflow" / "analysis" / "printouts")
    content = await Printing(library, world.town.clock, "常州市12345").printed(CHIEF, KIND, data, "docx")
    words = re.sub("<[^>]+>", "", ZipFile(BytesIO(content)).read("word/document.xml").decode())
    for expected in (
        "部门分析报告",
        "范围：承办单位：水务局",
        "交办量2件",
        "单位在办量：水务局（2件）",
        "三、指标口径",
    ):
        assert expected in words
