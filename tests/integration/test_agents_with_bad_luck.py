"""The agent does not answer, rejects, or has lost the network: the caller waits on and the next one is asked."""

import asyncio

import pytest

from softphone.phones.sip_stack import SipStack
from tests.dead_phone import DeadPhone
from tests.running_hotline import RunningHotline, agent, citizen, kinds, skip_greeting

pytestmark = pytest.mark.asterisk


async def test_agent_who_does_not_answer_is_not_ready_and_the_next_one_gets_the_call(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        async with agent(hotline, stack, "1001", answer_after=None) as deaf, citizen(hotline, stack) as call:
            await skip_greeting(call)
            await deaf.phone.next_call(10)
            async with agent(hotline, stack, "1002") as quick:
                taken = await quick.phone.next_call(15)
                await taken.answered()
                await deaf.until("break")
                desk = await deaf.api.ask("GET", "/api/agent")
                assert desk["reason"] == "ring_no_answer"
                await call.hang_up()
                (story,) = await supervisor.ended(1)
        assert story["agents"] == ["1002"]
        failed = [one["details"] for one in story["events"] if one["type"] == "OfferFailed"]
        assert [(one["agent"], one["reason"]) for one in failed] == [("1001", "no_answer")]


async def test_rejecting_agent_leaves_the_caller_in_his_place(hotline: RunningHotline) -> None:
    async with (
        SipStack("127.0.0.1") as stack,
        hotline.signed_in("8001") as supervisor,
        agent(hotline, stack, "1001") as one,
        citizen(hotline, stack) as call,
    ):
        one.phone.rejecting = True
        await skip_greeting(call)
        await asyncio.sleep(2)
        one.phone.rejecting = False
        taken = await one.phone.next_call(15)
        await taken.answered()
        await call.hang_up()
        (story,) = await supervisor.ended(1)
        assert kinds(story).count("CallQueued") == 1
        assert "OfferFailed" in kinds(story)
        await one.until("ready")


async def test_phone_without_network_is_given_up_within_seconds(hotline: RunningHotline) -> None:
    async with (
        SipStack("127.0.0.1") as stack,
        hotline.signed_in("1003") as api,
        hotline.signed_in("8001") as supervisor,
    ):
        secret = (await api.ask("POST", "/api/phone/secret"))["secret"]
        async with DeadPhone(hotline.ports["sip"], "1003", secret):
            await api.ask("PUT", "/api/agent/state", {"state": "ready", "reason": None})
            async with citizen(hotline, stack) as call:
                await skip_greeting(call)
                await asyncio.sleep(8)
                async with agent(hotline, stack, "1001") as alive:
                    taken = await alive.phone.next_call(10)
                    await taken.answered()
                    await call.hang_up()
                    (story,) = await supervisor.ended(1)
        failed = [one["details"] for one in story["events"] if one["type"] == "OfferFailed"]
        assert ("1003", "unreachable") in {(one["agent"], one["reason"]) for one in failed}
        assert (await api.ask("GET", "/api/agent"))["call"] is None
        await api.ask("PUT", "/api/agent/state", {"state": "signed_out", "reason": None})
