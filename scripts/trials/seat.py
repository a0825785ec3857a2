"""An agent at the desk in a browser, and a citizen who calls and is answered there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import expect

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from trials.hands import PATIENCE, Hands

GREETED = 0.8
"""Seconds after which the citizen presses a key."""


async def state(desk: Hands, name: str) -> None:
    """Until the agent is in this state."""
    bar = desk.page.get_by_test_id("status-bar")
    await expect(bar).to_have_attribute("data-state", name, timeout=PATIENCE)


async def ready(desk: Hands) -> None:
    """The agent takes calls."""
    page = desk.page
    await page.bring_to_front()
    await desk.open("/desk")
    button = page.get_by_test_id("go-ready").or_(page.get_by_test_id("end-wrapup"))
    await expect(button).to_be_enabled(timeout=PATIENCE)
    await button.click()
    await state(desk, "ready")


@asynccontextmanager
async def calling(stack: SipStack, sip: str, number: str, desk: Hands) -> AsyncIterator[PhoneCall]:
    """A citizen who calls 12345, asks for a human, and has the agent at this desk on the line until it is over."""
    phone = await UserAgent.open(stack, number, server=sip)
    try:
        call = await phone.call("12345")
        await call.answered(timeout=30)
        await asyncio.sleep(GREETED)
        await call.press("0")
        await desk.page.get_by_test_id("answer").click()
        await state(desk, "talking")
        yield call
        if not call.is_over:
            await call.hang_up()
    finally:
        await phone.close()
