"""What went wrong in other knowledge bases does not happen here: a test for each rule that their users paid for.

`PROVEN` says where each stands, bad luck too; those of this file are the ones that no feature's own tests have.
"""

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
from workflow.knowledge.reviewing.confirming import PolicyFields
from workflow.knowledge.views import ArticleFields

HERE = Path(__file__).parent
BROWSER = HERE.parents[1] / "browser"
PROVEN: dict[str, tuple[str | Path, str]] = {
    "Chinese is found in the middle of a sentence, by one and two characters": (
        "test_pains_of_knowledge.py", "test_chinese_is_found_in_the_middle_of_a_sentence_and_by_one_character",
    ),
    "texts are cut where the script changes": (
        "test_pains_of_knowledge.py", "test_mixed_scripts_are_cut_where_the_script_changes",
    ),
    "who may not read it is told of it nowhere": (
        "test_pains_of_knowledge.py", "test_nothing_tells_of_an_article_that_one_may_not_read",
    ),
    "the check sits at the read of the rows": ("finding/test_finding.py", "test_the_tables_have_the_last_word"),
    "what is overdue is marked, and withheld from bots and the public": (
        "test_pains_of_knowledge.py", "test_what_nobody_confirmed_is_marked_to_agents_and_withheld_from_the_public",
    ),
    "who answers for it is reminded, and it is taken down": (
        "test_confirming.py", "test_reminded_marked_and_withdrawn_when_nobody_confirms",
    ),
    "readers see what another has approved": (
        "test_pains_of_knowledge.py", "test_readers_see_what_somebody_else_has_approved",
    ),
    "two editors lose nothing": ("test_publishing.py", "test_two_editors_lose_nothing"),
    "a document is counted in and out, its original kept": (
        "test_documents.py", "test_what_a_document_holds_is_compared_with_what_comes_of_it",
    ),
    "Word is read here, many at once": (
        "test_merged_folders.py", "test_a_path_is_one_article_and_again_its_next_edition",
    ),
    "an answer keeps article and edition": ("test_citing.py", "test_an_answer_keeps_what_the_article_said"),
    "departments are scored on what they keep": (
        "test_statistics.py", "test_performance_reads_each_department_s_figures",
    ),
    "pasted scripts and styles": (
        "test_pains_of_knowledge.py", "test_what_citizens_paste_and_what_word_brings_runs_nowhere",
    ),
    "a Word file of 300 pages": ("test_documents.py", "test_pages_without_headings_are_parted_between_paragraphs"),
    "broken and encrypted PDF, zip bombs": (
        "test_documents.py", "test_what_cannot_be_read_is_told_before_and_makes_nothing",
    ),
    "the same table twice": ("test_merged_hotlines.py", "test_an_id_is_there_once_and_again_as_its_next_edition"),
    "the same sheet twice": ("test_imported_twice.py", "test_all_rows_are_taken_once"),
    "withdrawn while an agent reads it": (
        BROWSER / "test_knowledge.py", "test_from_the_editor_to_the_agent_in_a_talk",
    ),
    "a category that moves while another edits": (
        "finding/test_bad_luck.py", "test_a_category_that_moves_while_an_article_of_it_is_edited",
    ),
    "sharing that is paused in the middle of a search": (
        "finding/test_bad_luck.py", "test_sharing_that_is_paused_in_the_middle_of_a_search",
    ),
    "an index that is lost or broken": ("finding/test_keeper.py", "test_a_lost_and_a_broken_index_are_made_anew"),
    "an index that is stale": ("finding/test_keeper.py", "test_what_changed_while_nobody_looked"),
    "it serves while it is made anew, told on the page": (
        BROWSER / "test_knowledge.py", "test_the_page_tells_that_the_index_is_made_anew_and_that_it_cannot_be",
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", PROVEN)
def test_each_rule_has_its_test(rule: str) -> None:
    file, name = PROVEN[rule]
    assert f"def {name}(" in (HERE / file).read_text("utf-8"), rule


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
    assert await world.titles(WEST) == set(), "lists, and what is exported of them"
    assert await world.finding.ids(WEST, "机密口径", 5) == []


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
