"""A described screen in a real browser: a record is made, two people change it at once, and nothing is lost."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import PASSWORD, RunningHotline

pytestmark = pytest.mark.browser


async def test_two_people_change_one_entry_of_the_list(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "8001", "/lists")
    await page.get_by_test_id("create").click()
    await page.get_by_test_id("form-create").wait_for()

    # What the form itself refuses, and what the server does, stand at their fields.
    await page.get_by_test_id("form-save").click()
    await expect(page.get_by_text("请填写号码")).to_be_visible()
    await page.get_by_test_id("option-black").click()
    await page.get_by_test_id("field-pattern").fill("不是号码")
    await page.get_by_test_id("field-reason").fill("骚扰")
    await page.get_by_test_id("form-save").click()
    await expect(page.locator(".el-form-item.is-error")).to_have_count(1)

    await page.get_by_test_id("field-pattern").fill("13900000077")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("form-create")).to_be_hidden()
    row = page.get_by_test_id("list").get_by_text("13900000077")
    await expect(row).to_be_visible()
    await picture(page, "list")

    async with hotline.signed_in("admin") as other:
        found = (await other.ask("GET", "/api/lists?search=13900000077"))["items"]
        assert [one["reason"] for one in found] == ["骚扰"]
        id = found[0]["id"]

        # Somebody else is quicker, at another field and at the same.
        await page.get_by_test_id("action-edit").first.click()
        await expect(page.get_by_test_id("field-reason")).to_have_value("骚扰")
        read = await other.ask("GET", f"/api/lists/{id}")
        body = {key: read[key] for key in ("list", "pattern", "until", "version")}
        await other.ask("PUT", f"/api/lists/{id}", {**body, "list": "white", "reason": "误登记"})
        await page.get_by_test_id("field-reason").fill("多次骚扰")
        await page.get_by_test_id("form-save").click()
        conflict = page.get_by_test_id("conflict")
        await expect(conflict).to_contain_text("误登记")
        await expect(conflict).to_contain_text("多次骚扰")
        await picture(page, "conflict")
        await page.get_by_test_id("conflict-overwrite").click()
        # What clashed is away at the click; the form goes when it is saved.
        await expect(page.get_by_test_id("form-edit")).to_be_hidden()
        after = await other.ask("GET", f"/api/lists/{id}")
        assert (after["reason"], after["list"]) == ("多次骚扰", "white"), "theirs stays where only they changed it"

    await row.click()
    await expect(page.get_by_test_id("record-title")).to_be_visible()
    await page.get_by_role("tab", name="动态").click()
    await expect(page.get_by_test_id("moment")).to_have_count(3)
    await picture(page, "record")

    # Unsaved work is not lost by Esc.
    await page.get_by_test_id("action-edit").click()
    await page.get_by_test_id("field-reason").fill("还没有写完")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="继续编辑").click()
    await expect(page.get_by_test_id("field-reason")).to_have_value("还没有写完")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="放弃修改").last.click()
    await expect(page.get_by_test_id("form-edit")).to_be_hidden()

    await page.get_by_test_id("action-remove").click()
    await page.locator(".el-message-box").get_by_role("button", name="删除").click()
    await page.wait_for_url("**/lists")
    await expect(row).to_be_hidden()
    await page.context.close()


async def on_the_command_line(hotline: RunningHotline, *words: str) -> str:
    """What `hotline figure` prints."""
    asked = ("--url", hotline.url, "--login", "8001", "--password", PASSWORD)
    programme = Path(sys.executable).with_name("hotline")
    running = await asyncio.create_subprocess_exec(programme, "figure", *words, *asked, stdout=PIPE, stderr=PIPE)
    said, trouble = await running.communicate()
    assert running.returncode == 0, trouble.decode()
    return said.decode()


async def test_a_report_is_looked_at_and_every_number_leads_to_its_rows(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with hotline.signed_in("8001") as leader:
        said = {
            "title": "来电日报",
            "figures": ["calls_arrived", "answer_rate"],
            "by": ["queue"],
            "period": "this_year",
        }
        made = await leader.ask("POST", "/api/reports", said)
        counted = await leader.ask("GET", "/api/figures/calls_arrived/value?period=this_year")
    said = await on_the_command_line(hotline, "calls_arrived", "--period", "this_year", "--by", "queue", "--json")
    assert json.loads(said)["total"]["now"] == counted["total"]["now"], "the same wherever it stands"
    assert "calls_arrived" in await on_the_command_line(hotline)
    page = await open_page(chromium, hotline, "8001", f"/reports/{made['id']}")
    table = page.get_by_test_id("report-table")
    await expect(table).to_contain_text("接通率")
    total = table.get_by_role("row").last
    calls = f"{counted['total']['now']['numerator']:,.0f}"
    await expect(total).to_contain_text(calls)
    if counted["total"]["now"]["numerator"]:
        await total.get_by_role("button").first.click()
        rows = page.get_by_test_id("figure-rows")
        await expect(rows).to_contain_text(f"{calls} 条")
        await page.keyboard.press("Escape")
    async with page.expect_download() as saved:
        await page.get_by_test_id("report-xlsx").click()
    assert (await saved.value).suggested_filename.endswith(".xlsx")
    await picture(page, "report")
