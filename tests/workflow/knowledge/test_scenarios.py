"""Scenarios: spotted by words, category and likeness; moved, merged without losing a link, linked in bulk, found by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.office.tree.views import Move
from cti.store.engine import Store
from tests.workflow.knowledge.finding.finder import Finder
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EAST_AGENT, EAST_REVIEWER, EDITOR, WEST
from workflow.knowledge.scenarios.matching import Matcher, Trigger
from workflow.knowledge.scenarios.room import Following
from workflow.knowledge.scenarios.service import LinkMany, ScenarioLinks, Scenarios
from workflow.knowledge.scenarios.spotting import Spotting
from workflow.knowledge.scenarios.views import LinkFields, TryBody

HOUSE = Trigger("house", ["公积金", "首付"], ["住房保障"], ["我想买房，贷款能贷多少"])
BABY = Trigger("baby", ["生育津贴"], [], ["孩子出生以后怎么上户口"], ["新生儿落户办理指南"])


def spotted(text: str, category: str = "") -> list[str]:
    return [one.id for one in Matcher([HOUSE, BABY]).of(text, category)]


def test_a_word_a_category_and_a_likeness_each_spot_a_scenario() -> None:
    assert spotted("离职后 公积金 怎么办") == ["house"]
    assert spotted("问一下政策", "住房保障/廉租房") == ["house"]
    assert spotted("问一下政策", "住房保障金") == [], "a name that begins alike is another category"
    assert spotted("孩子出生了上户口要什么材料") == ["baby"]
    assert spotted("新生儿落户怎么办理") == ["baby"], "learned from its articles"
    assert spotted("路灯坏了三天没人修") == []
    assert spotted("") == []


def test_more_ways_make_it_surer_and_reasons_name_them() -> None:
    one, both = (Matcher([HOUSE, BABY]).of(*said)[0] for said in (("公积金",), ("公积金 首付", "住房保障")))
    assert one.score == pytest.approx(0.6)
    assert 1 > both.score > one.score
    assert both.reasons == ["出现“公积金”“首付”", "诉求分类“住房保障”"]
    learned = Matcher([BABY]).of("新生儿落户办理")[0]
    assert learned.reasons == ["与关联知识的说法相近"], "titles of articles that somebody may not read are not told"


class World(Finder):
    """The finder's town with scenarios."""

    def begin_scenarios(self) -> None:
        self.scenarios, self.links = Scenarios(self.office), ScenarioLinks(self.office)
        self.spotting = Spotting(self.office, self.scenarios, self.links, self.finding.asked)
        following = Following(self.office, self.links, self.finding, self.spotting)
        self.scenarios.on_change(following.scenarios)
        self.links.on_change(following.links)

    async def scenario(self, name: str, visitor: object = EDITOR, **said: object) -> str:
        made = await self.scenarios.create(visitor, self.scenarios.fields.model_validate({"name": name, **said}))  # type: ignore[arg-type]
        return made.id

    async def linked(self, scenario: str, article: str) -> str:
        return (await self.links.create(EDITOR, LinkFields(scenario=scenario, article=article))).id

    async def facet(self, visitor: object = AGENT, **asked: object) -> dict[str, int]:
        await asyncio.wait_for(self.keeper.settled(), 5)
        found = await self.find(visitor, **asked)  # type: ignore[arg-type]
        return {one.title: one.count for facet in found.facets if facet.key == "scenario" for one in facet.values}


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    town = await World.on(store)
    assert isinstance(town, World)
    await town.begin(tmp_path / "index")
    town.begin_scenarios()
    yield town
    await asyncio.wait_for(town.keeper.settled(), 10)
    await town.keeper.stop()


async def test_a_request_is_told_its_scenario_with_the_articles_that_one_reads(world: World) -> None:
    public = await world.publish(title="公积金提取")
    inside = await world.publish(EAST, EAST_REVIEWER, title="东县窗口", audience="inside")
    house = await world.scenario("买房", words=["公积金"])
    await world.linked(house, public.id)
    await world.linked(house, inside.id)
    (found,) = await world.spotting.of(EAST_AGENT, "公积金能取吗")
    assert (found.path, {one.title for one in found.articles}) == ("买房", {"公积金提取", "东县窗口"})
    (west,) = await world.spotting.of(WEST, "公积金能取吗")
    assert [one.title for one in west.articles] == ["公积金提取"]
    (people,) = await world.spotting.for_public("公积金能取吗", "320400")
    assert [one.title for one in people.articles] == ["公积金提取"]
    await world.scenarios.switch(EDITOR, house, True)
    assert await world.spotting.of(EAST_AGENT, "公积金能取吗") == []


async def test_a_county_knows_the_city_s_scenarios_and_no_other_county_s(world: World) -> None:
    await world.scenario("全市", words=["停水"])
    own = await world.scenario("东县", EAST, words=["停水"])
    assert {one.path for one in await world.spotting.of(EAST_AGENT, "停水")} == {"全市", "东县"}
    assert {one.path for one in await world.spotting.of(WEST, "停水")} == {"全市"}
    with pytest.raises(NotFound):
        await world.scenarios.get(WEST, own)
    made = await world.publish(title="停水通知")
    await world.links.create(EAST, LinkFields(scenario=own, article=made.id))
    assert await world.facet(EAST_AGENT) == {"东县": 1}
    assert await world.facet(WEST) == {}, "its name says nothing to another county"


async def test_scenarios_are_facets_with_those_above_and_follow_a_move(world: World) -> None:
    made = await world.publish(title="公积金提取")
    await world.told(made.id)
    life, other = await world.scenario("人生大事"), await world.scenario("其他")
    house = await world.scenario("买房", parent=life)
    link = await world.linked(house, made.id)
    assert await world.facet() == {"人生大事/买房": 1, "人生大事": 1}
    assert (await world.find(AGENT, scenario=life)).total == 1
    now = await world.scenarios.get(EDITOR, house)
    await world.scenarios.move(EDITOR, house, Move(parent=other, version=now.version))
    assert await world.facet() == {"其他/买房": 1, "其他": 1}
    assert (await world.beside.of(AGENT, made.id)).scenarios == {house: "其他/买房"}
    await world.links.remove(EDITOR, link)
    assert await world.facet() == {}


async def test_a_merge_keeps_links_and_triggers_and_doubles_none(world: World) -> None:
    both, one = await world.publish(title="公积金提取"), await world.publish(title="公积金贷款")
    house = await world.scenario("买房", words=["首付"], examples=["想买房"])
    home = await world.scenario("购房", words=["首付", "契税"])
    for scenario, article in ((house, both.id), (house, one.id), (home, both.id)):
        await world.linked(scenario, article)
    told = await world.scenarios.preview_merge(EDITOR, house, home)
    assert [(line.title, line.count) for line in told.pointing] == [("场景关联知识", 2)]
    merged = await world.scenarios.merge(EDITOR, house, home)
    assert (merged.words, merged.examples, merged.version) == (["首付", "契税"], ["想买房"], 2)
    page = await world.links.find(EDITOR, world.links.query(scenario=home))
    assert sorted(line.titles["article"] for line in page.items) == ["公积金提取", "公积金贷款"]
    (found,) = await world.spotting.of(AGENT, "契税多少")
    assert len(found.articles) == 2


async def test_many_articles_are_linked_at_once_and_taken_back(world: World) -> None:
    made, draft = await world.publish(title="公积金提取"), await world.write(title="还没上架")
    house = await world.scenario("买房")
    act = LinkMany(world.scenarios, world.links)
    body = act.fields(scenario=house)
    async with world.office.store.reading() as session:
        row = await world.articles.row(session, EDITOR, made.id)
        assert await act.look(session, world.articles, EDITOR, row, body) == "关联到 买房"
        with pytest.raises(Conflict):
            await act.look(session, world.articles, EDITOR, await world.articles.row(session, EDITOR, draft.id), body)
    back = await act.do(world.articles, EDITOR, made.id, body)
    assert back is not None and await act.do(world.articles, EDITOR, made.id, body) is None
    with pytest.raises(Invalid) as wrong:
        await world.linked(house, made.id)
    assert wrong.value.field == "article"
    await act.undo(world.articles, EDITOR, made.id, back)
    assert (await world.links.find(EDITOR, world.links.query(scenario=house))).items == []


async def test_scenarios_are_tried_on_texts_by_those_who_manage_them(world: World) -> None:
    await world.scenario("买房", words=["公积金"])
    tried = await world.spotting.tried(EDITOR, TryBody(texts=["公积金怎么取", "路灯坏了", " "]))
    assert [[one.path for one in text.matches] for text in tried.texts] == [["买房"], []]
    assert tried.missed == 1
    assert (await world.spotting.tried(EDITOR, TryBody())).texts == []
    with pytest.raises(NotAllowed):
        await world.spotting.tried(AGENT, TryBody(texts=["公积金"]))
