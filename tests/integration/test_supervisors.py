"""Supervisors on a real switch with real phones: two at once, one who goes in the middle, an engine that dies."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from softphone.phones.audio_line import Capture
from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE, tone, tone_level
from tests.running_hotline import (
    PASSWORD,
    Agent,
    Api,
    RunningHotline,
    agent,
    citizen,
    hear_each_other,
    skip_greeting,
)

pytestmark = pytest.mark.asterisk

SECOND = "8002"


async def supervisors(hotline: RunningHotline) -> None:
    """A second one beside 8001."""
    async with hotline.signed_in("admin") as admin:
        there = {one["login"] for one in (await admin.ask("GET", "/api/people?size=100"))["items"]}
        if SECOND not in there:
            person = {"login": SECOND, "name": "班长二", "agent_no": SECOND, "organisation": "city"}
            await admin.ask(
                "POST", "/api/people", {**person, "roles": ["supervisor"], "password": PASSWORD, "change": False}
            )


async def talk(
    hotline: RunningHotline, stack: SipStack, people: AsyncExitStack, one: Agent, number: str
) -> tuple[PhoneCall, PhoneCall]:
    """A citizen and this agent, talking."""
    caller = await people.enter_async_context(citizen(hotline, stack, number))
    await skip_greeting(caller)
    desk = await one.phone.next_call(10)
    await desk.answered()
    await one.until("talking")
    return caller, desk


async def join(who: Agent, mode: str, *, anew: bool = True) -> PhoneCall | None:
    """He takes part in the talk of 1001; his phone's call, when it was rung."""
    found = await who.api.ask("POST", f"/api/supervision/1001/{mode}")
    assert found["result"] == "answered"
    return await who.phone.next_call(10) if anew else None


async def hears(speaker: PhoneCall, hearing: dict[str, tuple[PhoneCall, bool]]) -> None:
    """Exactly those who shall hear a speaker do."""
    told: dict[str, float] = {}
    for _ in range(3):
        captured = {name: Capture(call.audio) for name, (call, _) in hearing.items()}
        await speaker.audio.play(tone(900, 1.2))
        told = {name: tone_level(one.heard[-RATE:], 900) for name, one in captured.items()}
        if all((told[name] > -30) == wanted for name, (_, wanted) in hearing.items()):
            return
    raise AssertionError(f"heard otherwise: {told}")


async def modes(api: Api) -> list[tuple[str, str]]:
    """Who took part how, in order, of the newest call that has ended."""
    (story,) = await api.ended(1, 20)
    told = [one["details"] for one in story["events"] if one["type"] == "SupervisorJoined"]
    return [(one["supervisor"], one["mode"]) for one in told]


async def intercept(api: Api) -> int:
    """The answer's status."""
    async with api.http.post(
        f"{api.url}/api/supervision/1001/intercept", json={}, headers={"X-CSRF": api.csrf}
    ) as said:
        return said.status


async def until_over(call: PhoneCall, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not call.is_over:
        assert time.monotonic() < deadline, "it is not over"
        await asyncio.sleep(0.05)


async def test_two_at_once_each_hears_what_is_his_and_one_who_goes_takes_nobody_along(hotline: RunningHotline) -> None:
    await supervisors(hotline)
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one, "13800000081")
        first = await people.enter_async_context(agent(hotline, stack, "8001"))
        second = await people.enter_async_context(agent(hotline, stack, SECOND))
        listening, whispering = await join(first, "listen"), await join(second, "whisper")
        assert listening is not None and whispering is not None
        await asyncio.sleep(0.7)
        await hears(caller, {"desk": (desk, True), "listening": (listening, True), "whispering": (whispering, True)})
        await hears(whispering, {"desk": (desk, True), "citizen": (caller, False)})
        await hears(listening, {"desk": (desk, False), "citizen": (caller, False)})
        # One goes in the middle: neither the talk nor the other is touched.
        await listening.hang_up()
        await first.until("ready")
        await hear_each_other(caller, desk)
        await hears(whispering, {"desk": (desk, True), "citizen": (caller, False)})
        assert await second.state() == "talking"
        # He comes back, the other barges in; all hear him, the citizen too.
        again = await join(first, "listen")
        assert again is not None
        await join(second, "barge", anew=False)
        await asyncio.sleep(0.7)
        await hears(whispering, {"desk": (desk, True), "citizen": (caller, True), "listening": (again, True)})
        # And goes without a word, from the middle of the conference.
        await whispering.hang_up()
        await second.until("ready")
        await hear_each_other(caller, desk)
        await hears(caller, {"desk": (desk, True), "listening": (again, True)})
        await desk.hang_up()
        await until_over(again)
        await first.until("ready")
        await caller.press("1")
        await caller.ended(15)
        assert await modes(first.api) == [
            ("8001", "listen"),
            (SECOND, "whisper"),
            ("8001", "listen"),
            (SECOND, "barge"),
        ]


async def test_one_intercepts_while_the_other_listens(hotline: RunningHotline) -> None:
    await supervisors(hotline)
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one, "13800000082")
        first = await people.enter_async_context(agent(hotline, stack, "8001"))
        second = await people.enter_async_context(agent(hotline, stack, SECOND))
        listening = await join(first, "listen")
        taken = await join(second, "intercept")
        assert listening is not None and taken is not None
        await desk.ended(10)
        await one.until("ready", 15)
        await hear_each_other(caller, taken)
        # What he listened to is over with the agent's part.
        await until_over(listening)
        await first.until("ready")
        refused = await first.api.ask("POST", "/api/supervision/1001/intercept", status=409)
        assert refused["detail"]
        # The talk is the second's now: the first listens to him, and cannot be had by both.
        assert (await first.api.ask("POST", f"/api/supervision/{SECOND}/listen"))["result"] == "answered"
        anew = await first.phone.next_call(10)
        await asyncio.sleep(0.7)
        await hears(caller, {"taken": (taken, True), "listening": (anew, True)})
        await taken.hang_up()
        await until_over(anew)
        await caller.press("1")
        await caller.ended(15)
        assert [mode for _, mode in await modes(first.api)] == ["listen", "intercept", "listen"]


async def test_both_intercept_at_once_and_one_of_them_talks(hotline: RunningHotline) -> None:
    await supervisors(hotline)
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one, "13800000083")
        both = [
            await people.enter_async_context(agent(hotline, stack, number, answer_after=None))
            for number in ("8001", SECOND)
        ]
        for each in both:
            each.phone.heeds_auto_answer = False
        asked = asyncio.gather(*(intercept(each.api) for each in both))
        ringing = {each.number: await each.phone.next_call(10) for each in both}
        await asyncio.gather(*(leg.answer() for leg in ringing.values()))
        assert sorted(await asked) == [200, 409], "whoever was too late is told so"
        await desk.ended(10)
        await one.until("ready", 15)
        (winner,) = [number for number, leg in ringing.items() if not leg.is_over]
        leg = ringing[winner]
        await hear_each_other(caller, leg)
        (loser,) = [each for each in both if each.number != winner]
        await loser.until("ready")
        await leg.hang_up()
        await caller.press("1")
        await caller.ended(15)
        await asyncio.gather(*(each.until("ready", 15) for each in both))


async def test_a_supervisor_listens_on_while_the_engine_dies_and_is_free_when_the_talk_is_over(
    hotline: RunningHotline,
) -> None:
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller, desk = await talk(hotline, stack, people, one, "13800000084")
        first = await people.enter_async_context(agent(hotline, stack, "8001"))
        listening = await join(first, "listen")
        assert listening is not None
        await asyncio.sleep(0.7)
        await hears(caller, {"desk": (desk, True), "listening": (listening, True)})
        hotline.kill("cti.process.app")
        await hears(caller, {"desk": (desk, True), "listening": (listening, True)})
        await asyncio.to_thread(hotline.wait_healthy, 40)
        async with hotline.signed_in("8001") as api:
            deadline = time.monotonic() + 15
            while (await api.ask("GET", "/api/agent"))["state"] != "talking":
                assert time.monotonic() < deadline, "the next engine does not know that he listens"
                await asyncio.sleep(0.1)
            await hears(caller, {"desk": (desk, True), "listening": (listening, True)})
            assert (await api.ask("POST", "/api/supervision/1001/barge"))["result"] == "answered"
            await asyncio.sleep(0.7)
            await hears(listening, {"desk": (desk, True), "citizen": (caller, True)})
            # Who has barged in stays with the citizen when the agent goes.
            await desk.hang_up()
            await hear_each_other(caller, listening)
            await listening.hang_up()
            await caller.press("1")
            await caller.ended(15)
            deadline = time.monotonic() + 15
            while (await api.ask("GET", "/api/agent"))["state"] == "talking":
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)
