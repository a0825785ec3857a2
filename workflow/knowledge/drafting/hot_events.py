"""Articles of what many call about (热点问题): a known event's answer becomes a draft in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape

import pydantic
from sqlalchemy import select

from cti.base.http.routes import Page, Paged, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery
from cti.office.screens import Action, Empty, Filter, List, Screen, columns_of, form
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE
from workflow.knowledge.menu import MAKING
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.service import Articles
from workflow.knowledge.views import ArticleFields, ArticleView
from workflow.tickets.desk.known_events import STATES, TONES, KnownEvents, KnownEventView

HOT_EVENTS = f"{BASE}/hot_events"
LOOKED_AT = 200
"""So many of the events that were changed last are looked through."""
SOURCE = "热点问题 {} {}"
LONGEST_TITLE = 40


class EventQuery(Page):
    """Words of the event."""

    search: str = pydantic.Field(default="", max_length=60)


class HotEvent(pydantic.BaseModel):
    """An event that no article has been made of."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=240))
    count: int = pydantic.Field(title="来电登记")
    state: str = pydantic.Field(title="状态", json_schema_extra=form(options=STATES, tones=TONES))
    answer: str = pydantic.Field(title="答复", json_schema_extra=form(kind="long"))
    created_at: datetime = pydantic.Field(title="发生时间")


class HotEvents:
    """The service; `events` is there while the tickets' plugin runs."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self.events: KnownEvents | None = None

    def use(self, events: KnownEvents) -> Callable[[], None]:
        """Take events as sources while they are there; returns the undo."""
        self.events = events

        def undo() -> None:
            self.events = None

        return undo

    async def proposed(self, visitor: Visitor, query: EventQuery) -> Sequence[HotEvent]:
        """Those that the visitor sees, what most called about first."""
        visitor.need(rules.WRITE)
        if self.events is None or not visitor.may(KnownEvents.see):
            return []
        found = (await self.events.find(visitor, RecordQuery(search=query.search, size=LOOKED_AT))).items
        used = await self._used([_source(one) for one in found])
        free = [one for one in found if _source(one) not in used]
        return [
            HotEvent(
                id=one.id, title=one.title, count=one.count, state=one.state, answer=one.result or one.answer,
                created_at=one.created_at,
            )
            for one in sorted(free, key=lambda one: -one.count)
        ]  # fmt: skip

    async def article(self, visitor: Visitor, id: str) -> ArticleView:
        """A draft of an event that the visitor sees. NotFound; Conflict where there is one."""
        visitor.need(rules.WRITE)
        if self.events is None:
            raise NotFound("no_event", "工单没有运行")
        one = await self.events.get(visitor, id)
        if await self._used([_source(one)]):
            raise Conflict("taken", "这个突发事件已经采编为知识")
        lines = [one.content, *(one.result or one.answer).splitlines()]
        body = "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
        fields = ArticleFields(title=one.title, questions=[one.title], body=body, valid_until=None)
        return await self._articles.begun(visitor, fields, _source(one))

    async def _used(self, sources: Sequence[str]) -> set[str]:
        wanted = select(ArticleRow.source).where(ArticleRow.source.in_(sources), ArticleRow.removed_at.is_(None))
        async with self._articles.office.store.reading() as session:
            return set(await session.scalars(wanted))


def _source(event: KnownEventView) -> str:
    """What happened again another day is another source."""
    return SOURCE.format(event.created_at.astimezone(ZONE).date().isoformat(), event.title[:LONGEST_TITLE])


def routes(events: HotEvents) -> list[Route]:
    """What is proposed, and taking it up."""

    async def proposed(visitor: Visitor, query: EventQuery) -> Paged[HotEvent]:
        return Paged.cut(await events.proposed(visitor, query), query)

    async def article(visitor: Visitor, id: str) -> ArticleView:
        return await events.article(visitor, id)

    return [
        Route("GET", HOT_EVENTS, proposed, rules.WRITE, "可以采编的热点问题"),
        Route("POST", f"{HOT_EVENTS}/{{id}}/article", article, rules.WRITE, "把热点问题采编为知识", status=201),
    ]


HOT_EVENT_SCREENS = (
    Screen(
        name="knowledge_hot_events",
        title="热点问题采编",
        group=MAKING,
        icon="megaphone",
        order=33,
        permission=rules.WRITE,
        kind="list",
        list=List(
            source=HOT_EVENTS,
            columns=columns_of(HotEvent, "title", "count", "state", "answer", "created_at"),
            filters=(Filter(kind="text", key="search", title="名称或情况", wide=True),),
            row=(
                Action(
                    name="article", title="采编为知识", kind="confirm", path=f"{HOT_EVENTS}/{{id}}/article",
                    confirm="用这个突发事件的情况和答复建立一条草稿？", done="已建立草稿，核对后提交审核",
                    opens="knowledge_articles",
                ),
            ),
            empty=Empty(title="没有可以采编的热点问题", text="市民集中来电的突发事件按登记数列出，采编过的不再列出。"),
        ),
    ),
)  # fmt: skip
