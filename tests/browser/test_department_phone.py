"""A department on its telephones (部门端): the office signs and dispatches down, another handles with a photo."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.browser.test_desk_and_board import open_page, picture
from tests.browser.test_pages import findings
from tests.browser.test_tickets import confirm, press
from tests.running_hotline import PASSWORD, RunningHotline

pytestmark = pytest.mark.browser
SLOW = 20_000
PHONE = {"width": 390, "height": 844}
KEPT = "caches.open('console-1').then((one) => one.keys()).then((all) => all.map((one) => one.url))"


async def test_a_clerk_signs_dispatches_down_and_handles_with_a_photo(
    hotline: RunningHotline, chromium: Browser, tmp_path: Path
) -> None:
    async with hotline.signed_in("admin") as admin:
        for name, title, parent in (("greens", "市园林局", "city"), ("greens-east", "园林局城东所", "greens")):
            unit = {"name": name, "title": title, "region": "320400", "parent": parent}
            await admin.ask("POST", "/api/organisations", unit)
        for login, organisation in (("phone-clerk", "greens"), ("phone-east", "greens-east")):
            account = {"login": login, "name": login, "organisation": organisation, "roles": ["department"]}
            await admin.ask("POST", "/api/people", {**account, "password": PASSWORD, "change": False})
        said = {
            "title": "行道树倒伏", "content": "人民路行道树倒伏压住人行道", "contact": "13900003077", "type": "help",
            "place": "320404", "point": "31.81124,119.97371",
        }  # fmt: skip
        ticket = (await admin.ask("POST", "/api/tickets", said))["id"]
        await admin.ask("POST", f"/api/tickets/{ticket}/acts/submit", {})
        await admin.ask("POST", f"/api/tickets/{ticket}/acts/dispatch", {"lead": "greens", "assisting": []})

        clerk = await on_phone(chromium, hotline, "phone-clerk")
        tabs = clerk.get_by_role("navigation", name="主菜单")
        shown = [one.partition("\n")[0] for one in await tabs.locator("a").all_inner_texts()]
        assert shown == ["消息", "应用", "通讯录", "我的"]
        await looked_at(clerk, "department-apps")
        await tabs.get_by_text("我的").click()
        await looked_at(clerk, "department-own")
        await clerk.goto(f"{hotline.url}/tickets_sign")
        await clerk.get_by_text("行道树倒伏").first.click()
        await confirm(clerk, "签收")
        await looked_at(clerk, "department-ticket")
        # Where the citizen said that it is: the telephone's own map programme opens there.
        place = clerk.get_by_test_id("value-point").get_by_role("link", name="北纬 31.81124°，东经 119.97371°")
        await expect(place).to_have_attribute("href", "geo:31.81124,119.97371")
        await place.scroll_into_view_if_needed()
        await looked_at(clerk, "department-place")
        # What is seldom done is behind three dots on a screen of this width.
        await clerk.get_by_test_id("action-more").first.click(timeout=SLOW)
        await clerk.get_by_role("menuitem", name="分派下级").click(timeout=SLOW)
        dialog = clerk.get_by_role("dialog").last
        await dialog.wait_for(timeout=SLOW)
        await dialog.get_by_test_id("field-units").click()
        await clerk.locator(".el-select-dropdown__item:visible", has_text="城东所").click()
        await dialog.get_by_role("heading").first.click()
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_be_hidden(timeout=SLOW)

        east = await on_phone(chromium, hotline, "phone-east", f"/tickets/{ticket}")
        await confirm(east, "签收")
        await east.get_by_role("tab", name="附件").click()
        Image.new("RGB", (1200, 900), (70, 130, 80)).save(photo := tmp_path / "tree.jpg")
        await east.get_by_test_id("files-camera").set_input_files(photo)
        await expect(east.get_by_test_id("file")).to_contain_text("tree.jpg", timeout=SLOW)
        await looked_at(east, "department-photo")
        # The network is lost while he writes: what he wrote is there when he comes back.
        dialog = await press(east, "办结反馈")
        await dialog.get_by_test_id("field-answer").fill("已清理倒伏树木，人行道恢复通行")
        await dialog.get_by_test_id("field-contacted").click()
        await east.context.set_offline(True)
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_contain_text("连接不上服务器")
        await dialog.get_by_role("button", name="取消").click()
        await east.context.set_offline(False)
        await east.reload()
        dialog = await press(east, "办结反馈")
        await expect(dialog.get_by_test_id("form-unsent")).to_be_visible()
        await expect(dialog.get_by_test_id("field-answer")).to_have_value("已清理倒伏树木，人行道恢复通行")
        await looked_at(east, "department-unsent")
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_be_hidden(timeout=SLOW)
        assert not await east.evaluate("Object.keys(localStorage).some((one) => one.startsWith('hotline.unsent'))")
        # Without a network the console itself opens from what it has kept, and nothing of tickets is kept.
        await east.wait_for_function("navigator.serviceWorker.controller !== null")
        await east.reload()
        kept = await east.evaluate(
            "caches.open('console-1').then((one) => one.keys()).then((all) => all.map((k) => k.url))"
        )
        assert kept and not [one for one in kept if "/api/" in one]


async def on_phone(chromium: Browser, hotline: RunningHotline, login: str, path: str = "/") -> Page:
    page = await open_page(chromium, hotline, login, path)
    await page.set_viewport_size(PHONE)
    await page.reload()
    await page.get_by_role("navigation", name="主菜单").wait_for(timeout=SLOW)
    return page


async def looked_at(page: Page, name: str) -> None:
    """Nothing wider than the telephone, nothing serious for who hears the page, and a picture."""
    with suppress(PlaywrightTimeout):  # a page that is told anew all the time is never idle
        await page.wait_for_load_state("networkidle", timeout=5_000)
    await picture(page, name)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    assert await findings(page) == [], name
