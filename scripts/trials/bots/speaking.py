"""A citizen on the telephone, who says what he wants; the agent who takes him when he asks for a person."""

from __future__ import annotations

import asyncio
import contextlib

from playwright.async_api import expect

from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from trials.api import Api
from trials.hands import PATIENCE, Hands
from trials.voices import Speaker, rehearsed

CALLER = "13900040002"
WITHIN = 30.0
FUND, REPORT, WATER = "离职后公积金怎么提取", "我要反映一个问题，帮我登记", "家里停水了，在东门街三号"
PROGRESS, HUMAN = "查一下办理进度", "转人工"


async def _tickets(admin: Api) -> list[str]:
    return [one["number"] for one in (await admin.ask("GET", "/api/tickets?channel=phone&size=5"))["items"]]


async def scenarios(admin: Api, desk: Hands, phones: SipStack, sip: str) -> str:
    """By voice what the other did in writing; returns the number of his ticket."""
    page, bar = desk.page, desk.page.get_by_test_id("status-bar")
    await page.bring_to_front()
    await desk.open("/desk")
    await expect(bar).to_have_attribute("data-state", "ready", timeout=PATIENCE)
    await rehearsed((FUND, REPORT, WATER, PROGRESS, HUMAN))
    phone = await UserAgent.open(phones, CALLER, server=sip)
    try:
        call = await phone.call("12345")
        await call.answered(timeout=20)
        citizen = Speaker(call)
        await citizen.say(FUND)
        await citizen.say(REPORT)
        await citizen.say(WATER)
        await citizen.press(f"{CALLER}#")
        await citizen.press("1")
        number = await _registered(admin)
        await citizen.say(PROGRESS)
        await citizen.press(f"{number}#")
        await citizen.say(HUMAN)
        await page.get_by_test_id("answer").click()
        await expect(bar).to_have_attribute("data-state", "talking", timeout=PATIENCE)
        await desk.picture("desk-with-what-was-said")
        await asyncio.sleep(2)
        await page.get_by_test_id("hangup").first.click()
        await citizen.press("1")
        with contextlib.suppress(TimeoutError):
            await call.ended(WITHIN)
        if not call.is_over:
            await call.hang_up()
    finally:
        await phone.close()
    return number


async def _registered(admin: Api) -> str:
    """The ticket that the flow made of it. TimeoutError."""
    async with asyncio.timeout(WITHIN):
        while not (found := await _tickets(admin)):
            await asyncio.sleep(0.3)
    return found[0]
