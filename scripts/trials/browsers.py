"""Browsers of people, and what stood on their screens when something went wrong."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from playwright.async_api import Browser, Error, Page, Playwright, async_playwright

from trials.hands import DESK, PATIENCE, PHONE, Hands
from trials.house import PASSWORD, House

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --use-fake-device-for-media-stream --use-fake-ui-for-media-stream "
    "--autoplay-policy=no-user-gesture-required --allow-loopback-in-peer-connection"
).split()


class Browsers:
    """Who sits at one. `opened` starts and ends them."""

    def __init__(self, playwright: Playwright, house: House, pictures: Path) -> None:
        self._playwright, self._house, self._pictures = playwright, house, pictures
        self._all: list[Browser] = []
        self._shared: Browser | None = None
        self.people: list[Hands] = []

    async def own(self, login: str, microphone: Path | None = None) -> Hands:
        """A browser for one person: he is busy at the same time as others, and a browser draws but one of its pages.

        `microphone` is a sound that he says again and again; without one it beeps.
        """
        more = [f"--use-file-for-fake-audio-capture={microphone}"] if microphone else []
        return await self._sign_in(await self._launch(more), login, small=False)

    async def shared(self, login: str, *, small: bool = False) -> Hands:
        """A page of the browser at which people sit one after another; `small`: a telephone's screen."""
        self._shared = self._shared or await self._launch()
        return await self._sign_in(self._shared, login, small=small)

    async def stranger(self, *, small: bool = False, agent: str | None = None) -> Page:
        """A page of somebody who has no account, at the shared browser.

        `small`: a telephone's screen; `agent` is how his browser calls itself.
        """
        self._shared = self._shared or await self._launch()
        width, height = PHONE if small else DESK
        page = await self._shared.new_page(
            viewport={"width": width, "height": height}, locale="zh-CN", user_agent=agent
        )
        page.set_default_timeout(PATIENCE)
        return page

    async def _sign_in(self, browser: Browser, login: str, *, small: bool) -> Hands:
        hands = await Hands.sign_in(browser, self._house.url, login, PASSWORD, self._pictures, small=small)
        self.people.append(hands)
        return hands

    async def _launch(self, more: Sequence[str] = ()) -> Browser:
        found = os.environ["HOTLINE_CHROMIUM"]
        browser = await self._playwright.chromium.launch(executable_path=found, args=[*FLAGS, *more])
        self._all.append(browser)
        return browser

    async def close(self, *, failed: bool) -> None:
        """End all of them, with a picture of each page when something `failed`."""
        number = count(1)
        for browser in self._all:
            for page in [page for context in browser.contexts for page in context.pages] if failed else ():
                try:
                    await page.screenshot(path=str(self._pictures / f"failed-{next(number)}.png"), timeout=10_000)
                except Error as error:
                    print(f"no picture of a page: {error.message.splitlines()[0]}", flush=True)
            await browser.close()


@asynccontextmanager
async def opened(house: House, pictures: Path) -> AsyncIterator[Browsers]:
    """Browsers at this hotline, as long as somebody works at them."""
    async with async_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        found = Browsers(playwright, house, pictures)
        try:
            yield found
        except BaseException:
            await found.close(failed=True)
            raise
        await found.close(failed=False)
