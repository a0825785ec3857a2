"""A citizen who is handed round in a circle, an agent who hands him to himself, and eight in one talk: on the real
switch with real phones, each with its sound, and what was recorded of it."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from cti.telephony.conference import MOST
from softphone.phones.audio_line import Capture
from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE, tone, tone_level
from tests.integration.test_busy_with_whom import do, talk, until_call
from tests.running_hotline import Api, RunningHotline, agent, hear_each_other, hire, kinds

pytestmark = pytest.mark.asterisk
TURNS = 4
SLACK = 2.0
"""What is more than so many seconds shorter than its talk is a fault of the recorder."""


async def recorded(boss: Api, call: str, talked: float) -> list[Any]:
    """The recordings of a call, all sealed, and together as long as was talked."""
    async with asyncio.timeout(20):
        while True:
            found: list[Any] = (await boss.ask("GET", f"/api/recordings?call={call}"))["items"]
            if found and all(one["state"] == "stored" for one in found):
                break
            await asyncio.sleep(0.3)
    assert [one["fault"] for one in found] == [""] * len(found)
    assert sum(one["seconds"] for one in found) > talked - SLACK
    return found


async def test_round_in_a_circle_and_to_oneself(hotline: RunningHotline) -> None:
    """Who goes from one to the other and back is heard each time, and recorded until he hangs up."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people, hotline.signed_in("8001") as boss:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one)
        two = await people.enter_async_context(agent(hotline, stack, "1002"))
        for verb in ("transfer", "consult", "invite"):
            await one.api.ask("POST", f"/api/agent/call/{verb}", {"to": "agent:1001"}, status=409)
        await hear_each_other(caller, desk)
        for _ in range(TURNS):
            await do(one, "transfer", to=f"agent:{two.number}")
            await desk.ended(10)
            desk = await two.phone.next_call(15)
            await desk.answered()
            await until_call(two, "talking")
            await one.until("ready", 20)
            await hear_each_other(caller, desk)
            one, two = two, one
        await caller.hang_up()
        (story,) = await boss.ended(1, 20)
        talks = [event["details"] for event in story["events"] if event["type"] == "TalkEnded"]
        assert [each["agent"] for each in talks] == ["1001", "1002"] * (TURNS // 2) + ["1001"]
        assert kinds(story).count("CallEnded") == 1
        found = await recorded(boss, story["id"], sum(each["seconds"] for each in talks))
        assert {each["agent"] for each in found} <= {"1001", "1002"}


async def heard_by_all(speaker: PhoneCall, others: list[PhoneCall]) -> None:
    """What one says reaches each of the others."""
    levels: list[float] = []
    for _ in range(3):
        heard = [Capture(one.audio) for one in others]
        await speaker.audio.play(tone(700, 1.0))
        levels = [tone_level(one.heard[-RATE:], 700) for one in heard]
        for one in heard:
            one.stop()
        if min(levels) > -35:
            return
    raise AssertionError(f"not all hear him: {levels}")


async def test_eight_in_one_talk(hotline: RunningHotline) -> None:
    """A citizen and seven agents: each of some is heard by all others, a ninth is refused, and all are free again."""
    numbers = [f"10{place}" for place in range(31, 31 + MOST - 1)]
    await hire(hotline, [*numbers, "1040"])
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people, hotline.signed_in("8001") as boss:
        one = await people.enter_async_context(agent(hotline, stack, numbers[0]))
        caller, desk = await talk(hotline, stack, people, one)
        agents = [await people.enter_async_context(agent(hotline, stack, number)) for number in numbers[1:]]
        late = await people.enter_async_context(agent(hotline, stack, "1040"))
        lines = [desk]
        for other in agents:
            await do(one, "invite", to=f"agent:{other.number}")
            line = await other.phone.next_call(15)
            await line.answered()
            lines.append(line)
            await until_call(other, "conference", 15)
        await one.api.ask("POST", "/api/agent/call/invite", {"to": f"agent:{late.number}"}, status=409)
        for speaker in (caller, desk, lines[-1]):
            await heard_by_all(speaker, [each for each in (caller, *lines) if each is not speaker])
        # Half of them leave, and the others still hear each other.
        for other, line in zip(agents[:3], lines[1:4], strict=True):
            await do(other, "leave")
            await line.ended(10)
        await heard_by_all(caller, [desk, *lines[4:]])
        await caller.hang_up()
        for line in (desk, *lines[4:]):
            await line.ended(15)
        for each in (one, *agents):
            await each.until("ready", 30)
        (story,) = await boss.ended(1, 20)
        talks = [event["details"] for event in story["events"] if event["type"] == "TalkEnded"]
        assert [each["agent"] for each in talks] == [numbers[0]]
        await recorded(boss, story["id"], talks[0]["seconds"])
