"""What a citizen's browser shows: looked at in two sizes, by axe, and by its weight on a slow network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, ViewportSize

from trials.course import Failed
from trials.hands import DESK, PHONE
from trials.house import TREE

AXE = TREE / "softphone/web/node_modules/axe-core/axe.min.js"
SIZES: dict[str, ViewportSize] = {
    "desk": {"width": DESK[0], "height": DESK[1]},
    "phone": {"width": PHONE[0], "height": PHONE[1]},
}
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 51_200, "uploadThroughput": 51_200}
"""What browsers' tools call slow 3G: 400 ms, 400 kbit/s."""


async def slow(page: Page) -> None:
    """From now on this page has a slow network."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW)


@dataclass(slots=True)
class Weight:
    """What a page brought over the network, in bytes, and how many files."""

    bytes: int = 0
    files: int = 0


@asynccontextmanager
async def weighed(page: Page) -> AsyncIterator[Weight]:
    """What comes while this is open, as it comes: packed, with its head."""
    session, weight = await page.context.new_cdp_session(page), Weight()

    def came(told: dict[str, Any]) -> None:
        weight.bytes += int(told["encodedDataLength"])
        weight.files += 1

    session.on("Network.loadingFinished", came)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield weight
    await session.detach()


class Seen:
    """Pictures and findings of one browser's pages. `faults` are what nobody should meet."""

    def __init__(self, page: Page, pictures: Path, who: str) -> None:
        self.page, self._pictures, self._who = page, pictures, who
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"{who} at {page.url}: {error}"))
        page.on(
            "console",
            lambda said: self.faults.append(f"{who} at {page.url}: {said.text}") if self._wrong(said) else None,
        )

    @staticmethod
    def _wrong(said: Any) -> bool:
        # A form that is not right yet, a page that is not there, and a lost network are part of the day.
        return said.type == "error" and not said.text.startswith("Failed to load resource")

    async def looked_at(self, name: str) -> None:
        """Keep the whole page at both sizes; Failed for what is too wide or serious for who hears it."""
        size = self.page.viewport_size
        for title, at in SIZES.items():
            await self.page.set_viewport_size(at)
            await self.page.screenshot(path=str(self._pictures / f"{self._who}-{name}-{title}.png"), full_page=True)
            wide = int(await self.page.evaluate("document.documentElement.scrollWidth"))
            if wide > at["width"]:
                raise Failed(f"{name}: {wide} px wide on a screen of {at['width']}")
        if size:
            await self.page.set_viewport_size(size)
        if found := await findings(self.page):
            raise Failed(f"{name}: {'; '.join(found)}")

    async def picture(self, name: str) -> None:
        """Keep what is on the screen."""
        await self.page.screenshot(path=str(self._pictures / f"{self._who}-{name}.png"))


async def findings(page: Page) -> list[str]:
    """What axe finds serious or critical, each with the first element that has it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
