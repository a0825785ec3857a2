"""What an administrator does before a region opens: functions off and on, the catalogue from Excel, old tickets."""

import io
from typing import Any

import openpyxl
import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser
SLOW = 20_000


def book(*rows: tuple[str, ...]) -> Any:
    """A spreadsheet as a browser uploads it."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    made.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "表.xlsx", "mimeType": kind, "buffer": out.getvalue()}


async def test_a_region_is_switched_and_its_catalogue_comes_from_a_spreadsheet(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with hotline.signed_in("admin") as admin:
        await admin.ask("POST", "/api/tickets/categories", {"name": "路灯"})
        await admin.ask(
            "POST", "/api/organisations",
            {"name": "lamps", "title": "市路灯管理处", "region": "320400", "parent": "city"},
        )  # fmt: skip
    page = await open_page(chromium, hotline, "admin", "/regions")
    row = page.get_by_test_id("list").get_by_role("row").filter(has_text="320400")
    await row.get_by_role("button", name="修改").click(timeout=SLOW)
    field = page.get_by_test_id("field-off")
    await field.click()
    await field.locator("input").first.fill("导入历史工单")
    await page.locator(".el-select-dropdown__item:visible").first.click(timeout=SLOW)
    await page.keyboard.press("Tab")
    await page.get_by_test_id("form-save").click()
    await expect(row).to_contain_text("导入历史工单", timeout=SLOW)
    await picture(page, "region-off")
    # The last one can be switched on again.
    await row.get_by_role("button", name="修改").click()
    await page.locator(".el-tag__close").first.click(timeout=SLOW)
    await page.get_by_test_id("form-save").click()
    await expect(row).not_to_contain_text("导入历史工单", timeout=SLOW)

    await page.goto(f"{hotline.url}/dispatch_catalogue")
    await page.get_by_role("button", name="导入", exact=True).click(timeout=SLOW)
    dialog = page.get_by_role("dialog").last
    titles = ("诉求分类", "事发地", "主办单位", "协办单位", "职责依据")
    rows = (("路灯", "", "市路灯管理处", "", "照明条例"), ("没有的分类", "", "没有的单位", "", "某条例"))
    await dialog.locator("input[type=file]").set_input_files([book(titles, *rows)])
    await expect(dialog).to_contain_text("没有诉求分类“没有的分类”", timeout=SLOW)
    await expect(dialog).to_contain_text("没有单位“没有的单位”")
    await picture(page, "catalogue-look")
    await dialog.get_by_role("button", name="导入 1 行").click()
    await expect(page.get_by_role("dialog").last).to_contain_text("成功 1 条", timeout=SLOW)
    await page.get_by_role("button", name="知道了").click()
    await expect(page.get_by_test_id("list").get_by_text("照明条例")).to_be_visible(timeout=SLOW)

    await page.goto(f"{hotline.url}/ticket_imports")
    async with page.expect_download(timeout=SLOW) as saved:
        await page.get_by_role("button", name="下载模板").click(timeout=SLOW)
    assert (await saved.value).suggested_filename.endswith(".xlsx")
