"""Several requests of one call in tabs, and a known event: on every desk, a caller under it by a key, one answer."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import be_ready, open_page, picture
from tests.browser.test_desk_forms import nobody_ready
from tests.integration.test_who_calls import until
from tests.running_hotline import RunningHotline, citizen, hire, skip_greeting

pytestmark = pytest.mark.browser
SLOW = 20_000
BURST = {
    "title": "中山路水管爆裂停水", "content": "中山路主管爆裂，沿线小区停水", "answer": "已在抢修，预计两小时内恢复",
}  # fmt: skip
RESULT = "水管已修复，全线恢复供水"


async def test_two_requests_and_a_known_event_in_one_call(hotline: RunningHotline, chromium: Browser) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as leader:
        await nobody_ready(leader)
        await hire(hotline, ["1013"])
        desk = await open_page(chromium, hotline, "1013")
        tabs = desk.get_by_test_id("desk-tab-ticket")
        events = desk.get_by_test_id("slot-known_events")
        await expect(desk.get_by_test_id("go-ready")).to_be_enabled(timeout=SLOW)
        await expect(events).to_have_count(0)
        await leader.ask("POST", "/api/tickets/events", BURST)
        # It comes to a desk that waits for calls, without anybody loading it anew.
        await expect(events).to_contain_text(BURST["title"], timeout=SLOW)
        await picture(desk, "event-at-an-idle-desk")
        await be_ready(desk)
        async with citizen(hotline, stack, "13800000063") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=SLOW)
            await expect(tabs).to_have_count(1, timeout=SLOW)
            title = desk.get_by_test_id("field-title")
            await title.fill("世纪广场路灯不亮", timeout=SLOW)
            await desk.get_by_test_id("field-content").fill("广场东侧路灯三天不亮")
            await desk.get_by_test_id("field-address").fill("世纪广场东侧")
            await desk.get_by_test_id("desk-form-further").click()
            await expect(tabs).to_have_count(2, timeout=SLOW)
            # What is the same is there, the rest is asked anew, from the beginning of the form.
            await expect(title).to_have_value("世纪广场路灯不亮")
            await expect(desk.get_by_test_id("field-address")).to_have_value("世纪广场东侧")
            await expect(desk.get_by_test_id("field-content")).to_have_value("")
            await expect(title).to_be_in_viewport()
            await title.fill("世纪广场喷泉漏水")
            await desk.get_by_test_id("field-content").fill("喷泉水漫到人行道")
            await desk.get_by_test_id("field-enterprise").click()
            company = desk.get_by_test_id("field-extra_company")
            await company.fill("广场管理公司", timeout=SLOW)
            await expect(desk.get_by_test_id("desk-form-kept")).to_have_attribute("data-state", "saved", timeout=SLOW)
            await picture(desk, "two-requests")
            await desk.reload()
            await expect(tabs).to_have_count(2, timeout=SLOW)
            await tabs.nth(0).click(timeout=SLOW)
            await expect(title).to_have_value("世纪广场路灯不亮", timeout=SLOW)
            await tabs.nth(1).click()
            await expect(company).to_have_value("广场管理公司", timeout=SLOW)
            await desk.get_by_test_id("desk-form-submit").click()
            await expect(tabs).to_have_count(1, timeout=SLOW)
            await desk.get_by_test_id("desk-form-submit").click()
            await expect(tabs).to_have_count(0, timeout=SLOW)
            # And he asks when the water comes back.
            await expect(events).to_contain_text("Alt 1", timeout=SLOW)
            await desk.keyboard.press("Alt+Digit1")
            await expect(events).to_contain_text("来电人已登记", timeout=SLOW)
            await expect(desk.get_by_test_id("slot-caller_tickets")).to_contain_text(BURST["title"], timeout=SLOW)
            await picture(desk, "registered-under-an-event")
            await call.hang_up()

        page = await open_page(chromium, hotline, "8001", "/known_events")
        row = page.get_by_role("row").filter(has_text=BURST["title"])
        await row.get_by_role("button", name="统一答复").click(timeout=SLOW)
        await page.get_by_test_id("field-result").fill(RESULT)
        await page.get_by_test_id("form-save").click()
        await expect(row).to_contain_text("已结束", timeout=SLOW)
        await picture(page, "known-events")
        await expect(events).to_have_count(0, timeout=SLOW)

        async def answered() -> dict[str, Any] | None:
            """The caller's tickets once that of the event is answered: each is on its own, after the event."""
            found = (await leader.ask("GET", "/api/tickets?search=13800000063&size=10"))["items"]
            by_title = {one["title"]: one for one in found}
            return by_title if by_title[BURST["title"]]["answer"] == RESULT else None

        by_title = await until(answered, 20)
        assert by_title is not None and set(by_title) == {"世纪广场路灯不亮", "世纪广场喷泉漏水", BURST["title"]}
        assert by_title["世纪广场喷泉漏水"]["enterprise"]
        # Where another story has made categories, one without any waits for somebody who files it.
        assert by_title[BURST["title"]]["stage"] in ("archived", "archiving")
