"""Dispatch at its screens: the next ticket, merged and parted, reported up, several sent at once, each row told."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.browser.test_tickets import press
from tests.running_hotline import PASSWORD, Api, RunningHotline

pytestmark = pytest.mark.browser
SLOW = 20_000


async def menu(page: Page, title: str) -> None:
    """Press what stands behind “…” of a ticket's page."""
    await page.get_by_test_id("action-more").first.click(timeout=SLOW)
    await page.get_by_role("menuitem", name=re.compile(f"^{title}")).first.click()
    await page.get_by_role("dialog").last.wait_for(timeout=SLOW)


async def save(page: Page) -> None:
    """Send the form that is open."""
    dialog = page.get_by_role("dialog").last
    await dialog.get_by_test_id("form-save").click()
    await expect(dialog).to_be_hidden(timeout=SLOW)


async def registered(agent: Api, title: str, *, urgent: bool = False, submit: bool = True) -> str:
    said = {
        "title": title,
        "content": f"{title}，请处理",
        "contact": "13900003077",
        "type": "complaint",
        "urgent": urgent,
    }
    made = await agent.ask("POST", "/api/tickets", said)
    if submit:
        await agent.ask("POST", f"/api/tickets/{made['id']}/acts/submit", {})
    return str(made["id"])


async def test_the_next_ticket_opens_is_merged_parted_and_reported_up(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with hotline.signed_in("admin") as admin, hotline.signed_in("1001") as agent:
        for login, role in (("dispatches", "reviewer"), ("decides", "chief_reviewer")):
            account = {"login": login, "name": login, "organisation": "city", "roles": [role]}
            await admin.ask("POST", "/api/people", {**account, "password": PASSWORD, "change": False})
        first = await registered(agent, "锦江路井盖缺失", urgent=True)
        second = await registered(agent, "锦江路井盖丢失")

        reviewer = await open_page(chromium, hotline, "dispatches", "/tickets_review")
        await reviewer.get_by_role("button", name="领取下一个").click(timeout=SLOW)
        # It is handed out by urgency and deadline, and opens at once.
        await reviewer.wait_for_url(re.compile(r"/tickets/\w+"), timeout=SLOW)
        await expect(reviewer.get_by_test_id("record-title")).to_be_visible(timeout=SLOW)
        await picture(reviewer, "next-ticket")

        await reviewer.goto(f"{hotline.url}/tickets/{second}")
        await menu(reviewer, "合并处办")
        await reviewer.get_by_test_id("field-master").click()
        await reviewer.keyboard.type("锦江路井盖缺失")
        await reviewer.locator(".el-select-dropdown__item:visible", has_text="锦江路井盖缺失").click(timeout=SLOW)
        await picture(reviewer, "merge")
        await save(reviewer)
        await expect(reviewer.get_by_test_id("mark-step")).to_contain_text("合并处办", timeout=SLOW)
        await reviewer.goto(f"{hotline.url}/tickets/{first}")
        await reviewer.get_by_role("tab", name="合并").click(timeout=SLOW)
        await expect(reviewer.get_by_text("锦江路井盖丢失")).to_be_visible(timeout=SLOW)
        await reviewer.goto(f"{hotline.url}/tickets/{second}")
        dialog = await press(reviewer, "拆分")
        await dialog.get_by_test_id("field-reason").fill("并非同一处")
        await save(reviewer)
        await expect(reviewer.get_by_test_id("mark-step")).to_contain_text("派审", timeout=SLOW)
        await menu(reviewer, "上报省级")
        await reviewer.get_by_test_id("field-reason").fill("省管道路")
        await save(reviewer)

        chief = await open_page(chromium, hotline, "decides", f"/tickets/{second}")
        await chief.get_by_role("button", name="录入省级答复").click(timeout=SLOW)
        await chief.get_by_test_id("field-answer").fill("省公路中心已补装井盖")
        await save(chief)
        await expect(chief.get_by_test_id("mark-step")).to_contain_text("结果审核", timeout=SLOW)


async def test_several_are_sent_at_once_with_a_look_before(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("1002") as agent:
        for count in range(3):
            await registered(agent, f"小区垃圾清运不及时{count}", submit=False)
    page = await open_page(chromium, hotline, "1002", "/tickets_registered")
    rows = page.get_by_test_id("list").get_by_text("小区垃圾清运不及时")
    await expect(rows).to_have_count(3, timeout=SLOW)
    await page.locator("thead .el-checkbox").first.click()
    await page.get_by_role("button", name="送审").first.click()
    dialog = page.get_by_role("dialog").last
    await expect(dialog).to_contain_text("将处理", timeout=SLOW)
    await picture(page, "bulk-preview")
    await dialog.get_by_role("button", name=re.compile("^送审")).click()
    await expect(dialog).to_contain_text("成功", timeout=SLOW)
    await dialog.get_by_role("button", name="完成").click()
    await expect(rows).to_have_count(0, timeout=SLOW)
