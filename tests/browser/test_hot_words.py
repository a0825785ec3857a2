"""Hot words in a real browser: added, changed, many at once, tried on a text that was misheard, and removed."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser
SLOW = 20_000
MISHEARD = "我住在清房亚院"


async def tried(page: Page, answer: str) -> None:
    """What would become of a text that was misheard."""
    await page.get_by_test_id("action-try").click()
    dialog = page.get_by_role("dialog").last
    await dialog.get_by_test_id("field-text").fill(MISHEARD)
    await dialog.get_by_test_id("form-save").click()
    await expect(page.get_by_text(answer).first).to_be_visible(timeout=SLOW)


async def row_of(page: Page, word: str) -> Locator:
    """Its line of the list."""
    row = page.locator("tbody tr").filter(has_text=word).first
    await expect(row).to_be_visible(timeout=SLOW)
    return row


async def test_hot_words_are_kept_on_their_page(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "8001", "/hot_words")
    await page.get_by_test_id("create").click(timeout=SLOW)
    form = page.get_by_test_id("form-create")
    await form.get_by_test_id("field-word").fill("WiFi")
    await form.get_by_test_id("form-save").click()
    await expect(form.get_by_text("热词为 2 到 12 个汉字")).to_be_visible(timeout=SLOW)
    await form.get_by_test_id("field-word").fill("沁园雅居")
    await form.get_by_test_id("form-save").click()
    await expect(form).to_be_hidden(timeout=SLOW)
    await (await row_of(page, "沁园雅居")).get_by_test_id("action-edit").click()
    form = page.get_by_test_id("form-edit")
    await form.get_by_test_id("field-word").fill("沁芳雅苑")
    await form.get_by_test_id("form-save").click()
    await expect(form).to_be_hidden(timeout=SLOW)
    await row_of(page, "沁芳雅苑")

    await page.get_by_test_id("action-add_many").click()
    dialog = page.get_by_role("dialog").last
    await dialog.get_by_test_id("field-words").fill("窨井盖 60\n不动产登记\nwifi\n窨井盖")
    await dialog.get_by_test_id("form-save").click()
    await expect(page.get_by_text("已添加 2 个热词，2 行未添加").first).to_be_visible(timeout=SLOW)
    await expect(page.get_by_text("第 3 行“wifi”").first).to_be_visible()
    await picture(page, "hot-words-many")
    await page.goto(f"{hotline.url}/hot_words")
    await expect(await row_of(page, "窨井盖")).to_contain_text("60")

    await tried(page, "“清房亚院”改为“沁芳雅苑”")
    await picture(page, "hot-words-tried")
    await page.goto(f"{hotline.url}/hot_words")
    await (await row_of(page, "沁芳雅苑")).get_by_test_id("action-remove").click()
    await page.locator(".el-message-box").get_by_role("button", name="删除").click()
    await expect(page.locator("tbody tr").filter(has_text="沁芳雅苑")).to_have_count(0, timeout=SLOW)
    await tried(page, "没有需要修正的词")
    await page.context.close()
