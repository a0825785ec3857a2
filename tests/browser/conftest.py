import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.integration.conftest import ALSO_SHOWN, SHOWN, TRUNK, carrier
from tests.running_hotline import RunningHotline, started

__all__ = ["carrier"]

expect.set_options(timeout=10_000)
"""Two cores carry switch, engine, browser and telephones at once: half of it is too short now and then."""

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --use-fake-device-for-media-stream --use-fake-ui-for-media-stream "
    "--autoplay-policy=no-user-gesture-required --allow-loopback-in-peer-connection"
).split()


@pytest.fixture(scope="session")
def hotline() -> Iterator[RunningHotline]:
    with tempfile.TemporaryDirectory(prefix="hotline-browser-") as folder:
        yield from started(Path(folder))


@pytest.fixture(scope="session")
def dialling_hotline(carrier: int) -> Iterator[RunningHotline]:
    """One with a trunk: its calls come to whoever listens at the carrier's port."""
    with tempfile.TemporaryDirectory(prefix="hotline-dialling-") as folder:
        yield from started(Path(folder), more=TRUNK.format(port=carrier, shown=SHOWN, also=ALSO_SHOWN))


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Browser]:
    found = os.environ.get("HOTLINE_CHROMIUM") or shutil.which("chromium")
    if not found:
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail("no Chromium")
        pytest.skip("no Chromium (scripts/test fetches one)")
    async with async_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()
