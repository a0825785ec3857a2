"""A campaign from a saved view of tickets: looked at, begun, an agent's talk in a browser, and the script filled in."""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Page, expect

from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.browser.test_desk_and_board import hears_the_browser, open_page, picture
from tests.browser.test_recovers_by_itself import phase
from tests.browser.test_workspace import both
from tests.running_hotline import Api, RunningHotline

pytestmark = pytest.mark.browser
CITIZEN, SPARED = "13800000097", "13800000098"
TITLE = "满意度回访"


async def tickets_of_a_view(boss: Api) -> None:
    """Requests of two citizens, of whom one wants no calls, and a saved view that finds them."""
    for number, name, title in ((CITIZEN, "周明", "健身器材损坏"), (SPARED, "吴静", "健身广场噪音")):
        said = {
            "type": "suggestion",
            "title": title,
            "content": "在人民公园北门",
            "caller_name": name,
            "contact": number,
        }
        await boss.ask("POST", "/api/tickets", {**said, "channel": "letter"}, status=201)
    await boss.ask("POST", "/api/campaign_do_not_call", {"number": SPARED, "reason": "本人要求"}, status=201)
    view = {"screen": "tickets", "title": "近期建议", "filters": {"type": "suggestion"}}
    await boss.ask("POST", "/api/views", view, status=201)


async def taken_in(page: Page) -> None:
    """The leader adds the view, sees whom it has, and takes them in."""
    await page.get_by_test_id("action-from_view").click()
    await page.get_by_test_id("field-view").click()
    await page.locator(".el-select-dropdown__item:visible", has_text="近期建议").click()
    await picture(page, "campaign-from-view")
    await page.get_by_test_id("form-save").click()
    await page.get_by_role("tab", name="名单来源").click()
    row = page.get_by_test_id("list").get_by_text("全部工单 · 近期建议")
    await expect(row).to_be_visible(timeout=10_000)
    await page.get_by_test_id("action-take_in").click()
    dialog = page.get_by_test_id("bulk-dialog")
    await expect(dialog.get_by_test_id("bulk-good")).to_contain_text("1", timeout=15_000)
    await expect(dialog.get_by_test_id("bulk-refused")).to_contain_text("1")
    await expect(dialog).to_contain_text("免打扰号码")
    await both(page, "campaign-preview")
    await dialog.get_by_test_id("bulk-run").click()
    await expect(dialog.get_by_test_id("bulk-result")).to_contain_text("成功 1 条", timeout=15_000)
    await dialog.get_by_test_id("bulk-close").click()


async def test_who_was_found_by_a_view_is_called_and_his_answers_are_kept(
    dialling_hotline: RunningHotline, carrier: int, chromium: Browser
) -> None:
    hotline = dialling_hotline
    async with (
        SipStack("127.0.0.1", carrier) as stack,
        AsyncExitStack() as people,
        hotline.signed_in("8001") as boss,
    ):
        phone = await UserAgent.open(stack, CITIZEN, server=hotline.sip)
        people.push_async_callback(phone.close)
        await tickets_of_a_view(boss)
        queue = (await boss.ask("GET", "/api/campaigns/options/queues"))[0]["value"]
        said = {
            "title": TITLE,
            "mode": "progressive",
            "queue": queue,
            "calendar": "always",
            "script": "您好，这里是12345。",
        }
        made = await boss.ask("POST", "/api/campaigns", {**said, "form": "campaign_satisfaction"})
        leader = await open_page(chromium, hotline, "8001", f"/campaigns/{made['id']}")
        await taken_in(leader)

        desk = await open_page(chromium, hotline, "1004", "/desk")
        await expect(desk.get_by_test_id("go-ready")).to_be_enabled(timeout=20_000)
        await desk.get_by_test_id("go-ready").click()
        await leader.get_by_test_id("action-start").click()
        await leader.locator(".el-message-box").get_by_role("button", name="开始").click()
        await phase(desk, "ringing", 30)
        await desk.keyboard.press("F8")
        rings = await phone.next_call(20)
        await rings.answer()
        await phase(desk, "talking", 20)
        await hears_the_browser(rings)
        form = desk.get_by_test_id("desk-forms")
        await desk.get_by_test_id("desk-tab-campaign_form").click(timeout=15_000)
        await both(desk, "campaign-script")
        await form.get_by_test_id("field-code").click()
        await desk.locator(".el-select-dropdown__item:visible", has_text="已联系").click()
        await desk.get_by_test_id("desk-form-submit").click()
        await expect(form).to_contain_text("总体满意度", timeout=10_000)
        await form.get_by_text("非常满意", exact=True).click()
        await form.get_by_test_id("field-advice").fill("希望早点修好")
        await picture(desk, "campaign-script-filled")
        await desk.get_by_test_id("desk-form-submit").click()
        await expect(desk.get_by_test_id("desk-tab-campaign_form")).to_have_count(0, timeout=15_000)
        await rings.hang_up()
        await expect(desk.get_by_test_id("phone-card")).not_to_have_attribute("data-phase", "talking", timeout=15_000)
        (one,) = (await boss.ask("GET", f"/api/campaign_targets?campaign={made['id']}"))["items"]
        assert (one["number"], one["name"], one["state"], one["code"]) == (CITIZEN, "周明", "done", "reached")
        assert one["answers"] == "总体满意度：非常满意\n意见和建议：希望早点修好"
        assert one["about"].endswith("健身器材损坏")
        await leader.goto(f"{hotline.url}/campaign_targets/{one['id']}")
        await expect(leader.get_by_text("希望早点修好")).to_be_visible(timeout=15_000)
        await picture(leader, "campaign-target-done")
        await boss.ask("POST", f"/api/campaigns/{made['id']}/finish")
        for page in (leader, desk):
            await page.context.close()
