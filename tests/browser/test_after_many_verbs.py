"""A citizen who was on hold, in a conference and handed over by a browser hears the telephone that has him then."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import hears_the_browser, open_page, talk_in_browser
from tests.browser.test_recovers_by_itself import phase
from tests.running_hotline import RunningHotline, agent, citizen, hear_each_other

pytestmark = pytest.mark.browser


async def test_hold_consult_conference_and_transfer_leave_him_with_sound(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        desk = await open_page(chromium, hotline, "1004", "/desk")
        api = await people.enter_async_context(hotline.signed_in("1004"))
        call = await people.enter_async_context(citizen(hotline, stack, "13800000094"))
        await talk_in_browser(desk, call)
        one = await people.enter_async_context(agent(hotline, stack, "1001", answer_after=0.5))
        two = await people.enter_async_context(agent(hotline, stack, "1002", answer_after=0.5))

        async def do(verb: str, to: str = "") -> None:
            await api.ask("POST", f"/api/agent/call/{verb}", {"to": to})

        await hears_the_browser(call)
        await do("hold")
        await phase(desk, "held")
        await do("retrieve")
        await phase(desk, "talking")
        await hears_the_browser(call)
        await do("consult", "agent:1001")
        expert = await one.phone.next_call(10)
        await phase(desk, "consulting")
        await asyncio.sleep(1)
        await do("conference")
        await phase(desk, "conference")
        await hear_each_other(call, expert)
        await do("put_out")
        await expert.ended(10)
        await phase(desk, "talking")
        await do("transfer", "agent:1002")
        last = await two.phone.next_call(15)
        await last.answered()
        await hear_each_other(call, last)
        await asyncio.sleep(1)
        await hear_each_other(call, last)
        await call.hang_up()
        await expect(desk.get_by_test_id("phone-card")).not_to_have_attribute("data-phase", "talking", timeout=15_000)
        await desk.context.close()
