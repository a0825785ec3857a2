"""An article is cited by an answer: within the reader's scope, as it read, with its edition; what stands beside it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cti.base.refusal import Invalid, NotFound
from cti.office.citing.models import CitationRow
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import (
    AGENT,
    EAST,
    EAST_REVIEWER,
    EDITOR,
    REVIEWER,
    WATER,
    WEST,
    KnowledgeTown,
)
from workflow.knowledge.models import UseRow

TICKET = "01TICKETOFTHECITIZEN000001"


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


async def cite(town: KnowledgeTown, visitor, id: str) -> list[str]:
    async with town.office.store.writing() as session:
        return await town.citing.cite(session, visitor, "ticket", TICKET, [f"knowledge:{id}"])


async def options(town: KnowledgeTown, visitor, words: str) -> list[str]:
    async with town.office.store.reading() as session:
        return [one.title for one in await town.citing.options(session, visitor, words)]


async def test_an_answer_keeps_what_the_article_said(town: KnowledgeTown) -> None:
    """Pains 2: each answer records article id and version used."""
    made = await town.publish()
    assert await options(town, AGENT, "身份证") == ["《公积金怎么提取》（第1版）"]
    assert await cite(town, AGENT, made.id) == ["《公积金怎么提取》（第1版）"]
    await town.act(EDITOR, made.id, "change")
    await town.edit(EDITOR, made.id, body="<p>现在不用身份证。</p>")
    await town.act(EDITOR, made.id, "submit")
    await town.act(REVIEWER, made.id, "approve")
    async with town.office.store.reading() as session:
        row = (await session.scalars(select(CitationRow))).one()
    assert (row.cited, row.version) == (made.id, "1") and "凭身份证" in row.passage
    beside = await town.beside.of(AGENT, made.id)
    assert (beside.citations, [(one.by, one.version, one.holds) for one in beside.cited]) == (1, [("agent", "1", True)])
    assert beside.confirmed_at == town.clock.wall(), "an approval says that it holds"
    assert (await town.beside.of(WATER, made.id)).cited == [], "who has cited it in other units is theirs"


async def test_nobody_cites_what_he_does_not_read(town: KnowledgeTown) -> None:
    made = await town.publish(EAST, EAST_REVIEWER, title="东县政策")
    assert await options(town, WEST, "政策") == []
    with pytest.raises(Invalid):
        await cite(town, WEST, made.id)
    with pytest.raises(NotFound):
        await town.beside.pick(WEST, made.id, "")
    with pytest.raises(NotFound):
        await town.beside.of(WEST, made.id)
    await town.act(EAST, made.id, "withdraw", reason="失效")
    with pytest.raises(Invalid):
        await cite(town, EAST, made.id)


async def test_what_an_agent_has_picked_at_the_desk_comes_first(town: KnowledgeTown) -> None:
    first = await town.publish(title="第一条")
    second = await town.publish(title="第二条")
    await town.publish(title="没看过的")
    await town.published.get(AGENT, first.id)
    await town.published.get(AGENT, second.id)
    await town.beside.pick(AGENT, first.id, "01CALL")
    assert await options(town, AGENT, "") == ["《第一条》（第1版）", "《第二条》（第1版）"]
    assert await options(town, WATER, "") == []


async def test_related_ones_are_those_that_have_something_in_common(town: KnowledgeTown) -> None:
    made = await town.publish(title="公积金提取条件", keywords=["公积金"])
    await town.publish(title="医保报销比例")
    await town.publish(title="公积金提取材料", keywords=["公积金"])
    other = await town.categories.create(EDITOR, town.categories.fields(name="交通"))
    await town.publish(title="公积金提取地点", category=other.id)
    beside = await town.beside.of(AGENT, made.id)
    assert [one.title for one in beside.related] == ["公积金提取材料", "医保报销比例"]
    await town.published.get(AGENT, made.id)
    assert (await town.beside.of(AGENT, made.id)).views == 1


async def test_reading_it_again_on_one_day_counts_in_one_row(town: KnowledgeTown) -> None:
    made = await town.publish()
    for visitor in (AGENT, AGENT, WATER, AGENT):
        await town.published.get(visitor, made.id)
    town.clock.advance(24 * 3600)
    await town.published.get(AGENT, made.id)
    async with town.office.store.reading() as session:
        rows = (await session.scalars(select(UseRow))).all()
    assert sorted((row.person, row.times) for row in rows) == sorted(
        [(AGENT.person, 3), (AGENT.person, 1), (WATER.person, 1)]
    )
    assert (await town.beside.of(AGENT, made.id)).views == 5
