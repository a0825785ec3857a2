"""Finding over the tables: what is published is found by who reads it, counted, suggested, corrected and kept."""

import pytest

from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor
from tests.workflow.knowledge.finding.finder import Finder, titles
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EAST_AGENT, EAST_REVIEWER, EDITOR, WEST
from workflow.knowledge.finding.views import MissedQuery
from workflow.knowledge.models import PublishedRow


async def test_who_reads_an_article_finds_it_with_its_passage(finder: Finder) -> None:
    city = await finder.publish(title="公积金提取办理", keywords=["房积金"], questions=["公积金怎么取"])
    own = await finder.publish(EAST, EAST_REVIEWER, title="公积金东区窗口", audience="inside")
    await finder.told(city.id, own.id)
    found = await finder.find(AGENT, "公积金怎么取")
    assert titles(found)[0] == "公积金提取办理"
    assert any(piece.hit and "公积金" in piece.text for piece in found.items[0].passage)
    assert found.items[0].category == "社会保障"
    assert set(titles(await finder.find(EAST_AGENT, "公积金"))) == {"公积金提取办理", "公积金东区窗口"}
    west = await finder.find(WEST, "公积金")
    assert titles(west) == ["公积金提取办理"]
    assert west.total == 1
    assert [one.count for facet in west.facets if facet.key == "region" for one in facet.values] == [1]
    for facet in (await finder.find(EAST, "公积金")).facets:
        for one in facet.values:
            narrowed = await finder.find(EAST, "公积金", **{facet.key: one.value})
            assert narrowed.total == one.count == len(narrowed.items), (facet.key, one)


async def test_what_an_answer_cites_is_offered_in_the_order_of_the_search(finder: Finder) -> None:
    answer = await finder.publish(title="公积金怎么取", body="<p>带身份证取公积金。</p>")
    beside = await finder.publish(title="窗口电话", body="<p>公积金提取请问窗口，地址在东街。</p>")
    east = await finder.publish(EAST, EAST_REVIEWER, title="公积金怎么取到东区", audience="inside")
    await finder.told(answer.id, beside.id, east.id)

    async def offered(visitor: Visitor) -> list[str]:
        async with finder.office.store.reading() as session:
            return [one.value for one in await finder.citing.options(session, visitor, "公积金怎么取")]

    assert await offered(AGENT) == [f"knowledge:{answer.id}", f"knowledge:{beside.id}"]
    assert set(await offered(EAST_AGENT)) == {f"knowledge:{one.id}" for one in (answer, beside, east)}
    await finder.act(EDITOR, answer.id, "withdraw", reason="停办")
    assert await offered(AGENT) == [f"knowledge:{beside.id}"], "before the index has heard of it"


async def test_the_tables_have_the_last_word(finder: Finder) -> None:
    """An index that still has what was withdrawn shows nothing of it."""
    made = await finder.publish(title="公积金提取办理")
    await finder.told(made.id)
    await finder.act(EDITOR, made.id, "withdraw", reason="停办")
    assert titles(await finder.find(AGENT, "公积金")) == []
    assert (await finder.finding.suggest(AGENT, "公积")).articles == []
    assert await finder.finding.best_passage("公积金怎么取", "320400") is None
    await finder.told(made.id)
    assert (await finder.find(AGENT, "公积金")).total == 0


async def test_bots_say_only_what_is_public_and_confirmed(finder: Finder) -> None:
    public = await finder.publish(title="公积金提取办理")
    inside = await finder.publish(title="居住证内部口径", audience="inside", body="<p>居住证内部答复口径。</p>")
    await finder.told(public.id, inside.id)
    best = await finder.finding.best_passage("公积金怎么提取", "320404")
    assert best is not None
    assert (best.article, best.edition) == (public.id, 1)
    assert "提取" in best.passage
    assert 0.5 < best.score <= 1
    assert await finder.finding.best_passage("居住证口径", "320404") is None
    assert (await finder.finding.best_passage("居住证口径", "320404", "inside")) is not None
    async with finder.office.store.writing() as session:
        (await session.get_one(PublishedRow, public.id)).overdue = True
    assert await finder.finding.best_passage("公积金怎么提取", "320404") is None


async def test_a_bot_says_nothing_twice(finder: Finder) -> None:
    """Many summaries are the body's own first words."""
    words = "护照遗失补发到出入境大厅办理。"
    made = await finder.publish(title="护照遗失补发", summary=words, body=f"<p>{words}当日可取。</p>")
    await finder.told(made.id)
    best = await finder.finding.best_passage("护照遗失补发", "320404")
    assert best is not None and best.passage.count(words) == 1


async def test_a_bot_is_told_what_else_may_be_meant(finder: Finder) -> None:
    """Of two articles that are alike likely it asks which; what it may not tell does not count."""
    first = await finder.publish(title="护照首次申请", body="<p>护照首次申请到出入境大厅办理。</p>")
    second = await finder.publish(title="护照遗失补发", body="<p>护照遗失补发到出入境大厅办理。</p>")
    inside = await finder.publish(title="护照办理内部口径", audience="inside", body="<p>护照办理内部答复口径。</p>")
    await finder.told(first.id, second.id, inside.id)
    best = await finder.finding.best_passage("护照怎么办理", "320404")
    assert best is not None and {best.title, best.other} == {"护照首次申请", "护照遗失补发"}
    assert abs(best.score - best.other_score) < 0.2 and best.other_score > 0.5
    clear = await finder.finding.best_passage("护照遗失补发", "320404")
    assert clear is not None and (clear.title, clear.other) == ("护照遗失补发", "护照首次申请")
    assert clear.score > clear.other_score
    async with finder.office.store.writing() as session:
        (await session.get_one(PublishedRow, first.id)).overdue = True
    alone = await finder.finding.best_passage("护照遗失补发", "320404")
    assert alone is not None and (alone.other, alone.other_score) == ("", 0.0)


async def test_what_is_looked_for_is_kept_and_comes_to_something(finder: Finder) -> None:
    made = await finder.publish(title="公积金提取办理", keywords=["公积金", "公积金提取"])
    await finder.told(made.id)
    for visitor in (AGENT, EAST_AGENT):
        await finder.find(visitor, "公积金提取")
        await finder.find(visitor, "低空飞行")
    await finder.find(AGENT, "护照 320400199001011234 补发")
    await finder.find(AGENT, "低空飞", typing=True)
    await finder.finding.asked.flushed()
    await finder.finding.learn()
    assert (await finder.finding.suggest(AGENT, "公积")).questions == ["公积金提取"]
    assert (await finder.finding.suggest(AGENT, "公基金")).corrected == "公积金"
    missed, total = await finder.finding.asked.missed(EDITOR, MissedQuery())
    assert [(one.words, one.times, one.people) for one in missed] == [("低空飞行", 2, 2), ("护照 补发", 1, 1)]
    assert total == 2
    assert [one.words for one in (await finder.finding.asked.missed(EAST, MissedQuery()))[0]] == ["低空飞行"]
    with pytest.raises(NotAllowed):
        await finder.finding.asked.missed(AGENT, MissedQuery())
    await finder.published.get(AGENT, made.id)
    assert [(one.id, one.viewed) for one in await finder.finding.asked.articles(AGENT, 7)] == [(made.id, 1)]
    await finder.finding.learn()
    assert (await finder.finding.asked.heat()) == {made.id: 1.0}


async def test_synonyms_and_kept_questions(finder: Finder) -> None:
    made = await finder.publish(title="公积金提取办理")
    await finder.told(made.id)
    assert titles(await finder.find(AGENT, "钱袋子")) == []
    await finder.synonyms.create(EDITOR, finder.synonyms.fields(words=["公积金", "钱袋子 "]))
    finder.keeper.take_synonyms(await finder.synonyms.groups())
    assert titles(await finder.find(AGENT, "钱袋子")) == ["公积金提取办理"]
    kept = await finder.judged.create(EDITOR, finder.judged.fields(asked="钱怎么拿出来", article=made.id))
    assert kept.article == made.id
    assert [(one.asked, set(one.answers)) for one in await finder.judged.judged(EDITOR)] == [
        ("钱怎么拿出来", {made.id})
    ]
    with pytest.raises(Exception, match="登记过"):
        await finder.judged.create(EDITOR, finder.judged.fields(asked="钱怎么拿出来", article=made.id))
    with pytest.raises(Exception, match="两个以上"):
        finder.synonyms.fields(words=["公积金", "公积金 "])
