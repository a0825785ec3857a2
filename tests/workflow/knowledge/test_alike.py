"""A reviewer sees published articles about the same, and the numbers in which they differ."""

from __future__ import annotations

import pytest

from cti.base.refusal import NotFound
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import EAST, EAST_REVIEWER, EDITOR, WEST, KnowledgeTown


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


async def test_doubles_and_contradictions_are_shown(town: KnowledgeTown) -> None:
    await town.publish(title="高龄津贴发放标准", body="<p>80周岁以上每月100元，5个工作日办结。</p>")
    await town.publish(title="公积金提取", body="<p>3个工作日</p>")
    await town.publish(EAST, EAST_REVIEWER, title="高龄津贴发放", body="<p>东县</p>")
    made = await town.write(title="高龄津贴发放标准和条件", body="<p>80周岁以上每月200元，5个工作日办结。</p>")
    found = await town.alike.of(EDITOR, made.id)
    assert [(one.title, one.differs) for one in found] == [
        ("高龄津贴发放标准", "本条 200元，该条 100元"), ("高龄津贴发放", ""),
    ]  # fmt: skip
    assert found[0].likeness == 100 and found[0].unit == "市热线"
    other = await town.write(WEST, title="高龄津贴发放标准")
    assert [one.title for one in await town.alike.of(WEST, other.id)] == ["高龄津贴发放标准"]
    with pytest.raises(NotFound):
        await town.alike.of(WEST, made.id)
