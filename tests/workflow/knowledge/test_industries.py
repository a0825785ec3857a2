"""Pages by industry: what is filed under one and below it, within what the reader reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.base.refusal import NotAllowed, NotFound
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EAST, EAST_AGENT, EAST_REVIEWER, EDITOR, KnowledgeTown
from workflow.knowledge.industries import IndustryPages


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


async def test_the_page_of_an_industry(town: KnowledgeTown) -> None:
    pages, trees = IndustryPages(town.office, town.industries), town.industries
    social = (await trees.create(EDITOR, trees.fields(name="人社"))).id
    pension = (await trees.create(EDITOR, trees.fields(name="养老保险", parent=social))).id
    other = (await trees.create(EDITOR, trees.fields(name="公安"))).id
    first = await town.publish(title="养老金怎么领", industry=pension, unit="water")
    town.clock.advance(60)
    second = await town.publish(title="社保卡补办", industry=social, summary="带身份证")
    await town.publish(EAST, EAST_REVIEWER, title="东区的窗口", industry=social)
    await town.publish(title="没有行业的")
    await town.write(title="还是草稿", industry=social)
    await town.published.get(AGENT, first.id)

    found = {one.title: (one.parent, one.count) for one in await pages.all(AGENT)}
    assert found == {"人社": ("", 2), "养老保险": (social, 1), "公安": ("", 0)}
    page = await pages.one(AGENT, social)
    assert (page.title, page.count, page.above) == ("人社", 2, [])
    assert [(one.title, one.count) for one in page.below] == [("养老保险", 1)]
    assert [one.title for one in page.newest] == ["社保卡补办", "养老金怎么领"]
    assert [(one.id, one.times) for one in page.most_read] == [(first.id, 1)]
    assert [(one.title, one.count) for one in page.categories] == [("社会保障", 2)]
    assert {one.id: one.count for one in page.units} == {"water": 1, "city": 1}
    assert page.newest[0].id == second.id
    below = await pages.one(AGENT, pension)
    assert ([one.title for one in below.above], below.count) == (["人社"], 1)
    assert (await pages.one(AGENT, other)).newest == []
    assert {one.title for one in (await pages.one(EAST_AGENT, social)).newest} >= {"东区的窗口", "社保卡补办"}

    town.clock.advance(31 * 86_400)
    assert (await pages.one(AGENT, social)).most_read == []
    await trees.switch(EDITOR, other, off=True)
    with pytest.raises(NotFound):
        await pages.one(AGENT, other)
    with pytest.raises(NotAllowed):
        await pages.all(replace(AGENT, permissions=frozenset()))
