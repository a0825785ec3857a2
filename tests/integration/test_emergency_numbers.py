"""A caller in danger comes to 110 over a trunk, by the flow that the hotline ships or by his agent: the real switch."""

import asyncio
import time
from typing import Any

import pytest

from softphone.phones.phone_events import CallOffered
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.running_hotline import Agent, RunningHotline, agent, citizen, hear_each_other, hire, kinds, skip_greeting

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


@pytest.mark.parametrize("when", ["greeting", "ringing"])
async def test_key_8_leads_to_the_police_at_any_moment(
    dialling_hotline: RunningHotline, carrier: int, when: str
) -> None:
    """While an agent's phone rang it did nothing, and 110 was dialled behind eight seconds of announcement."""
    hotline = dialling_hotline
    await hire(hotline, ["1001"])
    async with SipStack("127.0.0.1", carrier) as stack, agent(hotline, stack, "1001", answer_after=None) as someone:
        police = await UserAgent.open(stack, "110", server=hotline.sip)
        try:
            async with citizen(hotline, stack, "13800000085") as call:
                if when == "ringing":
                    await skip_greeting(call)
                    desk = await someone.phone.next_call(20)
                else:
                    await asyncio.sleep(1)
                await call.press("8")
                if when == "ringing":
                    await desk.ended(5)
                await asyncio.sleep(1)
                await call.press("110")
                pressed = time.monotonic()
                rings = await police.next_call(20)
                assert time.monotonic() - pressed <= 1.0
                await rings.answer()
                await hear_each_other(call, rings)
                await rings.hang_up()
                await call.ended(20)
        finally:
            await police.close()


async def emergency(of: Agent, state: str) -> dict[str, Any]:
    """The emergency line as the agent's desk shows it, once it is in this state."""
    deadline = time.monotonic() + 20
    while True:
        found: dict[str, Any] | None = (await of.api.ask("GET", "/api/agent"))["call"]["emergency"]
        if found is not None and found["state"] == state:
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    "act", [("emergency", "110"), ("consult", "outside:110"), ("transfer", "outside:110")], ids=lambda one: one[0]
)
async def test_an_agent_calls_the_police_into_his_talk(
    dialling_hotline: RunningHotline, carrier: int, act: tuple[str, str]
) -> None:
    """A consultation put the citizen on hold while the police were dialled, and a transfer left him alone with a line
    that rang; his own act was told nowhere at the desk. All three are one act: three talk, then the agent leaves."""
    hotline = dialling_hotline
    await hire(hotline, ["1001"])
    async with SipStack("127.0.0.1", carrier) as stack, hotline.signed_in("admin") as admin:
        police = await UserAgent.open(stack, "110", server=hotline.sip)
        try:
            async with agent(hotline, stack, "1001") as someone, citizen(hotline, stack, "13800000082") as call:
                await skip_greeting(call)
                desk = await someone.phone.next_call(20)
                await someone.until("talking", 15)
                verb, to = act
                told = await someone.api.ask("POST", f"/api/agent/call/{verb}", {"to": to})
                assert told["call"]["emergency"] == {"to": "110", "title": "", "state": "dialling", "result": None}
                assert told["call"]["state"] == "talking", "nobody is put on hold"
                await someone.api.ask("POST", "/api/agent/call/hold", {}, status=409)
                rings = await police.next_call(20)
                await hear_each_other(call, desk)
                await rings.answer()
                await emergency(someone, "connected")
                for one, other in ((call, rings), (desk, rings), (call, desk)):
                    await hear_each_other(one, other)
                await someone.api.ask("POST", "/api/agent/call/leave", {})
                await desk.ended(20)
                await hear_each_other(call, rings)
                await rings.hang_up()
                await call.hang_up()
        finally:
            await police.close()
        (story,) = await admin.ended(1)
        (called,) = [one for one in story["events"] if one["type"] == "EmergencyCalled"]
        assert (called["details"]["number"], called["details"]["agent"]) == ("110", "1001")


async def test_a_line_that_was_not_reached_is_told_and_another_can_be_called(
    dialling_hotline: RunningHotline, carrier: int
) -> None:
    """The desk told nothing of it, and the agent waited."""
    hotline = dialling_hotline
    await hire(hotline, ["1001"])
    async with SipStack("127.0.0.1", carrier) as stack, agent(hotline, stack, "1001") as someone:
        police = await UserAgent.open(stack, "110", server=hotline.sip)
        try:
            async with citizen(hotline, stack, "13800000083") as call:
                await skip_greeting(call)
                desk = await someone.phone.next_call(20)
                await someone.until("talking", 15)
                await someone.api.ask("POST", "/api/agent/call/emergency", {"to": "120"})
                missed = await emergency(someone, "not_reached")
                assert missed["to"] == "120" and missed["result"] not in (None, "answered")
                await hear_each_other(call, desk)
                await someone.api.ask("POST", "/api/agent/call/emergency", {"to": "110"})
                await (await police.next_call(20)).answer()
                assert (await emergency(someone, "connected"))["to"] == "110"
                await call.hang_up()
        finally:
            await police.close()


@pytest.mark.parametrize("first", ["agent", "department"])
async def test_a_departments_line_is_called_into_the_talk(
    dialling_hotline: RunningHotline, carrier: int, first: str
) -> None:
    """Three talk, nobody waits with music; whoever leaves first, the two others hear each other."""
    hotline = dialling_hotline
    await hire(hotline, ["1001"])
    async with SipStack("127.0.0.1", carrier) as stack, hotline.signed_in("admin") as admin:
        number = {"agent": "051988880001", "department": "051988880002"}[first]
        made = await admin.ask("POST", "/api/lines/departments", {"title": f"供水热线 {first}", "number": number})
        line = f"line:{made['id']}"
        water = await UserAgent.open(stack, number, server=hotline.sip)
        try:
            async with agent(hotline, stack, "1001") as someone, citizen(hotline, stack, "13800000084") as call:
                await skip_greeting(call)
                desk = await someone.phone.next_call(20)
                await someone.until("talking", 15)
                choices = await someone.api.ask("GET", "/api/lines/departments/choices")
                assert line in [one["value"] for one in choices]
                told = await someone.api.ask("POST", "/api/agent/call/emergency", {"to": line})
                assert told["call"]["emergency"]["title"] == f"供水热线 {first}"
                rings = await water.next_call(20)
                await hear_each_other(call, desk)
                await rings.answer()
                await emergency(someone, "connected")
                for one, other in ((call, rings), (desk, rings), (call, desk)):
                    await hear_each_other(one, other)
                if first == "agent":
                    await someone.api.ask("POST", "/api/agent/call/leave", {})
                    await desk.ended(20)
                    await hear_each_other(call, rings)
                else:
                    await rings.hang_up()
                    await hear_each_other(call, desk)
                await call.hang_up()
                await rings.ended(20)
        finally:
            await water.close()
        (story,) = await admin.ended(1)
        (called,) = [one["details"] for one in story["events"] if one["type"] == "EmergencyCalled"]
        assert (called["department"], called["agent"]) == (f"供水热线 {first}", "1001")
        entries = await admin.ask("GET", "/api/audit?action=call.line_called")
        assert entries["items"]
