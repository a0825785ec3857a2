"""A wall laid out anew by mouse and keyboard, saved to the city's own file with its comments, and given back."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.async_api import Page, expect

from trials.analysis.screens import cut_off, whole
from trials.api import Api
from trials.course import Failed
from trials.hands import PATIENCE, Hands
from trials.house import House

WALL = "guests"
SHIPPED = ["today", "hours", "channels", "types", "topics", "trend"]


async def laid_out(hands: Hands, api: Api, house: House) -> None:
    """Failed with what is not as it was dragged."""
    page = hands.page
    await page.bring_to_front()
    await hands.open(f"/wall/{WALL}")
    await whole(page)
    await page.get_by_test_id("wall-arrange").click(force=True)
    await _order(page, SHIPPED)
    await hands.picture("wall-arranging")

    await _drag(page, "place-trend", "place-hours")
    moved = ["today", "trend", "hours", "channels", "types", "topics"]
    await _order(page, moved)
    await page.get_by_test_id("place-channels").press("Delete")
    await _order(page, [one for one in moved if one != "channels"])
    await page.keyboard.press("Control+z")
    await _order(page, moved)
    await page.get_by_test_id("place-types").press("ArrowLeft")
    moved = ["today", "trend", "hours", "types", "channels", "topics"]
    await _order(page, moved)
    await _shorter(page, "types")
    await page.get_by_test_id("arrange-add").click()
    await page.get_by_test_id("arrange-catalogue").get_by_label("查找").fill("全程跟踪")
    await page.get_by_test_id("add-tracking-late").click()
    await expect(page.get_by_test_id("arrange-wrong")).to_contain_text("放不下", timeout=PATIENCE)
    await expect(page.get_by_test_id("arrange-save")).to_be_disabled()
    await hands.picture("wall-arranging-too-much")
    await page.get_by_test_id("arrange-undo").click()
    await page.keyboard.press("Control+s")
    await expect(page.get_by_test_id("wall-arranging")).to_have_count(0, timeout=PATIENCE)
    await whole(page)
    await hands.picture("wall-arranged")
    hands.faults += [f"wall {WALL} as it was laid out: {one}" for one in await cut_off(page)]
    wall = next(one for one in await api.ask("GET", "/api/bigscreen/walls") if one["wall"] == WALL)
    tiles = {one["tile"]: (one["wide"], one["high"]) for one in wall["tiles"]}
    if list(tiles) != moved or tiles["types"] != (3, 4):
        raise Failed(f"the wall was laid out as {moved}, it has {tiles}")
    text = (house.data / "walls" / f"{WALL}.yaml").read_text("utf-8")
    if not text.startswith("# For guests"):
        raise Failed(f"the comments of the file are gone: {text}")

    await page.get_by_test_id("wall-arrange").click(force=True)
    restore = page.get_by_test_id("arrange-restore")
    await restore.click()
    await expect(restore).to_contain_text("确定")
    await restore.click()
    await expect(page.get_by_test_id("wall-arranging")).to_have_count(0, timeout=PATIENCE)
    if (house.data / "walls" / f"{WALL}.yaml").exists():
        raise Failed("the wall is not as it came")


async def _order(page: Page, expected: Sequence[str]) -> None:
    places = page.locator("[data-key]")
    await expect(places).to_have_count(len(expected), timeout=PATIENCE)
    found = await places.evaluate_all("all => all.map((one) => one.dataset.key)")
    if found != list(expected):
        raise Failed(f"the tiles stand as {found}, not as {list(expected)}")


async def _drag(page: Page, what: str, onto: str) -> None:
    """By the mouse, from the middle of the one to the middle of the other."""
    (x, y), (to_x, to_y) = await _middle(page, what), await _middle(page, onto)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=3)
    await page.mouse.move(to_x, to_y, steps=5)
    await page.mouse.up()


async def _shorter(page: Page, tile: str) -> None:
    """By a row, by its corner."""
    x, y = await _middle(page, f"corner-{tile}")
    whole_grid = await page.locator(".tiles").bounding_box()
    assert whole_grid is not None
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y - whole_grid["height"] / 12, steps=4)
    await page.mouse.up()


async def _middle(page: Page, what: str) -> tuple[float, float]:
    box = await page.get_by_test_id(what).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
