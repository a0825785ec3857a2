"""A citizen who writes in the window on somebody else's site, and the agent at her chat desk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from playwright.async_api import FrameLocator, Page, expect

from trials.api import Api
from trials.bots.town import FUND
from trials.hands import PATIENCE, Hands

HEAD = "<!doctype html><html lang=zh><meta charset=utf-8><meta name=viewport content='width=device-width'>"
PAGE = HEAD + "<title>市人民政府</title><h1>市人民政府门户网站</h1><p>政务公开　办事服务　互动交流</p>"
PHONE = "13900040001"
NUMBER = re.compile(r"\d{10,}")
REQUEST = {
    "type": "求助", "title": "楼下路灯不亮", "content": "人民路12号楼下路灯不亮，晚上看不见路。",
    "category": "城乡建设/市政道路/路灯", "address": "人民路12号", "contact": "13900040003",
}  # fmt: skip


@asynccontextmanager
async def site(admin: Api, public: str) -> AsyncIterator[str]:
    """The address of a site whose page has the window's tag."""
    told = {"text": PAGE}

    async def tell(request: web.Request) -> web.Response:
        return web.Response(text=told["text"], content_type="text/html")

    app = web.Application()
    app.router.add_get("/", tell)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        found = f"http://127.0.0.1:{runner.addresses[0][1]}"
        made = await admin.ask("POST", "/api/chat-entrances", {"name": "市政府", "sites": [found], "flow": "hotline"})
        told["text"] += f'<script src="{public}/chat/widget.js" data-key="{made["key"]}" async></script>'
        yield found
    finally:
        await runner.cleanup()


class Citizen:
    """Somebody at the site; `page` is his browser's, or his telephone's."""

    def __init__(self, page: Page, pictures: Path, name: str) -> None:
        self._page, self._pictures, self._name = page, pictures, name

    @property
    def window(self) -> FrameLocator:
        """The chat."""
        return self._page.frame_locator("iframe")

    async def opens(self, address: str) -> None:
        """Press the button of the page."""
        await self._page.goto(address)
        await self.picture("site")
        await self._page.get_by_role("button", name="在线咨询").click()
        await self.reads("请问您要反映或咨询什么问题？")

    async def writes(self, text: str) -> None:
        """Send a message."""
        await self.window.get_by_label("消息", exact=True).fill(text)
        await self.window.get_by_role("button", name="发送", exact=True).click()

    async def reads(self, text: str) -> None:
        """Wait for an answer, the last one that says so."""
        await expect(self.window.get_by_text(text).last).to_be_visible(timeout=PATIENCE)

    async def presses(self, title: str) -> None:
        """One of the buttons below a question."""
        await self.window.get_by_role("button", name=title, exact=True).last.click()

    async def picture(self, name: str) -> None:
        """Keep what he sees."""
        await self._page.wait_for_timeout(300)
        await self._page.screenshot(path=str(self._pictures / f"{self._name}-{name}.png"))

    async def scenarios(self) -> str:
        """The provident fund, water that is cut off, and how far that is; returns the ticket's number."""
        await self.writes(FUND)
        await self.reads(f"来源：《{FUND}》")
        await self.picture("answer")
        await self.writes("自助登记")
        await self.reads("请说一下您要反映的事情")
        await self.writes("家里停水了")
        await self.reads("请问在什么地方")
        await self.writes("东门街五号")
        await self.reads("联系电话是多少")
        await self.writes(PHONE)
        await self.reads("地点是东门街五号")
        await self.writes("不是五号，是三号")
        await self.reads("地点是东门街三号")
        await self.picture("confirm")
        await self.presses("对")
        await self.reads("已经为您登记")
        said = await self.window.get_by_text("已经为您登记").last.inner_text()
        found = NUMBER.search(said)
        assert found is not None, said
        number = found.group()
        await self.writes("查办理进度")
        await self.reads("请输入工单编号")
        await self.writes(number)
        await self.reads("电话号码")
        await self.writes(PHONE)
        await self.reads("受理")
        await self.picture("progress")
        return number


class ChatDesk:
    """The agent."""

    def __init__(self, hands: Hands) -> None:
        self._hands, self._page = hands, hands.page

    async def opens(self) -> None:
        """Sit down."""
        await self._hands.open("/chat_desk")
        await self._page.get_by_test_id("chat-desk").wait_for()

    async def serves(self, citizen: Citizen) -> None:
        """Take him, talk, register his request from the chat, and end; he rates."""
        page = self._page
        await citizen.presses("转人工")
        await page.get_by_test_id("chat-take").click()
        await citizen.reads("为您服务")
        # What he told the bot is there.
        await expect(page.get_by_test_id("chat-desk").get_by_text(FUND).first).to_be_visible(timeout=PATIENCE)
        await citizen.writes(f"{REQUEST['content']}")
        await expect(page.get_by_text(REQUEST["content"]).first).to_be_visible(timeout=PATIENCE)
        await page.get_by_test_id("chat-input").fill("好的，我为您登记，请稍候。")
        await self._hands.picture("chat-desk")
        await page.get_by_test_id("chat-send").click()
        await citizen.reads("我为您登记")
        await self._registers()
        await page.get_by_test_id("chat-end").click()
        await page.get_by_role("button", name="结束", exact=True).click()
        await citizen.picture("rate")
        await citizen.presses("非常满意")
        await expect(citizen.window.get_by_text("会话已结束")).to_be_visible(timeout=PATIENCE)
        await citizen.picture("over")

    async def _registers(self) -> None:
        page = self._page
        await page.get_by_role("tab", name="工单").click()
        await page.locator("[data-test^=chat-open-]").first.click()
        form = page.get_by_test_id("desk-forms")
        await self._hands.fill(form, REQUEST)
        await self._hands.picture("chat-form")
        await page.get_by_test_id("desk-form-submit").click()
        await expect(page.get_by_test_id("desk-form-submit")).to_have_count(0, timeout=PATIENCE)
        await self._hands.picture("chat-registered")
