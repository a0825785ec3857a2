"""The knowledge base for others: public articles of the key's region, on named sites, and nothing of the staff."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from cti.base.refusal import NotFound, TooMany
from cti.base.settings import PublicSettings
from cti.base.visitor import Visitor
from cti.store.engine import Store
from cti.web.public_site import PublicSite
from tests.cti.web.test_public_site import solved
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EAST_REVIEWER, EDITOR, WEST
from tests.workflow.knowledge.test_scenarios import World as Scened
from workflow.knowledge.finding.models import SearchRow
from workflow.knowledge.helpful.models import VoteRow
from workflow.knowledge.models import UseRow
from workflow.knowledge.outside.api import SITE, OutsideApi
from workflow.knowledge.outside.components import ComponentFields, Components, Keys
from workflow.knowledge.outside.reading import VOTES_AT_ONCE, PublicReading
from workflow.knowledge.outside.room import LOADER, PAGE
from workflow.knowledge.scenarios.views import LinkFields
from workflow.knowledge.statistics.models import VisitRow
from workflow.knowledge.statistics.visits import Visits

PORTAL = "https://www.example.gov.cn"


@dataclass
class Answer:
    status: int
    said: Any
    headers: Any


class World(Scened):
    """The town with its public site."""

    async def open_site(self) -> None:
        office = self.office
        self.components, self.keys = Components(office), Keys(office, self.clock)
        self.components.on_change(self.keys.forget)
        self.public = PublicReading(office, self.published, self.corrections, self.votes, self.finding, self.spotting)
        self.visits = Visits(office.store, self.clock)
        loader, page = ((SITE / one).read_text("utf-8") for one in (LOADER, PAGE))
        api = OutsideApi(office, self.components, self.keys, self.public, self.visits, loader, page)
        settings = PublicSettings(enabled=True, effort=8, per_second=500).model_copy(update={"port": 0})
        self.site = PublicSite(settings, proxies=[], plain=False, clock=self.clock, mac=office.store.cipher.mac)
        self.site.add(api.outside())
        await self.site.start()

    async def key(self, visitor: Visitor = EDITOR, **said: Any) -> str:
        filled = {"name": "门户网站", "sites": [PORTAL], **said}
        return (await self.components.create(visitor, ComponentFields.model_validate(filled))).key

    async def ask(self, path: str, method: str = "GET", **more: Any) -> Answer:
        url = f"http://127.0.0.1:{self.site.port}/knowledge{path}"
        async with aiohttp.ClientSession() as client, client.request(method, url, **more) as response:
            text = await response.text()
            is_json = "json" in response.content_type
            return Answer(response.status, json.loads(text) if is_json else text, response.headers)

    async def solve(self) -> dict[str, str]:
        """The head of a request that may report something."""
        task = (await self.site._challenge()).text
        assert task is not None
        given = json.loads(task)
        return {"X-Challenge": solved(given["task"], given["effort"])}

    async def found(self, key: str, **asked: str) -> list[str]:
        answer = await self.ask(f"/api/{key}/search", params=asked)
        assert answer.status == 200, answer
        return ["".join(piece["text"] for piece in one["title"]) for one in answer.said["items"]]


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


async def test_a_key_finds_public_articles_of_its_region_and_no_others(world: World) -> None:
    city = await world.publish(title="公积金提取", questions=["公积金怎么取"])
    inside = await world.publish(title="公积金内部口径", audience="inside")
    east = await world.publish(EAST, EAST_REVIEWER, title="公积金东县窗口")
    await world.told(city.id, inside.id, east.id)
    key, of_east, of_west = await world.key(), await world.key(EAST), await world.key(WEST)
    assert await world.found(key, words="公积金怎么取") == ["公积金提取"]
    assert set(await world.found(of_east, words="公积金")) == {"公积金提取", "公积金东县窗口"}
    assert await world.found(of_west, words="公积金") == ["公积金提取"]
    assert set(await world.found(key, words="公积金", region=EAST.region)) == {"公积金提取", "公积金东县窗口"}
    for tried, region in ((of_east, WEST.region), (of_east, "320400"), ("none", "")):
        assert (await world.ask(f"/api/{tried}/search", params={"region": region})).status == 404
    read = await world.ask(f"/api/{key}/articles/{city.id}")
    assert (read.status, read.said["title"], read.said["category"]) == (200, "公积金提取", "社会保障")
    for hidden in (inside.id, east.id):
        assert (await world.ask(f"/api/{key}/articles/{hidden}")).status == 404
    assert "created_by" not in read.said and "publisher" not in read.said


async def test_what_is_withdrawn_or_overdue_is_gone_at_once(world: World) -> None:
    made = await world.publish(title="公积金提取")
    await world.told(made.id)
    key = await world.key()
    await world.act(EDITOR, made.id, "withdraw", reason="政策调整")
    assert (await world.ask(f"/api/{key}/articles/{made.id}")).status == 404
    assert await world.found(key, words="公积金") == [], "the tables have the last word, not the index"


async def test_only_named_sites_may_frame_it_and_any_may_load_the_tag(world: World) -> None:
    key = await world.key()
    page = await world.ask(f"/component/{key}")
    assert f"frame-ancestors {PORTAL};" in page.headers["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in page.headers and f'data-key="{key}"' in page.said
    unseen = await world.ask(f"/component/{await world.key(sites=[])}")
    assert "frame-ancestors 'none'" in unseen.headers["Content-Security-Policy"]
    loader = await world.ask("/component.js")
    assert loader.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    answer = await world.ask(f"/api/{key}/hot")
    assert answer.headers["X-Frame-Options"] == "DENY"
    wrong_key = await world.ask("/component/%3Cscript%3E")
    assert (wrong_key.status, 'data-key=""' in wrong_key.said, "<script>" in wrong_key.said) == (404, True, False)
    assert "frame-ancestors *" in wrong_key.headers["Content-Security-Policy"], "it is told wherever it is tried"
    for wrong in ("https://a.cn/path", "javascript:alert(1)", "*", "https://a.cn; script-src *"):
        with pytest.raises(ValueError, match="不是网站地址"):
            ComponentFields(name="x", sites=[wrong])


async def test_a_key_that_is_not_used_or_asks_too_often_is_refused(world: World) -> None:
    key = await world.key(per_minute=2)
    for _ in range(2):
        await world.keys.of(key)
    with pytest.raises(TooMany):
        await world.keys.of(key)
    world.clock.advance(30)
    await world.keys.of(key)
    (line,) = (await world.components.find(EDITOR, world.components.query())).items
    await world.components.edit(EDITOR, line.id, line.version, ComponentFields(name="x", used=False))
    with pytest.raises(NotFound):
        await world.keys.of(key)
    with pytest.raises(NotFound):
        await world.components.get(WEST, line.id)


async def test_use_is_counted_without_anybody_s_name(world: World) -> None:
    made = await world.publish(title="公积金提取")
    await world.told(made.id)
    key = await world.key()
    await world.found(key, words="公积金 13800138000")
    await world.ask(f"/api/{key}/articles/{made.id}")
    await world.visits.flushed()
    await world.finding.asked.flushed()
    async with world.office.store.reading() as session:
        (use,), (search,), (visit,) = [
            (await session.scalars(select(table))).all() for table in (UseRow, SearchRow, VisitRow)
        ]
    assert (use.what, use.person, search.words, search.place) == ("viewed", "", "公积金", "public")
    assert (visit.inside, visit.visits) == (False, 2) and "127.0.0.1" not in visit.visitor
    hot = await world.ask(f"/api/{key}/hot")
    assert hot.said == {"articles": [{"id": made.id, "title": "公积金提取"}]}


async def test_scenarios_lead_to_their_public_articles(world: World) -> None:
    made, inside = await world.publish(title="公积金提取"), await world.publish(title="内部", audience="inside")
    house, secret = await world.scenario("买房", words=["首付"]), await world.scenario("内部场景")
    await world.linked(house, made.id)
    await world.links.create(EDITOR, LinkFields(scenario=secret, article=inside.id))
    await asyncio.wait_for(world.keeper.settled(), 5)
    key = await world.key()
    begun = (await world.ask(f"/api/{key}/search")).said
    assert begun["scenarios"] == [{"id": house, "title": "买房"}]
    assert await world.found(key, scenario=house) == ["公积金提取"]
    assert (await world.ask(f"/api/{key}/search", params={"words": "首付多少"})).said["scenarios"][0]["id"] == house


async def test_a_citizen_says_what_is_wrong_and_is_thanked(world: World) -> None:
    made = await world.publish(title="公积金提取")
    key = await world.key()
    path = f"/api/{key}/articles/{made.id}/corrections"
    body = {"kind": "wrong", "content": "电话已经换了"}
    assert (await world.ask(path, "POST", json=body)).status == 403, "a program has to solve a task first"
    thanked = await world.ask(path, "POST", json=body, headers=await world.solve())
    assert thanked.status == 200 and "感谢" in thanked.said["words"]
    (line,) = (await world.corrections.find(EDITOR, world.corrections.query())).items
    assert (line.number, line.content, line.name) == (thanked.said["number"], "电话已经换了", "公积金提取")
    assert (await world.corrections.find(AGENT, world.corrections.query())).items == []


async def test_life_events_narrow_what_the_public_asked(world: World) -> None:
    """The tops of the tree at or below which something is public; another region's and an empty one are not offered."""
    tree = world.life_events
    old = (await tree.create(EDITOR, tree.fields(name="退休"))).id
    pension = (await tree.create(EDITOR, tree.fields(name="领取养老金", parent=old))).id
    await tree.create(EDITOR, tree.fields(name="出生"))
    inner = (await tree.create(EDITOR, tree.fields(name="内部"))).id
    made = [
        await world.publish(title="养老金怎么领", audience="public", life_event=pension),
        await world.publish(title="养老金内部口径", audience="inside", life_event=inner),
        await world.publish(title="养老金的别的事", audience="public"),
    ]
    await world.told(*(one.id for one in made))
    key = await world.key()
    begun = (await world.ask(f"/api/{key}/search", params={"words": "养老金"})).said
    assert begun["life_events"] == [{"id": old, "title": "退休"}]
    assert await world.found(key, words="养老金", life_event=old) == ["养老金怎么领"]
    assert len(await world.found(key, words="养老金")) == 2


async def test_a_reader_says_by_one_click_whether_it_helped_and_counts_once(world: World) -> None:
    made, inside = await world.publish(title="公积金提取"), await world.publish(title="内部", audience="inside")
    key, said = await world.key(), {"edition": 1, "helped": False}
    path = f"/api/{key}/articles/{made.id}/helpful"
    for _ in range(2):
        assert (await world.ask(path, "POST", json=said)).said == {"words": "感谢您的评价"}
    await world.ask(path, "POST", json={**said, "helped": True}, headers={"User-Agent": "another"})
    assert (await world.ask(f"/api/{key}/articles/{inside.id}/helpful", "POST", json=said)).status == 404
    assert (await world.ask(path, "POST", json={**said, "edition": 2})).status == 409
    (line,) = (await world.helpful.find(EDITOR, world.helpful.query())).items
    assert (line.helped, line.unhelped, line.share, line.said) == (1, 1, 50, 0)
    why = {"kind": "missing", "content": "没写去哪个窗口，我的电话 13800138000，窗口电话是 3122345"}
    await world.ask(path.replace("helpful", "corrections"), "POST", json=why, headers=await world.solve())
    (line,) = (await world.helpful.find(EDITOR, world.helpful.query())).items
    (reported,) = (await world.corrections.find(EDITOR, world.corrections.query())).items
    assert line.said == 1 and "13800138000" not in reported.content and "3122345" in reported.content
    await world.ask(path, "POST", json={"edition": 1, "helped": None})
    (line,) = (await world.helpful.find(EDITOR, world.helpful.query())).items
    assert (line.helped, line.unhelped, line.said) == (1, 0, 0), "taken back"
    async with world.office.store.reading() as session:
        (vote,) = await session.scalars(select(VoteRow))
    assert not vote.inside and "127.0.0.1" not in vote.voter and "another" not in vote.voter


async def test_a_program_that_judges_on_and_on_is_refused(world: World) -> None:
    made = await world.publish(title="公积金提取")
    path = f"/api/{await world.key()}/articles/{made.id}/helpful"
    answers = [await world.ask(path, "POST", json={"edition": 1, "helped": True}) for _ in range(VOTES_AT_ONCE + 1)]
    assert [one.status for one in answers] == [200] * VOTES_AT_ONCE + [429]
    world.clock.advance(60)
    assert (await world.ask(path, "POST", json={"edition": 1, "helped": True})).status == 200
