"""Takes small pictures of a page or of a part of it."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.async_api import Locator

from trials.course import Failed
from trials.hands import Hands

LARGEST = 40_000
"""Bytes of a picture, so that the course is read on a slow line, too."""
QUALITIES = (85, 75, 60, 45)
SCALE = 0.8
"""Of a whole screen: the page at which it is read is narrower."""
ROOM = 8
"""Pixels around a part."""


class Camera:
    """Pictures of what one person sees, in a folder. Failed when one is too large."""

    def __init__(self, hands: Hands, folder: Path) -> None:
        self.hands, self._folder = hands, folder

    async def take(self, name: str, part: Locator | None = None, most: int = 0) -> None:
        """The whole screen, or a part of it, of which no more than `most` pixels from its top on."""
        page = self.hands.page
        await page.wait_for_timeout(500)
        clip = {"x": 0, "y": 0, **(page.viewport_size or {}), "scale": SCALE}
        if part is not None:
            await part.scroll_into_view_if_needed()
            box = await part.bounding_box()
            if box is None:
                raise Failed(f"there is nothing to take a picture of: {name}")
            clip = {
                "x": max(0, box["x"] - ROOM), "y": max(0, box["y"] - ROOM), "width": box["width"] + 2 * ROOM,
                "height": min(box["height"], most or box["height"]) + 2 * ROOM, "scale": 1,
            }  # fmt: skip
        session = await page.context.new_cdp_session(page)
        for quality in QUALITIES:
            wanted = {"format": "webp", "quality": quality, "clip": clip}
            data = base64.b64decode((await session.send("Page.captureScreenshot", wanted))["data"])
            if len(data) <= LARGEST:
                (self._folder / f"{name}.webp").write_bytes(data)
                await session.detach()
                return
        raise Failed(f"the picture {name} is {len(data)} bytes large")
