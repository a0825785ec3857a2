"""An agent in a real browser: the number before the answer, two-way audio, wrap-up; the board moves meanwhile."""

import asyncio
import os
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from softphone.phones.audio_line import Capture
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone
from tests.running_hotline import PASSWORD, RunningHotline, citizen, kinds, skip_greeting

pytestmark = pytest.mark.browser

REMEMBER_CONNECTIONS = """
window.connections = [];
const Original = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Original {
  constructor(...args) { super(...args); window.connections.push(this); }
};
"""
HEARD_ENERGY = """async () => {
  let energy = 0;
  for (const connection of window.connections)
    for (const report of (await connection.getStats()).values())
      if (report.type === 'inbound-rtp' && report.kind === 'audio') energy += report.totalAudioEnergy || 0;
  return energy;
}"""


async def open_page(browser: Browser, hotline: RunningHotline, login: str, path: str = "/") -> Page:
    context: BrowserContext = await browser.new_context(
        viewport={"width": 1366, "height": 768}, permissions=["microphone"], locale="zh-CN"
    )
    page = await context.new_page()
    await page.add_init_script(REMEMBER_CONNECTIONS)
    await page.goto(f"{hotline.url}/")
    await page.get_by_test_id("login").fill(login)
    await page.get_by_test_id("password").fill(PASSWORD)
    await page.get_by_test_id("sign-in").click()
    await page.get_by_test_id("user-menu").wait_for(timeout=15_000)
    if path != "/":
        await page.goto(f"{hotline.url}{path}")
    return page


async def picture(page: Page, name: str) -> None:
    """Keep a screenshot where somebody asked for pictures."""
    folder = os.environ.get("HOTLINE_PICTURES")
    if folder:
        await page.screenshot(path=str(Path(folder) / f"{name}.png"))


def seat(page: Page, agent: str, state: str) -> Locator:
    """A seat on the board in this state; one that moves to another group is there twice for a moment."""
    return page.locator(f'[data-test="agent-{agent}"][data-state="{state}"]')


def level(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples.astype(np.float64)))))


async def test_agent_talks_in_the_browser_and_the_board_moves(hotline: RunningHotline, chromium: Browser) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        board = await open_page(chromium, hotline, "8001", "/board")
        desk = await open_page(chromium, hotline, "1004")
        ready = desk.get_by_test_id("go-ready")
        await expect(ready).to_be_enabled(timeout=20_000)
        await ready.click()
        await expect(desk.get_by_test_id("status-bar")).to_have_attribute("data-state", "ready", timeout=10_000)
        await seat(board, "1004", "ready").wait_for(timeout=10_000)
        async with citizen(hotline, stack, "13800000051") as call:
            await skip_greeting(call)
            number = desk.get_by_test_id("caller-number").first
            await expect(number).to_contain_text("138", timeout=15_000)
            shown = "".join(sign for sign in await number.inner_text() if sign.isdigit())
            assert shown == "13800000051"
            await picture(desk, "desk-ringing")
            await desk.get_by_test_id("answer").click()
            await expect(desk.get_by_test_id("status-bar")).to_have_attribute("data-state", "talking", timeout=10_000)
            heard = Capture(call.audio)
            before = await desk.evaluate(HEARD_ENERGY)
            await call.audio.play(tone(700, 3))
            after = await desk.evaluate(HEARD_ENERGY)
            assert after - before > 0.001, "the browser hears nothing of the caller"
            # Chromium's fake microphone beeps once a second.
            assert level(np.asarray(heard.heard)) > 100, "the caller hears nothing of the browser"
            await seat(board, "1004", "talking").wait_for(timeout=10_000)
            await picture(desk, "desk")
            await picture(board, "board")
            await desk.get_by_test_id("hangup").first.click()
            await asyncio.sleep(1)
            await call.press("1")
            await call.ended(15)
        await expect(desk.get_by_test_id("status-bar")).to_have_attribute("data-state", "ready", timeout=15_000)
        (story,) = await supervisor.ended(1)
        assert story["satisfaction"] == "1"
        assert kinds(story).count("TalkStarted") == 1


async def test_a_page_that_was_reloaded_is_rung(hotline: RunningHotline, chromium: Browser) -> None:
    """The old page's registration ends about when the new one's begins: the agent must not stand as offline."""
    async with SipStack("127.0.0.1") as stack:
        desk = await open_page(chromium, hotline, "1003")
        await expect(desk.get_by_test_id("go-ready")).to_be_enabled(timeout=20_000)
        await desk.get_by_test_id("go-ready").click()
        bar = desk.get_by_test_id("status-bar")
        for _ in range(4):
            await expect(bar).to_have_attribute("data-state", "ready", timeout=10_000)
            await desk.reload()
        await expect(bar).to_have_attribute("data-state", "ready", timeout=20_000)
        await asyncio.sleep(1)
        await expect(bar).to_have_attribute("data-state", "ready")
        async with citizen(hotline, stack, "13800000053") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=15_000)
            await expect(bar).to_have_attribute("data-state", "talking", timeout=10_000)
            await call.hang_up()
        await desk.context.close()


async def test_tab_closed_in_the_middle_of_a_talk(hotline: RunningHotline, chromium: Browser) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        desk = await open_page(chromium, hotline, "1005")
        ready = desk.get_by_test_id("go-ready")
        await expect(ready).to_be_enabled(timeout=20_000)
        await ready.click()
        async with citizen(hotline, stack, "13800000052") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=15_000)
            await expect(desk.get_by_test_id("status-bar")).to_have_attribute("data-state", "talking", timeout=10_000)
            await desk.context.close()
            await asyncio.sleep(14)
            board = await supervisor.ask("GET", "/api/board")
            seat = next(one for one in board["agents"] if one["agent"] == "1005")
            assert seat["state"] not in ("talking", "ringing", "reserved")
            assert not call.is_over, "the caller goes on to the survey"
            await call.hang_up()
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("TalkEnded") == 1
