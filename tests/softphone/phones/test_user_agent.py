"""Phones that call each other directly, without a switch, over real SIP and RTP on loopback."""

import asyncio

import baresip
import pytest

from softphone.phones.audio_line import Capture
from softphone.phones.phone_call import CallRefused, PhoneCall
from softphone.phones.phone_events import (
    CallAnswered,
    CallDialled,
    CallEnded,
    CallOffered,
    CallRinging,
    DigitHeard,
    EndedBy,
    PhoneEvent,
    RemoteHeld,
    RemoteRetrieved,
    TransferAsked,
)
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import level, tone, tone_level
from softphone.phones.user_agent import ANONYMOUS, UserAgent


async def connected(caller: UserAgent, called: UserAgent) -> tuple[PhoneCall, PhoneCall]:
    call = await caller.call(called.address)
    taken = await called.next_call(5)
    if called.answer_after is None:
        await taken.answer()
    await asyncio.gather(call.answered(5), taken.answered(5))
    return call, taken


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_both_sides_hear_each_other_over_both_families(host: str) -> None:
    async with (
        SipStack(host) as stack,
        await UserAgent.open(stack, "1001") as caller,
        await UserAgent.open(stack, "1002", answer_after=0) as called,
    ):
        call, taken = await connected(caller, called)
        at_caller, at_called = Capture(call.audio), Capture(taken.audio)
        await asyncio.gather(call.audio.play(tone(700, 1)), taken.audio.play(tone(1100, 1)))
        middle = slice(4000, 7000)
        assert tone_level(at_caller.heard[middle], 1100) > -16
        assert tone_level(at_caller.heard[middle], 700) < -40
        assert tone_level(at_called.heard[middle], 700) > -16
        assert tone_level(at_called.heard[middle], 1100) < -40
        await taken.hang_up()
        ended = await call.ended(5)
        assert (ended.ended_by, ended.status) == (EndedBy.THERE, None)
        assert ended.quality is not None
        assert ended.quality.received > 40
        assert ended.quality.lost == 0
        assert (await taken.ended(5)).ended_by is EndedBy.HERE


async def test_the_caller_shows_any_number_and_name(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "citizen", display="家里")
    called = await UserAgent.open(stack, "1002")
    for number, display, shown in (
        ("13800000001", None, ("13800000001", "")),
        ("051988880000", "李四", ("051988880000", "李四")),
        ("+8613800000001", None, ("+8613800000001", "")),
        (None, None, ("citizen", "家里")),
        (ANONYMOUS, None, ("anonymous", "Anonymous")),
    ):
        call = await caller.call(called.address, caller=number, display=display)
        taken = await called.next_call(5)
        offered = await taken.until(CallOffered, 5)
        assert (offered.caller, offered.display) == shown
        await call.hang_up()
        await taken.ended(5)


@pytest.mark.parametrize("number", ["a b", "1@2@3", "1;x=y", "", "<1>", "1\r\nX: y"])
async def test_what_no_address_can_carry_is_refused_before_it_is_sent(stack: SipStack, number: str) -> None:
    phone = await UserAgent.open(stack, "1001")
    with pytest.raises(ValueError):
        await phone.call(f"{number}@127.0.0.1:9" if number.startswith("1;") else number)
    with pytest.raises(ValueError):
        await phone.call("1002", caller=number or " ")


async def test_it_answers_by_itself_after_its_time(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    called = await UserAgent.open(stack, "1002", answer_after=0.4)
    call, _ = await connected(caller, called)
    rang, answered = call.told(CallRinging), call.told(CallAnswered)
    assert rang is not None
    assert answered is not None
    assert answered.at - rang.at == pytest.approx(0.4, abs=0.2)


async def test_it_is_answered_by_hand(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    called = await UserAgent.open(stack, "1002")
    call = await caller.call(called.address)
    await call.until(CallRinging, 5)
    with pytest.raises(TimeoutError):
        await call.answered(0.3)
    taken = await called.next_call(5)
    await taken.answer()
    await call.answered(5)


@pytest.mark.parametrize(
    "headers",
    [{"Call-Info": "<sip:hotline>;answer-after=0"}, {"Alert-Info": "<http://hotline>;info=alert-autoanswer;delay=0"}],
)
async def test_headers_that_ask_for_an_answer_are_obeyed_unless_it_is_told_not_to(
    stack: SipStack, headers: dict[str, str]
) -> None:
    caller = await UserAgent.open(stack, "1001")
    called = await UserAgent.open(stack, "1002")
    call = await caller.call(called.address, headers=headers)
    await call.answered(5)
    await call.hang_up()
    called.heeds_auto_answer = False
    call = await caller.call(called.address, headers=headers)
    with pytest.raises(TimeoutError):
        await call.answered(0.5)


async def test_a_busy_phone_refuses(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    called = await UserAgent.open(stack, "1002")
    called.rejecting = True
    call = await caller.call(called.address)
    with pytest.raises(CallRefused) as refused:
        await call.answered(5)
    assert (refused.value.status, refused.value.reason) == (486, "Busy Here")
    ended = call.told(CallEnded)
    assert ended is not None
    assert ended.quality is None


async def test_nobody_there_is_refused_with_404(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    call = await caller.call(f"nobody@{stack.address}")
    with pytest.raises(CallRefused) as refused:
        await call.answered(5)
    assert refused.value.status == 404


async def test_a_caller_who_gives_up_while_it_rings_is_not_answered(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    called = await UserAgent.open(stack, "1002", answer_after=0.3)
    call = await caller.call(called.address)
    taken = await called.next_call(5)
    await call.hang_up()
    assert (await taken.ended(5)).ended_by is EndedBy.THERE
    await asyncio.sleep(0.4)
    assert taken.told(CallAnswered) is None
    await taken.answer()
    await taken.hang_up()


async def test_keys_arrive_one_by_one(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    called = await UserAgent.open(stack, "1002", answer_after=0)
    call, taken = await connected(caller, called)
    await call.press("12#*A")
    await asyncio.sleep(0.1)
    assert [event.digit for event in taken.history if isinstance(event, DigitHeard)] == ["1", "2", "#", "*", "A"]
    with pytest.raises(ValueError, match="DTMF"):
        await call.press("x")


async def test_hold_silences_the_far_end_until_it_is_retrieved(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    called = await UserAgent.open(stack, "1002", answer_after=0)
    call, taken = await connected(caller, called)
    await call.hold()
    await taken.until(RemoteHeld, 5)
    at_caller = Capture(call.audio)
    await asyncio.wait_for(taken.audio.play(tone(1100, 0.5)), 5)
    assert level(at_caller.heard) < -60
    await call.retrieve()
    await taken.until(RemoteRetrieved, 5)
    at_caller = Capture(call.audio)
    await taken.audio.play(tone(1100, 1.0))
    # A busy machine loses a frame here or there: it is heard if a quarter of a second of it came through whole.
    heard = at_caller.heard
    assert max(tone_level(heard[begin : begin + 2000], 1100) for begin in range(0, len(heard) - 1999, 500)) > -16


async def test_blind_transfer_connects_the_other_two(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    agent = await UserAgent.open(stack, "1002", answer_after=0)
    expert = await UserAgent.open(stack, "1003", answer_after=0)
    call, taken = await connected(caller, agent)
    await taken.transfer(expert.address, 10)
    assert (await taken.ended(5)).reason == "transferred"
    assert call.told(TransferAsked) == TransferAsked(
        call.told(TransferAsked).at,
        "1001",
        call.call_id,
        f"sip:{expert.address}",
        False,  # type: ignore[union-attr]
    )
    await call.ended(5)
    new = caller.calls[-1]
    at_expert = Capture((await expert.next_call(5)).audio)
    await new.audio.play(tone(700, 0.5))
    assert tone_level(at_expert.heard[-3000:], 700) > -18


async def test_attended_transfer_connects_the_other_two(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    agent = await UserAgent.open(stack, "1002", answer_after=0)
    expert = await UserAgent.open(stack, "1003", answer_after=0)
    call, taken = await connected(caller, agent)
    consult, _ = await connected(agent, expert)
    await taken.transfer_to(consult, 10)
    assert call.told(TransferAsked) is not None
    await asyncio.gather(taken.ended(5), consult.ended(5), call.ended(5))
    assert caller.calls[-1].is_up
    assert [talk.is_up for talk in expert.calls][-1:] == [True]


async def test_a_transfer_to_nobody_fails_and_the_talk_goes_on(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    agent = await UserAgent.open(stack, "1002", answer_after=0)
    call, taken = await connected(caller, agent)
    with pytest.raises(baresip.TransferFailed):
        await taken.transfer(f"nobody@{stack.address}", 10)
    assert taken.is_up
    assert call.is_up


async def test_events_come_as_a_stream_in_order(stack: SipStack) -> None:
    caller = await UserAgent.open(stack, "1001")
    called = await UserAgent.open(stack, "1002", answer_after=0)
    events = caller.events()
    call, taken = await connected(caller, called)
    await taken.hang_up()
    await call.ended(5)
    events.stop()
    told: list[PhoneEvent] = [event async for event in events]
    assert [type(event) for event in told] == [CallDialled, CallRinging, CallAnswered, CallEnded]
    assert [event.at for event in told] == sorted(event.at for event in told)
    assert {event.phone for event in told} == {"1001"}


async def test_twenty_phones_in_one_process_talk_at_once(stack: SipStack) -> None:
    callers = [await UserAgent.open(stack, f"10{number:02d}") for number in range(10)]
    called = [await UserAgent.open(stack, f"20{number:02d}", answer_after=0) for number in range(10)]
    pairs = await asyncio.gather(*(connected(*both) for both in zip(callers, called, strict=True)))
    ears = [Capture(taken.audio) for _, taken in pairs]
    await asyncio.gather(*(call.audio.play(tone(500 + 100 * n, 1)) for n, (call, _) in enumerate(pairs)))
    for number, ear in enumerate(ears):
        # On a busy machine some packets come late.
        assert tone_level(ear.heard[3000:7000], 500 + 100 * number) > -30
        assert tone_level(ear.heard[3000:7000], 550 + 100 * number) < -30


async def test_closing_the_stack_hangs_up_what_is_left() -> None:
    async with SipStack("127.0.0.1") as stack:
        caller = await UserAgent.open(stack, "1001")
        called = await UserAgent.open(stack, "1002", answer_after=0)
        call, taken = await connected(caller, called)
        playing = asyncio.create_task(call.audio.play(tone(700, 60)))
        await asyncio.sleep(0.1)
    assert call.is_over
    assert taken.is_over
    assert await playing is False
    async with SipStack("127.0.0.1") as again:
        assert await UserAgent.open(again, "1001")


async def test_only_one_stack_at_a_time(stack: SipStack) -> None:
    with pytest.raises(baresip.BaresipError, match="only one"):
        await SipStack("127.0.0.1").open()
