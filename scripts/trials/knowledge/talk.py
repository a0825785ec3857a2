"""A real call: the agent finds an article by three characters, cites it into the ticket, asks a department, and is told
at once when what he reads is withdrawn."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Locator, expect

from softphone.phones.sip_stack import SipStack
from trials.hands import PATIENCE, Hands
from trials.seat import calling, ready

CALLER = "13900020001"
TICKET = {
    "type": "咨询", "title": "离职后提取公积金", "content": "市民已离职七个月，咨询如何提取住房公积金。",
    "category": "劳动社保/公积金/提取", "then": "直接答复",
}  # fmt: skip
QUESTION = {
    "title": "异地购房能否提取公积金", "content": "市民在外地买房，知识库里没有写明。", "unit": "市公积金管理中心",
}  # fmt: skip


class Desk:
    """The agent at his desk, who talks with a citizen."""

    def __init__(self, hands: Hands) -> None:
        self._hands, self._page = hands, hands.page

    @property
    def _card(self) -> Locator:
        return self._page.get_by_test_id("slot-desk_knowledge")

    @asynccontextmanager
    async def talk(self, stack: SipStack, sip: str) -> AsyncIterator[None]:
        """A citizen calls, the agent answers; they talk until it is over."""
        await ready(self._hands)
        async with calling(stack, sip, CALLER, self._hands):
            yield

    async def find(self, words: str, title: str, picture: str) -> None:
        """Type some characters; the article stands first."""
        await self._card.get_by_test_id("knowledge-words").fill(words)
        await expect(self._card.get_by_test_id("knowledge-row").first).to_contain_text(title, timeout=PATIENCE)
        await self._hands.picture(picture)

    async def cite(self, title: str, text: str) -> None:
        """Fill in the form of the call, and let its answer rest on what stands first, by one key; send it."""
        form = self._page.get_by_test_id("desk-forms")
        await self._hands.fill(form, TICKET)
        await form.get_by_test_id("field-then_answer").wait_for()
        await self._hands.picture("registering")
        await self._card.get_by_test_id("knowledge-words").press("Control+Enter")
        await self._hands.picture("cited")
        await expect(form.get_by_test_id("field-then_citations")).to_contain_text(f"《{title}》", timeout=PATIENCE)
        await expect(form.get_by_test_id("field-then_answer")).to_have_value(
            re.compile(re.escape(text)), timeout=PATIENCE
        )
        await self._page.get_by_test_id("desk-form-submit").click()
        sent = self._page.get_by_test_id("slot-caller_tickets").get_by_text(TICKET["title"])
        await expect(sent.first).to_be_visible(timeout=PATIENCE)
        await self._hands.picture("ticket-sent")

    async def ask(self) -> None:
        """Ask the department what nobody has written down."""
        await self._card.get_by_test_id("knowledge-words").fill("异地购房")
        await self._page.wait_for_timeout(800)
        back = self._card.get_by_test_id("knowledge-back")
        if await back.count():
            await back.click()
        await self._card.get_by_test_id("knowledge-ask").click()
        dialog = self._page.get_by_role("dialog").last
        await dialog.wait_for()
        await self._hands.fill(dialog, QUESTION)
        await self._hands.picture("ask")
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_be_hidden(timeout=PATIENCE)

    async def read(self, words: str, title: str, withdrawn: Callable[[], Awaitable[None]]) -> None:
        """Read an article to the citizen, which is withdrawn meanwhile: the agent is told at once."""
        await self.find(words, title, "found-again")
        await self._card.get_by_test_id("knowledge-row").first.click()
        await self._card.get_by_test_id("knowledge-text").wait_for()
        await withdrawn()
        await expect(self._card.get_by_test_id("knowledge-gone")).to_be_visible(timeout=10_000)
        await self._hands.picture("gone")
