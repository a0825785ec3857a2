"""What citizens speak of in talks: put together, read within reach, and told when it rises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.store.engine import Store
from tests.office import BOSS, EAST, office_on, visitor
from workflow.assistant.filing import Filing
from workflow.assistant.gazetteer import Gazetteer
from workflow.assistant.gists import Gists
from workflow.transcripts.finished import FinishedTalks
from workflow.transcripts.models import TranscriptRow
from workflow.trends.talks.gathering import TalkGathering
from workflow.trends.talks.service import TalkTopics
from workflow.trends.views import Joined, MatterName, MatterQuery

LIGHTS = "我们小区建设路3号门口的路灯不亮了\n晚上老人走路很危险\n希望尽快来修"
LIGHTS_AGAIN = "你好我反映建设路的路灯坏了\n建设路3号门口的路灯一直不亮老人走路危险"
NOISE = "楼下的烧烤店油烟特别大\n每天晚上吵到两点根本睡不着"


class Texts:
    """Two categories, no catalogue."""

    async def categories(self) -> dict[str, str]:
        return {"light": "城建/路灯", "smoke": "环保/油烟"}

    async def grounds(self) -> dict[str, list[str]]:
        return {}


@dataclass
class World:
    topics: TalkTopics
    gathering: TalkGathering
    store: Store
    office: Any

    async def talk(self, said: str, *, hours: float = 1.0, organisation: str = "city", state: str = "whole") -> str:
        at = self.office.clock.wall() - timedelta(hours=hours)
        call = new_id()
        row = TranscriptRow(
            id=new_id(), organisation=organisation, region="320400", version=1, created_by="", created_at=at,
            updated_at=at + timedelta(minutes=3), call=call, agent="1001", queue="general", number="13800000001",
            number_index="13800000001", number_last_four="13800000001", began_at=at, state=state, tries=0, lines=3,
            text=said, caller_text=said, agent_text="", seconds=60.0, measured=True,
        )  # fmt: skip
        async with self.store.writing() as session:
            session.add(row)
        return call

    async def told(self, who: Any = BOSS, **asked: Any) -> list[tuple[str, int, int]]:
        page = await self.topics.matters(who, MatterQuery.model_validate({"least": 1, **asked}))
        return [(one.id, one.count, one.before) for one in page.items]


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    office = await office_on(store, "trends", "transcripts", "tickets", "assistant")
    texts: Any = Texts()
    gathering = TalkGathering(store, office.clock)
    gathering.talks = FinishedTalks(store)
    gathering.use(Gists(Filing(store, office.clock, texts, tmp_path), Gazetteer(store, "320400"), office.clock))
    yield World(TalkTopics(office), gathering, store, office)


async def test_talks_about_one_thing_are_one_topic_with_its_growth(world: World) -> None:
    old = await world.talk(LIGHTS, hours=24 * 9)
    new = await world.talk(LIGHTS_AGAIN)
    other = await world.talk(NOISE)
    await world.talk("喂你好")
    await world.talk(NOISE, state="waiting")
    await world.gathering.gather()
    assert sorted(await world.told()) == sorted([(old, 1, 1), (other, 1, 0)])
    page = await world.topics.matter(BOSS, old)
    assert "路灯" in page.title
    assert page.first_at < page.last_at
    assert [one.call for one in (await world.topics.talks(BOSS, old, 1, 20)).items] == [new, old]
    # Nothing is read twice, and another engine goes on where the first was.
    await world.gathering.gather()
    assert len(await world.told()) == 2


async def test_topics_are_named_joined_and_parted(world: World) -> None:
    first, other = await world.talk(LIGHTS), await world.talk(NOISE)
    await world.gathering.gather()
    await world.topics.name(BOSS, first, MatterName(name="建设路路灯"))
    assert (await world.topics.matter(BOSS, first)).title == "建设路路灯"
    await world.topics.join(BOSS, other, Joined(matter=first))
    assert await world.told() == [(first, 2, 0)]
    await world.topics.set_apart(BOSS, other)
    assert sorted(await world.told()) == sorted([(first, 1, 0), (other, 1, 0)])
    with pytest.raises(Conflict):
        await world.topics.set_apart(BOSS, first)


async def test_topics_are_of_talks_that_one_may_read(world: World) -> None:
    theirs = await world.talk(LIGHTS)
    mine = await world.talk(NOISE, organisation="east")
    await world.gathering.gather()
    assert await world.told(EAST) == [(mine, 1, 0)]
    with pytest.raises(NotFound):
        await world.topics.matter(EAST, theirs)
    with pytest.raises(NotAllowed):
        await world.told(visitor("张三", "city", "trends.see"))


async def test_an_engine_that_begins_compares_with_the_talks_of_before(world: World) -> None:
    first = await world.talk(LIGHTS, hours=5)
    await world.gathering.gather()
    await world.talk(LIGHTS_AGAIN)
    again = TalkGathering(world.store, world.office.clock)
    again.talks = world.gathering.talks
    again.use(world.gathering._gists)
    await again.gather()
    assert await world.told() == [(first, 2, 0)]
