"""The floor in a real browser over the real switch: an alarm is seen, heard and told; its figures stand in reports."""

from __future__ import annotations

import asyncio
import time

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import Api, RunningHotline, agent, citizen, skip_greeting

pytestmark = pytest.mark.browser

COUNT_TONES = """
window.tones = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function (...args) { window.tones += 1; return make.apply(this, args); };
"""
TEXT = "综合受理：最长等待已达 2 秒"


async def told(api: Api) -> list[str]:
    """What stands unread in the inbox of alarms of the floor."""
    found = await api.ask("GET", "/api/inbox?unread=true&size=50")
    return [str(one) for one in found["items"] if TEXT in str(one)]


async def test_an_alarm_of_a_long_wait_is_seen_heard_and_told_and_ends_with_the_wait(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as leader:
        said = {"title": "等待超过 2 秒", "kind": "wait", "queue": "general", "threshold": 2, "back": 1, "level": "red"}
        rule = await leader.ask("POST", "/api/floor_rules", {**said, "sound": True, "tells": True})
        try:
            board = await open_page(chromium, hotline, "8001")
            await board.add_init_script(COUNT_TONES)
            await board.goto(f"{hotline.url}/board")
            await expect(board.get_by_test_id("floor")).to_contain_text("现场")
            wall = await board.context.new_page()
            await wall.goto(f"{hotline.url}/wall")
            await board.bring_to_front()
            async with agent(hotline, stack, "1001") as one:
                await one.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": "lunch"})
                before = await board.evaluate("window.tones")
                async with citizen(hotline, stack, "13800000071") as caller:
                    await skip_greeting(caller)
                    began = time.monotonic()
                    alarm = board.get_by_test_id("alarm-queue:general").filter(has_text=TEXT)
                    await expect(alarm).to_be_visible(timeout=15_000)
                    assert time.monotonic() - began > 1.5
                    await expect(wall.get_by_test_id("wall").get_by_text(TEXT)).to_be_visible()
                    await asyncio.sleep(1)
                    assert await board.evaluate("window.tones") > before, "it is heard"
                    await picture(board, "floor-alarm-board")
                    await wall.bring_to_front()
                    await picture(wall, "floor-alarm-wall")
                    deadline = time.monotonic() + 15
                    while not await told(leader):
                        assert time.monotonic() < deadline, "no message"
                        await asyncio.sleep(0.2)
                    await one.ready()
                    desk = await one.phone.next_call(15)
                    await desk.answered()
                    await expect(alarm).to_have_count(0, timeout=40_000)
                    await desk.hang_up()
                    await caller.press("1")
                    await caller.ended(15)
            deadline = time.monotonic() + 45
            while await told(leader):
                assert time.monotonic() < deadline, "the message of what is over stays"
                await asyncio.sleep(0.3)
            kept = (await leader.ask("GET", "/api/floor/alarms"))["items"]
            assert [one["ended_at"] is not None for one in kept if one["text"] == TEXT] == [True]
            await board.context.close()
        finally:
            await leader.ask("DELETE", f"/api/floor_rules/{rule['id']}")


async def test_the_floors_reports_are_there_and_each_number_leads_to_its_calls(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as leader:
        async with agent(hotline, stack, "1002") as one, citizen(hotline, stack, "13800000072") as caller:
            await skip_greeting(caller)
            desk = await one.phone.next_call(15)
            await desk.answered()
            await asyncio.sleep(1)
            await desk.hang_up()
            await caller.press("1")
            await caller.ended(15)
        await leader.ended(1, 20)
        # The board counts at once, the books when the call is over.
        board = (await leader.ask("GET", "/api/acd/statistics?split=total"))["items"]
        answered = sum(one["answered"] for one in board)
        path = "/api/figures/queue_answered/value?period=today"
        deadline = time.monotonic() + 20
        while (await leader.ask("GET", path))["total"]["now"]["numerator"] != answered:
            assert time.monotonic() < deadline, "the report does not say what the board says"
            await asyncio.sleep(0.3)
        assert answered
        page = await open_page(chromium, hotline, "8001", "/")
        await page.goto(f"{hotline.url}/reports")
        await expect(page.get_by_test_id("list")).to_contain_text("现场日报：队列")
        await expect(page.get_by_test_id("list")).to_contain_text("现场月报：座席满意度")
        await picture(page, "floor-reports")
        for name in ("floor_queues_day", "floor_half_hours_day", "floor_agents_day", "floor_ratings_month"):
            await page.goto(f"{hotline.url}/reports/{name}")
            await page.get_by_test_id("report-period").click()
            await page.locator(".el-select-dropdown__item:visible", has_text="今天").click()
            table = page.get_by_test_id("report-table")
            await expect(table.get_by_role("row").last).to_contain_text("合计")
            await page.wait_for_timeout(1200)
            await picture(page, name.replace("_", "-"))
        await page.goto(f"{hotline.url}/reports/floor_queues_day")
        await page.get_by_test_id("report-period").click()
        await page.locator(".el-select-dropdown__item:visible", has_text="今天").click()
        total = page.get_by_test_id("report-table").get_by_role("row").last
        await total.get_by_role("button").nth(1).click()
        await expect(page.get_by_test_id("figure-rows")).to_contain_text(f"{answered:,.0f} 条")
        await picture(page, "floor-report-rows")
        await page.keyboard.press("Escape")
        # One's own of it, to be sent each morning.
        await page.get_by_test_id("action-copy").click()
        await expect(page.get_by_test_id("record-title")).to_contain_text("现场日报：队列（副本）")
        await page.context.close()
