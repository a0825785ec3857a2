"""The desk's verbs on a real switch with real phones, each with the sound that it leaves behind."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from softphone.phones.sip_stack import SipStack
from tests.integration.test_busy_with_whom import do, talk, until_call
from tests.running_hotline import RunningHotline, agent, hear_each_other, kinds

pytestmark = pytest.mark.asterisk


@pytest.mark.parametrize("held", [False, True])
async def test_a_citizen_is_asked_to_rate_at_once(hotline: RunningHotline, held: bool) -> None:
    """The agent hangs up by it, whether they talk or the citizen is on hold; what he presses is his rating."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people, hotline.signed_in("8001") as supervisor:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one)
        if held:
            await do(one, "hold")
            await until_call(one, "held")
        await do(one, "survey")
        await desk.ended(5)
        await asyncio.sleep(1)
        await caller.press("2")
        await caller.ended(15)
        (story,) = await supervisor.ended(1)
        assert story["satisfaction"] == "2" and "CallTransferred" not in kinds(story)
        (ended,) = [event for event in story["events"] if event["type"] == "TalkEnded"]
        assert ended["details"]["ended_by"] == "survey"
        await one.until("ready")


async def test_a_colleague_is_asked_about_a_citizen_on_hold(hotline: RunningHotline) -> None:
    """The button was there, and said that there was no talk; the citizen's music goes on, and he is handed over."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people, hotline.signed_in("8001") as supervisor:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one)
        two = await people.enter_async_context(agent(hotline, stack, "1002"))
        await do(one, "hold")
        await until_call(one, "held")
        await do(one, "consult", to="agent:1002")
        expert = await two.phone.next_call(10)
        await until_call(two, "consulted")
        await hear_each_other(desk, expert)
        await do(one, "consult/complete")
        await desk.ended(10)
        await hear_each_other(caller, expert)
        await expert.hang_up()
        await asyncio.sleep(1)
        await caller.hang_up()
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("CallHeld") == 1 and kinds(story).count("TalkStarted") == 2
