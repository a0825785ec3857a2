"""The desk's verbs in a real browser: more people in a talk, and the citizen asked to rate."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import hears_the_browser, open_page, talk_in_browser
from tests.browser.test_recovers_by_itself import phase
from tests.browser.test_workspace import both
from tests.running_hotline import RunningHotline, agent, citizen, kinds

pytestmark = pytest.mark.browser


async def test_colleagues_come_into_the_talk_and_the_citizen_rates_it(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people, hotline.signed_in("8001") as supervisor:
        desk = await open_page(chromium, hotline, "1004", "/desk")
        call = await people.enter_async_context(citizen(hotline, stack, "13800000061"))
        await talk_in_browser(desk, call)
        first = await people.enter_async_context(agent(hotline, stack, "1001", answer_after=1.0))
        second = await people.enter_async_context(agent(hotline, stack, "1002", answer_after=1.0))
        place = await desk.get_by_test_id("hangup").first.bounding_box()
        await desk.keyboard.press("Alt+;")
        # 王芳 by the initials of her name.
        await desk.get_by_test_id("invite-dialog").get_by_test_id("target-search").fill("wf")
        await expect(desk.get_by_test_id("target-agent-1001")).to_be_visible()
        await expect(desk.get_by_test_id("target-agent-1002")).to_have_count(0)
        await both(desk, "desk-invite")
        await desk.keyboard.press("Enter")
        await first.phone.next_call(10)
        await phase(desk, "conference")
        await expect(desk.get_by_test_id("in-talk-1001")).to_have_attribute("data-state", "talking", timeout=10_000)
        await desk.get_by_test_id("invite").click()
        await desk.get_by_test_id("target-agent-1002").click()
        rung = await second.phone.next_call(10)
        await expect(desk.get_by_test_id("in-talk-1002")).to_have_attribute("data-state", "talking", timeout=10_000)
        await expect(desk.get_by_test_id("phone-caption").first).to_have_text("4 方通话")
        await both(desk, "desk-conference")
        await hears_the_browser(call)
        await desk.get_by_test_id("put-out-1002").click()
        await rung.ended(10)
        await expect(desk.get_by_test_id("in-talk-1002")).to_have_count(0)
        await expect(desk.get_by_test_id("phone-caption").first).to_have_text("三方通话")
        # Alt+O means the only one who is left.
        await desk.keyboard.press("Alt+KeyO")
        await phase(desk, "talking")
        await expect(desk.get_by_test_id("together")).to_have_count(0)
        assert await desk.get_by_test_id("hangup").first.bounding_box() == place, "nothing has moved"
        await both(desk, "desk-talking")
        book = {"book": "external", "name": "市水务集团", "phone": "0519-8888 6666"}
        await supervisor.ask("POST", "/api/contacts", book)
        await desk.keyboard.press("Alt+KeyT")
        dialog = desk.get_by_test_id("transfer-dialog")
        await dialog.get_by_test_id("target-queue-general").wait_for()
        await dialog.get_by_test_id("target-search").fill("swjt")
        await expect(dialog.get_by_test_id("target-book-outside:051988886666")).to_contain_text("市水务集团")
        await both(desk, "desk-transfer")
        await dialog.get_by_test_id("target-search").fill("02112345678")
        await expect(dialog.get_by_test_id("target-typed")).to_have_text("拨打 02112345678")
        await desk.keyboard.press("Alt+ArrowDown")
        await expect(desk.get_by_test_id("consult-dialog")).to_be_visible()
        await desk.keyboard.press("Escape")
        await expect(desk.get_by_test_id("consult-dialog")).to_be_hidden()
        await desk.keyboard.press("F2")
        await phase(desk, "idle", 15)
        await asyncio.sleep(1)
        await call.press("1")
        await call.ended(15)
        (story,) = await supervisor.ended(1)
        assert story["satisfaction"] == "1" and "CallTransferred" not in kinds(story)
        await desk.context.close()
