"""Boards of hot articles (热点知识榜单, D3): made at moments of the settings, kept, and pushed on every channel.

A channel is a way to people: the desks are one, and any module offers another, such as a portal or WeChat, by
`host.need(HotBoards).offer(channel)`. What is pushed to the public is what the public reads of the house's region.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.jobs.kinds import Hopeless, JobKind
from cti.office.jobs.service import Jobs
from cti.office.sharing.rule import Condition, within
from cti.store.engine import Store
from workflow.knowledge import rules
from workflow.knowledge.finding.asked import AskedQuestions
from workflow.knowledge.finding.models import HotBoardRow
from workflow.knowledge.finding.views import HotArticle, HotBoard, HotQuestion
from workflow.knowledge.models import PublishedRow, UseRow

PUSH = "knowledge_hot"
"""The kind of jobs that push a board on a channel."""
KEPT_DAYS = 400
MOST_KEPT, MOST_SHOWN = 200, 20
"""Of so many articles of the house the board of a reader or of the public is what he reads of them."""
WEIGHTS = {"viewed": 1, "picked": 2, "cited": 3}
"""What a use counts: as in the index of activity (活跃指数)."""


class HotChannel(Protocol):
    """A way on which boards go to people. `name` says which, also over restarts."""

    name: str
    audience: Literal["inside", "public"]

    async def push(self, board: HotBoard) -> None:
        """Bring a board to its people; an exception is tried again, and told when no try will do."""


class HotBoards:
    """Makes boards, shows to each what he reads of the last one, and pushes it on the channels."""

    def __init__(self, store: Store, clock: Clock, asked: AskedQuestions, jobs: Jobs, region: str, days: int) -> None:
        self._store, self._clock, self._asked, self._jobs = store, clock, asked, jobs
        self._region, self._days = region, days
        self._channels: dict[str, HotChannel] = {}
        self.kind = JobKind(PUSH, "推送热点知识榜单", self._push)

    def offer(self, channel: HotChannel) -> Callable[[], None]:
        """Push boards on it, too; returns the undo. ValueError when another has its name."""
        if channel.name in self._channels:
            raise ValueError(f"two channels of hot boards are named {channel.name}")
        self._channels[channel.name] = channel

        def undo() -> None:
            self._channels.pop(channel.name, None)

        return undo

    async def make(self, session: AsyncSession, moment: datetime) -> None:
        """Make the board of the days before a moment, and have it pushed: regular work of `Schedule.every`."""
        since = moment - timedelta(days=self._days)
        questions = await self._asked.questions(self._days)
        row = HotBoardRow(
            id=new_id(), since=since, until=moment, articles=await self._hottest(session, since, moment),
            questions=[one.model_dump() for one in questions],
        )  # fmt: skip
        session.add(row)
        await session.execute(delete(HotBoardRow).where(HotBoardRow.until < moment - timedelta(days=KEPT_DAYS)))
        for name in self._channels:
            await self._jobs.add(session, PUSH, {"board": row.id, "channel": name}, key=f"{row.id} {name}")

    @staticmethod
    async def _hottest(session: AsyncSession, since: datetime, until: datetime) -> list[dict[str, Any]]:
        points = func.sum(case(WEIGHTS, value=UseRow.what, else_=0) * UseRow.times)
        viewed, cited = (
            func.coalesce(func.sum(UseRow.times).filter(UseRow.what == what), 0) for what in ("viewed", "cited")
        )
        wanted = (
            select(UseRow.article, viewed, cited)
            .where(UseRow.at >= since, UseRow.at < until)
            .group_by(UseRow.article)
            .order_by(points.desc(), UseRow.article)
            .limit(MOST_KEPT)
        )
        return [
            {"id": article, "viewed": int(read), "cited": int(used)}
            for article, read, used in (await session.execute(wanted)).tuples()
        ]

    # ── shown ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def current(self, visitor: Visitor) -> HotBoard | None:
        """What the visitor reads of the last board; None before the first one."""
        visitor.need(rules.SEE)
        async with self._store.reading() as session:
            row = await session.scalar(select(HotBoardRow).order_by(HotBoardRow.until.desc()).limit(1))
            return None if row is None else await self._shown(session, row, within(rules.reading(visitor)))

    async def public(self) -> HotBoard | None:
        """What anybody in the house's region reads of the last board; None before the first one."""
        async with self._store.reading() as session:
            row = await session.scalar(select(HotBoardRow).order_by(HotBoardRow.until.desc()).limit(1))
            return None if row is None else await self._for_all(session, row)

    async def _for_all(self, session: AsyncSession, row: HotBoardRow) -> HotBoard:
        limits = (
            PublishedRow.audience == "public", PublishedRow.overdue.is_(False),
            PublishedRow.region.in_(regions.above(self._region)),
        )  # fmt: skip
        # What people look for may say who they are, and nobody has looked it through.
        return (await self._shown(session, row, *limits)).model_copy(update={"questions": []})

    async def _shown(self, session: AsyncSession, row: HotBoardRow, *limits: Condition) -> HotBoard:
        """By the tables as they are now: what was withdrawn since is on no board."""
        ids = [str(one["id"]) for one in row.articles]
        wanted = select(PublishedRow.id, PublishedRow.title).where(PublishedRow.id.in_(ids), *limits)
        titles = dict((await session.execute(wanted)).tuples().all())
        articles = [HotArticle(title=titles[one["id"]], **one) for one in row.articles if one["id"] in titles]
        questions = [HotQuestion(**one) for one in row.questions]
        return HotBoard(since=row.since, until=row.until, articles=articles[:MOST_SHOWN], questions=questions)

    async def _push(self, data: Mapping[str, Any]) -> None:
        channel = self._channels.get(data["channel"])
        if channel is None:
            raise Hopeless(f"no module offers the channel {data['channel']} any more")
        async with self._store.reading() as session:
            row = await session.get(HotBoardRow, data["board"])
            if row is None:
                return
            is_public = channel.audience == "public"
            board = await (self._for_all(session, row) if is_public else self._shown(session, row))
        await channel.push(board)


class Desks:
    """The channel to the agents: their open desks take the board anew. See `ArticleChanged`."""

    name = "desk"
    audience: Literal["inside", "public"] = "inside"

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell

    async def push(self, board: HotBoard) -> None:
        """They ask for what each may read of it."""
        self._tell()
