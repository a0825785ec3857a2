"""What stands of a talk on somebody's screen."""

from __future__ import annotations

import asyncio
import time

from playwright.async_api import Locator

from trials.assistant.words_said import heard
from trials.course import Failed

WITHIN = 60.0
"""Seconds in which words come on a busy machine; how soon they do else is measured by `scripts/bench/assistant`."""
RIGHT = 0.6
"""The share of what was said that must stand there."""


class Shown:
    """A transcript on a screen: `whose` for whoever reads why something failed."""

    def __init__(self, box: Locator, whose: str) -> None:
        self._box, self._whose = box, whose

    @property
    def lines(self) -> Locator:
        """What was said, line by line."""
        return self._box.get_by_test_id("transcript-line")

    async def texts(self, side: str = "") -> list[str]:
        """The words of the lines, of one side."""
        found = self.lines if not side else self._box.locator(f"[data-test=transcript-line].{side}")
        return [one.split("\n", 1)[-1] for one in await found.all_inner_texts()]

    async def says(self, said: str, side: str, among: str = "") -> float:
        """Until it stands there as said by this side; returns the seconds that it took. Failed.

        `among` is a class that its line must have.
        """
        began, best = time.monotonic(), 0.0
        while time.monotonic() - began < WITHIN:
            lines = self._box.locator(f"[data-test=transcript-line].{side}{among}")
            best = heard(said, "".join(await lines.all_inner_texts()))
            if best >= RIGHT:
                return time.monotonic() - began
            await asyncio.sleep(0.1)
        raise Failed(f"{self._whose}: of {said} there is {best:.0%} as said by {side}: {await self.texts()}")

    async def speaking(self) -> str:
        """Words of somebody who has not finished yet. Failed."""
        began = time.monotonic()
        while time.monotonic() - began < WITHIN:
            for one in await self._box.get_by_test_id("transcript-speaking").locator(".text").all_inner_texts():
                if words := one.strip("… "):
                    return words
            await asyncio.sleep(0.05)
        raise Failed(f"{self._whose}: no words while somebody speaks")

    async def until(self, words: str, why: str) -> None:
        """Until these stand there. Failed with why they should."""
        began = time.monotonic()
        while time.monotonic() - began < WITHIN:
            if words in await self._box.inner_text():
                return
            await asyncio.sleep(0.1)
        raise Failed(f"{self._whose}: {why}: {await self.texts()}")
