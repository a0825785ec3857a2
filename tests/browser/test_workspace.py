"""The desk as one workspace, arranged by who sits there."""

import asyncio

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser
SMALL, LARGE = {"width": 1366, "height": 768}, {"width": 1920, "height": 1080}


async def both(page: Page, name: str) -> None:
    """Pictures at both sizes."""
    for size in (LARGE, SMALL):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await asyncio.sleep(0.3)
        await picture(page, f"{name}-{size['width']}")


async def test_an_arrangement_goes_with_its_person(hotline: RunningHotline, chromium: Browser) -> None:
    desk = await open_page(chromium, hotline, "1003", "/desk")
    column = desk.get_by_test_id("column-2")
    await column.get_by_test_id("widget-card_desk_knowledge").wait_for()
    await desk.get_by_test_id("workspace-arrange").click()
    await both(desk, "workspace-arranging")
    await desk.get_by_test_id("widget-card_desk_knowledge").get_by_test_id("move-left").click()
    await desk.get_by_test_id("edge-0").focus()
    before = await width(desk.get_by_test_id("column-0"))
    for _ in range(3):
        await desk.keyboard.press("ArrowLeft")
    assert await width(desk.get_by_test_id("column-0")) < before - 20
    await desk.get_by_test_id("workspace-arrange").click()
    async with desk.expect_response("**/api/agent/workspace"):
        await desk.get_by_test_id("widget-card_desk_knowledge").get_by_test_id("fold").click()
    elsewhere = await open_page(chromium, hotline, "1003", "/desk")
    knowledge = elsewhere.get_by_test_id("column-1").get_by_test_id("widget-card_desk_knowledge")
    await expect(knowledge.get_by_test_id("unfold")).to_be_visible(timeout=15_000)
    assert await width(elsewhere.get_by_test_id("column-0")) < before - 20
    await elsewhere.keyboard.press("Alt+KeyZ")
    await expect(knowledge.locator("input")).to_be_focused()
    await elsewhere.get_by_test_id("workspace-arrange").click()
    async with elsewhere.expect_response("**/api/agent/workspace"):
        await elsewhere.get_by_test_id("workspace-reset").click()
    await elsewhere.get_by_test_id("column-2").get_by_test_id("widget-card_desk_knowledge").wait_for()


async def width(place: Locator) -> float:
    box = await place.bounding_box()
    assert box is not None
    return box["width"]
