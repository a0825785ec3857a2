"""An agent in a real browser: the number before the answer, two-way audio, wrap-up; the board moves meanwhile."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Browser, BrowserContext, Dialog, Locator, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from cti.telephony.talk import GRACE_SECONDS
from softphone.phones.audio_line import Capture
from softphone.phones.phone_call import PhoneCall
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


async def be_ready(desk: Page) -> None:
    """The agent is ready: by his key, or by himself, where he was so when an earlier page of his was closed."""
    bar = desk.get_by_test_id("status-bar")
    async with asyncio.timeout(40):
        while await bar.get_attribute("data-state") not in ("ready", "reserved", "ringing", "talking"):
            with contextlib.suppress(PlaywrightTimeout):
                await desk.get_by_test_id("go-ready").click(timeout=2_000)


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


async def hangup_stays(desk: Page, place: object) -> None:
    """The badge of the quality moved the buttons down under the hand, and the keypad pushed 挂断 to the fold."""
    hangup = desk.get_by_test_id("hangup").first
    await desk.get_by_test_id("quality").wait_for(timeout=15_000)
    assert await hangup.bounding_box() == place
    await desk.get_by_test_id("digits").click()
    await desk.get_by_test_id("digit-#").wait_for()
    assert await hangup.bounding_box() == place
    await expect(hangup).to_be_in_viewport(ratio=1)
    await picture(desk, "desk-keypad")
    await desk.get_by_test_id("digits").click()


async def test_agent_talks_in_the_browser_and_the_board_moves(hotline: RunningHotline, chromium: Browser) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        board = await open_page(chromium, hotline, "8001", "/board")
        desk = await open_page(chromium, hotline, "1004")
        await be_ready(desk)
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
            place = await desk.get_by_test_id("hangup").first.bounding_box()
            assert await desk.get_by_test_id("quality").count() == 0, "it is measured before the first report"
            heard = Capture(call.audio)
            before = await desk.evaluate(HEARD_ENERGY)
            await call.audio.play(tone(700, 3))
            after = await desk.evaluate(HEARD_ENERGY)
            assert after - before > 0.001, "the browser hears nothing of the caller"
            # Chromium's fake microphone beeps once a second.
            assert level(np.asarray(heard.heard)) > 100, "the caller hears nothing of the browser"
            await seat(board, "1004", "talking").wait_for(timeout=10_000)
            await hangup_stays(desk, place)
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
        await be_ready(desk)
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
    """The caller of a talk whose page was closed was sent to the survey."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        desk = await open_page(chromium, hotline, "1005")
        await be_ready(desk)
        async with citizen(hotline, stack, "13800000052") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=15_000)
            await expect(desk.get_by_test_id("status-bar")).to_have_attribute("data-state", "talking", timeout=10_000)
            await desk.context.close()

            async def seat_of() -> Any:
                board = await supervisor.ask("GET", "/api/board")
                return next(one for one in board["agents"] if one["agent"] == "1005")

            async with asyncio.timeout(15):
                while (await seat_of())["engaged"] != "returning":
                    await asyncio.sleep(0.2)
            # Nobody comes back: the caller is where he was in the queue, and never in the survey.
            async with asyncio.timeout(GRACE_SECONDS + 10):
                while (await seat_of())["state"] in ("talking", "ringing", "reserved"):
                    await asyncio.sleep(0.5)
            assert not call.is_over
            await asyncio.sleep(0.5)
            await call.hang_up()
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("TalkEnded") == 1 and kinds(story).count("CallReturned") == 1
        assert story["reason"] == "abandoned"


async def talk_in_browser(desk: Page, call: PhoneCall) -> None:
    """A citizen is put through to this desk and answered there."""
    await be_ready(desk)
    await skip_greeting(call)
    await desk.get_by_test_id("answer").click(timeout=15_000)
    await expect(desk.get_by_test_id("phone-card")).to_have_attribute("data-phase", "talking", timeout=10_000)


async def hears_the_browser(call: PhoneCall, seconds: float = 25) -> None:
    """The caller hears the beeps of Chromium's fake microphone, within so many seconds."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        heard = Capture(call.audio)
        await call.audio.play(tone(700, 2))
        samples = np.asarray(heard.heard, dtype=np.float64)
        heard.stop()
        # Beeps with silence between them: music and announcements have sound in each tenth of a second.
        windows = [level(one) for one in np.array_split(samples, max(len(samples) // 800, 1)) if len(one)]
        quiet = sum(one < 30 for one in windows) / max(len(windows), 1)
        if windows and max(windows) > 100 and quiet > 0.5:
            return
        assert asyncio.get_running_loop().time() < deadline, "the caller does not hear the browser"


async def test_the_talk_moves_to_a_second_tab_when_asked_to(hotline: RunningHotline, chromium: Browser) -> None:
    """Taking the phone over in a second tab ended the talk without a question: the citizen landed in the survey."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        first = await open_page(chromium, hotline, "1002")
        async with citizen(hotline, stack, "13800000054") as call:
            await talk_in_browser(first, call)
            second = await first.context.new_page()
            await second.add_init_script(REMEMBER_CONNECTIONS)
            await second.goto(f"{hotline.url}/")
            await second.get_by_test_id("take-phone").click(timeout=15_000)
            asked = second.get_by_role("dialog")
            await expect(asked).to_contain_text("把通话转到本页")
            await picture(second, "second-tab-asks")
            await asked.get_by_role("button", name="留在原处").click()
            await expect(first.get_by_test_id("phone-card")).to_have_attribute("data-phase", "talking")
            await second.get_by_test_id("take-phone").click()
            await second.get_by_role("dialog").get_by_role("button", name="转到本页").click()
            await expect(second.get_by_test_id("phone-card")).to_have_attribute("data-phase", "talking", timeout=25_000)
            await hears_the_browser(call)
            await expect(first.get_by_test_id("second-tab")).to_be_visible()
            await picture(second, "second-tab-talks")
            await second.get_by_test_id("hangup").first.click()
            await asyncio.sleep(1)
            await call.press("1")
            await call.ended(15)
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("TalkStarted") == 2 and kinds(story).count("TalkInterrupted") == 1
        assert story["satisfaction"] == "1", "the survey came once, at the end"
        await second.get_by_test_id("status-bar").wait_for()


async def test_a_page_reloaded_in_a_talk_gets_its_sound_back(hotline: RunningHotline, chromium: Browser) -> None:
    """The citizen heard silence until the agent clicked; then he was handed over like to somebody else."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        desk = await open_page(chromium, hotline, "1005")
        async with citizen(hotline, stack, "13800000055") as call:
            await talk_in_browser(desk, call)
            warned: list[str] = []

            async def leave(dialog: Dialog) -> None:
                warned.append(dialog.type)
                await dialog.accept()

            desk.on("dialog", leave)
            await desk.reload()
            assert warned == ["beforeunload"], "a page with a talk asks before it goes"
            await expect(desk.get_by_test_id("phone-card")).to_have_attribute("data-phase", "talking", timeout=25_000)
            await hears_the_browser(call)
            await desk.get_by_test_id("hangup").first.click()
            await asyncio.sleep(1)
            await call.press("1")
            await call.ended(15)
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("TalkStarted") == 2 and kinds(story).count("CallTransferred") == 0
