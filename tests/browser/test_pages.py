"""Every page: few ways to the server, its name on the tab, and names for those who hear it (axe-core finds more)."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "softphone/web/node_modules/axe-core/axe.min.js"
REQUESTS = 60
SEEN: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"}
PAGES = {
    "desk": ("/desk", "status-bar", "话务工作台 · 12345 热线"),
    "home": ("/home", "arrange", "首页 · 12345 热线"),
    "board": ("/board", "queues", "实时监控 · 12345 热线"),
    "calls": ("/calls", "list-refresh", "通话记录 · 12345 热线"),
    "list": ("/acd_queues", "list-refresh", "队列 · 12345 热线"),
    "long-list": ("/message_templates", "list-refresh", "消息模板 · 12345 热线"),
}
OF_ADMINS = ("list", "long-list")


async def findings(page: Page) -> list[str]:
    """Serious and critical ones, each with the first element that has it."""
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:300]} {one['nodes'][0]['failureSummary'][:300]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_named_on_its_tab_and_to_those_who_hear_it(
    hotline: RunningHotline, chromium: Browser, name: str
) -> None:
    """After a reload described pages were called 12345 热线 only, and axe found an input without a name."""
    path, ready, title = PAGES[name]
    page = await open_page(chromium, hotline, "admin" if name in OF_ADMINS else "8001", path)
    for _ in range(2):
        await page.get_by_test_id(ready).first.wait_for(timeout=15_000)
        await page.wait_for_load_state("networkidle")
        await expect(page).to_have_title(title)
        await page.reload()
    await page.get_by_test_id(ready).first.wait_for(timeout=15_000)
    await page.wait_for_load_state("networkidle")
    await picture(page, f"page-{name}")
    assert await findings(page) == []


async def test_signing_in_and_a_form_have_names_for_those_who_hear_them(
    hotline: RunningHotline, chromium: Browser
) -> None:
    """As above, on what stands before and over the pages."""
    page = await (await chromium.new_context(**SEEN)).new_page()
    await page.goto(f"{hotline.url}/")
    await page.get_by_test_id("login").wait_for()
    assert await findings(page) == []
    page = await open_page(chromium, hotline, "admin", "/acd_queues")
    await page.get_by_test_id("create").click()
    need = page.get_by_test_id("field-need").locator("textarea")
    await need.fill("")
    await page.get_by_test_id("add-steps").click()
    await picture(page, "queue-form")
    assert await findings(page) == []


@pytest.mark.parametrize("name", ["sign-in", "home", "desk", "board"])
async def test_a_first_load_asks_for_at_most_sixty_things(
    hotline: RunningHotline, chromium: Browser, name: str
) -> None:
    """The desk's first load made 145 requests, most of them for icons and sheets of a few hundred bytes."""
    context = await chromium.new_context(**SEEN, permissions=["microphone"])
    if name != "sign-in":
        before = await open_page(chromium, hotline, "8001")
        await context.add_cookies(await before.context.cookies())  # type: ignore[arg-type]
    asked: list[str] = []

    def count(request: Request) -> None:
        if request.url.startswith(hotline.url):
            asked.append(request.url.removeprefix(hotline.url))

    page = await context.new_page()
    page.on("request", count)
    await page.goto(f"{hotline.url}{'/' if name == 'sign-in' else PAGES[name][0]}")
    await page.get_by_test_id("login" if name == "sign-in" else PAGES[name][1]).first.wait_for(timeout=15_000)
    await page.wait_for_load_state("networkidle")
    print(name, len(asked))
    assert len(asked) <= REQUESTS, "\n".join(asked)


async def test_in_a_menu_longer_than_the_screen_one_sees_where_one_is(
    hotline: RunningHotline, chromium: Browser
) -> None:
    """An administrator's page stood far below in the menu; of the menu as icons the last ones left the screen."""
    page = await open_page(chromium, hotline, "admin", "/plugins")
    here = page.locator(".item.active")
    await here.wait_for()
    await expect(here).to_be_in_viewport(ratio=1)
    await page.get_by_role("button", name="收起菜单").click()
    last = page.locator(".menu.narrow .group").last
    await last.hover()
    await expect(last.locator(".heading")).to_be_in_viewport(ratio=1)
    entries = last.locator(".item")
    for at in range(await entries.count()):
        await expect(entries.nth(at)).to_be_in_viewport(ratio=1)
    await picture(page, "menu-of-icons")
    await entries.last.click()
    await expect(page).to_have_url(re.compile("/(?!plugins$)"))
