"""Articles and categories shared with regions and units: granted, paused, resumed, cancelled."""

from __future__ import annotations

import pytest

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EAST_REVIEWER, EDITOR, WEST, KnowledgeTown
from workflow.knowledge.grants import GrantFields, GrantQuery
from workflow.knowledge.views import ArticleFields


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


async def test_an_article_is_shared_with_another_county_paused_and_cancelled(town: KnowledgeTown) -> None:
    made = await town.publish(EAST, EAST_REVIEWER, title="东县政策")
    assert await town.titles(WEST) == set()
    grant = await town.grants.create(EAST, GrantFields(article=made.id, whom="region:320411"))
    assert (grant.titles["article"], grant.sort, grant.acts) == ("东县政策", "region", ["remove", "pause"])
    assert "新北区" in grant.whom_title
    assert await town.titles(WEST) == {"东县政策"}
    assert (await town.published.published_for(WEST)).given == {made.id}
    with pytest.raises(Conflict):
        await town.grants.create(EAST, GrantFields(article=made.id, whom="region:320411"))
    assert (await town.grants.pause(EAST, grant.id, True)).acts == ["remove", "resume"]
    assert await town.titles(WEST) == set()
    with pytest.raises(NotFound):
        await town.published.get(WEST, made.id)
    await town.grants.pause(EAST, grant.id, False)
    assert await town.titles(WEST) == {"东县政策"}
    await town.grants.remove(EAST, grant.id)
    assert await town.titles(WEST) == set()


async def test_a_category_is_shared_with_all_below_it(town: KnowledgeTown) -> None:
    below = await town.categories.create(EAST, town.categories.fields(name="东县公积金"))
    deeper = await town.categories.create(EAST, town.categories.fields(name="提取", parent=below.id))
    await town.publish(EAST, EAST_REVIEWER, title="东县提取", category=deeper.id)
    await town.publish(EAST, EAST_REVIEWER, title="东县其他")
    await town.grants.create(EAST, GrantFields(category=below.id, whom="organisation:west"))
    assert await town.titles(WEST) == {"东县提取"}
    await town.publish(EAST, EAST_REVIEWER, title="东县缴存", category=below.id)
    assert await town.titles(WEST) == {"东县提取", "东县缴存"}
    page = await town.grants.find(EAST, town.grants.query.model_validate({"category": below.id}))
    assert [one.whom_title for one in page.items] == ["西县热线"]
    assert isinstance(GrantQuery(), GrantQuery)


async def test_nobody_shares_what_is_not_his_to_manage(town: KnowledgeTown) -> None:
    made = await town.publish(EAST, EAST_REVIEWER, title="东县政策")
    with pytest.raises(Invalid) as wrong:
        await town.grants.create(WEST, GrantFields(article=made.id, whom="region:320411"))
    assert wrong.value.field == "article"
    with pytest.raises(Invalid) as wrong:
        await town.grants.create(EAST, GrantFields(category=town.category, whom="region:320411"))
    assert wrong.value.field == "category", "the city's category is the city's to share"
    with pytest.raises(Invalid) as wrong:
        await town.grants.create(EAST, GrantFields(article=made.id, whom="organisation:nobody"))
    assert wrong.value.field == "whom"
    with pytest.raises(Invalid) as wrong:
        await town.grants.create(EAST, GrantFields(whom="region:320411"))
    assert wrong.value.field == "article"
    titles = [one.title for one in await town.grants.partners(EDITOR, "西县")]
    assert "西县热线（单位）" in titles
    assert await town.titles(AGENT) <= {"东县政策"}


async def test_articles_are_filed_anew_without_another_edition(town: KnowledgeTown) -> None:
    made = await town.publish(title="公积金政策")
    other = await town.categories.create(EDITOR, town.categories.fields(name="住房"))
    target = town.refile.fields(category=other.id)
    async with town.office.store.reading() as session:
        row = await town.articles.row(session, EDITOR, made.id)
        assert await town.refile.look(session, town.articles, EDITOR, row, target) == "社会保障 → 住房"
    back = await town.refile.do(town.articles, EDITOR, made.id, target)
    assert back == {"category": town.category}
    assert await town.refile.do(town.articles, EDITOR, made.id, target) is None, "done again it changes nothing"
    (shown,) = await town.read(AGENT, category=other.id)
    assert (shown.edition, shown.titles["category"]) == (1, "住房")
    await town.act(EDITOR, made.id, "change")
    await town.act(EDITOR, made.id, "discard")
    assert (await town.articles.get(EDITOR, made.id)).category == other.id
    await town.refile.undo(town.articles, EDITOR, made.id, back)
    assert await town.titles(AGENT, category=other.id) == set()
    notices = (await town.notices.find(AGENT, town.notices.query.model_validate({}))).items
    assert [(one.what, one.words) for one in notices][:2] == [("refiled", "社会保障"), ("refiled", "住房")]
    with pytest.raises(NotFound):
        await town.refile.do(town.articles, EAST, made.id, target)


async def test_a_category_is_merged_and_its_articles_follow(town: KnowledgeTown) -> None:
    made = await town.publish(title="公积金政策")
    other = await town.categories.create(EDITOR, town.categories.fields(name="住房"))
    await town.categories.merge(EDITOR, town.category, other.id)
    assert (await town.articles.get(EDITOR, made.id)).category == other.id
    assert await town.titles(AGENT, category=other.id) == {"公积金政策"}


async def test_who_writes_while_his_category_is_merged_loses_nothing(town: KnowledgeTown) -> None:
    """What his form has chosen is the category that it was merged into, also when that was merged again."""
    first, second, third = [
        (await town.categories.create(EDITOR, town.categories.fields(name=name))).id for name in ("甲", "乙", "丙")
    ]
    made = await town.write(category=first)
    await town.categories.merge(EDITOR, first, second)
    await town.categories.merge(EDITOR, second, third)
    now = await town.articles.get(EDITOR, made.id)
    filled = {key: getattr(now, key) for key in ArticleFields.model_fields} | {"category": first, "title": "改过的标题"}
    saved = await town.articles.edit(EDITOR, made.id, made.version, ArticleFields.model_validate(filled))
    assert (saved.title, saved.titles["category"]) == ("改过的标题", "丙")
