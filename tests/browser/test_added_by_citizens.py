"""A citizen calls again about an open ticket: reminded, added to, joined, withdrawn; the department sees each of it."""

import pytest
from playwright.async_api import Browser, Page, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import be_ready, open_page, picture
from tests.browser.test_desk_forms import nobody_ready
from tests.browser.test_dispatch_desk import menu, save
from tests.running_hotline import PASSWORD, RunningHotline, citizen, hire, skip_greeting

pytestmark = pytest.mark.browser
SLOW = 20_000
NUMBER = "13800000068"
COVERED = """() => {
  const card = document.querySelector('[data-test=message-card]').getBoundingClientRect()
  return [...document.querySelectorAll('main button, main a, [aria-label=主菜单] .scroll')].filter((one) => {
    const box = one.getBoundingClientRect()
    return box.width && box.left < card.right && box.right > card.left && box.top < card.bottom && box.bottom > card.top
  }).map((one) => one.textContent)
}"""
"""What lies under an urgent message: buttons of the page, the menu."""
CUT = """(tabs) => {
  const room = tabs[0].parentElement.getBoundingClientRect()
  return tabs.filter((one) => one.getBoundingClientRect().right > room.right + 1).length
}"""
"""Tabs of which a part lies out of sight."""


async def dispatched(hotline: RunningHotline) -> str:
    """An urgent request of the citizen in the hands of a department, whose clerk has signed it."""
    async with hotline.signed_in("admin") as admin, hotline.signed_in("1014") as agent:
        unit = {"name": "gasworks", "title": "市燃气管理处", "region": "320400", "parent": "city"}
        await admin.ask("POST", "/api/organisations", unit)
        clerk = {"login": "gas", "name": "燃气经办", "organisation": "gasworks", "roles": ["department"]}
        await admin.ask("POST", "/api/people", {**clerk, "password": PASSWORD, "change": False})
        said = {
            "title": "东苑三栋燃气泄漏", "content": "楼道里有燃气味", "contact": NUMBER, "type": "help", "urgent": True,
        }  # fmt: skip
        ticket = str((await agent.ask("POST", "/api/tickets", said))["id"])
        await agent.ask("POST", f"/api/tickets/{ticket}/acts/submit", {})
        form = {"lead": "gasworks", "joint": [], "assisting": [], "note": ""}
        await admin.ask("POST", f"/api/tickets/{ticket}/acts/dispatch", form)
    return ticket


async def told(page: Page, words: str) -> None:
    """The urgent message is there at once, beside the page and over none of its buttons; it is opened."""
    card = page.get_by_test_id("message-card").filter(has_text=words).first
    await expect(card).to_be_visible(timeout=SLOW)
    assert await page.evaluate(COVERED) == []
    await picture(page, f"told-{words}")
    await card.click()


async def test_a_citizen_calls_again_and_his_department_sees_it(hotline: RunningHotline, chromium: Browser) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as leader:
        await nobody_ready(leader)
        await hire(hotline, ["1014"])
        ticket = await dispatched(hotline)
        clerk = await open_page(chromium, hotline, "gas", f"/tickets/{ticket}?tab=timeline")
        await expect(clerk.get_by_test_id("record-title")).to_be_visible(timeout=SLOW)
        desk = await open_page(chromium, hotline, "1014")
        await be_ready(desk)
        async with citizen(hotline, stack, NUMBER) as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=SLOW)
            # Several matters of one talk: each tab is read and reached.
            tabs = desk.get_by_role("tab")
            for count in (3, 4):
                await desk.get_by_test_id("desk-tab-ticket").last.click(timeout=SLOW)
                await desk.get_by_test_id("desk-form-further").click()
                await expect(tabs).to_have_count(count, timeout=SLOW)
            assert await tabs.evaluate_all(CUT) == 0
            await picture(desk, "desk-four-forms")
            mine = desk.get_by_test_id("slot-caller_tickets")
            await mine.get_by_role("button", name="催单").first.click(timeout=SLOW)
            await desk.locator(".el-message-box .el-button--primary").click()
            await told(clerk, "催单")
            await mine.get_by_role("button", name="补充").first.click(timeout=SLOW)
            await desk.get_by_role("dialog").last.get_by_test_id("field-note").fill("气味已漫到四楼")
            await save(desk)
            await told(clerk, "补充诉求")
            await call.hang_up()
        page = await open_page(chromium, hotline, "1014", f"/tickets/{ticket}")
        await expect(page.get_by_test_id("value-reminders")).to_contain_text("1", timeout=SLOW)
        await menu(page, "联名")
        await page.get_by_test_id("field-name").fill("李四")
        await page.get_by_test_id("field-contact").fill("13800000069")
        await save(page)
        await page.get_by_role("tab", name="联名").click()
        await expect(page.get_by_test_id("list")).to_contain_text("138 **** 0069", timeout=SLOW)
        await picture(page, "joined")
        await clerk.goto(f"{hotline.url}/tickets/{ticket}?tab=timeline")
        line = clerk.locator("main")
        await expect(line).to_contain_text("气味已漫到四楼", timeout=SLOW)
        await expect(line).to_contain_text("催单")
        await expect(line).to_contain_text("登记工单联名人")
        await picture(clerk, "department-timeline")

        chief = await open_page(chromium, hotline, "8001", f"/tickets/{ticket}?tab=tasks")
        table = chief.get_by_test_id("list")
        await expect(table).to_contain_text("市燃气管理处", timeout=SLOW)
        assert await table.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 1
        wrap = table.locator(".el-scrollbar__wrap").first
        assert await wrap.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 1
        await picture(chief, "tasks-of-a-ticket")
        await menu(chief, "市民撤单")
        await chief.get_by_test_id("field-reason").fill("市民来电称已修复，不再反映")
        await save(chief)
        await expect(chief.get_by_test_id("mark-step")).to_contain_text("已撤单", timeout=SLOW)
        await picture(chief, "withdrawn")
        await told(clerk, "市民撤单")


async def test_a_view_is_kept_for_oneself_and_given_to_a_role(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "admin", "/tickets_review?urgent=true")
    await page.get_by_test_id("list-views").click(timeout=SLOW)
    for title, role in (("紧急待派", ""), ("全员紧急", "审核岗")):
        await page.get_by_test_id("view-title").fill(title)
        if role:
            await page.locator(".el-select:visible", has=page.get_by_role("combobox", name="提供给角色")).click()
            await page.get_by_role("option", name=f"提供给：{role}", exact=True).click()
        await page.get_by_test_id("view-save").click()
        await expect(page.get_by_test_id(f"view-{title}")).to_be_visible(timeout=SLOW)
        await picture(page, f"view-{title}")
    async with hotline.signed_in("admin") as admin:
        account = {"login": "sees_views", "name": "审核甲", "organisation": "city", "roles": ["reviewer"]}
        await admin.ask("POST", "/api/people", {**account, "password": PASSWORD, "change": False})
    other = await open_page(chromium, hotline, "sees_views", "/tickets_review")
    await other.get_by_test_id("list-views").click(timeout=SLOW)
    await expect(other.get_by_test_id("view-全员紧急")).to_be_visible(timeout=SLOW)
    await expect(other.get_by_test_id("view-紧急待派")).to_have_count(0)
    await other.get_by_test_id("view-全员紧急").click()
    await other.wait_for_url("**urgent=true**", timeout=SLOW)
    await picture(other, "view-of-a-role")
