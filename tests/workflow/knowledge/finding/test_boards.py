"""Boards of hot articles: made at their moment, shown to each within what he reads, pushed on each channel."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Literal

import pydantic
import pytest

from cti.base.bus import Bus
from cti.base.visitor import Visitor
from cti.office.jobs.service import Jobs
from cti.office.timers.schedule import Schedule
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import (
    AGENT,
    EAST,
    EAST_AGENT,
    EAST_REVIEWER,
    EDITOR,
    WEST,
    KnowledgeTown,
)
from workflow.knowledge.finding.asked import AskedQuestions
from workflow.knowledge.finding.boards import Desks, HotBoards
from workflow.knowledge.finding.views import HotBoard
from workflow.knowledge.outside.views import PublicHot
from workflow.knowledge.settings import KnowledgeSettings
from workflow.portal.knowing import Knowledge


class Portal:
    """A channel to the public, as a portal or WeChat would be; the first time it is away."""

    name = "portal"
    audience: Literal["inside", "public"] = "public"

    def __init__(self) -> None:
        self.tries = 0
        self.boards: list[HotBoard] = []

    async def push(self, board: HotBoard) -> None:
        self.tries += 1
        if self.tries == 1:
            raise ConnectionError("the portal is away")
        self.boards.append(board)


class Reading:
    """What the public site asks of the knowledge base for its first page."""

    async def hot_words(self, who: Visitor, days: int) -> list[str]:
        return ["公积金"]

    async def hot(self, who: Visitor, days: int) -> PublicHot:
        return PublicHot(articles=[])


class Week(KnowledgeTown):
    """The town with its boards, and the jobs that push them."""

    def begin(self) -> None:
        self.jobs = Jobs(self.office.store, self.clock, Bus())
        asked = AskedQuestions(self.office.store, self.clock)
        self.boards = HotBoards(self.office.store, self.clock, asked, self.jobs, "320400", 7)
        self.jobs.register(self.boards.kind)

    async def made(self) -> None:
        self.clock.advance(1)
        async with self.office.store.writing() as session:
            await self.boards.make(session, self.clock.wall())

    async def shown(self, visitor: object) -> list[str]:
        board = await self.boards.current(visitor)  # type: ignore[arg-type] # a visitor of the town
        return [] if board is None else [one.title for one in board.articles]


@pytest.fixture
async def week(store: Store) -> Week:
    town = await Week.on(store)
    assert isinstance(town, Week)
    town.begin()
    return town


async def test_each_reads_of_the_board_what_is_his_and_nothing_that_was_withdrawn(week: Week) -> None:
    city = await week.publish(title="全市政策")
    east = await week.publish(EAST, EAST_REVIEWER, title="东县政策")
    gone = await week.publish(title="旧政策")
    for reader, id, times in ((AGENT, city.id, 3), (EAST_AGENT, east.id, 5), (EDITOR, gone.id, 9)):
        for _ in range(times):
            await week.published.get(reader, id)
    assert await week.boards.current(AGENT) is None
    await week.made()
    assert await week.shown(EDITOR) == ["旧政策", "东县政策", "全市政策"]
    assert await week.shown(EAST_AGENT) == ["旧政策", "东县政策", "全市政策"]
    assert await week.shown(WEST) == ["旧政策", "全市政策"]
    await week.act(EDITOR, gone.id, "withdraw", reason="停办")
    assert await week.shown(WEST) == ["全市政策"]


async def test_a_citation_weighs_more_and_last_week_counts_no_more(week: Week) -> None:
    read, cited = await week.publish(title="看得多"), await week.publish(title="引用过")
    await week.published.get(AGENT, read.id)
    await week.published.get(AGENT, read.id)
    async with week.office.store.writing() as session:
        await week.published.used(session, AGENT, cited.id, 1, "cited", "ticket", "01X")
    await week.made()
    assert await week.shown(AGENT) == ["引用过", "看得多"]
    week.clock.advance(timedelta(days=8).total_seconds())
    await week.made()
    assert await week.shown(AGENT) == []


async def test_every_channel_gets_it_also_when_it_was_away(week: Week) -> None:
    await week.publish(title="公开政策")
    inside = await week.publish(title="内部口径", audience="inside")
    for id in [inside.id, *(one.id for one in await week.read(AGENT))]:
        await week.published.get(AGENT, id)
    portal, told = Portal(), asyncio.Event()
    undo = [week.boards.offer(portal), week.boards.offer(Desks(told.set))]
    with pytest.raises(ValueError, match="portal"):
        week.boards.offer(Portal())
    await week.jobs.start()
    await week.made()
    week.jobs.look()
    await asyncio.wait_for(told.wait(), 5)
    async with asyncio.timeout(10):
        while not portal.boards:
            week.clock.advance(60)
            week.jobs.look()
            await asyncio.sleep(0.02)
    await week.jobs.stop()
    (board,) = portal.boards
    assert ([one.title for one in board.articles], board.questions) == (["公开政策"], [])
    assert portal.tries == 2
    for one in undo:
        one()


async def test_it_is_made_at_the_moment_of_the_settings(week: Week) -> None:
    made = await week.publish(title="公开政策")
    await week.published.get(AGENT, made.id)
    schedule = Schedule(week.timers, week.office.store, week.clock)
    await schedule.every("knowledge_hot", "热点知识榜单", KnowledgeSettings().hot_at, week.boards.make)
    await week.wait(timedelta(days=6))
    assert await week.boards.current(AGENT) is None
    await week.wait(timedelta(days=1))
    board = await week.boards.current(AGENT)
    assert board is not None and board.until - board.since == timedelta(days=7)


def test_moments_that_never_come_are_refused() -> None:
    with pytest.raises(pydantic.ValidationError):
        KnowledgeSettings(hot_at="every monday")


async def test_the_public_site_shows_the_last_board_as_soon_as_it_is_pushed(week: Week) -> None:
    seen = await week.publish(title="公开政策")
    inside = await week.publish(title="内部口径", audience="inside")
    for id in (seen.id, inside.id):
        await week.published.get(AGENT, id)
    site = Knowledge(week.office, week.clock)
    site.take(Reading())  # type: ignore[arg-type] # as far as the site asks it
    gone = site.take_boards(week.boards)
    assert (await site.hot()).title == "热门问题", "before the first board what is read most"
    await week.made()
    board = await week.boards.public()
    assert board is not None
    await site.push(board)
    hot = await site.hot()
    assert ([one.title for one in hot.articles], hot.words) == (["公开政策"], ["公积金"])
    assert hot.title.startswith("本期热点知识（")
    gone()
    await site.push(board)
    assert (await site.hot()).title == "热门问题"
