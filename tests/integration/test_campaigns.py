"""Campaigns call citizens: real phones, a real trunk, an agent who looks first, and an engine that is killed."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from softphone.phones.phone_events import CallOffered
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.integration.conftest import ALSO_SHOWN
from tests.running_hotline import Agent, Api, RunningHotline, agent, hear_each_other

pytestmark = pytest.mark.asterisk
NUMBERS = ("13800000081", "13800000082", "13800000083")
LOOKED_AT = "13800000084"
"""Of the second campaign: who was called by another one today is not called."""


async def campaign(boss: Api, title: str, mode: str, *numbers: str, shown: str = "", form: str = "") -> str:
    """A campaign with these on its list, not begun."""
    queue = (await boss.ask("GET", "/api/campaigns/options/queues"))[0]["value"]
    said = {"title": title, "mode": mode, "queue": queue, "calendar": "always", "attempts": 2, "script": "您好，12345"}
    made = str((await boss.ask("POST", "/api/campaigns", {**said, "shown": shown, "form": form}))["id"])
    for number in numbers:
        await boss.ask(
            "POST", "/api/campaign_targets", {"campaign": made, "number": number, "name": f"市民{number[-2:]}"}
        )
    return made


async def until(boss: Api, campaign: str, number: str, state: str, seconds: float = 20) -> dict[str, Any]:
    """Wait until somebody on the list is so far."""
    async with asyncio.timeout(seconds):
        while True:
            found = (await boss.ask("GET", f"/api/campaign_targets?campaign={campaign}"))["items"]
            one: dict[str, Any] = next(one for one in found if one["number"] == number)
            if one["state"] == state:
                return one
            await asyncio.sleep(0.3)


async def phones(stack: SipStack, hotline: RunningHotline, opened: AsyncExitStack) -> list[UserAgent]:
    """Those of the citizens."""
    found = [await UserAgent.open(stack, number, server=hotline.sip) for number in NUMBERS]
    for phone in found:
        opened.push_async_callback(phone.close)
    return found


async def silent(*phones: UserAgent) -> None:
    """None of them rings."""
    for phone in phones:
        with pytest.raises(TimeoutError):
            await phone.next_call(1.5)


async def settle(one: Agent) -> None:
    """Ready again after a talk or a failure."""
    await one.until("ready", 20)


async def test_citizens_are_called_as_the_agent_is_free(dialling_hotline: RunningHotline, carrier: int) -> None:
    hotline = dialling_hotline
    async with (
        SipStack("127.0.0.1", carrier) as stack,
        AsyncExitStack() as opened,
        hotline.signed_in("8001") as boss,
        agent(hotline, stack, "1001") as one,
    ):
        first, second, third = await phones(stack, hotline, opened)
        made = await campaign(
            boss, "满意度调查", "progressive", *NUMBERS, shown=ALSO_SHOWN, form="campaign_satisfaction"
        )
        await one.ready()
        await boss.ask("POST", f"/api/campaigns/{made}/start")
        desk = await one.phone.next_call(20)
        rings = await first.next_call(20)
        offered = rings.told(CallOffered)
        assert offered is not None and offered.caller == ALSO_SHOWN, "the number that the campaign chose"
        await rings.answer()
        await one.until("talking")
        await hear_each_other(rings, desk)
        call = (await one.api.ask("GET", "/api/agent"))["call"]["id"]
        await until(boss, made, NUMBERS[0], "talked")
        (card,) = (await one.api.ask("GET", f"/api/campaign_targets/calls/{call}"))["items"]
        assert (card["name"], card["script"], card["attempts"]) == ("市民81", "您好，12345", 1)
        # The desk opens the script where it is not filled in yet, and never again.
        script = f"/api/campaign_targets/calls/{call}"
        await one.api.ask("GET", f"{script}/form", status=404)
        fields = await one.api.ask("POST", f"{script}/fields", {})
        assert [field["key"] for field in fields] == ["overall", "why", "known", "advice"]
        said = {"code": "reached", "note": "满意"}
        await one.api.ask("PUT", f"{script}/form", said, status=422)
        filled = await one.api.ask("PUT", f"{script}/form", {**said, "overall": "very"})
        assert (filled["state"], filled["answers"]) == ("done", "总体满意度：非常满意")
        assert await one.api.ask("GET", f"{script}/form") == {"filled": True}
        await rings.hang_up()
        await desk.ended(10)

        await one.phone.next_call(40)
        await (await second.next_call(20)).reject()
        found = await until(boss, made, NUMBERS[1], "waiting")
        assert found["attempts"] == 1 and found["result"] in ("busy", "rejected")

        await one.phone.next_call(40)
        rings = await third.next_call(20)
        hotline.kill("cti.process.app")
        await asyncio.sleep(1)
        await rings.answer()
        await asyncio.to_thread(hotline.wait_healthy, 60)
        found = await until(boss, made, NUMBERS[2], "talked", 40)
        assert found["attempts"] == 1
        await rings.hang_up()
        unfinished = await one.api.ask("POST", "/api/campaign_targets/next")
        assert unfinished["id"] == found["id"], "his result is missing: that first"
        await one.api.ask("POST", f"/api/campaign_targets/{found['id']}/done", {"code": "refused"})
        await boss.ask("POST", f"/api/campaigns/{made}/pause")
        await settle(one)
        await silent(first, second, third)
        figures = await boss.ask("GET", f"/api/campaigns/{made}")
        assert [figures[key] for key in ("total", "left", "reached", "failed")] == [3, 1, 2, 0]
        await boss.ask("POST", f"/api/campaigns/{made}/finish")


async def test_an_agent_looks_first(dialling_hotline: RunningHotline, carrier: int) -> None:
    hotline = dialling_hotline
    async with (
        SipStack("127.0.0.1", carrier) as stack,
        AsyncExitStack() as opened,
        hotline.signed_in("8001") as boss,
        agent(hotline, stack, "1001") as one,
    ):
        phone = await UserAgent.open(stack, LOOKED_AT, server=hotline.sip)
        opened.push_async_callback(phone.close)
        made = await campaign(boss, "回访", "preview", LOOKED_AT)
        await one.ready()
        await one.api.ask("POST", "/api/campaign_targets/next", status=404)
        await boss.ask("POST", f"/api/campaigns/{made}/start")
        await silent(phone)
        target = await one.api.ask("POST", "/api/campaign_targets/next")
        assert (target["state"], target["agent_name"] != "") == ("taken", True)
        path = f"/api/campaign_targets/{target['id']}"
        await one.api.ask("POST", f"{path}/dial")
        await one.api.ask("POST", f"{path}/dial", status=409)
        await one.phone.next_call(20)
        await (await phone.next_call(20)).reject()
        found = await until(boss, made, LOOKED_AT, "waiting")
        assert (found["attempts"], found["agent_name"]) == (1, "")
        await settle(one)
        await boss.ask("POST", f"{path}/again", status=409)
        await one.api.ask("POST", f"{path}/take")
        await one.api.ask("POST", f"{path}/dial")
        desk = await one.phone.next_call(20)
        rings = await phone.next_call(20)
        await rings.answer()
        await hear_each_other(rings, desk)
        await rings.hang_up()
        await until(boss, made, LOOKED_AT, "talked")
        done = await one.api.ask("POST", f"{path}/done", {"code": "do_not_call"})
        assert (done["state"], done["attempts"]) == ("stopped", 2)
        (barred,) = (await boss.ask("GET", "/api/campaign_do_not_call"))["items"]
        assert barred["number"] == LOOKED_AT
        await settle(one)
        await boss.ask("POST", f"/api/campaigns/{made}/finish")
