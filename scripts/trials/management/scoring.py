"""A day of quality: real talks are recorded, the daily plan draws each agent's share, they are scored by keyboard."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from playwright.async_api import expect

from cti.base.times.business_time import ZONE
from cti.base.times.calendars import own_calendars
from softphone.phones.sip_stack import SipStack
from trials import telephones
from trials.api import Api
from trials.course import Failed
from trials.hands import PATIENCE, Hands
from trials.house import House
from trials.management.center import INSPECTOR, OTHER_INSPECTOR
from trials.telephones import at_work

TALKS, SHARE = 3, 2
"""Each agent talks so often, and so many of it are drawn."""
REVIEWS, PLANS = "/api/quality/reviews", "/api/quality/plans"
DRAWN_WITHIN, RECORDED_WITHIN = 150.0, 60.0
LEVELS = ("1", "3", "1", "1", "0", "1", "1")
"""Keys, item by item: the second item is not at its best, the fifth does not apply."""


async def talked(house: House, stack: SipStack, agents: Mapping[str, Api], boss: Api) -> int:
    """Each agent has his talks, one agent after the other, so that it is known whose they are; returns how many."""
    made = 0
    for at, api in enumerate(agents.values()):
        async with at_work(stack, api) as phone:
            for number in range(TALKS):
                await telephones.talked(stack, house, phone, api, f"1380519{at:02}{number:02}")
                made += 1
    async with asyncio.timeout(RECORDED_WITHIN):
        while (await boss.ask("GET", "/api/recordings?size=1&kind=talk"))["total"] < made:
            await asyncio.sleep(0.5)
    return made


def the_day_before(house: House) -> None:
    """The talks become those of the working day before: daily plans draw what is over."""
    calendars, day = own_calendars(house.data), datetime.now(ZONE).date() - timedelta(days=1)
    while not calendars.is_workday(day):
        day -= timedelta(days=1)
    days = (datetime.now(ZONE).date() - day).days
    with closing(sqlite3.connect(house.data / "hotline.db", timeout=30)) as books, books:
        for table, columns in (("recordings", ("started_at",)), ("calls", ("arrived_at", "answered_at", "ended_at"))):
            for column in columns:
                books.execute(back(table, column, days))


def back(table: str, column: str, days: int) -> str:
    """SQL that puts a column's moments back by days."""
    return (
        f"UPDATE {table} SET {column} = strftime('%Y-%m-%d %H:%M:%f', {column}, '-{days} days') || '000'"  # noqa: S608
        f" WHERE {column} IS NOT NULL"
    )


async def drawn(leader: Hands, api: Api, people: Mapping[str, str], expected: int) -> list[Any]:
    """The daily plan is written at the screen, put into use, and draws; returns what it drew."""
    body = {
        "title": "每日抽检", "kind": "daily", "sheet": "service", "each": SHARE,
        "inspectors": [people[INSPECTOR], people[OTHER_INSPECTOR]], "min_seconds": 1,
    }  # fmt: skip
    plan = await api.ask("POST", PLANS, body)
    await leader.act(f"/quality_plans/{plan['id']}", "启用", picture="quality-plan-start")
    found: list[Any] = []
    async with asyncio.timeout(DRAWN_WITHIN):
        while not found:
            await asyncio.sleep(1)
            found = (await api.ask("GET", f"{REVIEWS}?plan={plan['id']}&size=100"))["items"]
    each: dict[str, int] = {}
    given: dict[str, int] = {}
    for one in found:
        each[one["agent"]] = each.get(one["agent"], 0) + 1
        given[one["inspector"]] = given.get(one["inspector"], 0) + 1
    if len(found) != expected or set(each.values()) != {SHARE} or max(given.values()) - min(given.values()) > 1:
        raise Failed(f"the plan drew {each} and gave {given}")
    return found


async def scored(inspector: Hands, count: int) -> None:
    """By keyboard, beside player, words and ticket; the first is proposed for training."""
    page = inspector.page
    for at in range(count):
        await inspector.open("/quality_desk")
        await expect(page.get_by_test_id("recording-play")).to_be_enabled(timeout=PATIENCE)
        if not at:
            await inspector.both("quality-desk")
        for key in LEVELS:
            await page.keyboard.press(key)
        await page.get_by_test_id("coaching").fill("先安抚情绪，再逐项询问时间、地点。")
        if not at:
            await page.locator("body").click(position={"x": 2, "y": 2})
            await page.keyboard.press("g")
            await inspector.both("quality-scored")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_text("已评分").first).to_be_visible(timeout=PATIENCE)


async def proposed(leader: Hands, agent: Hands, api: Api) -> None:
    """What inspectors proposed are materials with their sound; the leader opens one, and an agent hears it."""
    async with asyncio.timeout(RECORDED_WITHIN):
        while not (found := [one for one in await _materials(api) if one["medium"] == "video"]):
            await asyncio.sleep(0.5)
    one = found[0]
    if one["state"] != "draft":
        raise Failed(f"a talk is open before anybody listened: {one}")
    await leader.act(f"/training_materials/{one['id']}", "上架", picture="good-talk")
    page = agent.page
    await page.bring_to_front()
    await agent.open(f"/training_my_courses?tab=library&open={one['id']}")
    await expect(page.get_by_test_id("player")).to_be_visible(timeout=PATIENCE)
    await agent.both("good-talk-heard")


async def _materials(api: Api) -> list[Any]:
    found: list[Any] = (await api.ask("GET", "/api/training/materials?size=100"))["items"]
    return found


async def appealed(agent: Hands, leader: Hands, review: str) -> None:
    """The agent reads his score and appeals; the leader, who did not score it, decides at the desk."""
    await agent.open(f"/quality_reviews/{review}")
    await agent.both("quality-own")
    await agent.act(f"/quality_reviews/{review}", "申诉", {"appeal": "当时市民没有情绪，请再听一遍录音。"})
    page = leader.page
    await page.bring_to_front()
    await leader.open(f"/quality_desk?review={review}")
    await expect(page.get_by_test_id("appeal")).to_contain_text("再听一遍", timeout=PATIENCE)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("1")
    await page.get_by_test_id("opinion").fill("听过录音，态度没有问题。")
    await leader.both("quality-decide")
    await page.get_by_test_id("grant").click()
    await expect(page.get_by_test_id("final-score")).to_have_text("100", timeout=PATIENCE)
