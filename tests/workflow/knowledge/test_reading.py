"""Who reads what: one's own region and those above it, what is shared, and nothing that was not approved."""

from __future__ import annotations

import pytest

from cti.base.refusal import NotFound
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import (
    AGENT,
    EAST,
    EAST_AGENT,
    EAST_REVIEWER,
    EDITOR,
    WATER,
    WEST,
    KnowledgeTown,
)
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.rules import Readable, for_public


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


def covers(readable: Readable, row: PublishedRow) -> bool:
    """What an index makes of it."""
    if row.audience not in readable.audiences:
        return False
    organisations, regions = readable.organisations, readable.regions
    own = (organisations is None or row.organisation in organisations) and (regions is None or row.region in regions)
    return readable.everything or own or row.region in readable.above or row.id in readable.given


async def test_a_county_reads_its_own_and_the_citys(town: KnowledgeTown) -> None:
    await town.publish(title="全市政策")
    await town.publish(EAST, EAST_REVIEWER, title="东县政策")
    assert await town.titles(EAST_AGENT) == {"全市政策", "东县政策"}
    assert await town.titles(WEST) == {"全市政策"}
    assert await town.titles(WATER) == {"全市政策"}
    assert await town.titles(AGENT) == {"全市政策"} or await town.titles(AGENT) == {"全市政策", "东县政策"}


async def test_the_sets_for_an_index_say_the_same_as_the_lists(town: KnowledgeTown) -> None:
    await town.publish(title="全市政策")
    await town.publish(EAST, EAST_REVIEWER, title="东县政策", audience="inside")
    async with town.office.store.reading() as session:
        rows = await town.published.every(session)
    for visitor in (EDITOR, AGENT, EAST, EAST_AGENT, WEST, WATER):
        readable = await town.published.published_for(visitor)
        assert {one.title for one in rows if covers(readable, one)} == await town.titles(visitor), visitor.name
    assert {one.title for one in rows if covers(for_public("320404"), one)} == {"全市政策"}


async def test_another_countys_article_is_not_there(town: KnowledgeTown) -> None:
    made = await town.publish(EAST, EAST_REVIEWER, title="东县政策")
    with pytest.raises(NotFound):
        await town.published.get(WEST, made.id)
    with pytest.raises(NotFound):
        await town.published.keep(WEST, made.id, True)
    with pytest.raises(NotFound):
        await town.editions.of(WEST, made.id)


async def test_favourites_and_what_one_has_read(town: KnowledgeTown) -> None:
    made = await town.publish(title="全市政策")
    await town.publish(title="另一条")
    await town.published.keep(AGENT, made.id, True)
    await town.published.keep(AGENT, made.id, True)
    assert await town.titles(AGENT, favourite=True) == {"全市政策"}
    assert await town.titles(EAST_AGENT, favourite=True) == set()
    assert (await town.published.get(AGENT, made.id)).favourite
    assert await town.titles(AGENT, seen=True) == {"全市政策"}
    await town.published.keep(AGENT, made.id, False)
    assert await town.titles(AGENT, favourite=True) == set()


async def test_who_opens_what_was_withdrawn_is_told_when_and_why(town: KnowledgeTown) -> None:
    made = await town.publish(title="旧政策")
    east = await town.publish(EAST, EAST_REVIEWER, title="东县政策")
    await town.act(EDITOR, made.id, "withdraw", reason="政策调整")
    await town.act(EAST, east.id, "withdraw", reason="已取消")
    with pytest.raises(NotFound, match=r"《旧政策》已于 \d{4}-\d\d-\d\d \d\d:\d\d 下架：政策调整"):
        await town.published.get(AGENT, made.id)
    for reader, id in ((WEST, east.id), (AGENT, "01NOTHING")):
        with pytest.raises(NotFound, match="知识不存在"):
            await town.published.get(reader, id)
