"""What the floor reads of a talk, and a department is given: the request as typed or registered, never a secret one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from cti.base.call import FOLLOWS, Call
from cti.store.engine import Store
from cti.telephony.calls import Calls
from cti.telephony.talk_about import ABOUT, LONGEST, TalkAbout, about_of
from tests.office import a_call
from tests.workflow.tickets.ticket_town import AGENT, TicketTown, town_on
from workflow.tickets.calls.handed_over import HandedOver
from workflow.tickets.calls.talk_about import CONFIDENTIAL, AboutTickets
from workflow.tickets.desk.registration import DeskTicket


@pytest.fixture
async def town(sqlite_store: Store) -> TicketTown:
    return await town_on(sqlite_store)


async def test_the_request_in_a_talk_is_said_while_it_is_typed_and_when_it_is_registered(town: TicketTown) -> None:
    call, saved, told = town.calls.talk(a_call(town.office)), list[Call](), list[str]()
    open_calls: Any = SimpleNamespace(find=town.calls.find, save=saved.append)
    about = TalkAbout(cast(Calls, open_calls))
    stop = about.on_said(lambda one: told.append(about_of(one)))
    tickets = AboutTickets(about, town.titles)
    town.tickets.noted.append(tickets.noted)
    tickets.typed(AGENT, call.id, {"type": "help", "title": ""})
    assert about_of(call) == "", "nothing is known yet"
    tickets.typed(AGENT, call.id, {"type": "help", "title": "路灯不亮"})
    tickets.typed(AGENT, call.id, {"type": "help", "title": "路灯不亮"})
    assert about_of(call) == "求助 · 路灯不亮" and len(saved) == 1
    tickets.typed(AGENT, f"{call.id}-2", {"type": "complaint", "title": "物业" * 40, "confidential": False})
    assert len(about_of(call)) == LONGEST
    tickets.typed(AGENT, call.id, {"type": "report", "title": "举报某某", "confidential": True})
    assert about_of(call) == CONFIDENTIAL
    said = {"title": "小区停水", "content": "家中停水两天", "type": "help", "contact": "13800000001"}
    await town.desk.register(AGENT, call.id, DeskTicket.model_validate(said))
    assert about_of(call) == "求助 · 小区停水" == told[-1]
    stop()
    about.say("01NOWHERE", "别处")
    assert told[-1] == "求助 · 小区停水"


async def test_a_department_is_given_the_number_and_summary_of_the_ticket(town: TicketTown) -> None:
    call = town.calls.talk(a_call(town.office))
    handed = HandedOver(town.office.store)
    assert await handed.of(call) == {}
    call.progress[ABOUT] = "求助 · 小区停水"
    assert await handed.of(call) == {"诉求": "求助 · 小区停水"}, "what is typed so far"
    said = {
        "title": "小区停水",
        "content": "家中停水两天",
        "type": "help",
        "contact": "13800000001",
        "address": "和平路 1 号",
    }
    made = await town.desk.register(AGENT, call.id, DeskTicket.model_validate(said))
    assert await handed.of(call) == {
        "工单号": made.number, "工单摘要": "求助 · 小区停水：家中停水两天", "工单地址": "和平路 1 号",
    }  # fmt: skip
    second = town.calls.talk(a_call(town.office))
    second.progress[FOLLOWS] = call.id
    assert (await handed.of(second))["工单号"] == made.number
    secret = town.calls.talk(a_call(town.office))
    await town.desk.register(AGENT, secret.id, DeskTicket.model_validate({**said, "confidential": True}))
    assert (
        set(await handed.of(secret)) == {"工单号", "工单摘要"} and (await handed.of(secret))["工单摘要"] == CONFIDENTIAL
    )
