"""The desk comes back by itself in the middle of a talk whose network is gone."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import (
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
