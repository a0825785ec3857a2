"""An editor writes a notice, another approves it, a citizen reads it; a questionnaire is built, answered, and read."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import PASSWORD, RunningHotline

pytestmark = pytest.mark.browser
SLOW = 20_000


async def act(page: Page, title: str, *, asks: bool = False) -> None:
    """Take an act of the process; some ask for an opinion."""
    await page.get_by_role("button", name=title, exact=True).first.click(timeout=SLOW)
    box = page.get_by_role("dialog").last if asks else page.locator(".el-message-box")
    button = box.get_by_test_id("form-save") if asks else box.get_by_role("button", name=title)
    await button.click(timeout=SLOW)
    await expect(box).to_be_hidden(timeout=SLOW)


async def test_a_notice_and_a_questionnaire_reach_citizens(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        for login, name in (("pen", "采编员"), ("eye", "审核员")):
            person = {"login": login, "name": name, "organisation": "city", "roles": ["supervisor"]}
            await admin.ask("POST", "/api/people", {**person, "password": PASSWORD, "change": False})
    writer = await open_page(chromium, hotline, "pen", "/publications")
    await writer.get_by_test_id("create").click(timeout=SLOW)
    await writer.get_by_test_id("field-section").click(timeout=SLOW)
    await writer.get_by_role("option", name="通知公告").click()
    await writer.get_by_test_id("field-matter").click()
    await writer.get_by_role("option", name="服务变动").click()
    await (
        writer.get_by_test_id("field-title")
        .locator("input")
        .or_(writer.get_by_test_id("field-title"))
        .last.fill("春节期间话务安排")
    )
    await writer.locator(".ProseMirror").click()
    await writer.keyboard.type("春节期间热线照常受理。")
    await picture(writer, "publication-form")
    await writer.get_by_test_id("form-save").click()
    await writer.get_by_text("春节期间话务安排").first.click(timeout=SLOW)
    await act(writer, "提交审核")
    address = writer.url.removeprefix(hotline.url)
    reviewer = await open_page(chromium, hotline, "eye", address)
    await act(reviewer, "审核通过", asks=True)
    await expect(reviewer.get_by_text("已发布").first).to_be_visible(timeout=SLOW)

    phone = await (await chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")).new_page()
    site = f"http://127.0.0.1:{hotline.ports['public']}"
    await phone.goto(f"{site}/news?section=notice")
    await phone.get_by_role("link", name="春节期间话务安排").click()
    await expect(phone.get_by_text("春节期间热线照常受理。")).to_be_visible()
    await picture(phone, "news-on-a-phone")

    await writer.goto(f"{hotline.url}/surveys")
    await writer.get_by_test_id("create").click(timeout=SLOW)
    await writer.get_by_test_id("field-title").fill("话务服务调查")
    await writer.get_by_test_id("add-questions").click()
    row = writer.get_by_test_id("row-questions-0")
    await row.get_by_label("题目").fill("您满意吗？")
    await row.locator(".el-select").first.click()
    await writer.get_by_role("option", name="打分").click()
    await picture(writer, "survey-form")
    await writer.get_by_test_id("form-save").click()
    await writer.get_by_text("话务服务调查").first.click(timeout=SLOW)
    await act(writer, "发布")
    await phone.goto(f"{site}/surveys")
    await phone.get_by_role("link", name="话务服务调查").click()
    await phone.get_by_role("button", name="提交").click()
    await expect(phone.get_by_role("link", name="请回答这道题")).to_be_visible()
    await phone.get_by_label("5 分（很满意）").check()
    await phone.get_by_role("button", name="提交").click()
    await expect(phone.get_by_text("感谢参与")).to_be_visible()
    await writer.reload()
    await writer.get_by_role("tab", name="结果").click(timeout=SLOW)
    await expect(writer.get_by_test_id("result-1")).to_contain_text("平均 5.00 分", timeout=SLOW)
    await picture(writer, "survey-results")
