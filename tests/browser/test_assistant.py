"""In a real talk an agent types notes; one key fills the form; the page tells what was kept."""

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import be_ready, open_page, picture
from tests.browser.test_desk_forms import nobody_ready
from tests.running_hotline import RunningHotline, citizen, hire, skip_greeting

pytestmark = pytest.mark.browser
AGENT = "1019"
NOTES = "我叫张伟，人民路锦绣花园3号楼昨天开始停水，闻到煤气味，请尽快处理"


async def test_notes_of_a_talk_fill_the_form_by_one_key(hotline: RunningHotline, chromium: Browser) -> None:
    await hire(hotline, [AGENT])
    async with (
        hotline.signed_in("8001") as leader, hotline.signed_in(AGENT) as agent, SipStack("127.0.0.1") as stack
    ):  # fmt: skip
        await nobody_ready(leader)
        desk = await open_page(chromium, hotline, AGENT)
        bar = desk.get_by_test_id("status-bar")
        await be_ready(desk)
        async with citizen(hotline, stack, "13800000093") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=15_000)
            await expect(bar).to_have_attribute("data-state", "talking", timeout=10_000)
            form = desk.get_by_test_id("desk-forms")
            title = form.get_by_test_id("field-title")
            await expect(title).to_be_visible(timeout=15_000)
            await title.fill("座席自己写的标题")
            card = desk.get_by_test_id("slot-assistant")
            notes = card.get_by_test_id("assistant-notes")
            await notes.fill(NOTES)
            await expect(card.get_by_test_id("assistant-urgent")).to_contain_text("燃气", timeout=10_000)
            await expect(card.get_by_test_id("assistant-address")).to_contain_text("人民路锦绣花园3号楼")
            await picture(desk, "assistant-desk")
            await notes.press("Control+Enter")
            await expect(form.get_by_test_id("field-address")).to_have_value("人民路锦绣花园3号楼")
            await expect(form.get_by_test_id("field-caller_name")).to_have_value("张伟")
            # What the agent typed stays.
            await expect(title).to_have_value("座席自己写的标题")
            await picture(desk, "assistant-taken")
            await desk.get_by_test_id("desk-form-submit").click()
            await expect(title).to_have_count(0, timeout=15_000)
            await call.hang_up()
        page = await agent.ask("GET", "/api/assistant/counted")
        counted = {one["id"]: one for one in page["items"]}
        assert counted["address"]["kept"] == 1
        assert counted["title"]["changed"] == 1
        assert counted["urgent"]["kept"] == 1
        models = await open_page(chromium, hotline, "8001", "/assistant_models")
        await expect(models.locator("body")).to_contain_text("还没有模型", timeout=15_000)
        await picture(models, "assistant-models")
