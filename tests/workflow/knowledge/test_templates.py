"""Templates: kept by hand or from an article, used by a new article, a county's editors with the city's, too."""

from __future__ import annotations

import pytest

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EDITOR, WATER, WEST, KnowledgeTown
from workflow.knowledge.drafting.templates import TemplateFields, Templates, TemplateView


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


@pytest.fixture
def templates(town: KnowledgeTown) -> Templates:
    return Templates(town.office, town.articles)


def fields(**said: object) -> TemplateFields:
    return TemplateFields.model_validate({"name": "办事指南写法", "body": "<p>一、条件</p><p>二、材料</p>", **said})


async def names(templates: Templates, visitor: object) -> list[str]:
    found = await templates.find(visitor, templates.query())  # type: ignore[arg-type] # a visitor of the town
    return [one.name for one in found.items]


async def test_a_new_article_begins_as_its_template_and_is_no_copy_of_it(
    town: KnowledgeTown, templates: Templates
) -> None:
    made = await templates.create(EDITOR, fields(title="……怎么办理", category=town.category, keywords=["办理"]))
    first, second = await templates.begin(WATER, made.id), await templates.begin(WATER, made.id)
    assert (first.title, first.stage, first.source) == ("……怎么办理", "draft", "模板 办事指南写法")
    assert (first.category, first.keywords, first.unit) == (town.category, ["办理"], "water")
    assert first.id != second.id and "二、材料" in second.body


async def test_an_article_is_kept_as_a_template_with_what_its_type_asks(
    town: KnowledgeTown, templates: Templates
) -> None:
    pictured = '<p>文</p><p><img src="/x.png"></p>'
    article = await town.write(type="knowledge_notice", body=pictured)
    given = {"area": "黄河路以北", "begins": "2026-03-01T08:00:00+08:00", "advice": "请提前储水"}
    await town.articles.fill_in(EDITOR, article.id, given)
    made = await templates.keep(EDITOR, article.id, TemplateFields(name="停水公告", purpose="停水停气"))
    assert isinstance(made, TemplateView)
    assert (made.type, made.title, made.purpose) == ("knowledge_notice", article.title, "停水停气")
    assert "<img" not in made.body and "<p>文</p>" in made.body
    begun = await templates.begin(EDITOR, made.id)
    assert (begun.type, begun.lines[0].text) == ("knowledge_notice", "黄河路以北")
    with pytest.raises(Conflict):
        await templates.keep(EDITOR, article.id, TemplateFields(name="停水公告"))
    with pytest.raises(NotFound):
        await templates.keep(WEST, article.id, TemplateFields(name="别人的知识"))


async def test_a_county_s_editors_use_the_city_s_and_keep_their_own(templates: Templates) -> None:
    city, own = await templates.create(EDITOR, fields()), await templates.create(EAST, fields(name="东县写法"))
    assert set(await names(templates, EAST)) == {"办事指南写法", "东县写法"}
    assert await names(templates, WEST) == ["办事指南写法"]
    assert (await templates.begin(EAST, city.id)).organisation == "east"
    with pytest.raises(NotFound):
        await templates.begin(WEST, own.id)
    with pytest.raises(NotFound):
        await templates.edit(EAST, city.id, city.version, fields(name="改别人的"))


async def test_who_makes_no_articles_sees_none_and_what_is_off_begins_nothing(templates: Templates) -> None:
    made = await templates.create(EDITOR, fields(used=False))
    with pytest.raises(Conflict, match="unused"):
        await templates.begin(EDITOR, made.id)
    with pytest.raises(NotAllowed):
        await names(templates, AGENT)
    with pytest.raises(NotAllowed):
        await templates.create(WATER, fields(name="部门的"))
    with pytest.raises(Invalid):
        await templates.create(EDITOR, fields(name="没有的类型", type="knowledge_nothing"))
