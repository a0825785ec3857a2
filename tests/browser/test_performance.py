"""Performance in a real browser: a month of several agents is tried, counted, published, seen by who was scored down to
the rows behind a number, appealed, and corrected."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser

SIZES = ((1366, 768), (1920, 1080))
MADE = "performance-story-"


def last_month() -> datetime:
    """A working hour of the month that is over."""
    return datetime.now(ZONE).replace(day=1, hour=10, minute=0, second=0, microsecond=0) - timedelta(days=12)


@pytest.fixture
def month(hotline: RunningHotline) -> Iterator[None]:
    """Talks and days of last month, as the floor's books have them, gone afterwards."""
    a_month(hotline)
    yield
    forget(hotline)


def a_month(hotline: RunningHotline) -> None:
    """Of two agents, rated well and not so well."""
    at = last_month().astimezone(UTC)
    with closing(sqlite3.connect(hotline.data / "hotline.db", timeout=20)) as books, books:
        whose = books.execute(
            "SELECT p.agent_no, o.name, o.region FROM people p JOIN organisations o ON o.name = p.organisation"
            " WHERE p.agent_no IN ('1001', '1002')"
        ).fetchall()
        for agent, organisation, region in whose:
            same = {"agent": agent, "group": "", "organisation": organisation, "region": region}
            for number, rating in enumerate("12511 " if agent == "1001" else "1111111111"):
                talk = {
                    **same, "id": f"{MADE}{agent}{number}", "call": new_id(), "queue": "", "half_hour": "10:00",
                    "began_at": stored(at + timedelta(minutes=5 * number)), "seconds": 90, "waited": 2, "holds": 0,
                    "held": 0, "transferred": "", "rating": rating.strip(), "outgoing": 0,
                }  # fmt: skip
                insert(books, "floor_talks", talk)
            day = {
                **same, "id": f"{MADE}{agent}", "day": stored(at), "signed_in": 14400 if agent == "1001" else 0,
                "ready": 9000, "occupied": 3600, "wrapup": 900, "breaks": 600, "offered": 12, "answered": 10,
            }  # fmt: skip
            insert(books, "floor_agent_days", day)


def stored(at: datetime) -> str:
    """A moment as SQLite has it."""
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def insert(books: sqlite3.Connection, table: str, values: Mapping[str, object]) -> None:
    """One row."""
    columns, places = ", ".join(f'"{one}"' for one in values), ", ".join("?" for _ in values)
    books.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(values.values()))


def forget(hotline: RunningHotline) -> None:
    """Nothing of that month is left for other stories."""
    with closing(sqlite3.connect(hotline.data / "hotline.db", timeout=20)) as books, books:
        for table in ("floor_talks", "floor_agent_days"):
            books.execute(f"DELETE FROM {table} WHERE id LIKE '{MADE}%'")


async def at_both_sizes(page: Page, name: str) -> None:
    """Pictures; nothing lies beside the page."""
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate("() => innerWidth >= document.body.scrollWidth"), f"{name} is too wide at {width}"
        await picture(page, f"{name}-{width}")


@pytest.mark.usefixtures("month")
async def test_a_month_is_tried_counted_published_appealed_and_corrected(
    hotline: RunningHotline, chromium: Browser
) -> None:
    boss = await open_page(chromium, hotline, "admin", "/schemes/agents_month")
    await boss.get_by_test_id("scheme-preview").click()
    await expect(boss.get_by_test_id("scheme-tried").get_by_role("row").nth(2)).to_be_visible()
    await at_both_sizes(boss, "performance-scheme")

    async with hotline.signed_in("admin") as admin:
        month = f"{last_month():%Y-%m}"
        body = {"scheme": "agents_month", "month": month}
        period = (await admin.ask("POST", "/api/performance/periods", body, status=201))["id"]
    await boss.goto(f"{hotline.url}/performance_periods/{period}")
    await boss.get_by_role("button", name="计算", exact=True).click()
    await boss.locator(".el-message-box__btns .el-button--primary").click()
    await expect(boss.get_by_text("待发布").first).to_be_visible(timeout=20_000)
    await boss.get_by_role("tab", name="得分").click()
    await expect(boss.get_by_role("row").filter(has_text="1001").or_(boss.get_by_role("row")).nth(2)).to_be_visible()
    await at_both_sizes(boss, "performance-period")
    await boss.get_by_role("button", name="发布", exact=True).click()
    await boss.locator(".el-message-box__btns .el-button--primary").click()
    await expect(boss.get_by_text("已发布").first).to_be_visible()
    await boss.goto(f"{hotline.url}/performance_periods")
    await expect(boss.get_by_role("row").nth(1)).to_be_visible()
    await at_both_sizes(boss, "performance-periods")

    own = await open_page(chromium, hotline, "1001", "/performance_own")
    await expect(own.get_by_role("row").nth(1)).to_be_visible()
    await at_both_sizes(own, "performance-own")
    await own.get_by_role("row").nth(1).click()
    sheet = own.get_by_test_id("score-sheet")
    await expect(sheet.get_by_test_id("line-busy")).to_be_visible()
    before = float(await own.get_by_test_id("score-total").inner_text())
    await at_both_sizes(own, "performance-score")
    await sheet.get_by_test_id("rows-satisfaction-lost").click()
    rows = own.get_by_test_id("figure-rows")
    await expect(rows.get_by_text("非常不满意")).to_have_count(1)
    await at_both_sizes(own, "performance-rows")
    await rows.get_by_test_id("exclude").click()
    asking = own.get_by_test_id("exclude-dialog")
    await asking.get_by_text("误判、误评价").click()
    await asking.get_by_role("textbox").fill("市民挂机前按错了键，录音为证")
    await picture(own, "performance-exclude")
    await asking.get_by_test_id("exclude-send").click()
    await expect(own.get_by_text("已提交，等待认定")).to_be_visible()

    score = own.url.rsplit("/", 1)[1].split("?")[0]
    async with hotline.signed_in("1001") as agent:
        said = {"kpi": "satisfaction", "reason": "有一次评价是市民按错，已申请不计考核"}
        appeal = (await agent.ask("POST", f"/api/performance/scores/{score}/appeals", said, status=201))["id"]
    await boss.goto(f"{hotline.url}/performance_exclusions")
    await expect(boss.get_by_role("row").nth(1)).to_be_visible()
    await at_both_sizes(boss, "performance-exclusions")
    await boss.get_by_role("row").nth(1).click()
    await boss.get_by_role("button", name="认定不计考核").click()
    await boss.get_by_role("dialog").get_by_role("textbox").fill("听过录音，属实")
    await boss.get_by_role("dialog").get_by_role("button", name="认定不计考核").click()
    await expect(boss.get_by_text("听过录音，属实").first).to_be_visible()
    await at_both_sizes(boss, "performance-exclusion")

    await boss.goto(f"{hotline.url}/performance_appeals/{appeal}")
    await boss.get_by_role("button", name="改正").click()
    await boss.get_by_role("dialog").get_by_role("textbox").last.fill("已认定不计考核，重新计算")
    await picture(boss, "performance-decide")
    await boss.get_by_role("dialog").get_by_role("button", name="改正").click()
    await expect(boss.get_by_text("已改正").first).to_be_visible()
    await at_both_sizes(boss, "performance-appeal")

    await own.reload()
    await expect(own.get_by_test_id("score-total")).not_to_have_text(f"{before:g}")
    assert float(await own.get_by_test_id("score-total").inner_text()) > before
    await expect(own.get_by_test_id("line-satisfaction")).to_contain_text("不计 1 条")
    await at_both_sizes(own, "performance-corrected")
    await own.context.close()
    await boss.context.close()
