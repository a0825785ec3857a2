"""A citizen asks for a callback by key and is called back: real phones, a real trunk, and an engine that is killed."""

import asyncio
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.phones.audio_line import Capture
from softphone.phones.phone_call import PhoneCall
from softphone.phones.phone_events import CallOffered
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE, tone, tone_level
from softphone.phones.user_agent import UserAgent
from tests.running_hotline import Agent, RunningHotline, agent, citizen, kinds, skip_greeting, started

pytestmark = pytest.mark.asterisk
CITIZEN, SHOWN = "13800000071", "051912345"
TRUNK = """\
trunks:
  carrier: {{host: 127.0.0.1, port: {port}, caller_ids: {{city: "{shown}"}}}}
"""


def udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def carrier() -> int:
    """The port at which the carrier takes our calls: that of the phones' stack."""
    return udp_port()


@pytest.fixture(scope="module")
def dialling_hotline(carrier: int) -> Iterator[RunningHotline]:
    with tempfile.TemporaryDirectory(prefix="hotline-callback-") as folder:
        yield from started(Path(folder), more=TRUNK.format(port=carrier, shown=SHOWN))


@pytest.fixture(autouse=True)
def logs_of_it(request: pytest.FixtureRequest, dialling_hotline: RunningHotline) -> Iterator[None]:
    failed_before = request.session.testsfailed
    yield
    if request.session.testsfailed > failed_before:
        print(dialling_hotline.logs())


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


async def hear_each_other(one: PhoneCall, other: PhoneCall) -> None:
    levels = (-90.0, -90.0)
    # On a busy machine the switch bridges them a moment later than it says.
    for _ in range(3):
        heard = Capture(one.audio), Capture(other.audio)
        await asyncio.gather(one.audio.play(tone(700, 1.2)), other.audio.play(tone(1100, 1.2)))
        levels = tone_level(heard[0].heard[-RATE:], 1100), tone_level(heard[1].heard[-RATE:], 700)
        if min(levels) > -30:
            return
    raise AssertionError(f"they do not hear each other: {levels}")


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
        hotline.kill("cti.app")
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
