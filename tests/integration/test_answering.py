"""By the admin's rule a queue's calls are answered by the phone itself, on the real switch with a real SIP phone."""

import time

import pytest

from softphone.phones.audio_line import Capture
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE, tone_level
from tests.running_hotline import RunningHotline, agent, citizen, hear_each_other, skip_greeting

pytestmark = pytest.mark.asterisk
DELAY = 1
NOTES = (659.3, 880.0)
"""What the agent hears before the talk (`tone/notice`)."""


async def test_the_phone_rings_answers_by_itself_and_its_agent_hears_a_tone_before_the_talk(
    hotline: RunningHotline,
) -> None:
    async with hotline.signed_in("admin") as admin:
        queue = await admin.ask("GET", "/api/acd/queues/general")
        await admin.ask("PUT", "/api/acd/queues/general", {**queue, "answering": "always", "answer_delay": DELAY})
        try:
            # He has not chosen it, and nobody touches his phone.
            async with SipStack("127.0.0.1") as stack, agent(hotline, stack, "1001", answer_after=None) as one:
                told = (await one.api.ask("GET", "/api/agent"))["answering"]
                assert told["mode"] == "chosen"
                assert [(each["mode"], each["delay"]) for each in told["queues"]] == [("always", DELAY)]
                async with citizen(hotline, stack, "13800000091") as call:
                    await skip_greeting(call)
                    desk = await one.phone.next_call(20)
                    rang = time.monotonic()
                    heard = Capture(desk.audio)
                    await desk.answered()
                    assert DELAY - 0.2 < time.monotonic() - rang < DELAY + 5
                    await hear_each_other(call, desk)
                    assert all(loudest(heard, note) > -35 for note in NOTES)
                    await call.hang_up()
        finally:
            now = await admin.ask("GET", "/api/acd/queues/general")
            await admin.ask("PUT", "/api/acd/queues/general", {**queue, "version": now["version"]})
    async with SipStack("127.0.0.1") as stack, agent(hotline, stack, "1001", answer_after=None) as one:
        assert (await one.api.ask("GET", "/api/agent"))["answering"]["queues"] == []
        async with citizen(hotline, stack, "13800000092") as call:
            await skip_greeting(call)
            desk = await one.phone.next_call(20)
            assert "answer-after" not in str(desk.headers)
            await desk.answer()
            await hear_each_other(call, desk)


def loudest(heard: Capture, note: float) -> float:
    """How loud a note is where it is loudest, over a tenth of a second."""
    step = RATE // 10
    sound = heard.heard
    return max(tone_level(sound[at : at + step].copy(), note) for at in range(0, max(len(sound) - step, 1), step // 2))
