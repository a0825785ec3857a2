"""Whether an article helped: one word for each reader and edition, the reason a correction, the worst listed first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.permissions import Reach
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import (
    AGENT,
    EAST,
    EAST_AGENT,
    EAST_REVIEWER,
    EDITOR,
    REVIEWER,
    WATER,
    WEST,
    KnowledgeTown,
    may,
)
from workflow.knowledge.asking.views import WrongFields
from workflow.knowledge.helpful.models import HelpfulRow, VoteRow
from workflow.knowledge.helpful.views import HelpfulView, VoteFields
from workflow.knowledge.published import NotFilled

READERS = tuple(may(f"reader{at}", "city", "knowledge.see", reach=Reach.OWN) for at in range(4))


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


async def say(town: KnowledgeTown, visitor: Visitor, id: str, helped: bool | None, edition: int = 1) -> None:
    await town.votes.vote(visitor, id, VoteFields(edition=edition, helped=helped))


async def listed(town: KnowledgeTown, visitor: Visitor, **asked: object) -> Sequence[HelpfulView]:
    return (await town.helpful.find(visitor, town.helpful.query.model_validate(asked))).items


async def test_a_reader_counts_once_and_may_change_his_mind(town: KnowledgeTown) -> None:
    made = await town.publish()
    for helped, told in ((False, (0, 1, 0)), (False, (0, 1, 0)), (True, (1, 0, 100)), (None, None)):
        await say(town, AGENT, made.id, helped)
        assert (await town.votes.standing(AGENT, made.id)).mine is helped
        lines = await listed(town, EDITOR)
        assert [(one.helped, one.unhelped, one.share) for one in lines] == ([told] if told else [])
    assert (await town.votes.standing(AGENT, made.id)).counted is None, "readers are not swayed by what others said"


async def test_each_edition_is_judged_anew_beside_the_one_before(town: KnowledgeTown) -> None:
    made = await town.publish()
    await say(town, AGENT, made.id, False)
    await town.act(EDITOR, made.id, "change")
    await town.edit(EDITOR, made.id, summary="另一版")
    await town.act(EDITOR, made.id, "submit")
    await town.act(REVIEWER, made.id, "approve")
    with pytest.raises(Conflict, match="新的版次"):
        await say(town, AGENT, made.id, True)
    assert await listed(town, EDITOR) == [], "nobody has said anything of what readers see now"
    await say(town, AGENT, made.id, True, edition=2)
    counted = (await town.votes.standing(EDITOR, made.id)).counted
    assert counted is not None
    assert [(one.edition, one.helped, one.unhelped) for one in counted] == [(2, 1, 0), (1, 0, 1)]
    assert [one.edition for one in await listed(town, EDITOR, past="true")] == [1, 2]


async def test_the_reason_is_a_correction_and_the_first_one_counts(town: KnowledgeTown) -> None:
    made = await town.publish(unit="water")
    wrong = WrongFields(kind="missing", content="没写去哪个窗口")
    await town.corrections.correct(READERS[0], made.id, wrong)
    for reader in READERS[:2]:
        await say(town, reader, made.id, reader is READERS[0])
    for _ in range(2):
        await town.corrections.correct(READERS[1], made.id, wrong)
    (line,) = await listed(town, EDITOR)
    assert (line.helped, line.unhelped, line.said) == (1, 1, 1)
    standing = await town.votes.standing(READERS[1], made.id)
    assert (standing.mine, standing.explained) == (False, True)
    assert not (await town.votes.standing(READERS[0], made.id)).explained, "it helped him: what he found is no reason"
    found = (await town.corrections.find(WATER, town.corrections.query())).items
    assert len(found) == 3, "the unit that is responsible mends them like any other"
    async with town.office.store.reading() as session:
        (reason,) = await session.scalars(select(VoteRow.correction).where(VoteRow.correction != ""))
    assert reason in {one.id for one in found}
    await say(town, READERS[1], made.id, None)
    (line,) = await listed(town, EDITOR)
    assert (line.unhelped, line.said) == (0, 0)


async def test_the_least_helpful_stands_first_within_one_s_own(town: KnowledgeTown) -> None:
    good, bad, water = [await town.publish(title=one, unit=unit) for one, unit in (
        ("公积金好", "city"), ("公积金差", "city"), ("水费", "water"))]  # fmt: skip
    east = await town.publish(EAST, EAST_REVIEWER, title="东县窗口")
    for reader in READERS:
        await say(town, reader, good.id, True)
        await say(town, reader, bad.id, False)
    await say(town, READERS[0], water.id, True)
    await say(town, READERS[1], water.id, False)
    await say(town, EAST_AGENT, east.id, False)
    names = [one.name for one in await listed(town, EDITOR)]
    assert names == ["公积金差", "东县窗口", "水费", "公积金好"] or names == [
        "东县窗口",
        "公积金差",
        "水费",
        "公积金好",
    ]
    assert next(one.name for one in await listed(town, EDITOR, sort="-unhelped")) == "公积金差"
    assert await listed(town, EDITOR, least="5") == []
    assert [one.name for one in await listed(town, EDITOR, unit="water")] == ["水费"]
    assert [one.name for one in await listed(town, WATER)] == ["水费"], "the unit that is responsible sees its own"
    assert [one.name for one in await listed(town, EAST)] == ["东县窗口"]
    assert await listed(town, WEST) == []
    with pytest.raises(NotFound):
        await town.helpful.get(WEST, (await listed(town, EAST))[0].id)
    with pytest.raises(NotAllowed):
        await listed(town, AGENT)
    with pytest.raises(NotFound):
        await say(town, may("west_agent", "west", "knowledge.see", reach=Reach.OWN), east.id, True)
    with pytest.raises(Invalid):
        await town.helpful.create(EDITOR, NotFilled())


async def test_it_follows_its_article_into_another_category(town: KnowledgeTown) -> None:
    made = await town.publish()
    await say(town, AGENT, made.id, True)
    other = (await town.categories.create(EDITOR, town.categories.fields(name="住房"))).id
    await town.refile.do(town.articles, EDITOR, made.id, town.refile.fields(category=other))
    (line,) = await listed(town, EDITOR, category=other)
    assert line.titles["category"] == "住房"


async def test_readers_who_speak_at_once_are_all_counted(town: KnowledgeTown) -> None:
    """Whatever they say in whatever order, the sums are those of their last words."""
    made, chance, last = await town.publish(), random.Random(7), dict[str, bool | None]()
    for _ in range(6):
        words = [(reader, chance.choice((True, False, None))) for reader in READERS]
        await asyncio.gather(*(say(town, reader, made.id, helped) for reader, helped in words))
        last |= {reader.person: helped for reader, helped in words}
        async with town.office.store.reading() as session:
            (tally,) = await session.scalars(select(HelpfulRow))
            votes = list(await session.scalars(select(VoteRow)))
        said = [one for one in last.values() if one is not None]
        assert (tally.helped, tally.unhelped) == (said.count(True), said.count(False))
        assert len(votes) == tally.votes == len(said)
