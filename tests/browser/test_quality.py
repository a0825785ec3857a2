"""Quality in a real browser: a plan draws a real talk, it is scored by keyboard, appealed by the agent, decided by
another."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import open_page, picture
from tests.browser.test_recordings import a_talk
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser

SIZES = ((1366, 768), (1920, 1080))
FITS = "() => document.scrollingElement.scrollHeight <= innerHeight && innerWidth >= document.body.scrollWidth"


async def a_drawn_talk(hotline: RunningHotline) -> str:
    """A special plan of this hour draws the talk for 8001; returns the review."""
    now = datetime.now(UTC)
    async with hotline.signed_in("8001") as inspector:
        me = (await inspector.ask("GET", "/api/session"))["person"]["id"]
    async with hotline.signed_in("admin") as admin:
        plan = await admin.ask(
            "POST", "/api/quality/plans",
            {"title": "专项抽查", "kind": "special", "sheet": "service", "inspectors": [me], "agents": ["1001"],
             "each": 1, "since": (now - timedelta(hours=1)).isoformat(), "until": now.isoformat()},
        )  # fmt: skip
        await admin.ask("POST", f"/api/quality/plans/{plan['id']}/start", {}, status=200)
        for _ in range(100):
            talks = (await admin.ask("GET", f"/api/quality/reviews?plan={plan['id']}"))["items"]
            if talks:
                return str(talks[0]["id"])
            await asyncio.sleep(0.1)
    raise AssertionError("nothing was drawn")


async def at_both_sizes(page: Page, name: str) -> None:
    """Pictures; nothing of the page has to be scrolled."""
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate(FITS), f"{name} is scrolled at {width}"
        await picture(page, f"{name}-{width}")


async def test_a_talk_is_drawn_scored_by_keyboard_appealed_and_decided_by_another(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with SipStack("127.0.0.1") as stack:
        await a_talk(hotline, stack)
    review = await a_drawn_talk(hotline)

    desk = await open_page(chromium, hotline, "8001", "/quality_desk")
    await expect(desk.get_by_test_id("scoring-desk").get_by_test_id("recording-play")).to_be_enabled()
    await at_both_sizes(desk, "quality-desk")
    for key in ("1", "3", "1", "1", "0", "1", "1"):
        await desk.keyboard.press(key)
    await expect(desk.get_by_test_id("score")).to_have_text("75")
    await desk.get_by_test_id("coaching").fill("先安抚，再询问")
    await desk.keyboard.press("Control+Enter")
    await expect(desk.get_by_text("已评分：75 分")).to_be_visible()

    own = await open_page(chromium, hotline, "1001", f"/quality_reviews/{review}")
    await expect(own.get_by_test_id("final-score")).to_have_text("75")
    await expect(own.get_by_text("先安抚，再询问").first).to_be_visible()
    await picture(own, "quality-own")
    await own.get_by_role("button", name="申诉").click()
    await own.get_by_role("dialog").get_by_role("textbox").fill("当时市民没有情绪，请再听一遍")
    await own.get_by_role("dialog").get_by_role("button", name="申诉").click()
    await expect(own.get_by_text("申诉中").first).to_be_visible()

    other = await open_page(chromium, hotline, "admin", f"/quality_desk?review={review}")
    await expect(other.get_by_test_id("appeal")).to_contain_text("请再听一遍")
    await other.keyboard.press("ArrowDown")
    await other.keyboard.press("1")
    await other.get_by_test_id("opinion").fill("态度没有问题")
    await at_both_sizes(other, "quality-decide")
    await other.get_by_test_id("grant").click()
    await expect(other.get_by_test_id("final-score")).to_have_text("100")
    await picture(other, "quality-result")
