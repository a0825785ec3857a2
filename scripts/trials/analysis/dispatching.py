"""A director at a wall calls a department on its telephone, and asks a second one into the talk: all three hear it."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone
from softphone.phones.user_agent import UserAgent
from trials.analysis.screens import whole
from trials.analysis.town import CONTACTS
from trials.api import Api
from trials.course import Failed
from trials.hands import PATIENCE, Hands
from trials.house import House
from trials.telephones import at_work, until_talking
from trials.voices import Speaker


async def called(hands: Hands, api: Api, stack: SipStack, house: House) -> None:
    """From the wall; Failed."""
    people = (await api.ask("GET", "/api/contacts?book=internal&size=100"))["items"]
    ids = {one["name"]: one["id"] for one in people}
    (first, first_number), (second, second_number) = CONTACTS[0], CONTACTS[2]
    department = await UserAgent.open(stack, first_number, server=house.sip, answer_after=0.5)
    leader = await UserAgent.open(stack, second_number, server=house.sip, answer_after=0.5)
    page = hands.page
    await page.bring_to_front()
    await hands.open("/wall/dispatch")
    await whole(page)
    async with at_work(stack, api) as own:
        try:
            await page.get_by_test_id(f"wall-call-{ids[first]}").click()
            rung = await department.next_call(30)
            await expect(page.get_by_text(f"正在呼叫 {first}")).to_be_visible(timeout=PATIENCE)
            mine = await until_talking(own, api)
            await _hears(mine, rung, "the department")
            await hands.picture("wall-calls")
            await page.get_by_role("button", name=f"请 {second} 加入会议").click()
            joined = await leader.next_call(30)
            await joined.answered(30)
            await _hears(rung, joined, "who was asked into the talk")
            await hands.picture("wall-conference")
            await mine.hang_up()
            for one in (rung, joined):
                if not one.is_over:
                    await one.hang_up()
        finally:
            await department.close()
            await leader.close()


async def _hears(speaks: PhoneCall, hears: PhoneCall, who: str) -> None:
    """What the one says the other hears."""
    ear = Speaker(hears)
    for _ in range(5):
        await speaks.audio.play(tone(440, 1.0))
        await asyncio.sleep(0.3)
        if ear.has_heard:
            return
    raise Failed(f"{who} hears nothing")
