"""Statistics: figures of articles within one's reach, users by month, what nobody updates and why, by department."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cti.base.refusal import NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.identity.permissions import Reach
from cti.office.workshop.owning import Owning
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import (
    AGENT,
    ALL,
    EAST,
    EAST_AGENT,
    EAST_REVIEWER,
    EDITOR,
    FOLDER,
    WATER,
    KnowledgeTown,
    may,
)
from workflow.knowledge.asking.views import CorrectionFields, QuestionFields
from workflow.knowledge.helpful.views import VoteFields
from workflow.knowledge.reviewing.confirming import PolicyFields
from workflow.knowledge.statistics.facts import sources
from workflow.knowledge.statistics.pages import PAGES
from workflow.knowledge.statistics.service import BlockQuery, BlockShown, IdleQuery, KnowledgeStatistics
from workflow.knowledge.statistics.visits import Visits

CHIEF = may("chief", "city", *ALL, "knowledge.statistics", "figures.see", reach=Reach.ALL)
EAST_CHIEF = may("east_chief", "east", *ALL, "knowledge.statistics", "figures.see", reach=Reach.REGION)


class World(KnowledgeTown):
    """The town with its figures."""

    def begin_statistics(self) -> None:
        library = FigureLibrary(None, shipped=[FOLDER / "figures"])
        self.figures = Figures(
            self.office.store, self.clock, library, Owning("city", "320400", FIGURES), self.office.services
        )
        for source in sources(self.articles, self.questions, self.corrections):
            self.figures.offer(source)
        self.statistics = KnowledgeStatistics(self.office, self.figures, self.articles)
        self.visits = Visits(self.office.store, self.clock)
        self.published.visited = self.visits.note

    async def block(self, visitor: Visitor, page: str, name: str, **asked: str) -> BlockShown:
        return await self.statistics.block(visitor, page, name, BlockQuery.model_validate(asked))

    async def values(self, visitor: Visitor, page: str, name: str, **asked: str) -> dict[str, list[float | None]]:
        shown = await self.block(visitor, page, name, **asked)
        return {" ".join(line.titles): [one.value for one in line.now] for line in shown.table.lines}


@pytest.fixture
async def world(store: Store) -> World:
    town = await World.on(store)
    assert isinstance(town, World)
    town.begin_statistics()
    return town


async def test_every_block_is_counted_by_figures_that_there_are(world: World) -> None:
    await world.publish()
    for page in PAGES:
        for block in page.blocks:
            shown = await world.block(CHIEF, page.name, block.name)
            assert shown.table.left_out == [], block.name
            assert [one.name for one in shown.table.figures] == list(block.figures)
    with pytest.raises(NotAllowed):
        await world.block(AGENT, "activity", "hot")
    with pytest.raises(NotFound):
        await world.block(CHIEF, "activity", "nothing")


async def test_use_makes_a_category_active_and_production_counts_editions(world: World) -> None:
    made = await world.publish()
    for _ in range(3):
        await world.published.get(AGENT, made.id)
    async with world.office.store.writing() as session:
        await world.published.used(session, AGENT, made.id, 1, "cited", "ticket", "01X")
    assert await world.values(CHIEF, "activity", "hot") == {"社会保障": [6, 3, 1]}
    await world.act(EDITOR, made.id, "change")
    await world.act(EDITOR, made.id, "submit")
    await world.act(may("other", "city", *ALL, reach=Reach.ALL), made.id, "approve")
    assert (await world.values(CHIEF, "activity", "updates"))["社会保障"] == [2, 1]
    assert await world.values(CHIEF, "stock", "categories") == {"社会保障": [1, 1]}
    rows = await world.figures.rows(
        CHIEF, "knowledge_updates", "numerator", world.figures.period("this_month"), {}, 1, 10
    )
    assert (rows.total, rows.items[0]["record"]) == (2, made.id)


async def test_a_county_counts_its_own_and_a_city_narrows_to_it(world: World) -> None:
    await world.publish(title="全市政策")
    await world.publish(EAST, EAST_REVIEWER, title="东县政策", summary="一句话", keywords=["东"], questions=["怎么办"])
    assert await world.values(EAST_CHIEF, "upkeep", "quality") == {"东县热线": [100]}
    narrowed = await world.values(CHIEF, "upkeep", "quality", region=EAST.region)
    assert narrowed == {"东县热线": [100]}
    assert len(await world.values(CHIEF, "upkeep", "quality")) == 2
    assert {one.value for one in await world.statistics.regions(EAST_CHIEF)} == {EAST.region}
    titles = {one.value: one.title for one in await world.statistics.regions(CHIEF)}
    assert titles["320400"].endswith("（本级）") and not titles[EAST.region].endswith("（本级）")


async def test_a_city_sees_of_a_county_what_the_county_sees_of_itself(world: World) -> None:
    """切换地区查看下级热线中心: on every page."""
    city = await world.publish(title="全市政策")
    own = await world.publish(EAST, EAST_REVIEWER, title="东县政策")
    for reader in (EAST_AGENT, EAST, AGENT):
        await world.published.get(reader, city.id)
    for reader in (EAST_AGENT, EDITOR):
        await world.published.get(reader, own.id)
    for asker, unit in ((EAST, "water"), (AGENT, "east"), (AGENT, "water"), (EAST, "east")):
        await world.questions.create(asker, QuestionFields(title=f"{asker.login}问{unit}", unit=unit))
    for reader, id in ((EAST_AGENT, own.id), (EAST_AGENT, city.id), (EDITOR, own.id)):
        await world.corrections.create(reader, CorrectionFields(article=id, content=f"{reader.login}说电话变了"))
    await world.visits.flushed()
    seen = {}
    for page in PAGES:
        for block in page.blocks:
            narrowed = await world.values(CHIEF, page.name, block.name, region=EAST.region)
            assert narrowed == await world.values(EAST_CHIEF, page.name, block.name), block.name
            seen[block.name] = narrowed
    assert seen["hot"] == {"社会保障": [3, 3, 0]}, "what the county's agents read, whose article it is"
    assert seen["who"] == {"东县热线 热线内部": [2, 3]}


async def test_who_comes_again_in_a_month_is_one_user(world: World) -> None:
    made = await world.publish()
    for _ in range(2):
        for _ in range(2):
            await world.published.get(AGENT, made.id)
        world.visits.note_public("203.0.113.9", "a browser", "city", "320400")
        await world.visits.flushed()
        await world.wait(timedelta(days=1))
    shown = await world.block(CHIEF, "use", "trend")
    assert {line.by[1]: [one.value for one in line.now] for line in shown.table.lines} == {
        "true": [1, 4],
        "false": [1, 2],
    }
    await world.wait(timedelta(days=31))
    await world.published.get(AGENT, made.id)
    await world.visits.flushed()
    shown = await world.block(CHIEF, "use", "trend")
    assert [[one.value for one in line.now] for line in shown.table.lines if line.by[1] == "true"] == [[1, 4], [1, 1]]


async def test_what_nobody_updates_is_listed_with_its_reason_and_department(world: World) -> None:
    plain, wrong = await world.publish(title="无人过问"), await world.publish(title="有纠错", unit="water")
    open_again = await world.publish(title="改到一半")
    await world.wait(timedelta(days=200))
    await world.publish(title="刚刚发布")
    await world.corrections.create(AGENT, CorrectionFields(article=wrong.id, content="电话变了"))
    await world.act(EDITOR, open_again.id, "change")
    page = await world.statistics.idle(CHIEF, IdleQuery())
    assert {one.title: (one.reason, one.unit) for one in page.items} == {
        "无人过问": ("unasked", "市热线"), "有纠错": ("mending", "水务局"), "改到一半": ("draft", "市热线"),
    }  # fmt: skip
    assert (page.total, page.reasons) == (3, {"unasked": 1, "mending": 1, "draft": 1})
    assert page.items[0].days == 200 and plain.id in {one.id for one in page.items}
    one = await world.statistics.idle(CHIEF, IdleQuery(reason="mending"))
    assert [(item.id, one.total) for item in one.items] == [(wrong.id, 1)]
    assert (await world.statistics.idle(EAST_CHIEF, IdleQuery())).total == 0


async def test_performance_reads_each_department_s_figures(world: World) -> None:
    await world.publish(WATER, EDITOR, title="水费怎么交")
    await world.questions.create(AGENT, QuestionFields(title="水压低找谁", unit="water"))
    (water,) = await world.statistics.of_units(CHIEF, "this_month")
    assert (water.unit, water.title) == ("water", "水务局")
    assert (water.values["knowledge_produced"], water.values["knowledge_asked"]) == (1, 1)
    assert water.values["knowledge_answered_rate"] == 0
    assert water.values["knowledge_mended_rate"] is None


async def test_departments_are_counted_by_what_they_confirmed_in_time(world: World) -> None:
    """D7, D20: of what a policy asks about; what nobody confirmed in time is listed behind its number."""
    await world.policies.create(EDITOR, PolicyFields(name="每月", every=30, remind=5, withdraw=0))
    kept = await world.publish(WATER, EDITOR, title="水费怎么交")
    await world.publish(WATER, EDITOR, title="水压低找谁")
    await world.wait(timedelta(days=31))
    await world.act(WATER, kept.id, "confirm")
    assert await world.values(CHIEF, "upkeep", "confirming") == {"水务局": [50.0, 1.0]}
    (water,) = await world.statistics.of_units(CHIEF, "today")
    assert (water.values["knowledge_confirmed_rate"], water.values["knowledge_produced"]) == (50, None)


async def test_departments_are_told_how_many_readers_their_articles_helped(world: World) -> None:
    city, water = await world.publish(title="城市"), await world.publish(title="水费", unit="water")
    for visitor, article, helped in ((AGENT, city, True), (EAST_AGENT, city, False), (AGENT, water, False)):
        await world.votes.vote(visitor, article.id, VoteFields(edition=1, helped=helped))
    shown = await world.values(CHIEF, "upkeep", "helpful")
    assert sorted(shown.values(), key=str) == [[0.0, 1], [50.0, 1]]
    assert await world.values(EAST_CHIEF, "upkeep", "helpful") == {}, "the city's articles are the city's to count"
