"""Routes of matters, words and rises."""

from __future__ import annotations

from cti.base.http.routes import Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.screens import Choice
from workflow.trends.rises import Rises
from workflow.trends.rules import HANDLE, SEE
from workflow.trends.said import Said
from workflow.trends.service import Trends
from workflow.trends.talks.service import TalkTopics
from workflow.trends.views import (
    BASE,
    Handled,
    Joined,
    MatterName,
    MatterPage,
    MatterQuery,
    MatterTicketView,
    MatterView,
    RiseQuery,
    RiseView,
    TopicTalkView,
    WordQuery,
    WordView,
)

MATTERS, TICKETS, RISES, WORDS = f"{BASE}/matters", f"{BASE}/tickets", f"{BASE}/rises", f"{BASE}/words"


TOPICS, TALKS = f"{BASE}/topics", f"{BASE}/talks"


def topic_routes(topics: TalkTopics) -> list[Route]:
    """What citizens speak of in talks."""

    async def every(visitor: Visitor, query: MatterQuery) -> Paged[MatterView]:
        return await topics.matters(visitor, query)

    async def one(visitor: Visitor, id: str) -> MatterPage:
        return await topics.matter(visitor, id)

    async def talks(visitor: Visitor, id: str, query: Page) -> Paged[TopicTalkView]:
        return await topics.talks(visitor, id, query.page, query.size)

    async def choices(visitor: Visitor) -> list[Choice]:
        return await topics.choices(visitor)

    async def name(visitor: Visitor, id: str, body: MatterName) -> None:
        await topics.name(visitor, id, body)

    async def join(visitor: Visitor, id: str, body: Joined) -> None:
        await topics.join(visitor, id, body)

    async def set_apart(visitor: Visitor, call: str) -> None:
        await topics.set_apart(visitor, call)

    return [
        Route("GET", TOPICS, every, SEE, "通话话题"),
        Route("GET", f"{BASE}/topic-choices", choices, HANDLE, "可并入的通话话题"),
        Route("GET", f"{TOPICS}/{{id}}", one, SEE, "一个通话话题"),
        Route("GET", f"{TOPICS}/{{id}}/talks", talks, SEE, "通话话题的通话"),
        Route("POST", f"{TOPICS}/{{id}}/name", name, HANDLE, "命名通话话题"),
        Route("POST", f"{TOPICS}/{{id}}/join", join, HANDLE, "并入另一通话话题"),
        Route("POST", f"{TALKS}/{{call}}/set_apart", set_apart, HANDLE, "从通话话题移出通话"),
    ]


def routes(trends: Trends, rises: Rises, said: Said) -> list[Route]:
    """All of them."""

    async def matters(visitor: Visitor, query: MatterQuery) -> Paged[MatterView]:
        return await trends.matters(visitor, query)

    async def matter(visitor: Visitor, id: str) -> MatterPage:
        return await trends.matter(visitor, id)

    async def tickets(visitor: Visitor, id: str, query: Page) -> Paged[MatterTicketView]:
        return await trends.tickets(visitor, id, query.page, query.size)

    async def choices(visitor: Visitor) -> list[Choice]:
        return await trends.choices(visitor)

    async def name(visitor: Visitor, id: str, body: MatterName) -> None:
        await trends.name(visitor, id, body)

    async def join(visitor: Visitor, id: str, body: Joined) -> None:
        await trends.join(visitor, id, body)

    async def set_apart(visitor: Visitor, ticket: str) -> None:
        await trends.set_apart(visitor, ticket)

    async def all_rises(visitor: Visitor, query: RiseQuery) -> Paged[RiseView]:
        found = await rises.find(visitor, query)
        items = [RiseView.model_validate(row) for row in found.rows]
        return Paged(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def handle(visitor: Visitor, id: str, body: Handled) -> None:
        await rises.handle(visitor, id, body)

    async def words(visitor: Visitor, query: WordQuery) -> Paged[WordView]:
        return await said.words(visitor, query)

    return [
        Route("GET", MATTERS, matters, SEE, "热点事项"),
        Route("GET", f"{BASE}/choices", choices, HANDLE, "可并入的热点事项"),
        Route("GET", f"{MATTERS}/{{id}}", matter, SEE, "一个热点事项"),
        Route("GET", f"{MATTERS}/{{id}}/tickets", tickets, SEE, "热点事项的工单"),
        Route("POST", f"{MATTERS}/{{id}}/name", name, HANDLE, "命名热点事项"),
        Route("POST", f"{MATTERS}/{{id}}/join", join, HANDLE, "并入另一热点事项"),
        Route("POST", f"{TICKETS}/{{ticket}}/set_apart", set_apart, HANDLE, "从热点事项移出工单"),
        Route("GET", RISES, all_rises, SEE, "诉求突增"),
        Route("POST", f"{RISES}/{{id}}/handle", handle, HANDLE, "处理诉求突增"),
        Route("GET", WORDS, words, SEE, "热词"),
    ]
