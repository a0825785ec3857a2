"""Two who are left of a conference hear each other, whoever of them had not talked with the other alone before."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from softphone.phones.sip_stack import SipStack
from tests.integration.test_busy_with_whom import do, talk, until_call
from tests.running_hotline import RunningHotline, agent, hear_each_other

pytestmark = pytest.mark.asterisk


async def test_the_citizen_hears_the_colleague_with_whom_he_is_left(hotline: RunningHotline) -> None:
    """Asterisk's stream to him goes over to the colleague's timestamps, without a new source or a marker."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one)
        two = await people.enter_async_context(agent(hotline, stack, "1002"))
        await do(one, "consult", to="agent:1002")
        expert = await two.phone.next_call(10)
        await until_call(two, "consulted")
        await do(one, "conference")
        await until_call(one, "conference")
        await hear_each_other(caller, expert)
        await do(one, "leave")
        await desk.ended(10)
        await hear_each_other(caller, expert)
        await asyncio.sleep(1)
        await hear_each_other(caller, expert)
        await caller.hang_up()
