"""A request from its review to its archive, each at his own screen: reviewer, clerk at a telephone, who revisits."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.browser.test_places import county
from tests.running_hotline import PASSWORD, Api, RunningHotline
from workflow.bigscreen.links import BASE

pytestmark = pytest.mark.browser
SLOW = 20_000


async def people(admin: Api) -> None:
    """A department, its clerk, a reviewer, and who revisits."""
    unit = {"name": "waterworks", "title": "市水务局", "region": "320400", "parent": "city"}
    await admin.ask("POST", "/api/organisations", unit)
    for login, organisation, role in (
        ("reviews", "city", "reviewer"), ("clerk", "waterworks", "department"), ("revisits", "city", "agent"),
    ):  # fmt: skip
        number = "1051" if role == "agent" else None
        account = {"login": login, "name": login, "organisation": organisation, "roles": [role], "agent_no": number}
        await admin.ask("POST", "/api/people", {**account, "password": PASSWORD, "change": False})


async def press(page: Page, title: str) -> Any:
    """The dialog that a button of the ticket's page opens."""
    await page.get_by_role("button", name=re.compile(f"^{title}")).first.click(timeout=SLOW)
    dialog = page.get_by_role("dialog").last
    await dialog.wait_for(timeout=SLOW)
    return dialog


async def confirm(page: Page, title: str) -> None:
    """Press a button that asks for nothing but whether it is meant."""
    await press(page, title)
    box = page.locator(".el-message-box")
    await box.locator(".el-button--primary").click()
    await expect(box).to_be_hidden(timeout=SLOW)


async def test_a_request_is_dispatched_handled_accepted_and_archived(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with hotline.signed_in("admin") as admin, hotline.signed_in("1001") as agent:
        await people(admin)
        category = await admin.ask("POST", "/api/tickets/categories", {"name": "停水"})
        said = {
            "title": "锦绣小区停水", "content": "家中停水两天", "contact": "13900003019", "type": "complaint",
            "place": "320404", "category": category["id"],
        }  # fmt: skip
        ticket = (await agent.ask("POST", "/api/tickets", said))["id"]
        await agent.ask("POST", f"/api/tickets/{ticket}/acts/submit", {})

        reviewer = await open_page(chromium, hotline, "reviews", f"/tickets/{ticket}")
        await expect(reviewer.get_by_test_id("mark-step")).to_contain_text("派审", timeout=SLOW)
        await expect(reviewer.get_by_test_id("value-place")).to_contain_text("钟楼区")
        dialog = await press(reviewer, "交办部门")
        await dialog.get_by_test_id("field-lead").click()
        await reviewer.locator(".el-select-dropdown__item:visible", has_text="市水务局").click()
        await picture(reviewer, "ticket-dispatch")
        await dialog.get_by_test_id("form-save").click()
        await expect(reviewer.get_by_test_id("mark-lead_title")).to_contain_text("市水务局", timeout=SLOW)

        clerk = await open_page(chromium, hotline, "clerk", f"/tickets/{ticket}")
        await clerk.set_viewport_size({"width": 390, "height": 844})
        await confirm(clerk, "签收")
        dialog = await press(clerk, "办结反馈")
        await dialog.get_by_test_id("field-answer").fill("已到现场维修，当日恢复供水")
        await dialog.get_by_test_id("field-contacted").click()
        await picture(clerk, "ticket-reply")
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_be_hidden(timeout=SLOW)

        await reviewer.reload()
        await confirm(reviewer, "审核通过")
        await expect(reviewer.get_by_test_id("mark-step")).to_contain_text("回访", timeout=SLOW)
        revisits = await open_page(chromium, hotline, "revisits", f"/tickets/{ticket}")
        dialog = await press(revisits, "登记回访结果")
        for key in ("satisfaction", "hotline"):
            await dialog.get_by_test_id(f"field-{key}").get_by_text("满意", exact=True).click()
        await dialog.get_by_test_id("field-other_way").fill("短信")
        await dialog.get_by_test_id("form-save").click()
        await expect(revisits.get_by_test_id("mark-step")).to_contain_text("已归档", timeout=SLOW)
        await picture(revisits, "ticket-archived")


async def test_where_it_is_is_shown_on_the_outline_and_corrected_on_its_page(
    hotline: RunningHotline, chromium: Browser
) -> None:
    both = [county("320404", 119.7, 119.9), county("320411", 119.9, 120.1)]
    async with hotline.signed_in("admin") as admin:
        said = {"title": "窨井盖破损", "content": "路口窨井盖破损", "contact": "13900003020", "type": "help"}
        ticket = (await admin.ask("POST", "/api/tickets", said))["id"]
        await admin.ask("PUT", f"{BASE}/map", {"geojson": json.dumps({"type": "FeatureCollection", "features": both})})
        page = await open_page(chromium, hotline, "admin", f"/tickets/{ticket}")
        await page.get_by_test_id("action-more").first.click(timeout=SLOW)
        await page.get_by_role("menuitem", name="修改", exact=True).click(timeout=SLOW)
        dialog = page.get_by_role("dialog").last
        field = dialog.get_by_test_id("field-point")
        await field.get_by_role("textbox").fill("人民路口")
        await field.get_by_role("textbox").press("Tab")
        await expect(dialog.get_by_text("请填纬度和经度两个数")).to_be_visible()
        await field.get_by_test_id("point-map").click()
        outline = page.get_by_test_id("point-outline")
        room = await outline.bounding_box()
        assert room is not None
        await outline.click(position={"x": room["width"] * 0.25, "y": room["height"] * 0.5})
        await expect(dialog.get_by_text("请填纬度和经度两个数")).to_have_count(0)
        await expect(outline.locator("circle")).to_be_visible()
        await picture(page, "ticket-point")
        await page.get_by_test_id("point-done").click()
        await expect(outline).to_be_hidden()
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_be_hidden(timeout=SLOW)
        north, east = map(float, (await admin.ask("GET", f"/api/tickets/{ticket}"))["point"].split(","))
        assert abs(east - 119.8) < 0.005 and abs(north - 31.8) < 0.005
        shown = page.get_by_test_id("value-point").get_by_role("link")
        await expect(shown).to_have_attribute("href", f"geo:{north},{east}")
        await expect(shown).to_have_text(f"北纬 {north}°，东经 {east}°")
        await page.get_by_role("tab", name="动态").click()
        await expect(page.get_by_text("修改了地图位置")).to_be_visible(timeout=SLOW)
        await picture(page, "ticket-point-history")
        await admin.ask("PUT", f"{BASE}/map", {"geojson": ""})
