"""Merged hotlines: their ids become articles once, again as new editions, and nothing that was written here is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from cti.base.refusal import Conflict, Invalid, NotFound, Refusal
from cti.base.visitor import Visitor
from cti.office.jobs.service import Jobs
from cti.office.sheets import writing
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EDITOR, REVIEWER, WEST, KnowledgeTown
from tests.workflow.tickets.outside.test_imports import NoJobs
from workflow.knowledge.hotlines.imports import HotlineImportFields, HotlineImports
from workflow.knowledge.hotlines.models import HotlineImportRow
from workflow.knowledge.hotlines.names import HOTLINES
from workflow.knowledge.hotlines.service import HotlineFields, Hotlines
from workflow.knowledge.views import ArticleView

HEADING = ("知识ID", "标题", "标准答案", "原分类", "责任单位", "常见问法", "使用范围")
COLUMNS = [{"field": "origin", "column": "知识ID"}, {"field": "body", "column": "标准答案"}]


class Merging:
    """Hotlines and imports of a town, whose files are given by hand."""

    def __init__(self, town: KnowledgeTown, folder: Path) -> None:
        self.town, self.file = town, folder / "theirs.xlsx"
        self.hotlines = Hotlines(town.office)
        self.imports = HotlineImports(town.office, town.articles, town.categories, cast("Jobs", NoJobs()))
        self.imports._file = self._there  # type: ignore[method-assign] # what files do is theirs to test

    async def _there(self, session: Any, id: str) -> str:
        return "a file"

    async def hotline(self, visitor: Visitor = EDITOR, **said: Any) -> str:
        filled = {"name": "人社热线", "number": "12333", "columns": COLUMNS, "audience": "public", **said}
        return (await self.hotlines.create(visitor, HotlineFields.model_validate(filled))).id

    async def run(
        self, hotline: str, *rows: tuple[str, ...], act: str = "take", by: Visitor = EDITOR
    ) -> HotlineImportRow:
        self.file.write_bytes(await writing.write(HEADING, rows))
        id = (await self.imports.create(by, HotlineImportFields(title="月度数据", hotline=hotline))).id
        return await self.go(id, act, by)

    async def go(self, id: str, act: str, by: Visitor = EDITOR) -> HotlineImportRow:
        await self.imports.begin(by, id, act)
        try:
            await (self.imports.take_all_back(by, id) if act == "undo" else self.imports._rows(by, id, self.file))
        except Refusal as refusal:
            await self.imports._end(id, "failed", refusal.detail)
        async with self.town.office.store.reading() as session:
            return await session.get_one(HotlineImportRow, id)

    async def articles(self, visitor: Visitor = EDITOR, **asked: Any) -> dict[str, ArticleView]:
        found = await self.town.articles.find(visitor, self.town.articles.query.model_validate(asked))
        return {one.origin: one for one in found.items}

    async def publish(self, id: str) -> None:
        await self.town.act(EDITOR, id, "submit")
        await self.town.act(REVIEWER, id, "approve")


def a_row(origin: str, answer: str = "带身份证到窗口", category: str = "社会保障", **said: str) -> tuple[str, ...]:
    usual = {
        "知识ID": origin, "标题": f"养老金怎么领{origin}", "标准答案": answer, "原分类": category, "责任单位": "",
        "常见问法": "退休金", "使用范围": "",
    }  # fmt: skip
    return tuple({**usual, **said}[one] for one in HEADING)


def counts(row: HotlineImportRow) -> tuple[str, int, int, int, int]:
    return row.state, row.good, row.changed, row.again, row.bad


@pytest.fixture
async def merging(store: Store, tmp_path: Path) -> Merging:
    return Merging(await KnowledgeTown.on(store), tmp_path)


@pytest.fixture
async def near(sqlite_store: Store, tmp_path: Path) -> Merging:
    return Merging(await KnowledgeTown.on(sqlite_store), tmp_path)


async def test_an_id_is_there_once_and_again_as_its_next_edition(merging: Merging) -> None:
    town, hotline = merging.town, await merging.hotline()
    rows = [a_row("A-1"), a_row("A-2"), a_row("A-3", 责任单位="没有的单位"), a_row("A-2")]
    assert counts(await merging.run(hotline, *rows, act="look")) == ("looked", 2, 0, 0, 2)
    assert await merging.articles() == {}
    done = await merging.run(hotline, *rows)
    assert counts(done) == ("done", 2, 0, 0, 2)
    faults = await merging.imports.faults(EDITOR, done.id, 1, 20)
    assert [(one.row, one.field) for one in faults.items] == [(4, "责任单位"), (5, "知识ID")]
    first = (await merging.articles())["A-1"]
    assert (first.titles["hotline"], first.origin, first.source) == ("人社热线", "A-1", "人社热线 A-1")
    assert (first.category, first.stage, first.audience) == (town.category, "draft", "public")
    await merging.publish(first.id)
    assert counts(await merging.run(hotline, *rows[:2])) == ("done", 0, 0, 2, 0)

    again = await merging.run(hotline, a_row("A-1", "现在可以网上办理"), a_row("A-2", "带社保卡"))
    assert counts(again) == ("done", 0, 2, 0, 0)
    found = await merging.articles()
    assert set(found) == {"A-1", "A-2"}
    assert (found["A-1"].stage, found["A-1"].state, found["A-1"].edition) == ("draft", "live", 1)
    (read,) = await town.read(AGENT)
    assert "带身份证" in read.body, "readers see what was approved"
    assert (read.titles["hotline"], read.origin) == ("人社热线", "A-1")
    await merging.publish(first.id)
    (read,) = await town.read(AGENT, hotline=hotline)
    assert (read.edition, "网上办理" in read.body) == (2, True)
    assert await town.read(AGENT, hotline="another") == []
    assert set(await merging.articles(hotline=hotline)) == {"A-1", "A-2"}
    (shown,) = (await merging.hotlines.find(EDITOR, merging.hotlines.query())).items
    assert (shown.articles, shown.live) == (2, 1)


async def test_what_was_written_here_is_not_written_over(near: Merging) -> None:
    town, hotline = near.town, await near.hotline()
    await near.run(hotline, a_row("A-1"), a_row("A-2"), a_row("A-3"))
    found = await near.articles()
    await town.edit(EDITOR, found["A-1"].id, body="<p>我们改过的</p>")
    await town.act(EDITOR, found["A-2"].id, "submit")
    await town.articles.remove(EDITOR, found["A-3"].id)
    done = await near.run(hotline, *(a_row(one, "新的") for one in ("A-1", "A-2", "A-3")))
    assert counts(done) == ("done", 0, 0, 0, 3)
    said = [one.detail for one in (await near.imports.faults(EDITOR, done.id, 1, 20)).items]
    for words, detail in zip(("修改过", "正在审核", "已删除"), said, strict=True):
        assert words in detail
    assert "我们改过的" in (await near.articles())["A-1"].body
    await town.act(REVIEWER, found["A-2"].id, "approve")
    assert counts(await near.run(hotline, a_row("A-2", "新的"))) == ("done", 0, 1, 0, 0)


async def test_what_the_table_has_no_more_is_counted(near: Merging) -> None:
    hotline = await near.hotline()
    await near.run(hotline, a_row("A-1"), a_row("A-2"), a_row("A-3"))
    assert "没有的知识 2 条" in (await near.run(hotline, a_row("A-2"))).message


async def test_two_hotlines_have_ids_of_their_own(near: Merging) -> None:
    pension, fund = await near.hotline(), await near.hotline(name="公积金热线", number="12329")
    await near.run(pension, a_row("1"))
    assert counts(await near.run(fund, a_row("1", "到公积金中心"))) == ("done", 1, 0, 0, 0)
    found = await near.town.articles.find(EDITOR, near.town.articles.query())
    assert {one.titles["hotline"] for one in found.items} == {"人社热线", "公积金热线"}


async def test_their_categories_are_ours_by_a_list_by_name_or_as_they_stand(near: Merging) -> None:
    town = near.town
    other = (await town.categories.create(EDITOR, town.categories.fields(name="就业创业"))).id
    hotline = await near.hotline(category=town.category, categories=[{"theirs": "待遇/失业金", "ours": "就业创业"}])
    rows = [a_row("1", category="待遇/失业金"), a_row("2", category="其他/就业创业"), a_row("3", category="不认识的")]
    await near.run(hotline, *rows)
    found = await near.articles()
    assert [found[one].category for one in "123"] == [other, other, town.category]
    kept = await near.hotline(name="医保热线", number="12393", category=town.category, keep_tree=True)
    await near.run(kept, *(a_row(f"K{at}", category=f"医保/{'报销' if at % 2 else '参保'}") for at in range(30)))
    paths = {one.titles["category"] for one in (await near.articles(hotline=kept)).values()}
    assert paths == {"社会保障/医保/报销", "社会保障/医保/参保"}
    with pytest.raises(Invalid, match="没有归口"):
        await near.hotline(name="新热线", categories=[{"theirs": "甲", "ours": "没有"}])
    with pytest.raises(Conflict, match="同名"):
        await near.hotline()


async def test_an_import_is_taken_back_but_not_what_somebody_worked_on(near: Merging) -> None:
    hotline = await near.hotline()
    done = await near.run(hotline, a_row("A-1"), a_row("A-2"))
    await near.town.act(EDITOR, (await near.articles())["A-2"].id, "submit")
    assert (await near.go(done.id, "undo")).message == "已撤销 1 条，1 条已有后续处理，保留"
    assert set(await near.articles()) == {"A-2"}
    with pytest.raises(Conflict, match="还有 1 条知识"):
        await near.hotlines.remove(EDITOR, hotline)
    assert counts(await near.run(hotline, a_row("A-1"), a_row("A-2"))) == ("done", 1, 0, 1, 0)


async def test_who_is_stopped_stops_and_goes_on_without_doubles(near: Merging) -> None:
    hotline = await near.hotline()
    rows = [a_row(f"A-{at}") for at in range(70)]
    some = near.imports._some
    seen = []

    async def stopping(visitor: Visitor, id: str, *rest: Any) -> bool:
        seen.append(id)
        if len(seen) == 5:
            await near.imports.begin(EDITOR, id, "stop")
        return await some(visitor, id, *rest)

    near.imports._some = stopping  # type: ignore[method-assign,assignment] # somebody presses the button meanwhile
    stopped = await near.run(hotline, *rows)
    assert (stopped.state, stopped.good, stopped.place) == ("stopped", 39, 40)
    near.imports._some = some  # type: ignore[method-assign]
    assert counts(await near.run(hotline, *rows)) == ("done", 31, 0, 39, 0)
    assert len(await near.articles(size=200)) == 70


async def test_a_county_takes_in_its_own(near: Merging) -> None:
    city = await near.hotline()
    with pytest.raises(Invalid, match="没有这个归并热线"):
        await near.run(city, a_row("1"), by=EAST)
    own = await near.hotline(EAST)
    await near.run(own, a_row("1"), by=EAST)
    (found,) = (await near.articles(EAST)).values()
    assert (found.organisation, found.titles["hotline"]) == ("east", "人社热线")
    with pytest.raises(NotFound):
        await near.hotlines.get(WEST, own)
    assert [one.title for one in await near.hotlines.choices(WEST)] == ["人社热线 12333"], "the city's alone"
    async with near.town.office.store.reading() as session:
        assert await HOTLINES.named(session, WEST, "人社热线") == [city]
    reader = replace(EAST, permissions=EAST.permissions - {"knowledge.write"})
    assert (await near.run(own, a_row("2"), by=reader)).state == "failed", "who manages and may not write"
