"""A government's portal that shows the knowledge base by the one tag, and a citizen at it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from playwright.async_api import FrameLocator, Page, expect

from trials.api import Api
from trials.hands import PATIENCE
from trials.knowledge.town import EAST

COUNTY_PAGE = "/county"
HEAD = "<!doctype html><html lang=zh><meta charset=utf-8><title>市人民政府</title><h1>市人民政府门户网站</h1>"


@asynccontextmanager
async def portal(admin: Api, public: str) -> AsyncIterator[str]:
    """The address of a site whose page has the component of a key made for it; `/county` narrows it to a county."""
    tags: dict[str, str] = {}

    async def tell(request: web.Request) -> web.Response:
        return web.Response(text=HEAD + tags[request.path], content_type="text/html")

    app = web.Application()
    app.router.add_get("/", tell)
    app.router.add_get(COUNTY_PAGE, tell)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        site = f"http://127.0.0.1:{runner.addresses[0][1]}"
        made = await admin.ask("POST", "/api/knowledge/components", {"name": "门户网站", "sites": [site]})
        for path, more in (("/", ""), (COUNTY_PAGE, f' data-region="{EAST}"')):
            tags[path] = f'<script src="{public}/knowledge/component.js" data-key="{made["key"]}"{more}></script>'
        yield site
    finally:
        await runner.cleanup()


class Citizen:
    """Somebody at the portal."""

    def __init__(self, page: Page, site: str, pictures: Path) -> None:
        self._page, self._site, self._pictures = page, site, pictures

    @property
    def _frame(self) -> FrameLocator:
        return self._page.frame_locator("iframe")

    async def finds(self, question: str, title: str, text: str, picture: str) -> None:
        """Ask, open what is found, and read it."""
        await self._page.goto(self._site)
        await self._frame.get_by_role("textbox").fill(question)
        await self._frame.get_by_role("button", name="查询").click()
        await self._frame.get_by_test_id("found").first.wait_for()
        await self._picture(f"{picture}-found")
        await self._frame.get_by_test_id("found").filter(has_text=title).first.click()
        await expect(self._frame.locator("article")).to_contain_text(text, timeout=PATIENCE)
        await self._picture(picture)

    async def finds_in_its_county(self, question: str, title: str) -> None:
        """What a county has written is found in the county's page, and not in the city's."""
        for path, count in ((COUNTY_PAGE, 1), ("/", 0)):
            await self._page.goto(self._site + path)
            await self._frame.get_by_role("textbox").fill(question)
            await self._frame.get_by_role("button", name="查询").click()
            await expect(self._frame.get_by_role("status")).to_contain_text(re.compile("找到|没有"), timeout=PATIENCE)
            found = self._frame.get_by_test_id("found").filter(has_text=title)
            await expect(found).to_have_count(count, timeout=PATIENCE)
            await self._picture(f"region-{'county' if count else 'city'}")

    async def corrects(self, text: str) -> None:
        """Report what is wrong in the article that is open, and read the thanks."""
        await self._frame.get_by_text("内容有误").click()
        await self._frame.locator("textarea").fill(text)
        await self._frame.get_by_role("button", name="提交").click()
        await expect(self._frame.locator(".wrong")).to_contain_text("感谢您的指正", timeout=PATIENCE)
        await self._picture("corrected")

    async def _picture(self, name: str) -> None:
        await self._page.wait_for_timeout(300)
        await self._page.screenshot(path=str(self._pictures / f"citizen-{name}.png"))
