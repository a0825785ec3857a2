"""Citizens on the telephone: one who says what he wants and asks for a person, and one who says nothing."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from playwright.async_api import expect

from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from trials.api import Api
from trials.bots.town import BILL, BILL_TEXT, FUND, FUND_TEXT
from trials.course import Course, Failed
from trials.hands import PATIENCE, Hands
from trials.voices import Speaker, rehearsed

CALLER, SILENT = "13900040002", "13900040004"
WITHIN = 30.0
REPORT, WATER, PLACE = "我要反映一个问题，帮我登记", "家里停水了", "在东门街五号"
CORRECTED = "不是五号，是三号"
RIGHT_PLACE = re.compile("东门街(三|3)号")
PROGRESS, HUMAN = "查一下办理进度", "转人工"
SAID = (FUND, REPORT, WATER, BILL, PLACE, CORRECTED, PROGRESS, HUMAN)
STOPS_WITHIN = 0.3
"""Seconds from a citizen's first sound until what he hears is silent."""
NOT_HEARD, GUIDED = "没有听清您的话", "登记请按1"


class Telephone:
    """Somebody who calls 12345; `desk` is the agent's screen, who takes him."""

    def __init__(self, desk: Hands, citizen: Speaker) -> None:
        self._desk, self.citizen = desk, citizen

    @classmethod
    @asynccontextmanager
    async def calls(cls, desk: Hands, phones: SipStack, sip: str, number: str) -> AsyncIterator[Telephone]:
        """From this number; answered by the bot."""
        await expect(desk.page.get_by_test_id("status-bar")).to_have_attribute("data-state", "ready", timeout=PATIENCE)
        phone = await UserAgent.open(phones, number, server=sip)
        try:
            call = await phone.call("12345")
            await call.answered(timeout=20)
            yield cls(desk, Speaker(call))
        finally:
            await phone.close()

    async def is_taken(self, picture: str) -> str:
        """The agent answers; returns what stands on the desk of the talk with the bot."""
        page = self._desk.page
        await page.get_by_test_id("answer").click()
        state = page.get_by_test_id("status-bar")
        await expect(state).to_have_attribute("data-state", "talking", timeout=PATIENCE)
        told = page.get_by_test_id("told")
        await told.scroll_into_view_if_needed()
        await self._desk.picture(picture)
        return await told.inner_text()

    async def is_left(self, rating: str = "") -> None:
        """The agent hangs up; the citizen rates, or says nothing more."""
        await self._desk.page.get_by_test_id("hangup").first.click()
        if rating:
            await self.citizen.press(rating)
        with contextlib.suppress(TimeoutError):
            await self.citizen.call.ended(WITHIN)
        await self.citizen.call.hang_up()


async def silent(course: Course, desk: Hands, phones: SipStack, sip: str) -> float:
    """Who says nothing is guided, asked again, and given to a person; returns the seconds of the greeting."""
    page = desk.page
    await page.bring_to_front()
    await desk.open("/desk")
    async with Telephone.calls(desk, phones, sip, SILENT) as telephone:
        await telephone.citizen.listen()
        greeting = telephone.citizen.heard_for
        told = await telephone.is_taken("desk-of-who-was-silent")
        _need(told, (GUIDED, NOT_HEARD))
        if "市民：" in told:
            raise Failed(f"somebody who said nothing was understood: {told}")
        await telephone.is_left()
    course.say("a citizen who said nothing was guided, asked again, and given to an agent")
    return greeting


async def scenarios(course: Course, admin: Api, desk: Hands, phones: SipStack, sip: str, greeting: float) -> str:
    """By voice what the other did in writing; returns the number of his ticket."""
    await desk.page.bring_to_front()
    await desk.open("/desk")
    await rehearsed(SAID)
    async with Telephone.calls(desk, phones, sip, CALLER) as telephone:
        citizen = telephone.citizen
        await _interrupts(course, citizen, greeting)
        await citizen.say(REPORT)
        await citizen.say(WATER)
        await citizen.say(BILL)
        await citizen.say(PLACE)
        await citizen.press(f"{CALLER}#")
        await citizen.say(CORRECTED)
        await citizen.press("1")
        number = await _registered(admin)
        await citizen.say(PROGRESS)
        await citizen.press(f"{number}#")
        await citizen.say(HUMAN)
        told = await telephone.is_taken("desk-with-what-was-said")
        _need(told, (FUND_TEXT, BILL_TEXT, "市民："))
        if RIGHT_PLACE.search(told) is None:
            raise Failed(f"the agent does not read the place as it was corrected: {told}")
        await asyncio.sleep(2)
        await telephone.is_left(rating="1")
    return number


async def _interrupts(course: Course, citizen: Speaker, greeting: float) -> None:
    """He asks before the greeting is over, which falls silent."""
    after = greeting / 3
    stopped = await citizen.interrupt(FUND, after=after)
    course.say(f"the greeting fell silent {stopped * 1000:.0f} ms after the citizen's first sound")
    if after + stopped > greeting - 0.5:
        raise Failed(f"the greeting of {greeting:.1f} s was not interrupted")
    if stopped > STOPS_WITHIN:
        raise Failed(f"what he hears is silent {stopped:.2f} s after his first sound, not {STOPS_WITHIN} s")


def _need(told: str, words: Sequence[str]) -> None:
    if missing := [one for one in words if one not in told]:
        raise Failed(f"the agent does not read {missing} but: {told}")


async def _registered(admin: Api) -> str:
    """The ticket that the flow made of it, at the place as he corrected it. TimeoutError."""
    async with asyncio.timeout(WITHIN):
        while not (found := (await admin.ask("GET", "/api/tickets?channel=phone&size=5"))["items"]):
            await asyncio.sleep(0.3)
    if RIGHT_PLACE.search(found[0]["address"]) is None:
        raise Failed(f"the ticket's place is {found[0]['address']}, not that to which he corrected it")
    return str(found[0]["number"])
