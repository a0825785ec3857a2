"""A caller in danger is handed to 110 over a trunk, by the flow that the hotline ships, on the real switch."""

import asyncio

import pytest

from softphone.phones.phone_events import CallOffered
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.running_hotline import RunningHotline, citizen, hear_each_other, kinds

pytestmark = pytest.mark.asterisk

DANGER = """\
flow: danger
start: police
default: bye
nodes:
  police: {call: emergency, arguments: {line: "'110'"}, next: bye, ends: {human: bye}, failed: bye}
  bye: {end: served}
"""


async def carrier_is_thought_dead(hotline: RunningHotline) -> None:
    """Nobody answers at the carrier's port, and the switch has found out."""
    while "Unavail" not in await asyncio.to_thread(hotline.switch_command, "pjsip show contacts"):
        await asyncio.sleep(0.5)


async def test_the_police_hear_the_caller_by_a_trunk_that_was_thought_dead(
    dialling_hotline: RunningHotline, carrier: int
) -> None:
    hotline = dialling_hotline
    # Every 30 s the switch looks whether the carrier lives; an emergency does not wait for that.
    await asyncio.wait_for(carrier_is_thought_dead(hotline), 45)
    async with SipStack("127.0.0.1", carrier) as stack, hotline.signed_in("admin") as admin:
        await admin.ask("POST", "/api/flows/danger/publish", {"text": DANGER, "message": "试"})
        await admin.route("danger")
        police = await UserAgent.open(stack, "110", server=hotline.sip)
        try:
            async with citizen(hotline, stack, "13800000081") as call:
                rings = await police.next_call(20)
                offered = rings.told(CallOffered)
                assert offered is not None and offered.caller
                await rings.answer()
                await hear_each_other(call, rings)
                await rings.hang_up()
                await call.ended(20)
        finally:
            await admin.route("")
            await police.close()
        await asyncio.sleep(0.2)
        (story,) = await admin.ended(1)
        assert story["caller"] == "13800000081"
        assert "TalkStarted" in kinds(story)
