"""A whole morning at the desk by keyboard alone: calls, a ticket, an article, colleagues, a break, the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import picture
from tests.browser.test_desk_forms import nobody_ready
from tests.running_hotline import PASSWORD, Api, RunningHotline, agent, citizen, hire, skip_greeting

pytestmark = pytest.mark.browser
SMALL, LARGE = {"width": 1366, "height": 768}, {"width": 1920, "height": 1080}
ARTICLE, WORDS = "居住证怎么办理", "居住证"
LONGEST_WAY = 60
"""Times that Tab is pressed until one is given up."""


@asynccontextmanager
async def wrapping_up(admin: Api, seconds: int) -> AsyncIterator[None]:
    """The queue has a wrap-up of so many seconds meanwhile."""

    async def keep(value: float) -> None:
        queue = await admin.ask("GET", "/api/acd/queues/general")
        await admin.ask("PUT", "/api/acd/queues/general", {**queue, "wrapup": value})

    before = (await admin.ask("GET", "/api/acd/queues/general"))["wrapup"]
    await keep(seconds)
    try:
        yield
    finally:
        await keep(before)


async def published(editor: Api, admin: Api) -> None:
    """An article that agents find."""
    category = await admin.ask("POST", "/api/knowledge/categories", {"name": "户籍居住"})
    body = f"<p>{ARTICLE}：持身份证到居住地派出所办理。</p>"
    fields = {"title": ARTICLE, "summary": "居住证", "body": body, "category": category["id"], "audience": "public"}
    made = await editor.ask("POST", "/api/knowledge/articles", fields)
    await editor.ask("POST", f"/api/knowledge/articles/{made['id']}/acts/submit", {})
    await admin.ask("POST", f"/api/knowledge/articles/{made['id']}/acts/approve", {"opinion": "同意"})


async def both(page: Page, name: str) -> None:
    """Pictures at both sizes."""
    for size in (LARGE, SMALL):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await asyncio.sleep(0.3)
        await picture(page, f"{name}-{size['width']}")


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is in it."""
    for _ in range(LONGEST_WAY):
        if await page.evaluate("name => !!document.activeElement.closest(`[data-test='${name}']`)", name):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {name}")


def phase(page: Page, name: str) -> Any:
    return expect(page.get_by_test_id("phone-card")).to_have_attribute("data-phase", name, timeout=15_000)


async def test_a_whole_morning_by_keyboard_alone(hotline: RunningHotline, chromium: Browser) -> None:
    await hire(hotline, ["1021", "1022"])
    async with (
        SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as leader, hotline.signed_in("admin") as admin,
        wrapping_up(admin, 60),
    ):  # fmt: skip
        await published(leader, admin)
        await nobody_ready(leader)
        context = await chromium.new_context(
            viewport=SMALL, permissions=["microphone", "clipboard-write"], locale="zh-CN"
        )  # type: ignore[arg-type]
        desk = await context.new_page()
        keys = desk.keyboard
        await desk.goto(f"{hotline.url}/")
        await tab_to(desk, "login")
        await keys.type("1021")
        await tab_to(desk, "password")
        await keys.type(PASSWORD)
        await keys.press("Enter")
        bar = desk.get_by_test_id("status-bar")
        await expect(desk.get_by_test_id("go-ready")).to_be_enabled(timeout=20_000)
        await keys.press("Alt+KeyR")
        await expect(bar).to_have_attribute("data-state", "ready", timeout=10_000)
        async with citizen(hotline, stack, "13800000081") as call:
            await skip_greeting(call)
            await phase(desk, "ringing")
            await both(desk, "workspace-ringing")
            await keys.press("F8")
            await phase(desk, "talking")
            place = await desk.get_by_test_id("hangup").bounding_box()

            await desk.get_by_test_id("desk-forms").wait_for()
            await keys.press("Alt+KeyW")
            await tab_to(desk, "field-title")
            await keys.type("小区路灯不亮")
            await tab_to(desk, "field-content")
            await keys.type("三号楼前的路灯坏了一周")
            await keys.press("Alt+KeyZ")
            await keys.type(WORDS)
            await expect(desk.get_by_test_id("knowledge-row").first).to_contain_text(ARTICLE, timeout=10_000)
            await both(desk, "workspace-talking")
            await keys.press("Enter")
            await expect(desk.get_by_test_id("knowledge-text")).to_contain_text("派出所", timeout=10_000)
            await tab_to(desk, "knowledge-cite")
            await keys.press("Enter")
            await expect(desk.get_by_test_id("knowledge-cite")).to_contain_text("已选用", timeout=10_000)

            await keys.press("Alt+KeyH")
            await phase(desk, "held")
            await keys.press("Alt+KeyH")
            await phase(desk, "talking")
            await keys.press("Alt+KeyM")
            await expect(desk.get_by_test_id("mute")).to_have_attribute("aria-pressed", "true")
            await keys.press("Alt+KeyM")
            await keys.press("Alt+KeyK")
            await desk.get_by_test_id("keypad").wait_for()
            await keys.press("Alt+KeyK")
            assert await desk.get_by_test_id("hangup").bounding_box() == place, "the button has moved"

            async with agent(hotline, stack, "1022") as colleague:
                await colleague.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": None})
                await consult(desk, "1022")
                await both(desk, "workspace-consulting")
                await keys.press("Alt+KeyU")
                await phase(desk, "talking")
                await colleague.until("break")
                await consult(desk, "1022")
                await keys.press("Alt+KeyA")
                await phase(desk, "conference")
                await keys.press("Alt+KeyO")
                await phase(desk, "talking")
                await colleague.until("break")
                await keys.press("Alt+KeyT")
                await chosen(desk, "transfer", "1022")
                await expect(bar).to_have_attribute("data-state", "wrapup", timeout=15_000)
                await colleague.until("talking", 15)
                await desk.get_by_test_id("unfinished-register").or_(desk.get_by_test_id("unfinished")).first.wait_for()
                await both(desk, "workspace-wrapup")
                await call.hang_up()
        await keys.press("Alt+KeyX")
        await keys.press("Alt+KeyN")
        await expect(desk.get_by_test_id("desk-forms")).to_contain_text("提交")
        await keys.press("Alt+Period")
        await keys.press("Alt+KeyW")
        await tab_to(desk, "desk-form-submit")
        await keys.press("Enter")
        await expect(desk.get_by_test_id("unfinished")).to_have_attribute("data-count", "0", timeout=15_000)
        await keys.press("Alt+KeyR")
        await expect(bar).to_have_attribute("data-state", "ready", timeout=10_000)
        await expect(desk.get_by_test_id("caller-card")).to_contain_text("刚才的来电")
        await both(desk, "workspace-after")
        await keys.press("Alt+KeyB")
        await desk.get_by_role("menuitem").first.wait_for()
        await expect(desk.get_by_role("menuitem").first).to_be_focused()
        await keys.press("Enter")
        await expect(bar).to_have_attribute("data-state", "break", timeout=10_000)
        await keys.press("Alt+KeyQ")
        await expect(bar).to_have_attribute("data-state", "signed_out", timeout=10_000)
        await context.close()


async def chosen(desk: Page, dialog: str, agent_no: str) -> None:
    await desk.get_by_test_id(f"{dialog}-dialog").wait_for()
    await expect(desk.get_by_test_id("target-search")).to_be_focused()
    await desk.get_by_test_id(f"target-agent-{agent_no}").wait_for()
    await desk.keyboard.type(agent_no)
    await desk.keyboard.press("Enter")


async def consult(desk: Page, agent_no: str) -> None:
    """Ask a colleague, who answers."""
    await desk.keyboard.press("Alt+KeyC")
    await chosen(desk, "consult", agent_no)
    await phase(desk, "consulting")
    await expect(desk.get_by_test_id("conference")).to_be_enabled(timeout=10_000)
    await expect(desk.get_by_test_id("phone-card")).to_contain_text("通话中", timeout=10_000)
