"""Articles that work brings: of good tickets once, without what tells who the citizen was; of what nobody found."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from cti.base.refusal import Conflict, NotAllowed
from cti.base.visitor import Visitor
from cti.office.identity.permissions import Reach
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, ALL, EDITOR, KnowledgeTown, may
from workflow.knowledge.drafting.sourced import Sourced
from workflow.tickets.good_tickets import GoodQuery, without_persons
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketQuery, TicketView

ANSWER = (
    "<p>王小明您好：已联系水务局，您的水表13800138000已更换。</p><p>咨询电话0519-86861234，凭证110101199003070012。</p>"
)


def ticket(id: str, **said: Any) -> TicketView:
    filled = {
        "id": id, "number": f"3204{id}", "title": "王小明家水表坏了怎么换", "category_path": "供水/水表",
        "lead": "water", "lead_title": "水务局", "answer": ANSWER, "satisfaction": "satisfied", "confidential": False,
        "outcome": "archived", "ended_at": None, "caller_name": "王小明", **said,
    }  # fmt: skip
    return TicketView.model_construct(**filled)


WITH_TICKETS = may("editor", "city", *ALL, "tickets.see", reach=Reach.ALL)


class Archive:
    """Tickets as their service gives them."""

    def __init__(self, *tickets: TicketView) -> None:
        self._tickets = {one.id: one for one in tickets}

    async def find(self, visitor: Visitor, query: TicketQuery) -> Any:
        assert query.duty == "archived"

        return SimpleNamespace(items=list(self._tickets.values()))

    async def get(self, visitor: Visitor, id: str) -> TicketView:
        return self._tickets[id]


@pytest.fixture
async def sourced(store: Store) -> Sourced:
    town = await KnowledgeTown.on(store)
    found = Sourced(town.articles)
    archive = Archive(
        ticket("A"), ticket("B", satisfaction="unsatisfied"), ticket("C", confidential=True), ticket("D", answer="好"),
    )  # fmt: skip
    found.use(cast("Tickets", archive))
    return found


async def test_a_good_ticket_becomes_a_draft_once(sourced: Sourced) -> None:
    assert await sourced.good(EDITOR, GoodQuery()) == [], "who sees no tickets"
    assert [one.id for one in await sourced.good(WITH_TICKETS, GoodQuery())] == ["A"]
    made = await sourced.from_ticket(EDITOR, "A")
    assert (made.stage, made.source, made.unit) == ("draft", "工单 3204A", "water")
    assert made.title == "王某家水表坏了怎么换" and made.questions == [made.title]
    for hidden in ("13800138000", "110101199003070012", "王小明"):
        assert hidden not in made.body
    assert "0519-86861234" in made.body, "an office's telephone is what people look for"
    assert await sourced.good(WITH_TICKETS, GoodQuery()) == []
    with pytest.raises(Conflict, match="taken"):
        await sourced.from_ticket(EDITOR, "A")


@pytest.mark.parametrize("id", ["B", "C", "D"])
async def test_others_do_not(sourced: Sourced, id: str) -> None:
    with pytest.raises(Conflict, match="not_good"):
        await sourced.from_ticket(EDITOR, id)
    with pytest.raises(NotAllowed):
        await sourced.from_ticket(AGENT, "A")


async def test_what_nobody_found_begins_a_draft(sourced: Sourced) -> None:
    made = await sourced.from_search(EDITOR, "电动车上牌")
    assert (made.title, made.questions, made.source) == ("电动车上牌", ["电动车上牌"], "检索未命中")
    undo = sourced.use(cast("Tickets", Archive()))
    undo()
    assert await sourced.good(WITH_TICKETS, GoodQuery()) == [], "without tickets there are none"


def test_numbers_of_persons_are_left_out_however_they_are_written() -> None:
    assert without_persons("电话+86 138-0013-8000或138 0013 8000") == "电话（电话号码）或（电话号码）"
    assert (
        without_persons("身份证11010119900307001X，工单20261127000123", "") == "身份证（证件号码），工单20261127000123"
    )
    assert without_persons("王先生好", "王**") == "王先生好"
