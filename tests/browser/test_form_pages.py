"""A long form in a real browser: a page of its own, a draft that outlives a reload, a text with marks, two people."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Route, expect

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


async def test_a_form_waits_for_its_files(hotline: RunningHotline, chromium: Browser) -> None:
    """Saved while a file is on its way: it is sent with it by itself; one that does not come is named."""
    may_go = asyncio.Event()
    refused = True

    async def held(route: Route) -> None:
        await may_go.wait()
        if refused and route.request.method == "PATCH":
            await route.fulfill(status=422, json={"title": "不能上传", "detail": "不支持该类型的文件", "code": "type"})
        else:
            await route.continue_()

    page = await open_page(chromium, hotline, "admin", "/contacts")
    await page.route("**/api/uploads/*", held)
    await page.get_by_test_id("create").click()
    await page.wait_for_url("**/contacts/new")
    await page.get_by_test_id("field-name").fill("燃气公司")
    file: FilePayload = {"name": "联系方式.txt", "mimeType": "text/plain", "buffer": b"12345"}
    await page.get_by_test_id("files-input").set_input_files([file])
    save = page.get_by_test_id("form-save")
    await save.click()
    await expect(save).to_contain_text("上传中 0 %")
    await picture(page, "form-waits-for-files")
    may_go.set()
    await expect(page.locator(".el-form-item__error")).to_contain_text("联系方式.txt（不支持该类型的文件）")
    await picture(page, "form-file-failed")

    refused = False
    may_go.clear()
    await page.get_by_test_id("upload-retry").click()
    await save.click()
    await expect(save).to_contain_text("上传中")
    may_go.set()
    await page.wait_for_url("**/contacts/01*")
    id = page.url.rsplit("/", 1)[1]
    async with hotline.signed_in("admin") as admin:
        assert [one["name"] for one in (await admin.ask("GET", f"/api/contacts/{id}/files"))["items"]] == [file["name"]]
