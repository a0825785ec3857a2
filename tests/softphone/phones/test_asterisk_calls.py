"""Phones on a real Asterisk: registration, what a caller really hears, both ways, refusals, transfers, IPv6."""

import asyncio

import baresip
import pytest

from softphone.phones.audio_line import Capture
from softphone.phones.hearing import PromptBegan, PromptEnded, SoundBegan, SoundKind, hear_all
from softphone.phones.phone_call import CallRefused, PhoneCall
from softphone.phones.phone_events import CallEnded, CallOffered, CallProgressed, CallRinging, EndedBy, PhoneRegistered
from softphone.phones.prompt_book import PromptBook
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import Samples, tone, tone_level
from softphone.phones.user_agent import UserAgent
from tests.softphone.phones.conftest import Asterisk

pytestmark = pytest.mark.asterisk


async def desk(stack: SipStack, asterisk: Asterisk, user: str, *, answer_after: float | None = 0.0) -> UserAgent:
    return await UserAgent.open(
        stack, user, server=asterisk.server, secret=asterisk.secret, register=True, answer_after=answer_after
    )


def prompts_in(samples: Samples, asterisk: Asterisk) -> list[tuple[str, bool]]:
    heard = hear_all(samples, PromptBook(asterisk.prompts))
    return [(fact.name, fact.whole) for fact in heard if isinstance(fact, PromptEnded)]


async def begins(prompt: str, kept: Capture, asterisk: Asterisk) -> None:
    """Wait until the prompt is heard."""
    book = PromptBook(asterisk.prompts)
    async with asyncio.timeout(15):
        while prompt not in [fact.name for fact in hear_all(kept.heard, book) if isinstance(fact, PromptBegan)]:
            await asyncio.sleep(0.2)


async def hears_the_other(one: PhoneCall, other: PhoneCall) -> None:
    ears = Capture(one.audio), Capture(other.audio)
    await asyncio.gather(one.audio.play(tone(700, 1)), other.audio.play(tone(1100, 1)))
    for ear, frequency in zip(ears, (1100, 700), strict=True):
        starts = range(0, ear.heard.size - 2000, 500)
        assert max(tone_level(ear.heard[start : start + 2000], frequency) for start in starts) > -16


async def test_a_phone_registers_and_unregisters(asterisk: Asterisk, stack: SipStack) -> None:
    phone = await UserAgent.open(stack, "1001", server=asterisk.server, secret=asterisk.secret)
    with pytest.raises(CallRefused):
        await (await phone.call("1002")).answered(5)
    called = await desk(stack, asterisk, "1002")
    await (await phone.call("1002")).answered(5)
    await called.close()
    with pytest.raises(CallRefused):
        await (await phone.call("1002")).answered(5)


async def test_a_wrong_secret_is_refused(asterisk: Asterisk, stack: SipStack) -> None:
    with pytest.raises(baresip.RegistrationError) as refused:
        await UserAgent.open(stack, "1001", server=asterisk.server, secret="falsch", register=True)
    assert refused.value.status in (401, 403)


async def test_nobody_at_the_registrars_address_is_told(stack: SipStack) -> None:
    with pytest.raises(baresip.RegistrationError) as refused:
        await UserAgent.open(stack, "1001", server="127.0.0.1:9", secret="x", register=True, timeout=1)
    assert refused.value.status is None


async def test_a_citizen_hears_the_prompts_presses_and_talks_both_ways(asterisk: Asterisk, stack: SipStack) -> None:
    agent = await desk(stack, asterisk, "1001", answer_after=0.3)
    citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server)
    call = await citizen.call("12345")
    kept = Capture(call.audio)
    await call.answered(5)
    await begins("menu", kept, asterisk)
    await call.press("0")
    taken = await agent.next_call(5)
    offered = taken.told(CallOffered)
    assert offered is not None
    assert offered.caller == "13800000001"
    await taken.answered(5)
    await hears_the_other(call, taken)
    await taken.hang_up()
    ended = await call.ended(10)
    assert ended.ended_by is EndedBy.THERE
    assert ended.quality is not None
    assert ended.quality.lost == 0
    # The greeting whole, the menu until the key, the goodbye whole: the waveforms prove it.
    assert prompts_in(kept.heard, asterisk) == [("greeting", True), ("menu", False), ("goodbye", True)]


async def test_sound_before_the_answer_is_heard(asterisk: Asterisk, stack: SipStack) -> None:
    citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server)
    call = await citizen.call("early")
    kept = Capture(call.audio)
    with pytest.raises(CallRefused) as refused:
        await call.answered(10)
    assert refused.value.status == 486
    ended = call.told(CallEnded)
    assert ended is not None
    assert ended.cause == 17
    assert call.told(CallProgressed) is not None
    assert prompts_in(kept.heard, asterisk) == [("greeting", True)]


async def test_refusals_and_ringing_without_end(asterisk: Asterisk, stack: SipStack) -> None:
    citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server)
    with pytest.raises(CallRefused) as refused:
        await (await citizen.call("404")).answered(5)
    assert refused.value.status == 404
    ringing = await citizen.call("ringing")
    with pytest.raises(TimeoutError):
        await ringing.answered(1.0)
    assert ringing.told(CallRinging) is not None
    await ringing.hang_up()
    assert (await ringing.ended(5)).ended_by is EndedBy.HERE


async def test_music_and_tones_are_recognised(asterisk: Asterisk, stack: SipStack) -> None:
    citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server)
    calls = [await citizen.call(number) for number in ("music", "inband")]
    kept = [Capture(call.audio) for call in calls]
    await asyncio.gather(*(call.ended(15) for call in calls))
    music, tones = ([fact for fact in hear_all(one.heard) if isinstance(fact, SoundBegan)] for one in kept)
    assert SoundKind.MUSIC in [fact.kind for fact in music]
    assert SoundKind.SPEECH not in [fact.kind for fact in music]
    assert {(fact.kind, fact.frequency) for fact in tones} == {(SoundKind.TONE, 450)}


async def test_the_switch_makes_a_phone_answer_by_itself(asterisk: Asterisk, stack: SipStack) -> None:
    called = await desk(stack, asterisk, "1002", answer_after=None)
    citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server)
    call = await citizen.call("page")
    await call.answered(5)
    assert "answer-after=0" in (await called.next_call(5)).headers["Call-Info"]


async def test_hold_plays_the_switchs_music(asterisk: Asterisk, stack: SipStack) -> None:
    caller, called = await desk(stack, asterisk, "1001"), await desk(stack, asterisk, "1002")
    call = await caller.call("1002")
    await call.answered(5)
    taken = await called.next_call(5)
    await taken.hold()
    kept = Capture(call.audio)
    async with asyncio.timeout(20):
        while SoundKind.MUSIC not in [fact.kind for fact in hear_all(kept.heard) if isinstance(fact, SoundBegan)]:
            await asyncio.sleep(0.5)
    await taken.retrieve()
    await asyncio.sleep(0.3)
    await hears_the_other(call, taken)


async def test_a_blind_transfer_by_the_phone(asterisk: Asterisk, stack: SipStack) -> None:
    caller, agent, expert = [await desk(stack, asterisk, user) for user in ("1001", "1002", "1003")]
    call = await caller.call("1002")
    await call.answered(5)
    taken = await agent.next_call(5)
    # Until they talk there is nothing to transfer.
    await hears_the_other(call, taken)
    await taken.transfer(f"1003@{asterisk.server}", 10)
    assert (await taken.ended(5)).reason == "transferred"
    new = await expert.next_call(5)
    await new.answered(5)
    assert call.is_up
    await hears_the_other(call, new)


async def test_an_attended_transfer_by_the_phone(asterisk: Asterisk, stack: SipStack) -> None:
    caller, agent, expert = [await desk(stack, asterisk, user) for user in ("1001", "1002", "1003")]
    call = await caller.call("1002")
    await call.answered(5)
    taken = await agent.next_call(5)
    consult = await agent.call("1003")
    await consult.answered(5)
    new = await expert.next_call(5)
    await hears_the_other(call, taken)
    await hears_the_other(consult, new)
    await taken.transfer_to(consult, 10)
    await asyncio.gather(taken.ended(5), consult.ended(5))
    await asyncio.sleep(0.2)
    assert call.is_up
    assert new.is_up
    await hears_the_other(call, new)


async def test_the_whole_call_over_ipv6(asterisk: Asterisk) -> None:
    async with SipStack("::1") as stack:
        agent = await UserAgent.open(
            stack, "1001", server=asterisk.server6, secret=asterisk.secret, register=True, answer_after=0.1
        )
        citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server6)
        call = await citizen.call("12345")
        kept = Capture(call.audio)
        await call.answered(5)
        await begins("menu", kept, asterisk)
        await call.press("0")
        taken = await agent.next_call(5)
        await taken.answered(5)
        await hears_the_other(call, taken)
        assert prompts_in(kept.heard, asterisk)[0] == ("greeting", True)


async def test_registrations_are_told(asterisk: Asterisk, stack: SipStack) -> None:
    phone = await UserAgent.open(stack, "1004", server=asterisk.server, secret=asterisk.secret)
    assert not [event for event in phone.calls if isinstance(event, PhoneRegistered)]
    other = await desk(stack, asterisk, "1003")
    events = other.events()
    await other.close()
    events.stop()
    assert [type(event).__name__ async for event in events] == ["PhoneUnregistered"]


def test_the_prompts_of_this_test_differ(asterisk: Asterisk) -> None:
    for recording in asterisk.prompts:
        began = [
            fact.name
            for fact in hear_all(recording.samples, PromptBook(asterisk.prompts))
            if isinstance(fact, PromptBegan)
        ]
        assert began == [recording.name]
