"""A leader narrows a page of analysis down to its rows; a wall in the hall needs no one and says when it is cut off."""

import re
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser


async def test_from_a_bar_to_its_rows_and_a_wall_without_signing_in(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        said = {"title": "夜间施工噪声", "content": "每晚施工到两点", "contact": "13900004410", "channel": "wechat"}
        for kind in ("complaint", "complaint", "suggestion"):
            await admin.ask("POST", "/api/tickets", {**said, "type": kind})
        link = await admin.ask(
            "POST", "/api/bigscreen/links", {"title": "大厅", "wall": "guests", "days": 1}, status=201
        )  # fmt: skip

        page = await open_page(
            chromium, hotline, "admin", "/analysis?page=channels&period=today&type=suggestion&channel=wechat"
        )
        figure = page.get_by_test_id("key-internet_share")
        await expect(figure.locator("b")).to_contain_text("100.0%", timeout=20_000)
        await page.get_by_test_id("analysis-clear").click()
        await page.wait_for_url(lambda url: "type=" not in url)
        await page.go_back()
        await page.wait_for_url("**type=suggestion**")
        await page.get_by_test_id("analysis-table-media").click()
        row = page.get_by_test_id("analysis-media").get_by_role("row", name=re.compile("微信"))
        await row.get_by_role("button").first.click()
        rows = page.get_by_test_id("figure-rows")
        await expect(rows.get_by_text("夜间施工噪声").first).to_be_visible()
        await expect(rows.get_by_text("建议").first).to_be_visible()
        await expect(rows.get_by_text("投诉")).to_have_count(0)
        await picture(page, "analysis")

        # One's own question stands in the address with what alone is counted, and is kept with it as a report.
        only = quote('[["channel","wechat","微信"]]')
        asked = f"page=own&figures=tickets_registered&by=type&period=today&only={only}"
        await page.goto(f"{hotline.url}/analysis?{asked}")
        await expect(page.get_by_test_id("own-only")).to_have_text("受理来源：微信", timeout=20_000)
        await page.get_by_test_id("own-save").click()
        await page.get_by_placeholder("报表名称").fill("微信诉求")
        await page.get_by_role("button", name="保存").click()
        await page.wait_for_url("**/reports/*")
        await expect(page.get_by_text("受理来源：微信").first).to_be_visible()
        await page.go_back()
        await page.get_by_test_id("own-only").locator(".el-tag__close").click()
        await page.wait_for_url(lambda url: "only=" not in url)

        hall = await (await chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")).new_page()
        await hall.goto(f"{hotline.url}{link['address']}")
        await expect(hall.get_by_test_id("tile-channels").get_by_text("微信")).to_be_visible(timeout=20_000)
        assert "夜间施工噪声" not in await hall.content()
        await picture(hall, "wall")
        await hall.context.set_offline(True)
        await expect(hall.get_by_test_id("wall-lost")).to_contain_text("连接中断", timeout=20_000)
        await hall.context.set_offline(False)
        await expect(hall.get_by_test_id("wall-lost")).to_have_count(0, timeout=20_000)
        await admin.ask("DELETE", f"/api/bigscreen/links/{link['id']}")
        await expect(hall.get_by_test_id("wall-gone")).to_contain_text("链接已失效", timeout=20_000)
        await page.context.close()
        await hall.context.close()
