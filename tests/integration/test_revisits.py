"""Tickets wait for their revisit: the machine calls real phones over a real trunk, and the tickets have the results."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone
from softphone.phones.user_agent import UserAgent
from tests.running_hotline import Agent, Api, RunningHotline, agent, hear_each_other

pytestmark = pytest.mark.asterisk
CONTENT, BUSY, ANGRY, UNHAPPY = NUMBERS = ("13800000071", "13800000072", "13800000073", "13800000074")


async def waits_for_revisit(one: Api, contact: str) -> str:
    """A ticket that was answered at once, whose citizen is to be asked."""
    said = {"title": "路灯不亮", "content": "门口路灯不亮", "contact": contact, "type": "complaint", "channel": "phone"}
    ticket = str((await one.ask("POST", "/api/tickets", {**said, "caller_name": "王小明"}))["id"])
    await one.ask("POST", f"/api/tickets/{ticket}/acts/answer", {"answer": "路灯已经修复，当日恢复照明"})
    return ticket


async def begun(boss: Api, **strategy: Any) -> str:
    """A plan that runs."""
    said = {"title": "一般回访", "calendar": "always", "lines": 4, "a_minute": 60, "attempts": 1, "accepts": "good"}
    made = await boss.ask("POST", "/api/revisit_strategies", {**said, **strategy})
    now = datetime.now(UTC)
    plan = {
        "title": "三月回访", "strategy": made["id"], "begins_at": now.isoformat(),
        "ends_at": (now + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    id = str((await boss.ask("POST", "/api/revisit_plans", plan))["id"])
    assert (await boss.ask("POST", f"/api/revisit_plans/{id}/outlook"))["total"] == 4
    sample = (await boss.ask("GET", f"/api/revisit_plans/{id}/sample"))["items"]
    assert len(sample) == 4
    await boss.ask("POST", f"/api/revisit_plans/{id}/start")
    return id


async def until(boss: Api, ticket: str, *states: str) -> dict[str, Any]:
    """Wait until the revisit of a ticket is so far."""
    async with asyncio.timeout(40):
        while True:
            items = (await boss.ask("GET", "/api/revisits?size=50"))["items"]
            found: dict[str, Any] | None = next((one for one in items if one["ticket"] == ticket), None)
            if found is not None and found["state"] in states:
                return found
            await asyncio.sleep(0.3)


async def said(boss: Api, ticket: str) -> str:
    """The words of both sides, as the live page has them."""
    items = (await boss.ask("GET", "/api/revisits/live"))["items"]
    return "".join(line["text"] for one in items if one["ticket"] == ticket for line in one["said"])


async def keys(rings: PhoneCall, boss: Api, ticket: str, *pressed: tuple[str, str]) -> None:
    """Press each key when its question is asked: the words of both sides can be followed meanwhile."""
    for key, question in pressed:
        await asked(boss, ticket, question)
        await rings.press(key)


async def asked(boss: Api, ticket: str, question: str) -> None:
    """Wait until the citizen is asked this."""
    async with asyncio.timeout(30):
        while question not in await said(boss, ticket):
            await asyncio.sleep(0.2)


async def test_citizens_are_asked_and_their_tickets_have_the_answers(
    dialling_hotline: RunningHotline, carrier: int
) -> None:
    hotline = dialling_hotline
    async with (
        SipStack("127.0.0.1", carrier) as stack,
        AsyncExitStack() as opened,
        hotline.signed_in("8001") as boss,
        agent(hotline, stack, "1001") as one,
    ):
        phones = [await UserAgent.open(stack, number, server=hotline.sip) for number in NUMBERS]
        for phone in phones:
            opened.push_async_callback(phone.close)
        tickets = [await waits_for_revisit(one.api, number) for number in NUMBERS]
        plan = await begun(boss)
        await asyncio.gather(
            content(boss, phones[0], tickets[0]),
            busy(boss, phones[1], tickets[1]),
            wants_a_person(boss, one, phones[2], tickets[2]),
            unhappy(boss, phones[3], tickets[3]),
        )
        # What other stories bring to a revisit is called by nobody.
        await boss.ask("POST", f"/api/revisit_plans/{plan}/finish")
        row = await boss.ask("GET", f"/api/revisit_plans/{plan}")
        assert row["rate"] == "50.0%（1/2），答复 50.0%（2/4）"


async def content(boss: Api, phone: UserAgent, ticket: str) -> None:
    """He is content: his ticket is archived, with what he said."""
    rings = await phone.next_call(30)
    await rings.answer()
    await keys(rings, boss, ticket, ("1", "智能回访"), ("1", "是否已经解决"), ("2", "办理结果"), ("1", "热线的服务"))
    found = await until(boss, ticket, "accepted")
    assert (found["solved"], found["satisfaction"], found["hotline"]) == ("yes", "satisfied", "satisfied")
    assert "市民：按键 2" in (await boss.ask("GET", f"/api/revisits/{found['id']}"))["said"]
    row = await boss.ask("GET", f"/api/tickets/{ticket}")
    assert row["satisfaction"] == "satisfied" and row["stage"] in ("archiving", "archived")


async def unhappy(boss: Api, phone: UserAgent, ticket: str) -> None:
    """He is not content, and says why after the beep: his words are beside the result that somebody verifies."""
    rings = await phone.next_call(30)
    await rings.answer()
    await keys(rings, boss, ticket, ("1", "智能回访"), ("3", "是否已经解决"), ("4", "办理结果"), ("2", "不满意的原因"))
    await asked(boss, ticket, "请在提示音后")
    await rings.audio.play(tone(700, 9))
    await rings.press("#")
    await keys(rings, boss, ticket, ("1", "热线的服务"))
    found = await until(boss, ticket, "proposed")
    assert (found["solved"], found["satisfaction"], found["why"]) == ("no", "unsatisfied", "slow")
    parts = (await boss.ask("GET", f"/api/calls/{found['attempt']}/timeline"))["parts"]
    assert [one["kind"] for one in parts] == ["voicemail"]
    done = await boss.ask("POST", f"/api/revisits/{found['id']}/accept")
    assert done["state"] == "accepted"


async def busy(boss: Api, phone: UserAgent, ticket: str) -> None:
    """He does not answer: people ask him, and he is satisfied with nothing."""
    await (await phone.next_call(30)).reject()
    found = await until(boss, ticket, "human")
    assert (found["satisfaction"], found["attempts"]) == ("", 1)
    assert (await boss.ask("GET", f"/api/tickets/{ticket}"))["stage"] == "revisit"


async def wants_a_person(boss: Api, one: Agent, phone: UserAgent, ticket: str) -> None:
    """He wants a person: an agent has him, with what was said."""
    rings = await phone.next_call(30)
    await rings.answer()
    await keys(rings, boss, ticket, ("0", "智能回访"))
    desk = await one.phone.next_call(30)
    await one.until("talking", 20)
    await hear_each_other(rings, desk)
    await rings.hang_up()
    found = await until(boss, ticket, "human")
    assert found["outcome"] == "human"
