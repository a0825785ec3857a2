"""A bot does not understand a citizen; somebody teaches it by one click, and the next one is understood."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser.test_chat import SLOW, write
from tests.browser.test_desk_and_board import open_page, picture
from tests.browser.test_knowledge import other_site
from tests.running_hotline import Api, RunningHotline

pytestmark = pytest.mark.browser
FLOW = """\
flow: bot_lesson
title: 停水咨询
start: begin
default: bye
human: bye
nodes:
  begin:
    note: 问什么
    ask: [{text: 请问您要咨询什么？}]
    intents:
      water: {next: water, title: 停水, words: [停水], examples: [家里没有水]}   # 供水公司
    say_unknown: [{text: 没有听懂。}]
    tries: 5
    unknown: bye
    timeout: bye
  water: {say: [{text: 城东今晚停水，明早恢复。}], next: begin}
  bye: {end: served}
tests:
  - {name: 问停水, medium: chat, do: say 停水了吗, hears: [城东今晚停水]}
"""
SAID = "自来水管不出来一滴"


async def test_a_bot_learns_what_it_did_not_understand(hotline: RunningHotline, chromium: Browser) -> None:
    async with other_site() as (site, page), hotline.signed_in("admin") as admin:
        await admin.ask("POST", "/api/flows/bot_lesson/publish", {"text": FLOW, "message": "在线咨询"})
        entrance = await admin.ask(
            "POST", "/api/chat-entrances", {"name": "供水公司", "sites": [site], "flow": "bot_lesson"}
        )
        public = f"http://127.0.0.1:{hotline.ports['public']}"
        page["text"] = f'<h1>供水公司</h1><script src="{public}/chat/widget.js" data-key="{entrance["key"]}"></script>'
        portal, window = await _citizen(chromium, site)
        await write(window, SAID)
        await expect(window.get_by_text("没有听懂。").first).to_be_visible(timeout=SLOW)
        await portal.close()
        console = await open_page(chromium, hotline, "admin", "/bot_questions")
        await _teach(console, admin)
        portal, window = await _citizen(chromium, site)
        await write(window, f"{SAID}了")
        await expect(window.get_by_text("城东今晚停水").first).to_be_visible(timeout=SLOW)
        await portal.close()
        await console.context.close()


async def _citizen(chromium: Browser, site: str) -> tuple[Page, FrameLocator]:
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    portal = await context.new_page()
    await portal.goto(site)
    await portal.get_by_role("button", name="在线咨询").click()
    window = portal.frame_locator("iframe")
    await expect(window.get_by_text("请问您要咨询什么？").first).to_be_visible(timeout=SLOW)
    return portal, window


async def _teach(console: Page, admin: Api) -> None:
    await console.get_by_text(SAID).first.click(timeout=SLOW)
    await expect(console.get_by_text("最接近的意图").first).to_be_visible(timeout=SLOW)
    await picture(console, "bot-question")
    await console.get_by_role("button", name="加为“停水”的例句").click()
    await expect(console.get_by_text("1 个中 0 个因此不通过").first).to_be_visible(timeout=SLOW)
    await picture(console, "bot-change")
    await console.get_by_role("button", name="发布", exact=True).click()
    await console.get_by_role("dialog").get_by_role("button", name="发布").click()
    await expect(console.get_by_text("已发布").first).to_be_visible(timeout=SLOW)
    (flow,) = [one for one in await admin.ask("GET", "/api/flows") if one["name"] == "bot_lesson"]
    assert flow["revision"] == 2
