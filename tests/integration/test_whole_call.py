"""A citizen dials 12345: the whole path on the real Asterisk, and every early hang-up."""

import asyncio
import wave
from io import BytesIO

import numpy as np
import pytest

from softphone.phones.audio_line import Capture
from softphone.phones.phone_call import CallRefused
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone, tone_level
from softphone.phones.user_agent import ANONYMOUS, UserAgent
from tests.running_hotline import RunningHotline, agent, citizen, hire, kinds, skip_greeting

pytestmark = pytest.mark.asterisk


async def test_menu_queue_talk_recording_survey(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        async with agent(hotline, stack, "1001") as one, citizen(hotline, stack) as call:
            await skip_greeting(call)
            taken = await one.phone.next_call(10)
            await taken.answered()
            desk = await one.api.ask("GET", "/api/agent")
            assert desk["call"]["caller"] == "13800000001"
            heard, agent_heard = Capture(call.audio), Capture(taken.audio)
            await asyncio.gather(call.audio.play(tone(700, 2)), taken.audio.play(tone(1100, 2)))
            assert tone_level(heard.heard, 1100) > -35 > tone_level(heard.heard, 700)
            assert tone_level(agent_heard.heard, 700) > -35 > tone_level(agent_heard.heard, 1100)
            await taken.hang_up()
            await asyncio.sleep(1.5)
            await call.press("2")
            await call.ended(10)
            await one.until("ready")
        (story,) = await supervisor.ended(1)
        assert story["reason"] == "completed"
        assert story["satisfaction"] == "2"
        assert story["agents"] == ["1001"]
        told = kinds(story)
        order = ["CallArrived", "CallAnswered", "CallQueued", "CallOffered", "LegRinging", "TalkStarted", "TalkEnded"]
        assert [kind for kind in told if kind in order] == order
        assert told[-1] == "CallEnded"
        async with supervisor.http.get(f"{supervisor.url}/api/recordings/{story['recordings'][0]}/audio") as answer:
            sound = await answer.read()
        with wave.open(BytesIO(sound)) as file:
            assert (file.getnchannels(), file.getframerate()) == (2, 8000)
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        caller_side, agent_side = samples[:, 0].copy(), samples[:, 1].copy()
        assert tone_level(caller_side, 700) > -35 > tone_level(caller_side, 1100)
        assert tone_level(agent_side, 1100) > -35 > tone_level(agent_side, 700)
        await asyncio.sleep(1.5)
        assert (await supervisor.newest())[0]["cdr"], "the switch's own record is missing"


@pytest.mark.parametrize("number", [ANONYMOUS, "13800000001", "not-a-number", "+8613800000002", "0519-88880000"])
async def test_any_caller_number_is_served(hotline: RunningHotline, number: str) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        async with citizen(hotline, stack, number) as call:
            await asyncio.sleep(0.5)
            await call.hang_up()
        (story,) = await supervisor.ended(1)
        assert story["reason"] == "caller_hung_up"
        expected = {"+8613800000002": "13800000002", "0519-88880000": "051988880000", "13800000001": number}
        assert story["caller"] == expected.get(number, "anonymous")


async def test_number_that_is_not_ours_is_refused_before_the_answer(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack:
        phone = await UserAgent.open(stack, "citizen", server=hotline.sip)
        call = await phone.call("999888777", caller="13800000001")
        with pytest.raises(CallRefused) as refused:
            await call.answered(timeout=5)
        assert refused.value.status == 404
        await phone.close()


async def test_nobody_signed_in_is_told_and_said_goodbye(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        async with citizen(hotline, stack) as call:
            await skip_greeting(call)
            await call.ended(40)
        (story,) = await supervisor.ended(1)
        assert story["reason"] in ("completed", "caller_hung_up")
        assert "no_agents" in {one["details"].get("way") for one in story["events"]} or "CallQueued" in kinds(story)


@pytest.mark.parametrize("number", ["1091", "1092", "1093"])
async def test_who_was_just_hired_can_take_calls_at_once(hotline: RunningHotline, number: str) -> None:
    await hire(hotline, [number])
    async with SipStack("127.0.0.1") as stack, agent(hotline, stack, number) as one, citizen(hotline, stack) as call:
        await skip_greeting(call)
        await (await one.phone.next_call(10)).answered()
        await call.hang_up()


@pytest.mark.parametrize("moment", ["greeting", "queue", "ringing", "first_100_ms", "survey"])
async def test_hang_up_at_every_step(hotline: RunningHotline, moment: str) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        answer_after = None if moment == "ringing" else 0.2
        async with agent(hotline, stack, "1001", answer_after=answer_after) as one:
            if moment == "queue":
                await one.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": "rest"})
            async with citizen(hotline, stack) as call:
                if moment == "greeting":
                    await asyncio.sleep(1)
                else:
                    await skip_greeting(call)
                if moment == "queue":
                    await asyncio.sleep(1.5)
                elif moment != "greeting":
                    taken = await one.phone.next_call(10)
                    if moment != "ringing":
                        await taken.answered()
                    if moment == "survey":
                        await asyncio.sleep(1)
                        await taken.hang_up()
                        await asyncio.sleep(1)
                    elif moment == "first_100_ms":
                        await asyncio.sleep(0.05)
                await call.hang_up()
            (story,) = await supervisor.ended(1)
            waiting = moment in ("queue", "ringing")
            assert story["reason"] == ("abandoned" if waiting else "caller_hung_up")
            told = kinds(story)
            assert told.count("TalkStarted") == told.count("TalkEnded") == (moment in ("first_100_ms", "survey"))
            assert told.count("CallEnded") == 1
            await one.until("break" if moment == "queue" else "ready")
            desk = await one.api.ask("GET", "/api/agent")
            assert desk["call"] is None
