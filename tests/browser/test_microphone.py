"""The microphone before and in a talk: choosing one, its level, one's own echo, noise suppression, another device."""

import pytest
from playwright.async_api import Browser, Page, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import hears_the_browser, open_page, picture, talk_in_browser
from tests.browser.test_recovers_by_itself import phase
from tests.running_hotline import RunningHotline, citizen

pytestmark = pytest.mark.browser

SENT = """() => {
  const tracks = window.connections.flatMap((one) => one.getSenders()).map((one) => one.track);
  const live = tracks.filter((one) => one && one.readyState === 'live' && one.kind === 'audio');
  return live.map((one) => ({ label: one.label, denoised: one.getSettings().noiseSuppression }));
}"""
"""What the browser sends to the citizen: the microphone's name, and whether noise is taken out."""


PULL_OUT = """async (label) => {
  const media = navigator.mediaDevices;
  const real = media.enumerateDevices.bind(media), open = media.getUserMedia.bind(media);
  const gone = (await real()).find((one) => one.label === label).deviceId;
  media.enumerateDevices = async () => (await real()).filter((one) => one.deviceId !== gone);
  media.getUserMedia = (wanted) => wanted.audio?.deviceId?.exact === gone
    ? Promise.reject(new DOMException('gone', 'NotFoundError')) : open(wanted);
  media.dispatchEvent(new Event('devicechange'));
}"""
"""Chromium's fake devices cannot be pulled out: the browser says of one that it is not there any more."""


async def choose(page: Page, device: str) -> None:
    """Choose a microphone by its name."""
    await page.get_by_test_id("device-microphone").click()
    await page.get_by_role("option", name=device, exact=True).click()


async def test_a_headset_is_tried_and_changed_in_the_middle_of_a_talk(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with SipStack("127.0.0.1") as stack:
        desk = await open_page(chromium, hotline, "1003", "/desk")
        await desk.get_by_test_id("sound-settings").click()
        test = desk.get_by_test_id("headset-test")
        await choose(desk, "Fake Audio Input 2")
        await test.get_by_test_id("level-test").click()
        await expect(test).to_contain_text("麦克风有声音", timeout=10_000)
        assert float(await test.get_attribute("data-loudest") or 0) > 0.12, "the fake microphone beeps"
        await picture(desk, "microphone-level")
        await test.get_by_test_id("level-test").click()
        await test.get_by_test_id("echo-test").click()
        await expect(test).to_have_attribute("data-stage", "recording")
        await expect(test).to_have_attribute("data-stage", "playing", timeout=10_000)
        await expect(test).to_contain_text("听得清楚就可以接听来电了", timeout=15_000)
        await picture(desk, "microphone-echo")
        await desk.keyboard.press("Escape")
        async with citizen(hotline, stack, "13800000063") as call:
            await talk_in_browser(desk, call)
            assert await desk.evaluate(SENT) == [{"label": "Fake Audio Input 2", "denoised": True}]
            await hears_the_browser(call)
            await desk.get_by_test_id("sound-settings").click()
            await choose(desk, "Fake Audio Input 1")
            await desk.wait_for_function(f"() => ({SENT})()[0]?.label === 'Fake Audio Input 1'")
            await expect(desk.get_by_test_id("level-test")).to_be_disabled()
            # Noise suppression is a switch of the person, and counts at once.
            await desk.get_by_test_id("denoise").click()
            await desk.wait_for_function(f"() => ({SENT})()[0]?.denoised === false")
            await desk.get_by_test_id("denoise").click()
            await desk.wait_for_function(f"() => ({SENT})()[0]?.denoised === true")
            await phase(desk, "talking")
            await desk.keyboard.press("Escape")
            # It is pulled out: another one is taken, and he is told.
            await desk.evaluate(PULL_OUT, "Fake Audio Input 1")
            await expect(desk.get_by_text("麦克风已断开，已改用")).to_be_visible(timeout=10_000)
            await desk.wait_for_function(f"() => !({SENT})()[0]?.label.includes('Input 1')")
            await phase(desk, "talking")
            await hears_the_browser(call)
            await call.hang_up()
        await desk.context.close()
