"""The morning's calls: citizens at telephones, three agents who answer them at their browsers."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict

from playwright.async_api import TimeoutError as NotInTime
from playwright.async_api import expect

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from trials.hands import PATIENCE, Hands
from trials.tickets.requests import ANSWERED, REGISTERED, REMINDING, Request

AT_ONCE = 3
"""Citizens who call at the same time: as many as there are agents."""
LONGEST = 900.0
"""Seconds from a citizen's call to his last word."""
TRIES = 3
"""How often an agent sends a form."""
BY_NUMBER = {one.number: one for one in REGISTERED}


class Calls:
    """Who calls, and who answers. `numbers` are the tickets' numbers by the titles of their requests, as they come."""

    def __init__(self, stack: SipStack, sip: str) -> None:
        self._stack, self._sip = stack, sip
        self._free = asyncio.Semaphore(AT_ONCE)
        self._served: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._ready = asyncio.Semaphore(0)
        self._phones: dict[str, UserAgent] = {}
        self.over = asyncio.Event()
        self.made = 0
        """Calls that citizens have made."""

    async def ready(self, agents: int) -> None:
        """Wait until so many agents take calls."""
        for _ in range(agents):
            await self._ready.acquire()

    async def talk(self, number: str) -> None:
        """Call, go to a human, and rate him when he has hung up."""
        async with self._free, asyncio.timeout(LONGEST):
            call = await self._dial(number)
            await call.press("0")
            await self._served[number].wait()
            self._served[number].clear()
            await asyncio.sleep(3)
            await call.press("1")
            with contextlib.suppress(TimeoutError):
                await call.ended(30)
            if not call.is_over:
                await call.hang_up()

    async def ask(self, number: str, ticket: str) -> None:
        """Call, and ask by keys how far a ticket is."""
        async with self._free, asyncio.timeout(LONGEST):
            call = await self._dial(number)
            await call.press("2")
            await asyncio.sleep(1)
            await call.press(f"{ticket}#")
            await asyncio.sleep(8)
            await call.hang_up()

    async def _dial(self, number: str) -> PhoneCall:
        phone = await self._phone(number)
        call = await phone.call("12345")
        await call.answered(timeout=20)
        self.made += 1
        await asyncio.sleep(0.6)
        return call

    async def _phone(self, number: str) -> UserAgent:
        """The citizen's: he has one, and is called back at it."""
        if number not in self._phones:
            self._phones[number] = await UserAgent.open(self._stack, number, server=self._sip, answer_after=0.5)
        return self._phones[number]

    async def rung(self, number: str, seconds: float) -> PhoneCall:
        """The call by which the hotline rings a citizen, who picks up; TimeoutError."""
        return await (await self._phone(number)).next_call(seconds)

    async def answer(self, agent: Hands) -> None:
        """Sit at the desk, and handle whoever comes, until all calls are over, or a colleague cannot go on."""
        try:
            await self._sit(agent)
        finally:
            self.over.set()

    async def _sit(self, agent: Hands) -> None:
        page = agent.page
        await agent.open("/desk")
        await expect(page.get_by_test_id("go-ready")).to_be_enabled(timeout=PATIENCE)
        await page.get_by_test_id("go-ready").click()
        await expect(page.get_by_test_id("status-bar")).to_have_attribute("data-state", "ready", timeout=PATIENCE)
        self._ready.release()
        while not self.over.is_set():
            try:
                await page.get_by_test_id("answer").wait_for(timeout=1_500)
            except NotInTime:
                continue
            await page.get_by_test_id("answer").click()
            await expect(page.get_by_test_id("status-bar")).to_have_attribute("data-state", "talking", timeout=PATIENCE)
            shown = await page.get_by_test_id("caller-number").first.inner_text()
            number = "".join(sign for sign in shown if sign.isdigit())
            await self._handle(agent, number)
            await page.get_by_test_id("hangup").first.click()
            self._served[number].set()
            await expect(page.get_by_test_id("status-bar")).to_have_attribute("data-state", "ready", timeout=PATIENCE)

    async def _handle(self, agent: Hands, number: str) -> None:
        card = agent.page.get_by_test_id("slot-caller_tickets")
        if number in ANSWERED:
            await self._nothing_to_register(agent)
        elif number == REMINDING.number and await _has(agent, REMINDING):
            await card.get_by_role("button", name="催单").first.click()
            await agent.page.locator(".el-message-box .el-button--primary").click()
            await expect(agent.page.get_by_text("已催单").first).to_be_visible(timeout=PATIENCE)
        else:
            await register(agent, BY_NUMBER[number])

    @staticmethod
    async def _nothing_to_register(agent: Hands) -> None:
        page = agent.page
        await page.get_by_test_id("desk-tab-outcome").click()
        await page.get_by_test_id("quick-1").click()
        await page.get_by_test_id("desk-form-submit").click()
        await expect(page.get_by_test_id("desk-tab-outcome")).to_have_count(0, timeout=PATIENCE)


async def _has(agent: Hands, request: Request) -> bool:
    """Whether the desk shows a ticket of the caller's."""
    await agent.page.wait_for_timeout(1500)
    return await agent.page.get_by_test_id("slot-caller_tickets").get_by_text(request.title).count() > 0


async def register(agent: Hands, request: Request) -> None:
    """Fill in the form of the talk, and send it."""
    form = agent.page.get_by_test_id("desk-forms")
    said: dict[str, str | bool] = {
        "type": request.type, "title": request.title, "content": request.content, "category": request.category,
        "address": request.address,
    }  # fmt: skip
    if request.place:
        said["place"] = request.place
    if request.urgent:
        said["urgent"] = True
    await agent.fill(form, said)
    if request.then:
        await agent.fill(form, {"then": request.then, **request.more})
    await agent.picture(f"register-{request.number[-2:]}")
    page = agent.page
    sent = page.get_by_test_id("slot-caller_tickets").get_by_text(request.title)
    late = page.get_by_test_id("desk-forms").get_by_text("没有及时响应")
    for _ in range(TRIES):
        # Sent once more when the hotline did not answer in time, it makes no second ticket.
        await page.get_by_test_id("desk-form-submit").click()
        await sent.or_(late).first.wait_for()
        if await sent.count():
            return
    raise AssertionError(f"{agent.login}: the form is not taken")
