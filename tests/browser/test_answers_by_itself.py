"""By the admin's rule the browser's phone answers by itself, and what it counted of the sound is kept with the call."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import be_ready, hears_the_browser, open_page, picture
from tests.running_hotline import Api, RunningHotline, citizen, skip_greeting

pytestmark = pytest.mark.browser
DELAY = 1


async def test_the_rule_is_seen_and_kept_and_the_browsers_own_measure_stands_beside_the_switchs(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with (
        hotline.signed_in("admin") as admin,
        hotline.signed_in("8001") as supervisor,
        SipStack("127.0.0.1") as stack,
    ):
        queue = await admin.ask("GET", "/api/acd/queues/general")
        await admin.ask("PUT", "/api/acd/queues/general", {**queue, "answering": "always", "answer_delay": DELAY})
        try:
            desk = await open_page(chromium, hotline, "1003", "/desk")
            await expect(desk.get_by_test_id("answering")).to_contain_text("总是振铃 1 秒后自动应答", timeout=15_000)
            await picture(desk, "answers-by-itself")
            await be_ready(desk)
            async with citizen(hotline, stack, "13800000093") as call:
                await skip_greeting(call)
                # Nobody touches anything.
                await expect(desk.get_by_test_id("phone-card")).to_have_attribute(
                    "data-phase", "talking", timeout=30_000
                )
                async with desk.expect_response("**/api/phone/quality") as told:
                    await hears_the_browser(call)
                assert (await told.value).status < 300
                await call.hang_up()
            (story,) = await supervisor.ended(1)
            measured = await _browser_measured(supervisor, story["id"])
            assert measured["agent"] == "1003" and measured["line"] == "1003-web" and measured["packets"] >= 50
            assert measured["mos"] >= 1
            page = await open_page(chromium, hotline, "8001", f"/calls/{story['id']}")
            await expect(page.get_by_text("座席的浏览器").first).to_be_visible(timeout=15_000)
            await picture(page, "story-with-browser")
            await page.context.close()
            await desk.context.close()
        finally:
            now = await admin.ask("GET", "/api/acd/queues/general")
            await admin.ask("PUT", "/api/acd/queues/general", {**queue, "version": now["version"]})


async def _browser_measured(supervisor: Api, call: str) -> dict[str, Any]:
    """What is kept of the browser's own counts: the switch tells the leg's end a moment after the call's."""
    for _ in range(100):
        story = await supervisor.ask("GET", f"/api/calls/{call}")
        for event in story["events"]:
            if event["type"] == "LegMeasured" and event["details"]["party"] == "browser":
                return dict(event["details"])
        await asyncio.sleep(0.1)
    raise AssertionError("nothing of the browser's is kept")
