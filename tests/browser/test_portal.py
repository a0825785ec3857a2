"""A citizen with a telephone: registers, looks something up, sends a photo, sees what becomes of it, rates it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from cti.store.engine import Store
from tests.browser.test_desk_and_board import picture
from tests.browser.test_pages import findings
from tests.workflow.portal.open_portal import CODE, open_portal

pytestmark = pytest.mark.browser
TEXT = "人民路18号小区停水两天，家里有老人，请尽快恢复供水"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1366, "height": 768}


async def test_a_citizen_asks_for_something_by_telephone_and_rates_it(
    tmp_path: Path, sqlite_store: Store, chromium: Browser
) -> None:
    async with open_portal(sqlite_store) as portal:
        page = await chromium.new_page(viewport=PHONE, has_touch=True, is_mobile=True)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        await page.goto(portal.url)
        await looked_at(page, "portal-first")
        await page.get_by_role("link", name="我要诉求").first.click()
        await page.get_by_role("link", name="投诉").click()
        await page.get_by_label("手机号码").fill("13800000001")
        await page.get_by_label("我已阅读并同意").check()
        await looked_at(page, "portal-enter")
        await page.get_by_role("button", name="获取验证码").click()
        await page.get_by_label("短信验证码").fill(CODE)
        await page.get_by_role("button", name="登录").click()
        await page.get_by_label("诉求内容").fill(TEXT)
        Image.new("RGB", (1200, 900), (90, 120, 160)).save(photo := tmp_path / "photo.jpg")
        await page.get_by_label("照片或文件").set_input_files(photo)
        await expect(page.get_by_text("photo.jpg：已上传")).to_be_visible()
        # He is called away: what he typed is there when he comes back.
        await page.reload()
        await expect(page.get_by_label("诉求内容")).to_have_value(TEXT)
        # On a slow network he is quicker than the page's script: what he has chosen is sent all the same.
        await page.route("**/portal/portal.js", held := Held())
        await page.reload(wait_until="commit")
        await page.get_by_label("照片或文件").set_input_files(photo)
        held.let_go.set()
        await expect(page.get_by_text("photo.jpg：已上传")).to_be_visible()
        await looked_at(page, "portal-request")
        await page.get_by_role("button", name="提交").click()
        number = await page.locator(".receipt").inner_text()
        await page.get_by_role("link", name="查看进度").click()
        await expect(page.get_by_text("已受理", exact=True)).to_be_visible()
        await expect(page.get_by_role("link", name="photo.jpg")).to_be_visible()
        await looked_at(page, "portal-own")
        await portal.answered(number, "已抢修完毕，当日恢复供水")
        await page.reload()
        await page.get_by_label("满意", exact=True).check()
        await looked_at(page, "portal-rate")
        await page.get_by_role("button", name="评价办理结果").click()
        await expect(page.get_by_text("感谢您的评价")).to_be_visible()
        await page.get_by_role("link", name="高对比").click()
        await looked_at(page, "portal-contrast")
        await page.get_by_role("link", name="标准").click()
        for path in ("mine", "mine/earlier", "figures", "mine/account"):
            await page.goto(f"{portal.url}/{path}")
            await looked_at(page, f"portal-{path.replace('/', '-')}")
        assert faults == []
        await page.close()


class Held:
    """A file that comes when it is let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()

    async def __call__(self, route: Route) -> None:
        await self.let_go.wait()
        await route.continue_()


async def looked_at(page: Page, name: str) -> None:
    """Nothing wider than the telephone or the desk's screen, nothing serious for who hears the page, and a picture."""
    for size, at in ((DESK, "-desk"), (PHONE, "")):
        await page.set_viewport_size(size)
        await picture(page, f"{name}{at}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{name}{at}"
    assert await findings(page) == [], name
