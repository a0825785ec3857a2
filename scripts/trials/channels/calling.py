"""The same citizen calls by a real telephone; an agent answers at her desk what he asks."""

from __future__ import annotations

from playwright.async_api import expect

from softphone.phones.sip_stack import SipStack
from trials.channels import town
from trials.hands import PATIENCE, Hands
from trials.seat import calling, ready

ASKED = "离职后提取公积金"
ANSWER = "离职满半年未再就业的，可凭身份证到公积金中心窗口全额提取。"
FORM = {
    "type": "咨询", "title": ASKED, "content": "市民咨询离职后公积金怎么提取。", "category": town.FUND_CATEGORY,
    "then": "直接答复",
}  # fmt: skip


async def called(hands: Hands, phones: SipStack, sip: str, number: str) -> None:
    """He calls 12345, asks for a human, and is answered; the agent registers it while they talk."""
    page = hands.page
    await ready(hands)
    async with calling(phones, sip, number, hands):
        # What he asked on the site stands beside the call.
        await expect(page.get_by_test_id("slot-caller_tickets")).to_contain_text("路灯", timeout=PATIENCE)
        form = page.get_by_test_id("desk-forms")
        await hands.fill(form, FORM)
        await hands.fill(form, {"then_answer": ANSWER})
        await hands.picture("call")
        await page.get_by_test_id("desk-form-submit").click()
        sent = page.get_by_test_id("slot-caller_tickets").get_by_text(ASKED)
        await expect(sent.first).to_be_visible(timeout=PATIENCE)
