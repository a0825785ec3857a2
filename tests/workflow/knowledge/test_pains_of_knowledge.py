"""What went wrong in other knowledge bases does not happen here: a test for each rule that their users paid for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EAST_REVIEWER, EDITOR, REVIEWER, WEST
from tests.workflow.knowledge.test_outside import World
from workflow.knowledge.confirming import PolicyFields
from workflow.knowledge.views import ArticleFields


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    town = await World.on(store)
    assert isinstance(town, World)
    await town.begin(tmp_path / "index")
    town.begin_scenarios()
    await town.open_site()
    yield town
    await town.visits.flushed()
    await town.finding.asked.flushed()
    await asyncio.wait_for(town.keeper.settled(), 10)
    await town.site.stop()
    await town.keeper.stop()


async def found(world: World, words: str, visitor: object = AGENT) -> list[str]:
    page = await world.find(visitor, words)
    return ["".join(piece.text for piece in one.title) for one in page.items]


async def test_chinese_is_found_in_the_middle_of_a_sentence_and_by_one_character(world: World) -> None:
    made = await world.publish(title="说明", body="<p>这是一个测试文档</p>")
    await world.told(made.id)
    for words in ("测试", "试", "文档"):
        assert await found(world, words) == ["说明"], words


async def test_mixed_scripts_are_cut_where_the_script_changes(world: World) -> None:
    made = await world.publish(title="HGST製品保修", body="<p>凭发票</p>")
    await world.told(made.id)
    for words in ("hgst", "製品", "HGST製品", "hgst 保修"):
        assert await found(world, words) == ["HGST製品保修"], words


async def test_nothing_tells_of_an_article_that_one_may_not_read(world: World) -> None:
    hidden = await world.publish(EAST, EAST_REVIEWER, title="机密口径", audience="inside", keywords=["机密口径"])
    await world.told(hidden.id)
    key = await world.key(WEST)
    page = await world.find(WEST, "机密口径")
    assert (page.items, page.total, page.facets) == ([], 0, [])
    suggested = await world.finding.suggest(WEST, "机密")
    assert suggested.articles == []
    assert await world.finding.best_passage("机密口径", EAST.region) is None, (
        "a bot of the public is told what is public"
    )
    assert (await world.ask(f"/api/{key}/articles/{hidden.id}")).status == 404
    with pytest.raises(NotFound):
        await world.published.get(WEST, hidden.id)


async def test_what_nobody_confirmed_is_marked_to_agents_and_withheld_from_the_public(world: World) -> None:
    await world.policies.create(EDITOR, PolicyFields(name="每月", every=30, withdraw=0))
    made = await world.publish(title="公积金提取")
    key = await world.key()
    await world.told(made.id)
    assert await world.found(key, words="公积金") == ["公积金提取"]
    await world.wait(timedelta(days=31))
    await world.told(made.id)
    (line,) = (await world.find(AGENT, "公积金")).items
    assert line.overdue
    assert await world.found(key, words="公积金") == []
    assert await world.finding.best_passage("公积金提取", AGENT.region) is None


async def test_readers_see_what_somebody_else_has_approved(world: World) -> None:
    made = await world.write(title="公积金提取")
    await world.act(EDITOR, made.id, "submit")
    with pytest.raises(Invalid, match="不能审核自己"):
        await world.act(EDITOR, made.id, "approve")
    assert await world.titles(AGENT) == set()
    await world.act(REVIEWER, made.id, "approve")
    await world.act(EDITOR, made.id, "change")
    await world.edit(EDITOR, made.id, title="写到一半")
    assert await world.titles(AGENT) == {"公积金提取"}


async def test_the_later_of_two_editors_overwrites_nothing(world: World) -> None:
    made = await world.write(title="公积金提取")
    mine = ArticleFields(title="甲改的", category=world.category)
    await world.articles.edit(EDITOR, made.id, made.version, mine)
    with pytest.raises(Conflict) as late:
        await world.articles.edit(REVIEWER, made.id, made.version, mine.model_copy(update={"title": "乙改的"}))
    assert late.value.code == "changed"
    assert (await world.articles.get(EDITOR, made.id)).title == "甲改的"


async def test_what_citizens_paste_and_what_word_brings_runs_nowhere(world: World) -> None:
    scripts = '<p onclick="x()">可以<script>steal()</script><a href="javascript:x()">办</a></p>'
    made = await world.publish(title="公积金提取", body=f'{scripts}<style>p{{}}</style><iframe src="/"></iframe>')
    read = await world.published.get(AGENT, made.id)
    for bad in ("script", "onclick", "style", "javascript", "iframe"):
        assert bad not in read.body, read.body
    assert "可以" in read.body
