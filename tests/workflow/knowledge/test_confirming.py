"""Confirmation policies: which counts, reminders, the mark of what is overdue, and withdrawal when nobody confirms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EDITOR, KnowledgeTown
from workflow.knowledge.reviewing.confirming import Policy, PolicyFields, best


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


async def test_reminded_marked_and_withdrawn_when_nobody_confirms(town: KnowledgeTown) -> None:
    """Pains 2: every article has a review cycle; overdue is marked to agents and withheld from bot and public."""
    await town.policies.create(EDITOR, PolicyFields(name="半年", every=180, remind=15, withdraw=30))
    made = await town.publish()
    found = await town.articles.get(EDITOR, made.id)
    assert found.confirm_by is not None and found.confirm_by - town.clock.wall() == timedelta(days=180)
    await town.wait(timedelta(days=166))
    assert any("请确认" in one for one in await town.told())
    assert not (await town.read(AGENT))[0].overdue
    await town.wait(timedelta(days=15))
    assert (await town.read(AGENT))[0].overdue
    assert [
        one.id for one in (await town.articles.find(EDITOR, town.articles.query.model_validate({"due": True}))).items
    ]
    await town.wait(timedelta(days=30))
    assert await town.read(AGENT) == []
    notices = (await town.notices.find(AGENT, town.notices.query.model_validate({}))).items
    assert [one.what for one in notices] == ["unconfirmed", "published"]
    assert (await town.articles.get(EDITOR, made.id)).stage == "withdrawn"


async def test_confirmed_it_holds_for_another_period(town: KnowledgeTown) -> None:
    made = await town.publish()
    assert (await town.articles.get(EDITOR, made.id)).confirm_by is None
    policy = await town.policies.create(EDITOR, PolicyFields(name="月", every=30, remind=5, withdraw=0))
    await town.confirming.all_anew()
    assert (await town.articles.get(EDITOR, made.id)).confirm_by is not None
    await town.wait(timedelta(days=31))
    assert (await town.read(AGENT))[0].overdue
    await town.act(EDITOR, made.id, "confirm")
    assert not (await town.read(AGENT))[0].overdue
    found = await town.articles.get(EDITOR, made.id)
    assert found.confirm_by is not None and found.confirm_by > town.clock.wall() + timedelta(days=29)
    off = PolicyFields(name="月", every=30, used=False)
    await town.policies.edit(EDITOR, policy.id, policy.version, off)
    await town.confirming.all_anew()
    assert (await town.articles.get(EDITOR, made.id)).confirm_by is None
    await town.wait(timedelta(days=400))
    assert await town.titles(AGENT) == {"公积金怎么提取"}


POLICIES = st.builds(
    Policy, st.sampled_from(["city", "east"]), st.sampled_from(["", "a", "b"]),
    st.sampled_from(["", "inside", "public"]), st.integers(1, 9), st.just(0), st.just(0),
)  # fmt: skip


@given(st.lists(POLICIES, max_size=6), st.sampled_from(["inside", "public"]))
def test_the_nearest_policy_counts(policies: list[Policy], audience: str) -> None:
    """`a` stands below `b`: one of `a` counts before one of `b`, and that before one of all."""
    found = best(policies, ["east", "city"], ["a", "b"], audience)
    fits = [one for one in policies if one.audience in ("", audience)]
    assert (found is None) == (not fits)
    if found is not None:
        order = ["a", "b", ""]
        assert all(order.index(found.category) <= order.index(one.category) for one in fits)
        same = [one for one in fits if one.category == found.category]
        assert found.audience or not any(one.audience for one in same)
