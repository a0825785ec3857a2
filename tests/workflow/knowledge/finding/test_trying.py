"""A ranking is tried before it is published: what it makes of one question, and of all kept ones."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.base.refusal import NotAllowed
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.store.engine import Store
from tests.workflow.knowledge.finding.finder import Finder
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EAST_REVIEWER, EDITOR
from workflow.knowledge.finding.api import RIGHTS, RankingsApi
from workflow.knowledge.finding.ranking import RankingLibrary
from workflow.knowledge.finding.room import SHIPPED
from workflow.knowledge.finding.trying import Trying
from workflow.knowledge.finding.views import Tried, TryBody

LONG_FIRST = "ranking: knowledge\ntitle: 长的在前\nweights: {length: 1}\n"


class Desk(Finder):
    """The finder's town, with the page of rankings."""

    async def begin(self, folder: Path) -> None:
        await super().begin(folder / "index")
        office = self.office
        desk = Workshop(
            RankingLibrary(folder / "rankings", shipped=[SHIPPED]), self.clock, office.store, office.audit,
            Owning(office.organisation, office.region, RIGHTS),
        )  # fmt: skip
        self.api = RankingsApi(desk, Trying(office.store, self.finding, self.judged, desk))

    async def tried(self, text: str, asked: str = "") -> Tried:
        return await self.api.attempt(EDITOR, TryBody(text=text, asked=asked))


@pytest.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[Desk]:
    town = await Desk.on(store)
    assert isinstance(town, Desk)
    await town.begin(tmp_path)
    short = await town.publish(title="公积金提取", body="<p>带身份证。</p>")
    long = await town.publish(title="窗口一览", body="<p>公积金窗口在东街，提取请排队。</p>" + "<p>其他。</p>" * 30)
    inside = await town.publish(EAST, EAST_REVIEWER, title="公积金提取东区口径", audience="inside")
    await town.told(short.id, long.id, inside.id)
    town.short, town.long = short.id, long.id  # type: ignore[attr-defined]
    await town.judged.create(EDITOR, town.judged.fields(asked="公积金提取", article=short.id))
    yield town
    await town.keeper.stop()


async def test_what_becomes_of_the_order(desk: Desk) -> None:
    found = await desk.tried(LONG_FIRST, "公积金提取")
    assert [one.severity for one in found.findings] == ["warning"], "it has no tests"
    assert found.articles[0].title == "窗口一览"
    assert found.articles[0].before > 1
    assert found.articles[0].signs["length"] == max(one.signs["length"] for one in found.articles)
    assert found.published is not None
    assert found.tried is not None
    assert (found.published.first, found.tried.first) == (1.0, 0.0)
    assert [(one.asked, one.title, one.before) for one in found.moved] == [("公积金提取", "公积金提取", 1)]
    assert found.moved[0].now > 1
    again = await desk.tried(LONG_FIRST)
    assert (again.articles, again.tried) == ([], found.tried)


async def test_what_cannot_be_used_is_not_asked(desk: Desk) -> None:
    found = await desk.tried("ranking: knowledge\ntitle: 试\nweights: {beauty: 1}\n", "公积金")
    wrong = [one for one in found.findings if one.severity == "error"]
    assert [one.line for one in wrong] == [3]
    assert "beauty" in wrong[0].message
    assert (found.articles, found.published, found.tried) == ([], None, None)
    assert (await desk.tried("ranking: [")).findings[0].severity == "error"


async def test_who_may_not_manage_tries_nothing(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        await desk.api.attempt(AGENT, TryBody(text=LONG_FIRST, asked="公积金"))


async def test_without_kept_questions_there_are_no_figures(desk: Desk) -> None:
    for one in (await desk.judged.find(EDITOR, desk.judged.query())).items:
        await desk.judged.remove(EDITOR, one.id)
    found = await desk.tried(LONG_FIRST, "公积金提取")
    assert found.articles
    assert found.tried is not None
    assert found.tried.questions == 0
