"""Somebody who has a keyboard alone: what he presses is counted by task, and what he sees is measured."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable

from playwright.async_api import Locator, Page, ViewportSize, expect

from trials.hands import PATIENCE, Hands

SIZES: tuple[ViewportSize, ...] = ({"width": 1920, "height": 1080}, {"width": 1366, "height": 768})
"""The smaller one is the last: at it the work is done."""
LONGEST_WAY = 60
"""Times that Tab is pressed until one is given up."""
STILL = 1.0
"""Pixels by which a place may differ and has not moved."""


class Keys:
    """The keyboard of one agent at his desk."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.page = hands, hands.page
        self.counted: Counter[str] = Counter()
        """Keys by task; the letters of what is said of a matter are none of the desk's."""
        self.faults: list[str] = []

    async def press(self, task: str, key: str) -> None:
        """A key of this task."""
        self.counted[task] += 1
        await self.page.keyboard.press(key)

    async def to(self, task: str, name: str) -> None:
        """Press Tab until the focus is in it."""
        for _ in range(LONGEST_WAY):
            if await self.page.evaluate("it => !!document.activeElement.closest(`[data-test='${it}']`)", name):
                return
            await self.press(task, "Tab")
        self.faults.append(f"{task}: no way by Tab to {name}")

    async def phase(self, name: str) -> None:
        """Wait until the telephone is in this phase."""
        await expect(self.page.get_by_test_id("phone-card")).to_have_attribute("data-phase", name, timeout=PATIENCE)

    async def state(self, name: str) -> None:
        """Wait until the agent is in this state."""
        await expect(self.page.get_by_test_id("status-bar")).to_have_attribute("data-state", name, timeout=PATIENCE)

    async def ask(self, colleague: str) -> None:
        """Consult a colleague by his number."""
        await self.press("咨询", "Alt+KeyC")
        await expect(self.page.get_by_test_id("target-search")).to_be_focused(timeout=PATIENCE)
        await self.page.get_by_test_id(f"target-agent-{colleague}").wait_for()
        for digit in colleague:
            await self.press("咨询", digit)
        await self.press("咨询", "Enter")

    # ── what is seen ─────────────────────────────────────────────────────────────────────────────────────────────

    async def place(self, name: str) -> tuple[float, float]:
        """Where something lies, from the left and from the top."""
        box = await self.page.get_by_test_id(name).first.bounding_box()
        return (box["x"], box["y"]) if box else (-1.0, -1.0)

    async def stays(self, name: str, before: tuple[float, float], when: str) -> None:
        """It lies where it lay."""
        now = await self.place(name)
        if max(abs(now[0] - before[0]), abs(now[1] - before[1])) > STILL:
            self.faults.append(f"{name} has moved {when}: {before} → {now}")

    async def seen(self, when: str, names: Iterable[str]) -> None:
        """At each size a picture; at the smaller one all of these begin within the screen, and nothing is wider."""
        for size in SIZES:
            await self.page.set_viewport_size(size)
            await asyncio.sleep(0.5)
            await self.hands.picture(f"{when}-{size['width']}")
            over = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                self.faults.append(f"{when} at {size['width']}: {over} px wider than the screen")
        for name in names:
            if not await _begins_within(self.page, self.page.get_by_test_id(name).first):
                self.faults.append(f"{when}: {name} is not seen without scrolling")


async def _begins_within(page: Page, what: Locator) -> bool:
    box = await what.bounding_box() if await what.count() else None
    size = page.viewport_size
    return box is not None and size is not None and 0 <= box["y"] < size["height"] - 40
