"""What the site takes from the knowledge base while that runs: found, read, corrected, and what is hot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cti.base.clock import Clock
from cti.base.refusal import NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.records import Office
from workflow.knowledge.finding.boards import HotBoards
from workflow.knowledge.finding.views import HotBoard
from workflow.knowledge.outside.reading import PublicReading
from workflow.knowledge.outside.views import (
    PublicArticle,
    PublicPage,
    PublicScenario,
    PublicSearchQuery,
    PublicVote,
    PublicWrong,
    Thanks,
)

HOT_DAYS = 30
KEPT_SECONDS = 600.0
MOST_HOT = 10
SIZE = 20
MOST_PAGES = 10
FILES = "/ask/{id}/files"


@dataclass(frozen=True, slots=True)
class Hot:
    """What is asked and read most; `title` says of which time."""

    words: list[str] = field(default_factory=list)
    articles: list[PublicScenario] = field(default_factory=list)
    title: str = ""


class Knowledge:
    """Asks as somebody of the public in the house's own region.

    It is a channel of the boards of hot articles (热点知识榜单), too: WeChat shows the same pages.
    """

    name = "portal"
    audience: Literal["inside", "public"] = "public"

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._reading: PublicReading | None = None
        self._boards: HotBoards | None = None
        self._hot = Hot()
        self._until = 0.0

    def take(self, reading: PublicReading) -> Callable[[], None]:
        """The knowledge base runs; returns what is called when it does no more."""
        self._reading, self._until = reading, 0.0

        def gone() -> None:
            self._reading = None

        return gone

    def take_boards(self, boards: HotBoards) -> Callable[[], None]:
        """There are boards; returns what is called when there are none any more."""
        self._boards = boards
        undo = boards.offer(self)

        def gone() -> None:
            self._boards = None
            undo()

        return gone

    async def push(self, board: HotBoard) -> None:
        """Show it from now on."""
        self._until = 0.0

    @property
    def is_there(self) -> bool:
        """Whether there is something to ask."""
        return self._reading is not None

    def who(self, address: str) -> Visitor:
        """Somebody of whom nothing is known but where he asks."""
        office = self._office
        return Visitor(
            "", "public", "公众", None, office.organisation, office.region, permissions=frozenset(), address=address
        )

    def _need(self) -> PublicReading:
        if self._reading is None:
            raise NotFound("no_knowledge", "知识查询暂时不能使用，请拨打热线咨询")
        return self._reading

    async def search(self, address: str, query: PublicSearchQuery) -> PublicPage:
        """A page of what answers a question."""
        return await self._need().search(self.who(address), query)

    async def article(self, address: str, id: str) -> PublicArticle:
        """One article. NotFound."""
        return await self._need().article(self.who(address), id, FILES.format(id=id))

    async def check_file(self, address: str, id: str, file: str) -> None:
        """NotFound for a file that is none of an article's."""
        async with self._office.store.reading() as session:
            await self._need().check_file(session, self.who(address), id, file)

    async def vote(self, address: str, id: str, body: PublicVote, said: str) -> None:
        """Say whether an article helped; `said` tells one reader from another. NotFound, Conflict, TooMany."""
        await self._need().vote(self.who(address), id, body, said)

    async def correct(self, address: str, id: str, body: PublicWrong, said: str) -> Thanks:
        """Report what is wrong in an article."""
        return await self._need().correct(self.who(address), id, body, said)

    async def hot(self) -> Hot:
        """Hot words, and the last board of hot articles, or what is read most; as they were some minutes ago."""
        if self._reading is None:
            return Hot()
        if self._clock.now() >= self._until:
            # Before anything is asked: a board that comes meanwhile is shown next time.
            who, self._until = self.who(""), self._clock.now() + KEPT_SECONDS
            words, board = await self._reading.hot_words(who, HOT_DAYS), None
            if self._boards is not None:
                board = await self._boards.public()
            if board is not None and board.articles:
                articles = [PublicScenario(id=one.id, title=one.title) for one in board.articles[:MOST_HOT]]
                title = f"本期热点知识（{_day(board.since)}至{_day(board.until)}）"
            else:
                articles, title = (await self._reading.hot(who, HOT_DAYS)).articles, "热门问题"
            self._hot = Hot(words, articles, title)
        return self._hot

    async def newest(self, address: str) -> list[str]:
        """The ids of the newest articles."""
        if self._reading is None:
            return []
        found: list[str] = []
        for page in range(1, MOST_PAGES + 1):
            part = await self.search(address, PublicSearchQuery(page=page, size=SIZE))
            found += [one.id for one in part.items]
            if page * SIZE >= part.total:
                break
        return found


def _day(moment: datetime) -> str:
    local = moment.astimezone(ZONE)
    return f"{local.month}月{local.day}日"
