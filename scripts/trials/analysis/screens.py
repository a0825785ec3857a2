"""Every page of analysis and every wall, kept as pictures: nothing is cut off, every number leads to its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.async_api import Page, expect

from trials.api import Api
from trials.hands import DESK, LARGE, PATIENCE, Hands

PANORAMA = (3840, 1080)
WALLS: Mapping[str, tuple[int, int]] = {"3840": PANORAMA, "1920": LARGE, "1366": DESK}
TIMES = ("秒", "小时")
CUT_OFF = """() => [...document.querySelectorAll('[data-test^="tile-"]')].flatMap((tile) => {
  const box = tile.getBoundingClientRect()
  const out = [...tile.querySelectorAll('*')].find((one) => {
    const it = one.getBoundingClientRect()
    return it.width > 0 && (it.bottom > box.bottom + 1 || it.right > box.right + 1)
  })
  return out ? [`${tile.dataset.test} (${out.tagName} ${out.textContent?.trim().slice(0, 20)})`] : []
})"""
"""Tiles of which something lies outside."""


async def analysis(hands: Hands, api: Api) -> tuple[int, int]:
    """All its pages, and each key figure of them clicked once; returns how many pages and clicks."""
    pages: list[dict[str, Any]] = await api.ask("GET", "/api/analysis/pages")
    clicks = 0
    for one in pages:
        # What runs now has no end of waiting.
        period = "today" if one["page"] == "today" else "this_year"
        await hands.open(f"/analysis?page={one['page']}&period={period}")
        await _counted(hands.page)
        await hands.both(f"analysis-{one['page']}")
        clicks += await _clicked(hands)
    return len(pages), clicks


async def _counted(page: Page) -> None:
    """Until every block has its numbers."""
    await page.locator("[data-test^='analysis-']").first.wait_for()
    await expect(page.locator(".el-skeleton")).to_have_count(0, timeout=PATIENCE)


async def _clicked(hands: Hands) -> int:
    page, clicks = hands.page, 0
    keys = page.locator("[data-test^='key-']")
    for at in range(await keys.count()):
        key = keys.nth(at)
        made = key.locator(".made button")
        # The numerator of an average is a sum, of which there is no list: its calls are the denominator.
        is_average = (await key.locator("b small").inner_text()).strip() in TIMES
        number = made.nth(int(is_average)) if await made.count() else key.locator("b button")
        if not await number.count():
            continue
        said = (await number.inner_text()).replace(",", "")
        if not said.isdecimal() or said == "0":
            continue
        await number.click()
        dialog = page.locator("[data-test=figure-rows]:visible")
        heading = dialog.locator(".el-dialog__title")
        await expect(heading).to_contain_text(" 条", timeout=PATIENCE)
        rows = (await heading.inner_text()).rpartition("· ")[2].removesuffix(" 条")
        if rows != said:
            hands.faults.append(f"{await key.get_attribute('data-test')} at {page.url}: {said}, its list has {rows}")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden(timeout=PATIENCE)
        clicks += 1
    return clicks


async def walls(hands: Hands, names: list[str]) -> int:
    """Each at three sizes, dark and light; returns how many pictures."""
    taken = 0
    for name in names:
        await hands.open(f"/wall/{name}")
        await whole(hands.page)
        for dark in (True, False):
            await _dressed(hands.page, dark=dark)
            for size, (width, height) in WALLS.items():
                await hands.page.set_viewport_size({"width": width, "height": height})
                await hands.picture(f"wall-{name}-{'dark' if dark else 'light'}-{size}")
                hands.faults += [f"wall {name} at {width}x{height}: {one}" for one in await cut_off(hands.page)]
                taken += 1
    await hands.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return taken


async def whole(page: Page) -> None:
    """Until every tile has its numbers."""
    await page.locator("[data-test^='tile-']").first.wait_for()
    await expect(page.locator("[data-test^='tile-'] > .none", has_text="…")).to_have_count(0, timeout=PATIENCE)


async def cut_off(page: Page) -> list[str]:
    """What does not fit into its tile."""
    found: list[str] = await page.evaluate(CUT_OFF)
    return found


async def _dressed(page: Page, *, dark: bool) -> None:
    button = page.get_by_role("button", name="深色" if dark else "浅色")
    if await button.count():
        await button.click(force=True)
