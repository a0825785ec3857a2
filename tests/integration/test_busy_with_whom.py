"""Who is busy with whom on a real switch with real phones: asked colleagues, conferences, supervisors, a lost phone."""

import asyncio
import os
import signal
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from tests.running_hotline import Agent, RunningHotline, agent, citizen, hear_each_other, hire, kinds, skip_greeting

pytestmark = pytest.mark.asterisk

PHONE = """\
import asyncio, sys
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
async def live():
    async with SipStack("127.0.0.1") as stack:
        user, server, secret = sys.argv[1:]
        await UserAgent.open(stack, user, server=server, secret=secret, register=True, answer_after=0.2)
        await asyncio.sleep(300)
asyncio.run(live())
"""
"""A telephone in a process of its own, which can be killed: it says no goodbye."""


async def call_of(one: Agent) -> Any:
    return (await one.api.ask("GET", "/api/agent"))["call"]


async def until_call(one: Agent, state: str, seconds: float = 10) -> None:
    """The agent's call is in this state at his desk."""
    deadline = time.monotonic() + seconds
    while (now := await call_of(one)) is None or now["state"] != state:
        assert time.monotonic() < deadline, f"{one.number} has {now}, not {state}"
        await asyncio.sleep(0.05)


async def do(one: Agent, verb: str, **body: str) -> Any:
    return await one.api.ask("POST", f"/api/agent/call/{verb}", body)


async def talk(
    hotline: RunningHotline, stack: SipStack, people: AsyncExitStack, one: Agent
) -> tuple[PhoneCall, PhoneCall]:
    """A citizen and this agent, talking."""
    caller = await people.enter_async_context(citizen(hotline, stack, "13800000071"))
    await skip_greeting(caller)
    desk = await one.phone.next_call(10)
    await desk.answered()
    await until_call(one, "talking")
    return caller, desk


async def ask(one: Agent, other: Agent) -> PhoneCall:
    """One agent asks the other, who has picked up."""
    await do(one, "consult", to=f"agent:{other.number}")
    expert = await other.phone.next_call(10)
    await expert.answered()
    await until_call(other, "consulted")
    return expert


async def test_who_is_asked_is_engaged_and_offered_nobody(hotline: RunningHotline) -> None:
    """A consulted agent stayed ready, and was offered a citizen in the middle of the consultation."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one)
        two = await people.enter_async_context(agent(hotline, stack, "1002", answer_after=None))
        refused = await one.api.ask("POST", "/api/agent/call/consult", {"to": "agent:1001"}, status=409)
        assert refused["detail"] == "不能转接或咨询自己"
        await do(one, "consult", to="agent:1002")
        expert = await two.phone.next_call(10)
        assert await two.state() == "talking", "while his phone rings"
        targets = {who["agent"]: who["engaged"] for who in (await one.api.ask("GET", "/api/agent/targets"))["agents"]}
        assert targets["1002"] == "consulted"
        second = await people.enter_async_context(citizen(hotline, stack, "13800000072"))
        await skip_greeting(second)
        await expert.answer()
        await until_call(two, "consulted")
        await asyncio.sleep(3)
        with pytest.raises(TimeoutError):
            await two.phone.next_call(0.1)
        await do(one, "consult/cancel")
        await expert.ended(10)
        offered = await two.phone.next_call(10)
        await offered.answer()
        await hear_each_other(second, offered)
        await hear_each_other(caller, desk)
        await offered.hang_up()
        await desk.hang_up()


async def test_a_talk_is_handed_over_after_hold_consultation_and_conference(hotline: RunningHotline) -> None:
    """All that an agent may do with a caller, one after the other; whoever talks at the end is heard, and hears."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one)
        two = await people.enter_async_context(agent(hotline, stack, "1002"))
        await do(one, "hold")
        await until_call(one, "held")
        await do(one, "retrieve")
        await until_call(one, "talking")
        expert = await ask(one, two)
        await do(one, "consult/cancel")
        await expert.ended(10)
        await until_call(one, "talking")
        expert = await ask(one, two)
        await do(one, "conference")
        await until_call(one, "conference")
        await do(one, "put_out")
        await expert.ended(10)
        await until_call(one, "talking")
        await two.until("ready")
        await do(one, "transfer", to="agent:1002")
        taken = await two.phone.next_call(10)
        await taken.answered()
        await until_call(two, "talking")
        await hear_each_other(caller, taken)
        await desk.ended(10)
        await taken.hang_up()


async def test_a_conference_is_left_in_both_directions(hotline: RunningHotline) -> None:
    """Who left stayed `talking`, who stayed was `ready` and had no talk in the books; the desk never showed it."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one)
        two = await people.enter_async_context(agent(hotline, stack, "1002"))
        # The third leaves, and the agent goes on.
        expert = await ask(one, two)
        await do(one, "conference")
        await until_call(one, "conference")
        await until_call(two, "conference")
        assert (await call_of(two))["owner"] is False
        await asyncio.sleep(0.5)
        await do(two, "leave")
        await expert.ended(10)
        await two.until("ready")
        await until_call(one, "talking")
        await hear_each_other(caller, desk)
        # The agent leaves, and the third goes on: the talk is his.
        expert = await ask(one, two)
        await do(one, "conference")
        await until_call(two, "conference")
        await asyncio.sleep(0.5)
        await do(one, "leave")
        await desk.ended(10)
        await until_call(two, "talking")
        assert (await call_of(two))["owner"] is True
        await one.until("ready", 20)
        assert await two.state() == "talking"
        await hear_each_other(caller, expert)
        await expert.hang_up()
        await two.until("ready")
        await caller.press("1")
        await caller.ended(15)
        async with hotline.signed_in("8001") as supervisor:
            (story,) = await supervisor.ended(1, 20)
        talked = [one["details"] for one in story["events"] if one["type"] == "TalkEnded"]
        assert [one["agent"] for one in talked] == ["1001", "1002"] and min(one["seconds"] for one in talked) > 1
        assert kinds(story).count("TalkStarted") == 2


async def test_a_supervisor_listens_whispers_barges_in_and_back(hotline: RunningHotline) -> None:
    """Going from listening to whispering was refused: his telephone was taken by the listening itself."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one)
        watching = await people.enter_async_context(agent(hotline, stack, "8001"))
        api = watching.api
        assert (await api.ask("POST", "/api/supervision/1001/listen"))["result"] == "answered"
        leg = await watching.phone.next_call(10)
        for mode in ("whisper", "barge", "listen", "barge"):
            assert (await api.ask("POST", f"/api/supervision/1001/{mode}"))["result"] == "answered"
            await asyncio.sleep(0.7)
            assert not leg.is_over
            if mode == "barge":
                await hear_each_other(leg, caller)
            await hear_each_other(caller, desk)
        assert await watching.state() == "talking"
        assert (await api.ask("POST", "/api/supervision/1001/intercept"))["result"] == "answered"
        await desk.ended(10)
        await hear_each_other(leg, caller)
        await leg.hang_up()
        await caller.press("1")
        await caller.ended(15)
        (story,) = await api.ended(1, 20)
        modes = [one["details"]["mode"] for one in story["events"] if one["type"] == "SupervisorJoined"]
        assert modes == ["listen", "whisper", "barge", "listen", "barge", "intercept"]


async def test_a_phone_dies_in_a_talk_and_the_citizen_talks_on_when_it_is_back(hotline: RunningHotline) -> None:
    """The citizen of a talk whose phone was lost was sent to the survey."""
    await hire(hotline, ["1031"])
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        api = await people.enter_async_context(hotline.signed_in("1031"))
        await api.ask("GET", "/api/phone")
        data, secret = await api.ask("GET", "/api/phone"), (await api.ask("POST", "/api/phone/secret"))["secret"]
        arguments = ("-c", PHONE, data["endpoint"], data["server"], secret)
        root = Path(__file__).resolve().parents[2]
        phone = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=root)
        try:
            await api.ask("PUT", "/api/agent/state", {"state": "ready", "reason": None})
            deadline = time.monotonic() + 20
            while (await api.ask("GET", "/api/agent"))["state"] != "ready":
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)
            caller = await people.enter_async_context(citizen(hotline, stack, "13800000074"))
            await skip_greeting(caller)
            while (await api.ask("GET", "/api/agent"))["state"] != "talking":
                await asyncio.sleep(0.1)
            os.kill(phone.pid, signal.SIGKILL)
            killed = time.monotonic()
            # The switch misses its sound after half a minute.
            while ((await api.ask("GET", "/api/agent"))["call"] or {}).get("state") != "returning":
                assert time.monotonic() < killed + 50 and not caller.is_over
                await asyncio.sleep(0.2)
            print(f"noticed after {time.monotonic() - killed:.1f} s")
            back = await people.enter_async_context(agent(hotline, stack, "1031"))
            desk = await back.phone.next_call(25)
            await desk.answered()
            await hear_each_other(caller, desk)
            await desk.hang_up()
            await caller.press("1")
            await caller.ended(15)
            async with hotline.signed_in("8001") as supervisor:
                (story,) = await supervisor.ended(1, 20)
            assert kinds(story).count("TalkInterrupted") == 1 and kinds(story).count("TalkStarted") == 2
            assert story["satisfaction"] == "1"
        finally:
            if phone.returncode is None:
                phone.kill()
            await phone.wait()
