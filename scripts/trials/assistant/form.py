"""What is proposed beside the form, what the agent makes of it, and how that is counted."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Locator, expect

from trials.api import Api
from trials.assistant.town import ARTICLE, OPEN, WATER
from trials.assistant.words_said import ON_HOLD
from trials.course import Course, Failed
from trials.hands import PATIENCE, Hands

ADDRESS, CORRECTED = "人民路锦绣花园3号楼", "人民路锦绣花园3号楼2单元"
FIVE = 5
COUNTED_WITHIN = 20.0
PROPOSED = ("title", "content", "address", "caller_gender", "category")
"""Of which nobody has typed a letter."""


class Form:
    """The agent's form with what stands beside it."""

    def __init__(self, course: Course, desk: Hands) -> None:
        self._course, self._desk, self._page = course, desk, desk.page

    @property
    def _card(self) -> Locator:
        return self._page.get_by_test_id("slot-assistant")

    @property
    def _fields(self) -> Locator:
        return self._page.get_by_test_id("desk-forms")

    async def proposed(self) -> None:
        """What the talk says for each field, with the words behind it; articles and tickets of the same matter."""
        await self._page.bring_to_front()
        card = self._card
        await card.scroll_into_view_if_needed()
        await expect(card.get_by_test_id("assistant-address").first).to_contain_text(ADDRESS, timeout=PATIENCE)
        await expect(card.get_by_test_id("assistant-urgent").first).to_contain_text("燃气", timeout=PATIENCE)
        await expect(card.get_by_test_id("assistant-content").first).to_contain_text("停水", timeout=PATIENCE)
        categories = card.get_by_test_id("assistant-category")
        await expect(categories).to_have_count(FIVE, timeout=PATIENCE)
        await expect(categories.first).to_contain_text(WATER.category.rpartition("/")[2], timeout=PATIENCE)
        await expect(categories.first).to_contain_text("%")
        await expect(card.get_by_test_id("assistant-then_lead").first).to_contain_text(WATER.department[1])
        article = self._page.get_by_test_id("slot-desk_knowledge").get_by_test_id("knowledge-row").first
        await expect(article).to_contain_text(ARTICLE, timeout=PATIENCE)
        await self._desk.picture("proposed")
        self._course.say("proposed: address, danger, account, five categories, department, article")

    async def heard(self) -> None:
        """The words behind a proposal are heard while the talk goes on."""
        hear = self._card.get_by_test_id("assistant-hear-address").first
        await hear.click()
        await expect(hear).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
        await expect(self._card.get_by_test_id("assistant-unheard")).to_have_count(0)
        self._course.say("the words behind a proposal are heard in the talk")

    async def taken(self) -> None:
        """All of it by one key; what stands there is marked; one is corrected by hand and stays so."""
        await self._card.get_by_test_id("assistant-notes").press("Control+Enter")
        fields = self._fields
        await expect(fields.get_by_test_id("field-address")).to_have_value(ADDRESS, timeout=PATIENCE)
        await expect(fields.get_by_test_id("field-title")).to_have_value(re.compile("停水"), timeout=PATIENCE)
        await expect(fields.get_by_test_id("field-content")).to_have_value(re.compile("停水"), timeout=PATIENCE)
        for field in PROPOSED:
            row = self._card.get_by_test_id(f"assistant-{field}").first
            await expect(row).to_contain_text("已填", timeout=PATIENCE)
        await expect(self._page.get_by_test_id("alike")).to_contain_text(OPEN, timeout=PATIENCE)
        await self._desk.picture("taken")
        await fields.get_by_test_id("field-address").fill(CORRECTED)
        await expect(self._card.get_by_test_id("assistant-all")).to_be_disabled(timeout=PATIENCE)
        await self._card.get_by_test_id("assistant-notes").press("Control+Enter")
        await expect(fields.get_by_test_id("field-address")).to_have_value(CORRECTED, timeout=PATIENCE)
        await self._desk.picture("corrected")
        self._course.say("taken by one key and marked; a correction stays; a ticket of the same matter is shown")

    async def registered(self, agent: Api, leader: Api) -> str:
        """In wrap-up the account of the whole talk is there; registered; returns the ticket's id."""
        await self._page.bring_to_front()
        await self._page.get_by_test_id("desk-tab-ticket").click()
        account = self._card.get_by_test_id("assistant-content").first
        await expect(account).to_contain_text("停水", timeout=PATIENCE)
        take = self._card.get_by_test_id("assistant-take-content")
        if await take.count():
            await take.first.click()
        content = await self._fields.get_by_test_id("field-content").input_value()
        if not content.startswith("市民") or content.count("停水") != 1 or ON_HOLD[-6:-1] in content:
            raise Failed(f"the account is not what the citizen told the agent, once: {content}")
        await self._desk.picture("wrap-up")
        await self._page.get_by_test_id("desk-form-submit").click()
        await expect(self._page.get_by_test_id("slot-caller_tickets")).to_contain_text("停水", timeout=PATIENCE)
        rows = (await agent.ask("GET", "/api/tickets?size=5"))["items"]
        made = await agent.ask("GET", f"/api/tickets/{next(one['id'] for one in rows if one['call'])}")
        if made["address"] != CORRECTED or not made["urgent"] or made["caller_gender"] != "male":
            raise Failed(f"the ticket is not what stood in the form: {made}")
        counted = await _counted(leader)
        if [counted[field] for field in ("address", "urgent", "category")] != ["changed", "kept", "kept"]:
            raise Failed(f"what was kept and what was corrected is counted otherwise: {counted}")
        self._course.say(f"registered with the account “{content}”; one correction is counted as such")
        return str(made["id"])


async def _counted(leader: Api) -> dict[str, str]:
    """What became of what was proposed for the one ticket, by field. TimeoutError."""
    async with asyncio.timeout(COUNTED_WITHIN):
        while not (rows := (await leader.ask("GET", "/api/assistant/counted"))["items"]):
            await asyncio.sleep(0.3)
    return {one["id"]: next(how for how in ("kept", "changed", "empty") if one[how]) for one in rows}
