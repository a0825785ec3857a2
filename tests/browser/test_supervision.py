"""Supervision in a real browser: a point, the card that it gives, handled; a supervision by hand, issued and closed."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser


async def test_a_card_is_given_and_a_supervision_is_issued(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        point = {
            "title": "紧急工单派审",
            "clock": "review",
            "urgency": "urgent",
            "yellow": 1,
            "yellow_to": ["inspector"],
        }
        await admin.ask("POST", "/api/supervision/points", point)
        said = {
            "title": "小区停水",
            "content": "停水两天",
            "contact": "13900003009",
            "type": "complaint",
            "urgent": True,
        }
        ticket = await admin.ask("POST", "/api/tickets", said)
        await admin.ask("POST", f"/api/tickets/{ticket['id']}/acts/submit", {})
        manual = {
            "ticket": ticket["id"], "source": "leader", "unit": "city", "situation": "停水两天无人到场",
            "opinion": "请立即核实并回复",
        }  # fmt: skip
        made = await admin.ask("POST", "/api/supervision/manual", manual)

        page = await open_page(chromium, hotline, "admin", "/monitoring_points")
        await expect(page.get_by_test_id("list").get_by_text("紧急工单派审")).to_be_visible()
        await picture(page, "monitoring-points")
        await page.goto(f"{hotline.url}/supervisions/{made['id']}")
        await expect(page.get_by_text("请立即核实并回复").first).to_be_visible()
        await picture(page, "supervision")
        await page.get_by_role("button", name="撤销督办").click()
        await page.get_by_role("dialog").get_by_role("textbox").fill("已电话核实")
        await picture(page, "supervision-form")
        await page.get_by_role("dialog").get_by_role("button", name="撤销督办").click()
        await expect(page.get_by_text("已撤销").first).to_be_visible()

        # One percent of half an hour.
        await page.goto(f"{hotline.url}/supervision_yellow")
        row = page.get_by_test_id("list").get_by_text("派审时限").first
        for _ in range(8):
            if await row.is_visible():
                break
            await page.wait_for_timeout(4000)
            await page.reload()
            await page.wait_for_load_state("networkidle")
        await expect(row).to_be_visible()
        await picture(page, "yellow-cards")
        await row.click()
        await expect(page.get_by_text("即将到期").first).to_be_visible()
        await picture(page, "yellow-card")
        # From the card to what it is about.
        await page.get_by_role("button", name="打开事项").click()
        await page.wait_for_url("**/tickets/*")
        await page.goto(f"{hotline.url}/supervision_figures")
        await expect(page.get_by_test_id("list")).to_be_visible()
        await picture(page, "supervision-figures")
        await page.goto(f"{hotline.url}/tickets_verify")
        await expect(page.get_by_test_id("list").get_by_text("没有来源").first).to_be_visible()
        await picture(page, "tickets-verify")
