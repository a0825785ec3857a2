"""Other views in a real browser: cards that are dragged, days, tiles arranged, a picture in a text, other systems."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
"""A PNG of one dot, in base64."""
PASTE = """(picture) => {
  const data = new DataTransfer()
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0))
  data.items.add(new File([bytes], 'shot.png', { type: 'image/png' }))
  document.querySelector('[role=textbox].rich-text').dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""


async def test_a_card_is_dragged_and_one_that_may_not_goes_back(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        said = {"title": "井盖缺失待拖动", "content": "路中井盖缺失", "contact": "13900003011", "type": "complaint"}
        ticket = await admin.ask("POST", "/api/tickets", said)
        page = await open_page(chromium, hotline, "admin", "/tickets?as=kanban")
        await page.set_viewport_size({"width": 1760, "height": 900})
        begun, review = page.get_by_test_id("column-registered"), page.get_by_test_id("column-review")
        card = begun.get_by_test_id("kanban-card").filter(has_text="井盖缺失待拖动")
        await expect(card).to_be_visible(timeout=10_000)
        # A column of many cards is longer than the screen: its middle may lie below it.
        await card.drag_to(page.get_by_test_id("column-archiving"), target_position={"x": 120, "y": 60})
        refused = page.get_by_test_id("kanban-refused")
        await expect(refused).to_contain_text("井盖缺失待拖动：现在不能移到“待归档”", timeout=15_000)
        # It is there until it is read, or another card is dropped.
        await page.wait_for_timeout(3_500)
        await expect(refused).to_be_visible()
        await picture(page, "kanban-refused")
        await expect(card).to_be_visible()
        assert (await admin.ask("GET", f"/api/tickets/{ticket['id']}"))["stage"] == "registered"
        await card.drag_to(review, target_position={"x": 120, "y": 60})
        await page.get_by_role("dialog").wait_for()
        await expect(refused).to_have_count(0)
        await picture(page, "kanban-form")
        await page.get_by_role("dialog").get_by_role("button").last.click()
        there = review.get_by_test_id("kanban-card").filter(has_text="井盖缺失待拖动")
        await expect(there).to_be_visible(timeout=10_000)
        await picture(page, "kanban-moved")
        assert (await admin.ask("GET", f"/api/tickets/{ticket['id']}"))["stage"] == "review"
        await page.context.close()


async def test_turns_stand_in_the_calendar_on_their_days(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        people = await admin.ask("GET", "/api/options/people?search=8001")
        begins = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=1)
        for days in (0, 2):
            turn = {
                "person": people[0]["value"],
                "begins_at": (begins + timedelta(days=days)).isoformat(),
                "ends_at": (begins + timedelta(days=days, hours=26)).isoformat(),
            }
            await admin.ask("POST", "/api/on_call", turn)
        page = await open_page(chromium, hotline, "admin", "/on_call")
        await page.get_by_test_id("as-calendar").click()
        calendar = page.get_by_test_id("calendar")
        await calendar.get_by_text("周", exact=True).click()
        entries = calendar.locator(".entry")
        if not await entries.count():
            await calendar.get_by_role("button", name="之后").click()
        await expect(entries.first).to_contain_text(people[0]["title"].split("（")[0], timeout=10_000)
        await picture(page, "calendar-week")
        await calendar.get_by_text("月", exact=True).click()
        await expect(entries.first).to_be_visible()
        await picture(page, "calendar-month")
        # On a phone a day says how many there are, and opens.
        await page.set_viewport_size({"width": 390, "height": 844})
        await expect(entries.first).to_be_hidden()
        many = calendar.locator(".many").first
        await expect(many).to_have_text("1")
        await picture(page, "calendar-phone")
        await many.click()
        await expect(entries.first).to_be_visible()
        await calendar.get_by_text("周", exact=True).click()
        box = await entries.first.bounding_box()
        assert box is not None and box["width"] > 250, "a week goes down, with room for words"
        await picture(page, "calendar-phone-week")
        await page.context.close()


async def test_a_home_page_is_arranged_kept_and_given_back(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "8001", "/home")
    first = page.locator(".place").first
    await expect(first).to_be_visible(timeout=10_000)
    count = await page.locator(".place").count()
    await page.get_by_test_id("arrange").click()
    await page.get_by_test_id("tile-remove").first.click()
    await page.get_by_test_id("add-tile").click()
    await page.keyboard.type("接通率")
    await page.locator(".el-select-dropdown__item:visible", has_text="指标：接通率（%）").click()
    await picture(page, "home-arranging")
    await page.get_by_test_id("dashboard-save").click()
    figure = page.get_by_test_id("tile-figure_answer_rate")
    await expect(figure).to_contain_text("本月", timeout=10_000)
    await page.reload()
    await expect(figure).to_be_visible(timeout=10_000)
    assert await page.locator(".place").count() == count
    await figure.scroll_into_view_if_needed()
    await picture(page, "home-kept")
    await page.get_by_test_id("arrange").click()
    await page.get_by_test_id("dashboard-remove").click()
    await page.get_by_role("button", name="确定").click()
    await expect(figure).to_be_hidden()
    await page.context.close()


async def test_a_picture_is_pasted_into_a_text_and_stays(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as admin:
        made = await admin.ask("POST", "/api/contacts", {"book": "external", "name": "带图单位", "place": 1})
        page = await open_page(chromium, hotline, "admin", f"/contacts/{made['id']}/edit")
        editor = page.locator("[role=textbox].rich-text")
        await editor.click()
        await page.keyboard.type("职能如图：")
        await page.evaluate(PASTE, DOT)
        shown = editor.locator("img")
        await expect(shown).to_have_count(1, timeout=10_000)
        await picture(page, "rich-picture")
        await page.get_by_test_id("form-save").click()
        await page.wait_for_url(f"**/contacts/{made['id']}")
        await page.reload()
        kept = page.get_by_test_id("value-duties").locator("img")
        await expect(kept).to_have_count(1, timeout=10_000)
        assert await kept.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 1
        await picture(page, "rich-picture-kept")
        files = (await admin.ask("GET", f"/api/contacts/{made['id']}/files"))["items"]
        assert [one["name"] for one in files] == ["shot.png"]
        await page.context.close()


GOOD = """connector: city_brain
title: 城市运行管理中心
url: "https://127.0.0.1:9/api"
auth: {header: {name: X-Api-Key, value: "plain"}}
verbs:
  changed: {path: /hooks}
hears: {"ticket.changed": changed}
"""


async def test_pages_towards_other_systems(hotline: RunningHotline, chromium: Browser) -> None:
    folder = hotline.data / "connectors"
    folder.mkdir(exist_ok=True)
    (folder / "city_brain.yaml").write_text(GOOD, "utf-8")
    (folder / "province.yaml").write_text("connector: province\nverb: {}\n", "utf-8")
    page = await open_page(chromium, hotline, "admin", "/connectors")
    row = page.get_by_test_id("list").get_by_text("城市运行管理中心").first
    for _ in range(5):
        if await row.is_visible():
            break
        await page.wait_for_timeout(1500)
        await page.reload()
        await page.wait_for_load_state("networkidle")
    await expect(row).to_be_visible()
    await picture(page, "connectors")
    await page.get_by_test_id("action-try").first.click()
    await page.get_by_role("dialog").wait_for()
    await picture(page, "connector-try")
    await page.goto(f"{hotline.url}/connectors/city_brain")
    await expect(page.get_by_test_id("value-hears")).to_contain_text("ticket.changed", timeout=10_000)
    await picture(page, "connector")
    async with hotline.signed_in("admin") as admin:
        said = {"title": "路灯不亮待通知", "content": "路灯不亮", "contact": "13900003012", "type": "help"}
        await admin.ask("POST", "/api/tickets", said)
    await page.goto(f"{hotline.url}/connector_calls")
    await expect(page.get_by_test_id("list")).to_contain_text("changed", timeout=10_000)
    await picture(page, "connector-calls")
    await page.get_by_test_id("list").get_by_text("changed").first.click()
    await expect(page.get_by_test_id("value-fields")).to_be_visible(timeout=10_000)
    await picture(page, "connector-call")
    await page.goto(f"{hotline.url}/my_keys")
    await page.get_by_test_id("create").click()
    await page.get_by_test_id("form-create").wait_for()
    await picture(page, "key-form")
    await page.context.close()
    for one in folder.iterdir():
        one.unlink()
