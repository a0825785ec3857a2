"""The desk comes back by itself in the middle of a talk: network gone, browser crashed, phone on another computer."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import (
    REMEMBER_CONNECTIONS,
    hears_the_browser,
    open_page,
    picture,
    talk_in_browser,
)
from tests.running_hotline import RunningHotline, citizen, kinds

pytestmark = pytest.mark.browser

GONE_SECONDS = 30
REMEMBER_SOCKETS = """
window.sockets = [];
const RealSocket = window.WebSocket;
window.WebSocket = class extends RealSocket {
  constructor(address, protocols) {
    super(window.networkGone ? 'ws://127.0.0.1:9/' : address, protocols);
    window.sockets.push(this);
  }
};
"""
CUT = """() => {
  // A network that is gone tells the other side nothing: the page loses its sockets, the server keeps them.
  window.networkGone = true;
  for (const socket of window.sockets) {
    const told = socket.onclose;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.send = socket.close = () => undefined;
    told?.call(socket, new CloseEvent('close', { code: 1006, wasClean: false }));
  }
  window.sockets = [];
}"""


async def phase(page: Page, name: str, seconds: float = 10) -> None:
    """Wait until the phone's card is in this phase."""
    await expect(page.get_by_test_id("phone-card")).to_have_attribute("data-phase", name, timeout=seconds * 1000)


async def rate(call: PhoneCall, desk: Page) -> None:
    """The agent hangs up, the citizen rates the talk."""
    await desk.get_by_test_id("hangup").first.click()
    await asyncio.sleep(1)
    await call.press("1")
    await call.ended(15)


async def test_the_network_is_gone_for_half_a_minute_in_a_talk(hotline: RunningHotline, chromium: Browser) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        desk = await open_page(chromium, hotline, "1004")
        await desk.add_init_script(REMEMBER_SOCKETS)
        await desk.reload()
        async with citizen(hotline, stack, "13800000056") as call:
            await talk_in_browser(desk, call)
            await desk.context.set_offline(True)
            await desk.evaluate(CUT)
            await expect(desk.get_by_test_id("link-lost")).to_be_visible(timeout=5_000)
            await picture(desk, "network-gone")
            await phase(desk, "talking")
            await asyncio.sleep(GONE_SECONDS)
            await phase(desk, "talking")
            await desk.evaluate("() => { window.networkGone = false; }")
            await desk.context.set_offline(False)
            await expect(desk.get_by_test_id("link-lost")).to_be_hidden(timeout=5_000)
            await expect(desk.get_by_test_id("status-bar")).to_have_attribute("data-state", "talking")
            await hears_the_browser(call)
            await desk.get_by_test_id("hold").click()
            await phase(desk, "held")
            await desk.get_by_test_id("retrieve").click()
            await phase(desk, "talking")
            await hears_the_browser(call)
            await rate(call, desk)
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("TalkStarted") == 1 and "TalkInterrupted" not in kinds(story)
        assert story["satisfaction"] == "1"
        await phase(desk, "idle")
        await desk.context.close()


async def test_a_browser_that_crashed_in_a_talk_is_opened_again(hotline: RunningHotline, chromium: Browser) -> None:
    """The new page said that the sound was at another phone, and gave nobody's back."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        desk = await open_page(chromium, hotline, "1005")
        async with citizen(hotline, stack, "13800000057") as call:
            await talk_in_browser(desk, call)
            died = asyncio.get_running_loop().create_future()
            desk.on("crash", lambda _: died.set_result(None))
            opening = asyncio.ensure_future(desk.goto("chrome://crash"))
            await asyncio.wait_for(died, 10)
            await asyncio.gather(opening, return_exceptions=True)
            again = await desk.context.new_page()
            await again.add_init_script(REMEMBER_CONNECTIONS)
            await again.goto(f"{hotline.url}/")
            await expect(again.get_by_test_id("quality")).to_be_visible(timeout=30_000)
            await phase(again, "talking")
            await hears_the_browser(call)
            await rate(call, again)
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("TalkStarted") == 2 and kinds(story).count("TalkInterrupted") == 1
        assert story["satisfaction"] == "1", "the survey came once, at the end"
        await again.context.close()


async def test_the_phone_goes_to_another_computer(hotline: RunningHotline, chromium: Browser) -> None:
    """Two computers took each other's registration away in turn; a talk could not be fetched at all."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        first = await open_page(chromium, hotline, "1002")
        async with citizen(hotline, stack, "13800000058") as call:
            await talk_in_browser(first, call)
            second = await open_page(chromium, hotline, "1002")
            told = second.get_by_test_id("other-computer")
            await expect(told).to_contain_text("另一台电脑（127.0.0.1）", timeout=15_000)
            await phase(first, "talking")
            await picture(second, "other-computer")
            await second.get_by_test_id("take-phone").click()
            await second.get_by_role("dialog").get_by_role("button", name="转到本页").click()
            await phase(second, "talking", 25)
            await expect(second.get_by_test_id("quality")).to_be_visible(timeout=20_000)
            await hears_the_browser(call)
            await expect(first.get_by_test_id("other-computer")).to_be_visible()
            await rate(call, second)
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("TalkStarted") == 2 and kinds(story).count("TalkInterrupted") == 1
        await phase(second, "idle", 15)
        # Out of a talk nobody is asked: who sits down at a computer has his phone there, and calls ring there.
        await first.reload()
        await expect(first.get_by_test_id("check-phone")).to_have_attribute("data-mark", "good", timeout=20_000)
        await expect(second.get_by_test_id("other-computer")).to_be_visible(timeout=10_000)
        async with citizen(hotline, stack, "13800000059") as call:
            await talk_in_browser(first, call)
            await rate(call, first)
        await first.context.close()
        await second.context.close()
