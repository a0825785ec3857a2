"""The engine, the control connection and the switch die in the middle of everything; nobody is lost."""

import asyncio
import io
import os
import signal
import time
import wave
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone
from softphone.phones.user_agent import UserAgent
from tests.running_hotline import RunningHotline, agent, citizen, hire, kinds, skip_greeting

pytestmark = pytest.mark.asterisk


async def wait_until_back(hotline: RunningHotline, seconds: float = 60) -> None:
    await asyncio.to_thread(hotline.wait_healthy, seconds)


async def test_engine_killed_with_callers_in_menu_queue_and_talk(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        talking = await people.enter_async_context(citizen(hotline, stack, "13800000011"))
        await skip_greeting(talking)
        taken = await one.phone.next_call(10)
        await taken.answered()
        waiting = []
        for number in ("13800000012", "13800000013", "13800000014"):
            call = await people.enter_async_context(citizen(hotline, stack, number))
            await skip_greeting(call)
            await asyncio.sleep(1)
            waiting.append(call)
        in_menu = await people.enter_async_context(citizen(hotline, stack, "13800000015"))
        await asyncio.sleep(0.5)

        hotline.kill("cti.process.app")
        killed = time.monotonic()
        # While the engine is dead: one waiting caller hangs up, and the talk's two sides are both heard.
        await asyncio.sleep(0.3)
        await waiting[1].hang_up()
        await asyncio.gather(talking.audio.play(tone(700, 1)), taken.audio.play(tone(1100, 1)))
        await wait_until_back(hotline)
        print(f"engine back after {time.monotonic() - killed:.1f} s")
        await asyncio.sleep(3)
        for call in (talking, waiting[0], waiting[2], in_menu):
            assert not call.is_over, "a caller was dropped"

        # The talk ends, its survey runs, and the queue goes on in its old order.
        await taken.hang_up()
        second = await one.phone.next_call(15)
        await second.answered()
        desk = await one.api.ask("GET", "/api/agent")
        assert desk["call"]["caller"] == "13800000012"
        await talking.press("1")
        await talking.ended(15)
        await second.hang_up()
        third = await one.phone.next_call(15)
        await third.answered()
        desk = await one.api.ask("GET", "/api/agent")
        assert desk["call"]["caller"] == "13800000014"
        await waiting[0].press("1")
        await third.hang_up()
        fourth = await one.phone.next_call(30)
        await fourth.answered()
        desk = await one.api.ask("GET", "/api/agent")
        assert desk["call"]["caller"] == "13800000015"
        await in_menu.hang_up()
        await waiting[2].hang_up()
        async with hotline.signed_in("8001") as supervisor:
            stories = {story["caller"]: story for story in await supervisor.ended(5, 20)}
        assert stories["13800000011"]["satisfaction"] == "1"
        assert stories["13800000013"]["reason"] == "abandoned"
        for story in stories.values():
            assert kinds(story).count("CallEnded") == 1
            assert kinds(story).count("TalkStarted") == kinds(story).count("TalkEnded")
        recording = [one for one in stories["13800000011"]["events"] if one["type"] == "RecordingFinished"]
        assert recording[0]["details"]["seconds"] > 5
        await one.until("ready")


def when(event: Any) -> datetime:
    return datetime.fromisoformat(event["at"])


def only(story: Any, kind: str) -> Any:
    (found,) = [one for one in story["events"] if one["type"] == kind]
    return found


async def test_what_happened_while_no_engine_lived_has_its_own_time(hotline: RunningHotline) -> None:
    """Talks, waits and arrivals ended or began in the books when the engine came back: a talk of 44 s in a call of 40 s
    with a recording of 21 s, a wait longer than its call, arrivals 22 s late.
    """
    await hire(hotline, ["1001", "1002"])
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        desks = [await people.enter_async_context(agent(hotline, stack, number)) for number in ("1001", "1002")]
        talks = []
        for number in ("13800000081", "13800000082"):
            call = await people.enter_async_context(citizen(hotline, stack, number))
            await skip_greeting(call)
            talks.append(call)
        taken = [await desk.phone.next_call(15) for desk in desks]
        for one in taken:
            await one.answered()
        # A telephone that sends nothing is not recorded either.
        speaking = asyncio.gather(*(one.audio.play(tone(700, 9)) for one in (*talks, *taken)), return_exceptions=True)
        people.callback(speaking.cancel)
        waiting = await people.enter_async_context(citizen(hotline, stack, "13800000083"))
        await skip_greeting(waiting)
        await asyncio.sleep(2)
        pid = hotline.child("cti.process.app")
        # Stopped, then killed: the supervisor starts the next one only when this one is gone.
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(2)
        by_agent = datetime.now(UTC)
        await taken[0].hang_up()
        await asyncio.sleep(1)
        await waiting.hang_up()
        gave_up = datetime.now(UTC)
        await taken[1].hang_up()
        came = datetime.now(UTC)
        late_phone = await UserAgent.open(stack, "citizen", server=hotline.sip)
        people.push_async_callback(late_phone.close)
        late = await late_phone.call("12345", caller="13800000084")
        await asyncio.sleep(5)
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.5)
        await wait_until_back(hotline)
        await asyncio.sleep(6)
        for call in (*talks, late):
            await call.hang_up()
        async with hotline.signed_in("8001") as supervisor:
            stories = {story["caller"]: story for story in await supervisor.ended(4, 25)}
        ends = []
        for number in ("13800000081", "13800000082"):
            ended, recorded = only(stories[number], "TalkEnded"), only(stories[number], "RecordingFinished")
            assert abs(ended["details"]["seconds"] - recorded["details"]["seconds"]) < 0.3, (ended, recorded)
            assert ended["details"]["seconds"] <= only(stories[number], "CallEnded")["details"]["seconds"]
            ends.append(when(ended))
        assert abs((min(ends) - by_agent).total_seconds()) < 0.5
        assert abs((max(ends) - gave_up).total_seconds()) < 0.7
        left, over = only(stories["13800000083"], "CallLeftQueue"), only(stories["13800000083"], "CallEnded")
        assert abs((when(left) - gave_up).total_seconds()) < 0.5
        assert left["details"]["waited"] <= over["details"]["seconds"]
        assert abs((when(only(stories["13800000084"], "CallArrived")) - came).total_seconds()) < 0.3


async def test_control_connection_cut_in_the_middle_of_twenty_talks(hotline: RunningHotline) -> None:
    numbers = [str(1001 + index) for index in range(20)]
    await hire(hotline, numbers)
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        agents = [await people.enter_async_context(agent(hotline, stack, number)) for number in numbers]
        calls = []
        for index in range(len(agents)):
            call = await people.enter_async_context(citizen(hotline, stack, f"138000002{index:02}"))
            await skip_greeting(call)
            calls.append(call)
        talks = [await one.phone.next_call(20) for one in agents]
        for taken in talks:
            await taken.answered()
        sessions = hotline.switch_command("manager show connected")
        for word in sessions.split():
            if word.isdecimal():
                hotline.switch_command(f"manager kick session {word}")
        # While nothing is told: five agents and five callers hang up. Which call an agent has is not asked.
        await asyncio.sleep(0.5)
        for taken in talks[:5]:
            await taken.hang_up()
        left = [call for call in calls if not call.is_over]
        for call in left[-5:]:
            await call.hang_up()
        await asyncio.sleep(4)
        await wait_until_back(hotline)
        for taken in talks:
            if not taken.is_over:
                await taken.hang_up()
        for one in agents:
            await one.until("ready", 15)
        await asyncio.sleep(1)
        for call in calls:
            if not call.is_over:
                await call.press("1")
        for call in calls:
            await call.ended(15)
        async with hotline.signed_in("8001") as supervisor:
            stories = await supervisor.ended(20, 20)
        for story in stories:
            assert kinds(story).count("TalkStarted") == kinds(story).count("TalkEnded") == 1, story
            assert kinds(story).count("CallEnded") == 1
        assert sum(story["satisfaction"] == "1" for story in stories) == 15


async def test_switch_killed_in_the_middle_of_talk_and_queue(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        talking = await people.enter_async_context(citizen(hotline, stack, "13800000031"))
        await skip_greeting(talking)
        taken = await one.phone.next_call(10)
        await taken.answered()
        waiting = await people.enter_async_context(citizen(hotline, stack, "13800000032"))
        await skip_greeting(waiting)
        await asyncio.gather(talking.audio.play(tone(700, 3)), taken.audio.play(tone(1100, 3)))
        hotline.kill("asterisk.conf")
        await asyncio.sleep(1.5)
        await wait_until_back(hotline)
        async with hotline.signed_in("8001") as supervisor:
            stories = await supervisor.ended(2, 20)
            for story in stories:
                assert story["reason"] == "switch_lost"
            story = next(one for one in stories if one["caller"] == "13800000031")
            finished = [one["details"] for one in story["events"] if one["type"] == "RecordingFinished"]
            assert finished and finished[0]["repaired"] and finished[0]["seconds"] > 2
            path = f"{supervisor.url}/api/recordings/{story['recordings'][0]}/audio"
            async with supervisor.http.get(path) as answer:
                sound = await answer.read()
        with wave.open(io.BytesIO(sound)) as file:
            assert file.getnframes() / file.getframerate() > 2
        before = time.monotonic()
        while list((hotline.data / "recordings" / "live").glob("*.raw")):
            assert time.monotonic() < before + 10, "nothing stays in clear"
            await asyncio.sleep(0.2)
        # The phones come back by themselves, and so does the service.
        state = await one.state()
        assert state in ("ready", "offline"), state
    async with SipStack("127.0.0.1") as stack, agent(hotline, stack, "1002") as other:
        async with citizen(hotline, stack, "13800000033") as call:
            await skip_greeting(call)
            taken = await other.phone.next_call(15)
            await taken.answered()
            await call.hang_up()
        await other.until("ready")


async def test_engine_killed_twice_in_a_row(hotline: RunningHotline) -> None:
    async with (
        SipStack("127.0.0.1") as stack,
        agent(hotline, stack, "1001") as one,
        citizen(hotline, stack, "13800000041") as call,
    ):
        await one.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": "rest"})
        await skip_greeting(call)
        await asyncio.sleep(1)
        for _ in range(2):
            hotline.kill("cti.process.app")
            await asyncio.sleep(0.2)
            await wait_until_back(hotline)
        await asyncio.sleep(3)
        assert not call.is_over
        await one.ready()
        taken = await one.phone.next_call(15)
        await taken.answered()
        await call.hang_up()
        await one.until("ready")


async def test_engine_that_hangs_is_replaced_and_the_talk_goes_on(hotline: RunningHotline) -> None:
    async with (
        SipStack("127.0.0.1") as stack,
        agent(hotline, stack, "1001") as one,
        citizen(hotline, stack, "13800000051") as call,
    ):
        await skip_greeting(call)
        taken = await one.phone.next_call(10)
        await taken.answered()
        hung = hotline.child("cti.process.app")
        os.kill(hung, signal.SIGSTOP)
        began = time.monotonic()
        while Path(f"/proc/{hung}").exists() and time.monotonic() - began < 40:
            await asyncio.sleep(0.2)
        assert 15 < time.monotonic() - began < 35, "killed at once, or never"
        await wait_until_back(hotline)
        assert not call.is_over and not taken.is_over
        await taken.hang_up()
        await asyncio.sleep(2)
        await call.press("1")
        await call.ended(15)
        await one.until("ready")
        async with hotline.signed_in("8001") as supervisor:
            (story,) = await supervisor.ended(1)
        assert story["satisfaction"] == "1"


async def test_engine_that_is_told_to_stop_lets_prompts_end_and_loses_nobody(hotline: RunningHotline) -> None:
    async with (
        SipStack("127.0.0.1") as stack,
        agent(hotline, stack, "1001") as one,
        citizen(hotline, stack, "13800000071") as talking,
    ):
        await skip_greeting(talking)
        taken = await one.phone.next_call(10)
        await taken.answered()
        async with citizen(hotline, stack, "13800000072") as in_menu:
            leaving = hotline.child("cti.process.app")
            os.kill(leaving, signal.SIGTERM)
            began = time.monotonic()
            await skip_greeting(in_menu)
            while Path(f"/proc/{leaving}").exists() and time.monotonic() - began < 20:
                await asyncio.sleep(0.05)
            assert time.monotonic() - began < 15
            await wait_until_back(hotline)
            assert not talking.is_over and not taken.is_over
            await taken.hang_up()
            # The key pressed while the old engine left was not lost: the caller is in the queue.
            second = await one.phone.next_call(15)
            await second.answered()
            await second.hang_up()
        await talking.press("1")
        await talking.ended(15)
        await one.until("ready")
        async with hotline.signed_in("8001") as supervisor:
            stories = await supervisor.ended(2)
        assert all(kinds(story).count("TalkStarted") == 1 for story in stories)


async def test_who_was_handed_to_his_queue_when_the_engine_died_is_whose_he_talks_with(hotline: RunningHotline) -> None:
    """The agent before stayed `talking` without a phone, and had every second of his colleague's talk."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people, hotline.signed_in("8001") as supervisor:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller = await people.enter_async_context(citizen(hotline, stack, "13800000091"))
        await skip_greeting(caller)
        desk = await one.phone.next_call(10)
        await desk.answered()
        await one.until("talking")
        two = await people.enter_async_context(agent(hotline, stack, "1002", answer_after=1.0))
        await one.api.ask("POST", "/api/agent/call/transfer", {"to": "queue:general"})
        handed = datetime.now(UTC)
        await one.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": "rest"})
        hotline.kill("cti.process.app")
        taken = await two.phone.next_call(10)
        await taken.answered()
        await wait_until_back(hotline)
        await two.until("talking", 15)
        assert await one.state() == "break"
        assert (await two.api.ask("GET", "/api/agent"))["call"]["caller"] == "13800000091"
        await asyncio.sleep(2)
        await taken.hang_up()
        await asyncio.sleep(1)
        await caller.hang_up()
        (story,) = await supervisor.ended(1, 20)
        assert kinds(story).count("CallTransferred") == 1
        talks = [event["details"] for event in story["events"] if event["type"] == "TalkEnded"]
        assert [talk["agent"] for talk in talks] == ["1001", "1002"]
        begun = [event for event in story["events"] if event["type"] == "TalkStarted"]
        assert 0.5 < (when(begun[1]) - handed).total_seconds() < 4
        assert [event["details"]["reason"] for event in story["events"] if event["type"] == "CallLeftQueue"] == [
            "answered"
        ] * 2
