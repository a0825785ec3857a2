"""A citizen asks for a callback by key and is called back: real phones, a real trunk, and an engine that is killed."""

import asyncio

import pytest

from softphone.phones.phone_events import CallOffered
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.integration.conftest import SHOWN
from tests.running_hotline import Agent, RunningHotline, agent, citizen, hear_each_other, kinds, skip_greeting

pytestmark = pytest.mark.asterisk
CITIZEN = "13800000071"


async def ask(hotline: RunningHotline, stack: SipStack, one: Agent) -> None:
    """A citizen waits, presses the key, confirms his number, and is let go."""
    await one.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": "rest"})
    async with citizen(hotline, stack, CITIZEN) as call:
        await skip_greeting(call)
        await asyncio.sleep(2)
        await call.press("9")
        await asyncio.sleep(1)
        await call.press("1")
        await call.ended(20)


async def test_agent_first_then_the_survey(dialling_hotline: RunningHotline, carrier: int) -> None:
    hotline = dialling_hotline
    async with (
        SipStack("127.0.0.1", carrier) as stack,
        hotline.signed_in("8001") as supervisor,
        agent(hotline, stack, "1001") as one,
    ):
        phone = await UserAgent.open(stack, CITIZEN, server=hotline.sip)
        await ask(hotline, stack, one)
        await one.ready()
        desk = await one.phone.next_call(10)
        await desk.answered()
        view = await one.api.ask("GET", "/api/agent")
        assert view["call"]["caller"] == CITIZEN
        rings = await phone.next_call(10)
        offered = rings.told(CallOffered)
        assert offered is not None and offered.caller == SHOWN
        await asyncio.sleep(0.5)
        await rings.answer()
        await one.until("talking")
        await hear_each_other(rings, desk)
        await desk.hang_up()
        await asyncio.sleep(1.5)
        await rings.press("1")
        await rings.ended(20)
        found = await supervisor.ended(1)
        assert kinds(found[0]).count("CallDialled") == kinds(found[0]).count("TalkStarted") == 1
        assert found[0]["satisfaction"] == "1" and found[0]["agents"] == ["1001"]
        assert "RecordingFinished" in kinds(found[0])
        with pytest.raises(TimeoutError):
            await phone.next_call(3)
        assert (await supervisor.newest())[0]["cdr"], "the switch's own books know the call"
        await one.until("ready")
        await phone.close()


async def test_the_engine_dies_while_the_citizen_is_rung(dialling_hotline: RunningHotline, carrier: int) -> None:
    hotline = dialling_hotline
    async with (
        SipStack("127.0.0.1", carrier) as stack,
        hotline.signed_in("8001") as supervisor,
        agent(hotline, stack, "1001") as one,
    ):
        phone = await UserAgent.open(stack, CITIZEN, server=hotline.sip)
        await ask(hotline, stack, one)
        await one.ready()
        desk = await one.phone.next_call(10)
        rings = await phone.next_call(10)
        hotline.kill("cti.process.app")
        await asyncio.sleep(1)
        await rings.answer()
        await asyncio.to_thread(hotline.wait_healthy, 60)
        await one.until("talking", 20)
        await hear_each_other(rings, desk)
        await rings.hang_up()
        await desk.ended(10)
        await one.until("ready", 15)
        (story,) = await supervisor.ended(1, 20)
        assert kinds(story).count("CallDialled") == kinds(story).count("TalkStarted") == 1
        with pytest.raises(TimeoutError):
            await phone.next_call(3)
        await phone.close()


async def test_an_agent_calls_a_contact_by_one_click(dialling_hotline: RunningHotline, carrier: int) -> None:
    hotline = dialling_hotline
    async with (
        SipStack("127.0.0.1", carrier) as stack,
        hotline.signed_in("admin") as admin,
        agent(hotline, stack, "1001") as one,
    ):
        phone = await UserAgent.open(stack, CITIZEN, server=hotline.sip)
        contact = await admin.ask("POST", "/api/contacts", {"name": "市城管局", "phone": CITIZEN})
        await one.api.ask("POST", f"/api/contacts/{contact['id']}/dial")
        desk = await one.phone.next_call(10)
        await desk.answered()
        rings = await phone.next_call(10)
        offered = rings.told(CallOffered)
        assert offered is not None and offered.caller == SHOWN
        await rings.answer()
        await one.until("talking")
        await hear_each_other(rings, desk)
        await desk.hang_up()
        await rings.ended(10)
        (story,) = await admin.ended(1)
        assert story["agents"] == ["1001"] and story["reason"] == "completed"
        assert kinds(story).count("CallDialled") == kinds(story).count("TalkStarted") == 1
        await one.until("ready")
        await phone.close()
