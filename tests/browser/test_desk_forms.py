"""What an agent types in a talk is there after a reload, and closes only when the server has it."""

import asyncio

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import be_ready, open_page, picture
from tests.running_hotline import Api, RunningHotline, citizen, hire, skip_greeting

pytestmark = pytest.mark.browser
TITLE = "锦绣小区三号楼停水"
NOTE = "朝阳路三号楼水管爆裂，已告知抢修电话"


async def nobody_ready(leader: Api) -> None:
    """Agents of the tests before this one have left, and get no call."""
    async with asyncio.timeout(60):
        while any(one["state"] == "ready" for one in (await leader.ask("GET", "/api/board"))["agents"]):
            await asyncio.sleep(0.3)


async def test_the_form_of_a_talk_survives_a_reload_and_is_sent(hotline: RunningHotline, chromium: Browser) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as leader:
        await nobody_ready(leader)
        desk = await open_page(chromium, hotline, "1001")
        bar, form = desk.get_by_test_id("status-bar"), desk.get_by_test_id("desk-forms")
        await be_ready(desk)
        async with citizen(hotline, stack, "13800000061") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=15_000)
            await expect(bar).to_have_attribute("data-state", "talking", timeout=10_000)
            await desk.get_by_test_id("desk-tab-outcome").click(timeout=10_000)
            note = desk.get_by_test_id("field-note")
            await note.fill(NOTE, timeout=10_000)
            kept = desk.get_by_test_id("desk-form-kept")
            await expect(kept).to_have_attribute("data-state", "saved", timeout=10_000)
            await picture(desk, "desk-form")
            await desk.reload()
            await desk.get_by_test_id("desk-tab-outcome").click(timeout=15_000)
            await expect(note).to_have_value(NOTE, timeout=15_000)
            await expect(bar).to_have_attribute("data-state", "talking", timeout=15_000)
            await call.hang_up()
        # The talk is over, and the form is still there: in another browser too.
        await expect(bar).to_have_attribute("data-state", "ready", timeout=15_000)
        await desk.get_by_test_id("desk-tab-outcome").click()
        await expect(note).to_have_value(NOTE)
        await desk.get_by_test_id("desk-form-submit").click()
        await expect(form).to_contain_text("请选择原因")
        await desk.get_by_test_id("quick-1").click()
        await picture(desk, "desk-form-after")
        await desk.get_by_test_id("desk-form-submit").click()
        await expect(form).to_have_count(0, timeout=10_000)
        await asyncio.sleep(0.3)
        (said,) = (await leader.ask("GET", "/api/outcomes?agent=1001"))["items"]
        assert (said["how"], said["reason_title"], said["note"]) == ("reason", "答复完毕", NOTE)
        await desk.reload()
        await expect(bar).to_have_attribute("data-state", "ready", timeout=20_000)
        await expect(form).to_have_count(0)
        story = await open_page(chromium, hotline, "8001", f"/calls/{said['call']}")
        await expect(story.get_by_test_id("slot-talk_outcomes")).to_contain_text("答复完毕", timeout=15_000)
        await picture(story, "story-card")


async def test_a_request_is_registered_during_the_talk(hotline: RunningHotline, chromium: Browser) -> None:
    """The form is filled with who calls, survives a reload, becomes a ticket with its call; the next one is copied."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as leader:
        await nobody_ready(leader)
        await hire(hotline, ["1012"])
        desk = await open_page(chromium, hotline, "1012")
        bar, form = desk.get_by_test_id("status-bar"), desk.get_by_test_id("desk-forms")
        await be_ready(desk)
        async with citizen(hotline, stack, "13800000062") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=15_000)
            await expect(bar).to_have_attribute("data-state", "talking", timeout=10_000)
            title = desk.get_by_test_id("field-title")
            await title.fill(TITLE, timeout=15_000)
            await desk.get_by_test_id("field-content").fill("家中停水两天，物业称需等通知")
            await expect(desk.get_by_test_id("field-then")).to_be_visible(timeout=10_000)
            await expect(desk.get_by_test_id("desk-form-kept")).to_have_attribute("data-state", "saved", timeout=10_000)
            await picture(desk, "register")
            await desk.reload()
            await expect(title).to_have_value(TITLE, timeout=20_000)
            await desk.get_by_test_id("desk-form-submit").click()
            await expect(form).to_have_count(0, timeout=15_000)
            card = desk.get_by_test_id("slot-caller_tickets")
            await expect(card).to_contain_text(TITLE, timeout=10_000)
            await picture(desk, "registered")
            await card.get_by_test_id("slot-copy").first.click()
            await expect(title).to_have_value(TITLE, timeout=10_000)
            await desk.get_by_test_id("alike-open").click(timeout=10_000)
            await expect(desk.get_by_test_id("alike-row").first).to_contain_text(TITLE, timeout=10_000)
            await picture(desk, "register-next")
            await desk.get_by_test_id("desk-form-discard").click()
            await desk.get_by_role("dialog").get_by_role("button", name="放弃").click()
            await call.hang_up()
        await expect(bar).to_have_attribute("data-state", "ready", timeout=15_000)
        (made,) = [one for one in (await leader.ask("GET", "/api/tickets"))["items"] if one["title"] == TITLE]
        assert (made["stage"], made["contact"]) == ("review", "13800000062")
        (said,) = (await leader.ask("GET", f"/api/outcomes/calls/{made['call']}/talks"))["items"]
        assert (said["how"], said["record"]) == ("ticket", made["id"])
        (told,) = (await leader.ask("GET", f"/api/tickets/{made['id']}/timeline?kinds=call"))["items"]
        assert told["target"]["id"] == made["call"]
        # The page was loaded anew in the talk: a slow one comes back on a leg of its own.
        assert "录音 1 段" in told["text"] or "录音 2 段" in told["text"]
        page = await open_page(chromium, hotline, "8001", f"/tickets/{made['id']}")
        await expect(page.get_by_test_id("record-title")).to_contain_text(TITLE, timeout=15_000)
        await picture(page, "ticket")
