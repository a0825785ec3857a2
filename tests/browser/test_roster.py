"""A month's roster in real browsers: generated, changed by drag and by keys, published, swapped, on leave, attended."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from cti.base.times.business_time import ZONE
from cti.base.times.calendars import own_calendars
from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import PASSWORD, Api, RunningHotline

pytestmark = pytest.mark.browser
COUNTY, LEADER = "roster_county", "roster_leader"
"""Nobody of other stories belongs to it."""
AGENTS = ("9601", "9602", "9603", "9604", "9605")
EARLY, NIGHT = "full_day.early", "full_day.night"
HOURS = {EARLY: (8, 16.5), "full_day.middle": (14, 22.5), NIGHT: (22, 32)}
WINDOW = timedelta(hours=3)
"""So long before and after a shift one may surely check in."""


async def test_a_month_is_generated_changed_swapped_and_attended(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        await staffed(admin)
    page = await open_page(chromium, hotline, LEADER, "/roster_months")
    agent = await open_page(chromium, hotline, AGENTS[0], "/my_shifts")
    async with hotline.signed_in(LEADER) as leader:
        on = day_of_work(hotline, following(datetime.now(ZONE).date()))
        month = f"{on:%Y-%m}"
        id = await generated(page, leader, month)
        people = await freed(leader, month)
        await page.goto(f"{hotline.url}/roster?day={on}")
        await changed(page, on)
        await page.goto(f"{hotline.url}/roster_months/{id}")
        await page.get_by_test_id("action-publish").click()
        await page.get_by_role("dialog").get_by_role("button", name="发布").click()
        await expect(page.get_by_text("已发布").first).to_be_visible()
        async with hotline.signed_in(AGENTS[1]) as second:
            await covered(page, agent, hotline, second, on)
        await on_leave(page, agent, hotline, on + timedelta(days=1))
        await checked_in(page, agent, hotline, leader, people)
    await agent.context.close()
    await page.context.close()


def following(day: date) -> date:
    """The first of the month after a day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def day_of_work(hotline: RunningHotline, first: date) -> date:
    """A day in a month's second week, after which comes a working day: on others nobody needs leave."""
    calendars = own_calendars(hotline.data)
    return next(
        day for at in range(5, 15) if calendars.is_workday((day := first + timedelta(days=at)) + timedelta(days=1))
    )


async def staffed(admin: Api) -> None:
    unit = {"name": COUNTY, "title": "排班试验区", "parent": "city", "region": "320411"}
    await admin.ask("POST", "/api/organisations", unit)
    accounts = [{"login": LEADER, "name": "排班班长", "roles": ["supervisor"]}]
    accounts += [{"login": one, "name": f"值班{one}", "agent_no": one, "roles": ["agent"]} for one in AGENTS]  # type: ignore[dict-item] # JSON
    for account in accounts:
        more = {"organisation": COUNTY, "password": PASSWORD, "change": False}
        await admin.ask("POST", "/api/people", {**account, **more})


async def generated(page: Page, leader: Api, month: str) -> str:
    await page.get_by_test_id("create").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("月份").fill(month)
    await dialog.get_by_test_id("field-types").click()
    await page.get_by_role("option", name="全日值班").click()
    await page.keyboard.press("Escape")
    await dialog.get_by_test_id("form-save").click()
    await expect(dialog).to_have_count(0)
    (made,) = (await leader.ask("GET", "/api/roster/months"))["items"]
    await page.goto(f"{page.url.partition('/roster')[0]}/roster_months/{made['id']}")
    await page.get_by_test_id("action-generate").click()
    await page.get_by_role("dialog").get_by_role("button", name="自动生成").click()
    await expect(page.get_by_text(re.compile("正在生成|待发布")).first).to_be_visible()
    while (await leader.ask("GET", f"/api/roster/months/{made['id']}"))["state"] == "making":
        await page.wait_for_timeout(300)
    return str(made["id"])


async def freed(leader: Api, month: str) -> list[dict[str, Any]]:
    """Two people without shifts in the first weeks: what stands there then was put there by this story."""
    table = await leader.ask("GET", f"/api/roster/table?from={month}-01&to={month}-20")
    people: list[dict[str, Any]] = table["people"]
    ids = {one["id"] for one in people[:2]}
    moves = [
        {"person": one["person"], "day": one["day"], "slot": ""} for one in table["shifts"] if one["person"] in ids
    ]
    await leader.ask("POST", "/api/roster/table/change", {"moves": moves})
    return people


def cell(page: Page, who: int, day: date) -> Locator:
    return page.locator(f"[data-person='{AGENTS[who]}'] [data-day='{day}']")


async def changed(page: Page, on: date) -> None:
    """By keys, by mouse, by keys again; what breaks a limit with a reason; and back."""
    here, there, before = cell(page, 0, on), cell(page, 1, on), cell(page, 0, on - timedelta(days=1))
    hint = page.get_by_test_id("roster-hint")
    await here.click()
    await expect(page.get_by_role("menu")).to_be_visible()
    await picture(page, "roster-menu")
    await page.keyboard.press("1")
    await expect(here).to_contain_text("早班")

    await here.locator(".chip").hover()
    await page.mouse.down()
    await there.hover()
    await there.hover()
    await expect(hint).to_contain_text("符合排班规则")
    await picture(page, "roster-dragged")
    await page.mouse.up()
    await expect(there).to_contain_text("早班")
    await expect(here).not_to_contain_text("早班")

    await there.focus()
    for key in ("m", "ArrowUp"):
        await page.keyboard.press(key)
    await expect(hint).to_contain_text("符合排班规则")
    await page.keyboard.press("Enter")
    await expect(here).to_contain_text("早班")

    await before.focus()
    await page.keyboard.press("3")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("只休息 0 小时")).to_be_visible()
    await picture(page, "roster-limits")
    await dialog.get_by_role("textbox").fill("台风值守")
    await dialog.get_by_role("button", name="仍然保存").click()
    await expect(before).to_contain_text("晚班")
    await before.focus()
    await page.keyboard.press("Control+z")
    await expect(before).not_to_contain_text("晚班")
    await expect(here).to_contain_text("早班")


async def covered(page: Page, agent: Page, hotline: RunningHotline, second: Api, on: date) -> None:
    """One sees his shift and asks, the other agrees, the leader approves on his page: the roster follows."""
    await agent.goto(f"{hotline.url}/my_shifts")
    await agent.get_by_role("button", name="下个月").click()
    await expect(agent.locator(f"[data-day='{on}']")).to_contain_text("早班")
    await picture(agent, "roster-own-month")
    await agent.get_by_role("button", name="代班调班").click()
    await agent.get_by_test_id("create").click()
    form = agent.get_by_role("dialog")
    await form.get_by_test_id("field-shift").click()
    await agent.get_by_role("option", name=f"{on.month}月{on.day}日").click()
    await form.get_by_test_id("field-other").click()
    await agent.get_by_role("option", name=AGENTS[1]).click()
    await form.get_by_test_id("field-reason").fill("孩子家长会")
    await form.get_by_test_id("form-save").click()
    await expect(form).to_have_count(0)
    (asked,) = (await second.ask("GET", "/api/roster/swaps"))["items"]
    await second.ask("POST", f"/api/roster/swaps/{asked['id']}/agree")
    await page.goto(f"{hotline.url}/roster_swaps/{asked['id']}")
    await page.get_by_test_id("action-approve").click()
    await page.get_by_role("dialog").get_by_test_id("form-save").click()
    await expect(page.get_by_text("已批准").first).to_be_visible()
    await page.goto(f"{hotline.url}/roster?day={on}")
    await expect(cell(page, 1, on)).to_contain_text("早班")
    await expect(cell(page, 0, on)).not_to_contain_text("早班")


async def on_leave(page: Page, agent: Page, hotline: RunningHotline, day: date) -> None:
    """Asked for by the agent, approved by the leader, seen in the table."""
    async with hotline.signed_in(AGENTS[0]) as first:
        body = {"kind": "sick", "begins": day.isoformat(), "ends": day.isoformat(), "reason": "体检"}
        asked = await first.ask("POST", "/api/roster/leaves", body)
    await page.goto(f"{hotline.url}/roster_leaves/{asked['id']}")
    await page.get_by_test_id("action-approve").click()
    await page.get_by_role("dialog").get_by_test_id("form-save").click()
    await expect(page.get_by_text("已批准").first).to_be_visible()
    await page.goto(f"{hotline.url}/roster?day={day}")
    await expect(cell(page, 0, day)).to_contain_text("病假")
    await picture(page, "roster-after")
    await agent.goto(f"{hotline.url}/roster_leaves")
    await expect(agent.get_by_text("体检")).to_be_visible()


async def checked_in(
    page: Page, agent: Page, hotline: RunningHotline, leader: Api, people: list[dict[str, Any]]
) -> None:
    """A shift about now, put in by hand: the agent checks in on his page, and the leader sees it."""
    day, slot = present(datetime.now(ZONE))
    month = {"month": f"{day:%Y-%m}", "types": ["full_day"]}
    made = await leader.ask("POST", "/api/roster/months", month)
    moves = [{"person": people[0]["id"], "day": day.isoformat(), "slot": slot}]
    await leader.ask("POST", "/api/roster/table/change", {"moves": moves, "reason": "临时加班"})
    await leader.ask("POST", f"/api/roster/months/{made['id']}/publish")
    await agent.goto(f"{hotline.url}/my_shifts")
    await agent.get_by_test_id("check-in").click()
    await expect(agent.get_by_text(re.compile("已签到"))).to_be_visible()
    await picture(agent, "roster-my-shifts")
    await page.goto(f"{hotline.url}/roster_attendance")
    await expect(page.get_by_test_id("list").get_by_text(f"值班{AGENTS[0]}").first).to_be_visible()
    await picture(page, "roster-attendance")


def present(now: datetime) -> tuple[date, str]:
    """The day and slot of a shift for which one may check in now."""
    for day in (now.date(), now.date() - timedelta(days=1)):
        midnight = datetime.combine(day, time(), ZONE)
        for slot, (begin, end) in HOURS.items():
            if midnight + timedelta(hours=begin) - WINDOW <= now <= midnight + timedelta(hours=end):
                return day, slot
    raise AssertionError(f"no shift about {now}")
