"""Good cases: what tells who the citizen was is taken out, and a person checks before anything is public."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from cti.base.refusal import Conflict, NotAllowed, Refusal
from cti.base.visitor import Visitor
from cti.office.identity.permissions import Reach
from cti.store.engine import Store
from tests.workflow.publishing.publishing_town import ALL, EDITOR, REVIEWER, PublishingTown, may
from workflow.tickets.good_tickets import GoodQuery
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketView

WITH_TICKETS = may("editor", "city", *ALL, "tickets.see", reach=Reach.ALL)
CONTENT = "市民王小明反映阳光花园12幢3单元502室水表坏了，车牌苏D12345停在旁边，电话13800138000。\n陈大伟说已坏三天。\n"
CONTENT += "另有解放路128号和12号楼3单元502两户报修。"
ANSWER = "<p>已联系王小明，更换了水表，经办人李建国将继续跟踪，诉求人表示满意。</p>"


def ticket(id: str, **said: Any) -> TicketView:
    filled = {
        "id": id, "number": f"3204{id}", "title": "王小明家水表坏了怎么换", "content": CONTENT, "category_path": "供水",
        "lead": "water", "lead_title": "水务局", "answer": ANSWER, "satisfaction": "satisfied", "confidential": False,
        "outcome": "archived", "ended_at": None, "caller_name": "王小明", **said,
    }  # fmt: skip
    return TicketView.model_construct(**filled)


class Archive:
    """Tickets as their service gives them."""

    def __init__(self, *tickets: TicketView) -> None:
        self._tickets = {one.id: one for one in tickets}

    async def find(self, visitor: Visitor, query: Any) -> Any:
        return SimpleNamespace(items=list(self._tickets.values()))

    async def get(self, visitor: Visitor, id: str) -> TicketView:
        return self._tickets[id]


@pytest.fixture
async def town(store: Store) -> PublishingTown:
    found = await PublishingTown.on(store)
    archive = Archive(ticket("A"), ticket("B", confidential=True), ticket("C", satisfaction="unsatisfied"))
    found.good.use(cast("Tickets", archive))
    return found


async def test_a_good_ticket_becomes_a_case_once_without_who_it_was(town: PublishingTown) -> None:
    assert [one.id for one in await town.good.good(WITH_TICKETS, GoodQuery())] == ["A"]
    made = await town.good.from_ticket(WITH_TICKETS, "A")
    assert (made.section, made.author, made.source) == ("case", "水务局", "工单 3204A")
    said = made.title + made.body
    for hidden in ("王小明", "12幢", "502", "128", "12号楼", "3单元", "苏D12345", "13800138000", "李建国"):
        assert hidden not in said, hidden
    assert "水表坏了" in said and "阳光花园" in said
    assert await town.good.good(WITH_TICKETS, GoodQuery()) == []
    with pytest.raises(Conflict, match="taken"):
        await town.good.from_ticket(WITH_TICKETS, "A")
    for other in ("B", "C"):
        with pytest.raises(Conflict, match="not_good"):
            await town.good.from_ticket(WITH_TICKETS, other)
    with pytest.raises(NotAllowed):
        await town.good.from_ticket(may("reader", "city", "publishing.see"), "A")


async def test_a_case_is_submitted_only_as_a_person_has_checked_it(town: PublishingTown) -> None:
    made = await town.good.from_ticket(WITH_TICKETS, "A")
    doubts = await town.publications.doubts(EDITOR, made.id)
    assert [(one.kind, one.text) for one in doubts] == [("姓名", "陈大伟")], "what is not sure stays for a person"
    assert "【陈大伟】" in doubts[0].around
    with pytest.raises(Refusal, match="核对个人信息"):
        await town.act(EDITOR, made.id, "submit")
    assert "check" in (await town.publications.get(EDITOR, made.id)).acts
    await town.edit(EDITOR, made.id, body="<p>有市民反映水表损坏，当天已更换。</p>")
    checked = await town.publications.check(EDITOR, made.id)
    assert checked.checked_by == EDITOR.person and "check" not in checked.acts
    await town.edit(EDITOR, made.id, body="<p>有市民张伟反映水表损坏，当天已更换。</p>")
    with pytest.raises(Refusal, match="核对个人信息"):
        await town.act(EDITOR, made.id, "submit")
    await town.publications.check(EDITOR, made.id)
    await town.act(EDITOR, made.id, "submit")
    with pytest.raises(Conflict):
        await town.publications.check(EDITOR, made.id)
    await town.act(REVIEWER, made.id, "approve")
    assert await town.titles(section="case") == [made.title]


async def test_other_sections_need_no_check(town: PublishingTown) -> None:
    made = await town.write(title="中心主任王建国介绍热线", section="about")
    assert await town.publications.doubts(EDITOR, made.id) == []
    await town.act(EDITOR, made.id, "submit")
