"""A talk breaks off in its first seconds: by one key the agent goes on with it, and the second call knows the first."""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.browser.test_desk_and_board import be_ready, hears_the_browser, open_page, talk_in_browser
from tests.browser.test_recovers_by_itself import phase
from tests.browser.test_workspace import both
from tests.running_hotline import RunningHotline, citizen

pytestmark = pytest.mark.browser
CITIZEN = "13800000095"


async def test_an_agent_goes_on_with_a_talk_that_broke_off(
    dialling_hotline: RunningHotline, carrier: int, chromium: Browser
) -> None:
    hotline = dialling_hotline
    async with SipStack("127.0.0.1", carrier) as stack, AsyncExitStack() as people:
        phone = await UserAgent.open(stack, CITIZEN, server=hotline.sip)
        people.push_async_callback(phone.close)
        desk = await open_page(chromium, hotline, "1004", "/desk")
        call = await people.enter_async_context(citizen(hotline, stack, CITIZEN))
        await talk_in_browser(desk, call)
        title = desk.get_by_test_id("desk-forms").get_by_test_id("field-title")
        await title.fill("路灯不亮")
        first = await desk.evaluate("fetch('/api/agent').then(r => r.json()).then(r => r.call.id)")
        await call.hang_up()
        await expect(desk.get_by_test_id("dropped")).to_contain_text("接通不久就断开了", timeout=15_000)
        await both(desk, "desk-dropped")
        await desk.keyboard.press("Alt+KeyG")
        await phase(desk, "ringing", 20)
        await desk.keyboard.press("F8")
        rings = await phone.next_call(20)
        await rings.answer()
        await phase(desk, "talking", 20)
        await hears_the_browser(rings)
        await expect(desk.get_by_test_id("dropped")).to_have_count(0)
        second = await desk.evaluate("fetch('/api/agent').then(r => r.json()).then(r => r.call)")
        assert second["follows"] == first
        # The form of the first talk is gone on with: no second one of its kind is begun.
        await expect(title).to_have_value("路灯不亮")
        kept = await desk.evaluate("fetch('/api/form_drafts').then(r => r.json())")
        assert [one["subject"] for one in kept if one["form"] == "ticket"] == [first]
        await both(desk, "desk-gone-on")
        await desk.keyboard.press("F9")
        await rings.ended(15)
        await desk.context.close()


async def test_a_number_that_stands_in_a_list_is_called_by_a_click(
    dialling_hotline: RunningHotline, carrier: int, chromium: Browser
) -> None:
    hotline = dialling_hotline
    async with SipStack("127.0.0.1", carrier) as stack, AsyncExitStack() as people, hotline.signed_in("admin") as admin:
        await admin.ask("POST", "/api/contacts", {"book": "external", "name": "值班维修员", "phone": CITIZEN})
        phone = await UserAgent.open(stack, CITIZEN, server=hotline.sip)
        people.push_async_callback(phone.close)
        desk = await open_page(chromium, hotline, "1005", "/contacts")
        bar = desk.get_by_test_id("status-bar")
        await be_ready(desk)
        await desk.get_by_test_id("dial-number").first.click()
        await expect(desk.get_by_test_id("dock-answer")).to_be_visible(timeout=20_000)
        await both(desk, "list-dialling")
        await desk.keyboard.press("F8")
        rings = await phone.next_call(20)
        await rings.answer()
        await expect(bar).to_have_attribute("data-state", "talking", timeout=20_000)
        await hears_the_browser(rings)
        await desk.keyboard.press("F9")
        await rings.ended(15)
        await desk.context.close()
