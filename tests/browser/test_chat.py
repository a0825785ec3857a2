"""A citizen writes on somebody else's site: the bot, a human, a dead engine in between, his rating; as both see it."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.browser.test_knowledge import other_site
from tests.running_hotline import Api, RunningHotline, hire

pytestmark = pytest.mark.browser
AGENT = "1023"
SLOW = 20_000


async def test_a_citizen_writes_and_an_agent_answers(hotline: RunningHotline, chromium: Browser) -> None:
    await hire(hotline, [AGENT])
    async with other_site() as (site, page), hotline.signed_in("admin") as admin, hotline.signed_in(AGENT) as own:
        entrance = await admin.ask(
            "POST", "/api/chat-entrances", {"name": "县政府", "sites": [site], "flow": "hotline"}
        )
        public = f"http://127.0.0.1:{hotline.ports['public']}"
        page["text"] = f'<h1>县政府</h1><script src="{public}/chat/widget.js" data-key="{entrance["key"]}"></script>'
        desk = await open_page(chromium, hotline, AGENT, "/chat_desk")
        await expect(desk.get_by_test_id("chat-desk")).to_be_visible()
        await own.ask("PUT", "/api/agent/state", {"state": "ready", "reason": None})
        portal = await chromium.new_page(viewport={"width": 1280, "height": 800})
        faults: list[str] = []
        portal.on("pageerror", lambda error: faults.append(str(error)))
        await portal.goto(site)
        await portal.get_by_role("button", name="在线咨询").click()
        window = portal.frame_locator("iframe")
        await expect(window.get_by_text("请问您要反映或咨询什么问题？")).to_be_visible(timeout=SLOW)
        await picture(portal, "chat-window-bot")
        await _talk(hotline, own, desk, portal, window)
        assert faults == []
        await portal.close()
        await desk.context.close()


async def _talk(hotline: RunningHotline, own: Api, desk: Page, portal: Page, window: FrameLocator) -> None:
    await window.get_by_role("button", name="转人工").click()
    try:
        await desk.get_by_test_id("chat-take").click(timeout=SLOW)
        await expect(window.get_by_text(f"{AGENT} 号客服为您服务")).to_be_visible(timeout=SLOW)
        await write(window, "我家楼下的路灯不亮了")
        await expect(desk.get_by_text("我家楼下的路灯不亮了")).to_be_visible(timeout=SLOW)
        await desk.get_by_test_id("chat-input").fill("请问是哪条路？")
        await desk.get_by_test_id("chat-input").press("Enter")
        await expect(window.get_by_text("请问是哪条路？")).to_be_visible(timeout=SLOW)
        await picture(portal, "chat-window-talk")
        await picture(desk, "chat-desk")
        # He goes to another page of the site and comes back: it goes on.
        await portal.reload()
        await portal.get_by_role("button", name="在线咨询").click()
        await expect(window.get_by_text("请问是哪条路？")).to_be_visible(timeout=SLOW)
        hotline.kill("cti.process.app")
        await write(window, "人民路12号")
        hotline.wait_healthy(60)
        await expect(desk.get_by_text("人民路12号")).to_be_visible(timeout=40_000)
        await expect(window.locator(".said p", has_text="人民路12号")).to_have_count(1, timeout=SLOW)
        await desk.get_by_test_id("chat-input").fill("已为您登记")
        await desk.get_by_test_id("chat-send").click(timeout=SLOW)
        await expect(window.get_by_text("已为您登记")).to_be_visible(timeout=SLOW)
        await desk.get_by_test_id("chat-end").click()
        await desk.get_by_role("button", name="结束", exact=True).click()
        await window.get_by_role("button", name="非常满意").click(timeout=SLOW)
        await expect(window.get_by_text("会话已结束")).to_be_visible(timeout=SLOW)
        await picture(portal, "chat-window-over")
        (kept,) = (await own.ask("GET", f"/api/chats?agent={AGENT}"))["items"]
        assert (kept["score"], kept["state"]) == (100, "ended")
    finally:
        await own.ask("PUT", "/api/agent/state", {"state": "signed_out", "reason": None})


async def write(window: FrameLocator, text: str) -> None:
    """The citizen writes."""
    await window.get_by_label("消息", exact=True).fill(text)
    await window.get_by_role("button", name="发送", exact=True).click()
