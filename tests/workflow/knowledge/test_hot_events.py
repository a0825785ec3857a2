"""Articles of what many call about: the most called about first, each once, whatever its name was before."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.permissions import Reach
from cti.office.records import RecordQuery
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, ALL, EDITOR, KnowledgeTown, may
from workflow.knowledge.drafting.hot_events import EventQuery, HotEvents
from workflow.tickets.desk.known_events import KnownEvents, KnownEventView

SEES = may("editor", "city", *ALL, "tickets.see", reach=Reach.ALL)


class Known:
    """Events as their service gives them."""

    def __init__(self, *events: KnownEventView) -> None:
        self._events = {one.id: one for one in events}

    async def find(self, visitor: Visitor, query: RecordQuery) -> Any:
        return SimpleNamespace(items=list(self._events.values()))

    async def get(self, visitor: Visitor, id: str) -> KnownEventView:
        return self._events[id]


@pytest.fixture
async def hot(store: Store) -> HotEvents:
    town = await KnowledgeTown.on(store)
    now = town.clock.wall()

    def event(id: str, **said: Any) -> KnownEventView:
        filled = {
            "id": id, "title": "城东停水", "content": "水管爆裂", "answer": "正在抢修", "result": "", "count": 3,
            "state": "closed", "created_at": now, **said,
        }  # fmt: skip
        return KnownEventView.model_construct(**filled)

    found = HotEvents(town.articles)
    found.use(
        cast(
            "KnownEvents",
            Known(
                event("A", result="已修复，18 时恢复供水"), event("B", title="地铁停运", count=90),
                event("C", created_at=now + timedelta(days=30)),
            ),
        )
    )  # fmt: skip
    return found


async def test_an_event_becomes_a_draft_once(hot: HotEvents) -> None:
    assert await hot.proposed(EDITOR, EventQuery()) == [], "who sees no events"
    assert [one.id for one in await hot.proposed(SEES, EventQuery())] == ["B", "A", "C"]
    made = await hot.article(SEES, "A")
    assert (made.stage, made.title, made.questions) == ("draft", "城东停水", ["城东停水"])
    assert "水管爆裂" in made.body and "18 时恢复供水" in made.body and "正在抢修" not in made.body
    assert made.source.startswith("热点问题 ") and made.source.endswith("城东停水")
    assert [one.id for one in await hot.proposed(SEES, EventQuery())] == ["B", "C"], "another day it is another"
    with pytest.raises(Conflict, match="taken"):
        await hot.article(SEES, "A")


async def test_only_those_who_write_and_only_while_there_are_events(hot: HotEvents) -> None:
    with pytest.raises(NotAllowed):
        await hot.proposed(AGENT, EventQuery())
    with pytest.raises(NotAllowed):
        await hot.article(AGENT, "B")
    hot.events = None
    assert await hot.proposed(SEES, EventQuery()) == []
    with pytest.raises(NotFound):
        await hot.article(SEES, "B")
