"""A leader forbids a number segment and begins a campaign on screen; an agent works on it."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser


async def fill(page: Page, **fields: str) -> None:
    """Fields of the form that is open."""
    for key, text in fields.items():
        await page.get_by_test_id(f"field-{key}").fill(text)


async def test_a_segment_is_forbidden_and_tried(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "8001", "/forbidden_numbers")
    await page.get_by_test_id("create").click()
    await page.get_by_test_id("form-create").wait_for()
    await fill(page, pattern="0898*", extensions="王芳", reason="境外诈骗高发号段")
    await page.get_by_test_id("form-save").click()
    await expect(page.locator(".el-form-item.is-error")).to_contain_text("不是分机")
    await fill(page, extensions="1001，1003-1005")
    await page.get_by_test_id("form-save").click()
    row = page.get_by_test_id("list").get_by_text("0898*")
    await expect(row).to_be_visible()
    await expect(page.get_by_test_id("list")).to_contain_text("1001, 1003-1005")

    for extension, words in (("1001", "境外诈骗高发号段"), ("1002", "可以拨打")):
        await page.get_by_test_id("action-try").click()
        await page.get_by_test_id("form-try").wait_for()
        await fill(page, number="0898 6666 1234", extension=extension)
        await page.get_by_test_id("form-save").click()
        await expect(page.get_by_text(words).last).to_be_visible()
        await picture(page, f"tried-{extension}")
        await page.locator(".el-message-box").get_by_role("button").last.click()
        await expect(page.locator(".el-message-box")).to_be_hidden()
    await row.click()
    await page.get_by_role("tab", name="拦截记录").click()
    await expect(page.get_by_text("没有人被拦截")).to_be_visible()
    await page.context.close()


async def test_a_campaign_is_begun_and_worked_on(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("8001") as api:
        said = {"title": "办事满意度回访", "mode": "preview", "queue": "general", "calendar": "always"}
        made = await api.ask("POST", "/api/campaigns", {**said, "script": "您好，这里是12345。"})
    boss = await open_page(chromium, hotline, "8001", f"/campaigns/{made['id']}")
    await boss.get_by_test_id("action-start").click()
    await boss.locator(".el-message-box").get_by_role("button", name="开始").click()
    await expect(boss.get_by_text("名单为空")).to_be_visible()
    async with hotline.signed_in("8001") as api:
        for number, name in (("13800000191", "张三"), ("13800000192", "李四")):
            body = {"campaign": made["id"], "number": number, "name": name, "about": "上周办理不动产登记"}
            await api.ask("POST", "/api/campaign_targets", body)
    await boss.reload()
    await boss.get_by_test_id("action-start").click()
    await boss.locator(".el-message-box").get_by_role("button", name="开始").click()
    await expect(boss.get_by_test_id("action-pause")).to_be_visible()
    await boss.get_by_role("tab", name="名单", exact=True).click()
    await expect(boss.get_by_text("李四")).to_be_visible()
    await picture(boss, "campaign")

    page = await open_page(chromium, hotline, "1002", "/campaign_targets")
    await page.get_by_test_id("action-next").click()
    await expect(page.get_by_test_id("record-title")).to_contain_text("张三")
    await expect(page.get_by_text("您好，这里是12345。")).to_be_visible()
    await picture(page, "target")
    await page.get_by_test_id("action-dial").click()
    await page.locator(".el-message-box").get_by_role("button", name="拨打").click()
    await expect(page.get_by_text("请先签入，再拨打电话")).to_be_visible()
    await expect(page.get_by_test_id("action-dial")).to_be_visible(), "nothing was dialled: he is still in hand"
    await page.get_by_test_id("action-done").click()
    await page.get_by_test_id("field-code").click()
    await page.locator(".el-select-dropdown__item:visible", has_text="拒绝配合").click()
    await page.get_by_test_id("form-save").click()
    await expect(page.get_by_text("已完成")).to_be_visible()
    async with hotline.signed_in("8001") as api:
        found = (await api.ask("GET", f"/api/campaign_targets?campaign={made['id']}"))["items"]
        assert {(one["name"], one["state"], one["code"], one["attempts"]) for one in found} == {
            ("张三", "done", "refused", 0),
            ("李四", "waiting", "", 0),
        }
        await api.ask("POST", f"/api/campaigns/{made['id']}/finish")
    for one in (boss, page):
        await one.context.close()
