"""Lists in a real browser: tags, the same done with many and taken back, conditions that stay in the address."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser


async def test_tags_and_conditions_and_many_at_once(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        tag = await admin.ask("POST", "/api/tags", {"title": "应急单位", "tone": "ring", "kind": "contact"})
        for place, name in enumerate(("供水集团", "燃气公司", "园林处")):
            await admin.ask("POST", "/api/contacts", {"book": "external", "name": name, "place": place})
        page = await open_page(chromium, hotline, "admin", "/tags")
        await expect(page.get_by_test_id("list").get_by_text("应急单位")).to_be_visible()
        await picture(page, "tags")

        await page.goto(f"{hotline.url}/contacts?search=供水")
        await page.get_by_test_id("list").get_by_text("供水集团").wait_for()
        await page.goto(f"{hotline.url}/contacts?book=external")
        rows = page.get_by_test_id("list").locator("tbody tr")
        await expect(rows.filter(has_text="园林处")).to_be_visible()
        for name in ("供水集团", "燃气公司"):
            await rows.filter(has_text=name).locator(".el-checkbox").click()
        await page.get_by_test_id("bulk-tag").click()
        await page.get_by_test_id("bulk-dialog").wait_for()
        await page.get_by_test_id("bulk-dialog").get_by_role("combobox").click()
        await page.locator(".el-select-dropdown__item:visible", has_text="应急单位").click()
        await page.keyboard.press("Escape")
        await page.get_by_test_id("bulk-next").click()
        await expect(page.get_by_test_id("bulk-good")).to_contain_text("2")
        await picture(page, "bulk-preview")
        await page.get_by_test_id("bulk-run").click()
        await expect(page.get_by_test_id("bulk-result")).to_contain_text("成功 2 条")
        await picture(page, "bulk-result")
        await page.get_by_test_id("bulk-close").click()
        await expect(rows.filter(has_text="供水集团")).to_contain_text("应急单位")
        await picture(page, "tagged")

        await page.get_by_test_id("conditions").click()
        await page.get_by_test_id("condition-key").click()
        await page.keyboard.type("标签")
        await page.locator(".el-select-dropdown__item:visible", has_text="标签").click()
        await page.get_by_test_id("condition-value").click()
        await page.locator(".el-select-dropdown__item:visible", has_text="应急单位").click()
        await page.keyboard.press("Escape")
        await page.get_by_test_id("condition-add-group").click()
        await page.get_by_test_id("condition").nth(1).get_by_test_id("condition-key").click()
        await page.keyboard.type("名称")
        await page.locator(".el-select-dropdown__item:visible", has_text="名称").click()
        await page.get_by_test_id("condition").nth(1).get_by_test_id("condition-value").fill("燃气")
        await picture(page, "conditions")
        await page.get_by_test_id("conditions-apply").click()
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text("燃气公司")
        await page.reload()
        await expect(rows).to_have_count(1)
        await expect(page.get_by_test_id("conditions")).to_contain_text("2")
        await picture(page, "conditioned")

        # The same again tomorrow: the conditions are kept as a view, and shown with the list they make.
        await page.get_by_test_id("list-views").click()
        await page.get_by_test_id("view-title").fill("应急燃气")
        await picture(page, "view-saving")
        await page.get_by_test_id("view-save").click()
        await expect(page.get_by_test_id("list-views")).to_contain_text("应急燃气")
        await page.goto(f"{hotline.url}/contacts?book=external")
        await expect(rows.filter(has_text="园林处")).to_be_visible()
        await page.get_by_test_id("list-views").click()
        await page.get_by_test_id("view-应急燃气").click()
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text("燃气公司")
        await expect(page.get_by_test_id("conditions")).to_contain_text("2")

        found = (await admin.ask("GET", f"/api/contacts?tag={tag['id']}"))["items"]
        assert {one["name"] for one in found} == {"供水集团", "燃气公司"}
        await rows.locator(".el-checkbox").click()
        await page.get_by_test_id("bulk-remove_many").click()
        await page.get_by_test_id("bulk-run").click()
        await page.get_by_test_id("bulk-undo").click()
        await expect(page.get_by_test_id("bulk-result")).to_contain_text("已撤销 1 条")
        await page.get_by_test_id("bulk-close").click()
        await expect(rows).to_contain_text("燃气公司")
