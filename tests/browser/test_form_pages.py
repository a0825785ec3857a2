"""A long form in a real browser: a page of its own, a draft that outlives a reload, a text with marks, two people."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser

WORD = (Path(__file__).parent / "word.html").read_text()
"""What Word puts on the clipboard."""

PASTE = """(html) => {
  const data = new DataTransfer()
  data.setData('text/html', html)
  document.querySelector('[role=textbox].rich-text').dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""


async def test_a_text_from_word_on_a_page_of_its_own(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        page = await open_page(chromium, hotline, "admin", "/contacts")
        await page.get_by_test_id("create").click()
        await page.wait_for_url("**/contacts/new")
        await page.get_by_test_id("field-name").fill("自来水公司")
        editor = page.locator("[role=textbox].rich-text")
        await editor.click()
        await page.evaluate(PASTE, WORD)
        await expect(editor.locator("ol li")).to_have_count(2)
        await expect(page.get_by_test_id("draft-state")).to_contain_text("已暂存")
        await picture(page, "form-page")

        await page.reload()
        await expect(page.get_by_test_id("draft-found")).to_be_visible()
        await expect(page.get_by_test_id("field-name")).to_have_value("自来水公司")
        await expect(editor.locator("td")).to_have_count(2)
        await page.get_by_test_id("form-save").click()
        await page.wait_for_url("**/contacts/01*")
        await expect(page.get_by_test_id("value-duties").locator("ol li")).to_have_count(2)
        await picture(page, "rich-record")
        assert await admin.ask("GET", "/api/form_drafts") == []
        [made] = (await admin.ask("GET", "/api/contacts?search=自来水公司"))["items"]
        kept = made["duties"]
        assert (
            "<strong>受理范围</strong>" in kept and "Mso" not in kept and "script" not in kept and "file:" not in kept
        )
        [found] = (await admin.ask("GET", "/api/search?words=水质投诉&kind=contact"))["items"]
        assert found["id"] == made["id"]

        # Somebody else is quicker, at the same text: both are seen beside each other.
        await page.get_by_test_id("action-edit").click()
        await page.wait_for_url("**/edit")
        await page.get_by_test_id("field-address").fill("水厂路 1 号")
        await expect(page.get_by_test_id("draft-state")).to_contain_text("已暂存")
        body = {
            key: made[key] for key in ("book", "name", "phone", "phones", "site", "mail", "notes", "place", "version")
        }
        await admin.ask("PUT", f"/api/contacts/{made['id']}", {**body, "address": "河滨路 2 号", "duties": kept})
        await page.reload()
        await page.get_by_test_id("draft-found").wait_for()
        await page.get_by_test_id("form-save").click()
        conflict = page.get_by_test_id("conflict")
        await expect(conflict).to_contain_text("河滨路 2 号")
        await expect(conflict).to_contain_text("水厂路 1 号")
        await picture(page, "form-page-conflict")
        await page.get_by_test_id("conflict-overwrite").click()
        await page.wait_for_url(f"**/contacts/{made['id']}")
        after = await admin.ask("GET", f"/api/contacts/{made['id']}")
        assert after["address"] == "水厂路 1 号"
