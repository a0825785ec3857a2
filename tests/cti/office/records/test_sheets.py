"""Spreadsheets in and out: what people really send, and what a hostile one may not do."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from cti.base.refusal import Invalid, NotAllowed
from cti.office.records import exporting, importing
from cti.office.sheets import reading
from tests.cti.office.records.conftest import CITY, EAST, LOOKER
from tests.cti.office.records.test_records import body, tags
from tests.cti.office.records.trees import TreeQuery, Trees

HEADINGS = ["牌号*", "树种", "种植日期", "电话", "标记"]


def saved(path: Path, *rows: list[Any], headings: list[Any] = HEADINGS) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(headings)
    for row in rows:
        page.append(row)
    book.save(path)
    return path


async def test_a_preview_tells_all_and_stores_nothing_then_the_right_rows_are_stored(
    trees: Trees, tmp_path: Path
) -> None:
    file = saved(
        tmp_path / "trees.xlsx",
        ["A1", "橡树", date(2020, 5, 1), 13800000001, "老、大"],
        ["A2", "elm", "2020年5月2日", "138 0000 0002", None],
        [],
        ["A1", "榆树", "2020/5/3", None, None],
        ["A4", "松树", None, None, None],
        ["A5", "橡树", "昨天", None, None],
        ["=1+1", "橡树", None, None, None],
        ["A7", "橡树", None, "abc", None],
        [2024.0, "橡树", datetime(2020, 1, 2), "", ""],
        ["x" * 21, "橡树", None, None, None],
    )
    found = await importing.preview(trees, CITY, file)
    assert (found.total, found.good, found.bad) == (9, 3, 6)
    assert [one.title for one in found.columns] == ["牌号", "树种", "种植日期", "电话", "标记"]
    assert found.rows[0] == {
        "牌号": "A1",
        "树种": "橡树",
        "种植日期": "2020-05-01",
        "电话": "13800000001",
        "标记": "老、大",
    }
    told = {(one.row, one.field): one.detail for one in found.errors}
    assert told == {
        (5, "牌号"): "牌号已被使用",
        (6, "树种"): "“松树”不在可选项中：橡树、榆树",
        (7, "种植日期"): "“昨天”不是日期，应如 2026-05-01",
        (8, "牌号"): "含有公式，请粘贴为数值",
        (9, "电话"): "号码不正确",
        (11, "牌号"): f"“{'x' * 21}”至多 20 个字符",
    }
    assert await tags(trees, CITY) == []

    heard: list[Any] = []
    trees.on_change(heard.extend)
    done = await importing.take_in(trees, CITY, file)
    assert (done.added, done.failed, len(heard)) == (3, 6, 3)
    assert await tags(trees, CITY, sort="tag") == ["2024", "A1", "A2"]
    first = (await trees.find(CITY, TreeQuery(search="A1"))).items[0]
    assert (first.planted, first.number, first.marks) == (date(2020, 5, 1), "13800000001", ["老", "大"])
    again = await importing.take_in(trees, CITY, file)
    assert (again.added, again.failed) == (0, 9)


async def test_all_that_is_wrong_in_a_row_is_told_in_the_words_of_the_file(trees: Trees, tmp_path: Path) -> None:
    """Only the first of several faults was told, so a file was mended and tried again fault by fault; and a wrong
    choice was answered with the program's own English values."""
    file = saved(
        tmp_path / "a.xlsx",
        ["A1", "松树", "昨天", "abc"],
        ["x" * 30, "橡树", "2020-05-01", "abc"],
        ["A3", "橡树", "昨天", "abc"],
    )
    for look in (importing.preview, importing.take_in):
        found = await look(trees, CITY, file)
        told = [(one.row, one.field) for one in found.errors]
        assert told == [
            (2, "树种"), (2, "种植日期"), (3, "牌号"), (4, "种植日期"), (4, "电话"),
        ]  # fmt: skip
        assert "oak" not in str(found.errors) and "松树" in found.errors[0].detail
    assert found.failed == 3  # rows, not faults


async def test_a_preview_takes_no_lock_for_which_the_journal_waits(trees: Trees, tmp_path: Path) -> None:
    """Each portion of a preview was inserted and rolled back: a write lock taken again and again, beside which the
    journal's commits failed as `database is locked` and the engine told that it was not healthy."""
    file = saved(tmp_path / "a.xlsx", *([f"A{n}", "oak"] for n in range(300)), headings=["牌号", "树种"])
    async with trees.office.store.writing():
        async with asyncio.timeout(20):
            found = await importing.preview(trees, CITY, file)
    assert (found.good, found.bad) == (300, 0)


async def test_a_preview_finds_rows_that_are_twice_in_the_file(trees: Trees, tmp_path: Path) -> None:
    """Nothing is stored, so what a row before took must be remembered; a wrong row takes nothing."""
    file = saved(tmp_path / "a.xlsx", ["A1", "橡树", "昨天"], ["A1", "橡树"], ["A1", "榆树"], ["A2", "橡树"])
    found = await importing.preview(trees, CITY, file)
    assert [(one.row, one.field) for one in found.errors] == [(2, "种植日期"), (4, "牌号")]
    assert (found.good, (await importing.take_in(trees, CITY, file)).added) == (2, 2)


async def test_rows_go_to_the_importers_own_organisation_or_one_within_reach(trees: Trees, tmp_path: Path) -> None:
    file = saved(tmp_path / "a.xlsx", ["A1", "橡树", ""], ["A2", "橡树", "west"], headings=["牌号", "树种", "机构"])
    done = await importing.take_in(trees, EAST, file)
    assert (done.added, [(one.row, one.field) for one in done.errors]) == (1, [(3, "机构")])
    assert await tags(trees, EAST) == ["A1"]


async def test_columns_that_are_missing_or_unknown_are_named(trees: Trees, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="树种"):
        await importing.preview(trees, CITY, saved(tmp_path / "a.xlsx", ["A1"], headings=["牌号"]))
    file = saved(tmp_path / "b.xlsx", ["A1", "橡树", "3"], headings=["牌号", "树种", "高度"])
    found = await importing.preview(trees, CITY, file)
    assert (found.good, found.errors[0].row, found.errors[0].field) == (1, 1, "高度")
    with pytest.raises(NotAllowed):
        await importing.preview(trees, LOOKER, file)


async def test_a_file_that_is_no_sheet_is_refused(trees: Trees, tmp_path: Path) -> None:
    text = tmp_path / "a.xlsx"
    text.write_text("牌号和树种\n")
    with pytest.raises(Invalid, match="不是有效的"):
        await importing.preview(trees, CITY, text)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" ")
        archive.filelist[0].file_size = 500_000_000
    with pytest.raises(Invalid, match="展开后过大"):
        await importing.preview(trees, CITY, tmp_path / "bomb.xlsx")
    empty = Workbook()
    empty.save(tmp_path / "empty.xlsx")
    with pytest.raises(Invalid, match="空的"):
        await importing.preview(trees, CITY, tmp_path / "empty.xlsx")


@pytest.mark.parametrize("coding", ["utf-8-sig", "gb18030"])
async def test_a_text_with_commas_is_a_sheet_however_excel_saved_it(trees: Trees, tmp_path: Path, coding: str) -> None:
    text = tmp_path / "a.xlsx"
    text.write_bytes('牌号,树种\r\nA1,橡树\r\n"A2","榆树"\r\nA3,松树\r\n'.encode(coding))
    found = await importing.preview(trees, CITY, text)
    assert (found.good, found.bad, [one.row for one in found.errors]) == (2, 1, [4])


async def test_what_is_exported_is_what_the_visitor_may_see_and_never_a_formula(trees: Trees) -> None:
    await trees.create(CITY, body("=1+1", number="13800000001", marks=["老", "大"]))
    await trees.create(EAST, body("B\x07", kind="elm", planted=date(2020, 5, 1)))
    page = load_workbook(io.BytesIO(await exporting.exported(trees, CITY, TreeQuery(sort="tag")))).active
    assert page is not None
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    assert "牌号" in cells[0] and "编号" not in cells[0]
    by_title = [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]
    assert [row["牌号"] for row in by_title] == ["=1+1", "B"]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert (by_title[0]["电话"], by_title[0]["标记"], by_title[1]["树种"]) == ("13800000001", "老、大", "榆树")
    masked = load_workbook(io.BytesIO(await exporting.exported(trees, LOOKER, TreeQuery(sort="tag")))).active
    assert masked is not None and "138****0001" in str([[cell.value for cell in row] for row in masked.iter_rows()])
    alone = load_workbook(io.BytesIO(await exporting.exported(trees, EAST, TreeQuery()))).active
    assert alone is not None and alone.max_row == 2


async def test_many_rows_go_in_and_come_out(trees: Trees, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 7)
    monkeypatch.setattr(exporting, "CHUNK", 7)
    file = saved(tmp_path / "a.xlsx", *([f"A{number:03}", "oak"] for number in range(50)), headings=["牌号", "树种"])
    assert (await importing.preview(trees, CITY, file)).good == 50
    assert (await importing.take_in(trees, CITY, file)).added == 50
    page = load_workbook(io.BytesIO(await exporting.exported(trees, CITY, TreeQuery(sort="-tag")))).active
    assert page is not None
    found = [row[next(i for i, cell in enumerate(page[1]) if cell.value == "牌号")].value for row in page.iter_rows()]
    assert found[1:] == [f"A{number:03}" for number in reversed(range(50))]


async def test_a_reader_that_stops_early_leaves_no_process(tmp_path: Path) -> None:
    file = saved(tmp_path / "a.xlsx", *([f"A{number}", "oak"] for number in range(5000)))
    rows = reading.read(file)
    assert (await anext(rows))[1][0] == "牌号*"
    await rows.aclose()  # type: ignore[attr-defined]  # a generator


async def test_a_cell_of_megabytes_is_refused_in_words(tmp_path: Path) -> None:
    """A cell of 30 MB was answered with 500: the reader's line was longer than its limit."""
    file = saved(tmp_path / "small.xlsx", ["A1", "KEPT", None, None, None])
    large = tmp_path / "large.xlsx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"KEPT", b"x" * 5_000_000))
    with pytest.raises(Invalid, match="内容超过 4 MB"):
        async for _ in reading.read(large):
            pass
