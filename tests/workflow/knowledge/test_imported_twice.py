"""A spreadsheet of articles that is imported once more, as after a lost connection: nothing is there twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from cti.base.refusal import Conflict
from cti.office.records import importing
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import EDITOR, KnowledgeTown
from workflow.knowledge.reviewing.doubles import SAYING, saying_the_same

ROWS = 120
"""More than two batches of the import."""


@pytest.fixture
async def town(sqlite_store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(sqlite_store)


def sheet(path: Path, rows: int, *, changed: int = -1) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["标题", "归口", "内容"])
    for at in range(rows):
        page.append([f"第{at}条办事指南", "社会保障", f"到{at}号窗口办理{'，周末不办' if at == changed else ''}"])
    book.save(path)
    return path


async def test_all_rows_are_taken_once(town: KnowledgeTown, tmp_path: Path) -> None:
    first = await importing.take_in(town.articles, EDITOR, sheet(tmp_path / "a.xlsx", ROWS))
    assert first.added == ROWS
    again = await importing.take_in(town.articles, EDITOR, sheet(tmp_path / "b.xlsx", ROWS + 1, changed=7))
    assert again.added == 2, "the row that is new, and the one that says something else"
    assert all("标题和内容相同" in one.detail for one in again.errors)
    assert (await town.articles.find(EDITOR, town.articles.query())).total == ROWS + 2


async def test_a_double_within_one_sheet_is_told(town: KnowledgeTown) -> None:
    await town.write(title="公积金怎么提取", body="<p>凭身份证</p>")
    with pytest.raises(Conflict, match="标题和内容相同"):
        await town.write(title="公积金怎么提取", body="<p>凭身份证</p>")
    await town.write(title="公积金怎么提取", body="<p>凭身份证和银行卡</p>")


async def test_a_double_is_found_by_its_title_however_many_articles_a_unit_has(town: KnowledgeTown) -> None:
    said = {**dict.fromkeys(SAYING, "x"), "title": "公积金怎么提取"}
    asked = saying_the_same(said, "city").compile(compile_kwargs={"literal_binds": True}, dialect=sqlite.dialect())
    async with town.office.store.reading() as session:
        (plan,) = (await session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))).all()
    assert "ix_knowledge_articles_title" in plan[-1]
