"""Performance of the month before: 20 agents and 30 departments, published, appealed by one of each, corrected."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import expect

from trials.api import Api
from trials.course import Failed
from trials.hands import PATIENCE, Hands
from trials.management.books import last_month

PERIODS, SCORES, APPEALS = "/api/performance/periods", "/api/performance/scores", "/api/performance/appeals"
COUNTED_WITHIN = 60.0


async def counted(leader: Hands, api: Api, scheme: str, least: int) -> tuple[str, list[Any]]:
    """A period, counted and published at the screen; returns its id and its scores."""
    period = str((await api.ask("POST", PERIODS, {"scheme": scheme, "month": last_month()}))["id"])
    await leader.act(f"/performance_periods/{period}", "计算")
    async with asyncio.timeout(COUNTED_WITHIN):
        while (await api.ask("GET", f"{PERIODS}/{period}"))["state"] != "ready":
            await asyncio.sleep(0.3)
    await leader.open(f"/performance_periods/{period}")
    await leader.page.get_by_role("tab", name="得分").click()
    await expect(leader.page.get_by_role("row").nth(2)).to_be_visible(timeout=PATIENCE)
    await leader.both(f"performance-{scheme}")
    await leader.act(f"/performance_periods/{period}", "发布")
    found = (await api.ask("GET", f"{SCORES}?period={period}&size=100"))["items"]
    scored = [one for one in found if one["total"] is not None]
    if len(scored) < least:
        raise Failed(f"{scheme}: {len(scored)} of {len(found)} are scored, not {least}")
    return period, found


async def appealed(own: Hands, api: Api, leader: Hands, score: str, kpi: str, name: str) -> float:
    """Who was scored sees his own, down to the rows, appeals at the screen, and has other points; returns his total."""
    page = own.page
    await page.bring_to_front()
    await own.open("/performance_own")
    await expect(page.get_by_role("row").nth(1)).to_be_visible(timeout=PATIENCE)
    await own.both(f"{name}-list")
    await page.get_by_role("row").nth(1).click()
    sheet = page.get_by_test_id("score-sheet")
    await sheet.wait_for()
    await own.both(f"{name}-score")
    before = float(await page.get_by_test_id("score-total").inner_text())
    lost = sheet.get_by_test_id(f"rows-{kpi}-lost").or_(sheet.get_by_test_id(f"rows-{kpi}-denominator"))
    if await lost.count():
        await lost.first.click()
        await page.get_by_test_id("figure-rows").wait_for()
        await own.both(f"{name}-rows")
    said = {"kpi": kpi, "reason": "有一件不是本人（本单位）的原因，附说明，请复核。"}
    appeal = (await api.ask("POST", f"{SCORES}/{score}/appeals", said))["id"]
    values = {"how": "改该项指标的得分", "points": "100", "opinion": "复核属实，予以改正。"}
    await leader.act(f"/performance_appeals/{appeal}", "改正", values, picture=f"{name}-decide")
    await leader.open(f"/performance_appeals/{appeal}")
    await expect(leader.page.get_by_text("已改正").first).to_be_visible(timeout=PATIENCE)
    after = (await api.ask("GET", f"{SCORES}/{score}/sheet"))["score"]["total"]
    if not float(after) >= before:
        raise Failed(f"an appeal that was granted made {before} to {after}")
    return float(after)
