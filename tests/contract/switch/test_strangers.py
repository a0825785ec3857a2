"""What anybody may send: names of carriers from foreign addresses, and text that means something to a switch."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast
from urllib.parse import quote

import pytest

from cti.base.call import Party
from cti.base.numbers.number import Number, NumberKind
from cti.telephony.switch.address import TrunkAddress
from cti.telephony.switch.port import DialRequest, DialResult, TrunkHealth
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.sip_world import SipWorld
from tests.contract.switch.world import AGENTS, HOTLINE, PATIENCE, REFUSING_TRUNK, World, story
from tests.raw_sip import RawSip, headers_of

NEEDS_SIP = True
FOREIGN = "127.0.0.2"
REFUSED = {401, 403, 404, 407}
CALLED = (
    "+8651988880000",
    "0519-88880000",
    "Hotline.12345_a",
    "a",
    "1.+_Zz" * 3,
    "0123456789" * 3 + "01",
    "+" + "9" * 31,
)
"""What a carrier may call: names of 18 characters, digits of 32."""
COMPLAINT = re.compile(r"^.*(?:(?:WARNING|ERROR)\[\d+\](?! pjproject)|\[(?:ERR|CRIT)\]).*$", re.MULTILINE)
"""A line of a switch's log: Asterisk's (`WARNING[123] pbx.c: …`) or FreeSWITCH's, which warns of its own beginning."""
MARK = Path("/tmp/hotline-hostile-mark")
"""Where a text that is carried out leaves its mark."""
HOSTILE = (
    f"139,api_on_answer=system touch {MARK}",
    "139}[x=1]sofia/gateway/refusing/110",
    f"139,api_on_answer='system touch {MARK}'}}{{x=1",
    "139\n",
    "139\r\n\r\nEvent: Hangup\r\nUniqueid: 1\r\n\r\n",
    f"${{system(touch {MARK})}}",
    f"${{SHELL(touch {MARK})}}",
    f"139&Local/s@emergency|{MARK}",
    "139\"'^^:;<>\\",
)


@contextlib.asynccontextmanager
async def raw(world: World, host: str = "127.0.0.1") -> AsyncIterator[RawSip]:
    """Bare SIP to the world's switch."""
    client = await RawSip.open(cast(SipWorld, world).sip_port, host)
    try:
        yield client
    finally:
        client.close()


@pytest.fixture(autouse=True)
def _no_mark() -> Iterator[None]:
    MARK.unlink(missing_ok=True)
    yield
    assert not MARK.exists(), "a caller's text was carried out"


@story
async def test_a_carriers_name_from_a_foreign_address_is_refused(world: World) -> None:
    """From any address, an INVITE that said `From: carrier` was taken in and booked as that trunk's call."""
    async with BareEngine(world) as engine, raw(world, FOREIGN) as stranger:
        for name in ("carrier", REFUSING_TRUNK, "carrier-v6", "refusing-always", "13800000001"):
            call = await stranger.invite(HOTLINE, sender=name)
            assert call.status in REFUSED, (name, call.statuses)
        with pytest.raises(TimeoutError):
            await engine.session(0.5)
        assert await engine.switch.legs() == []


@story
async def test_nobody_registers_as_a_carrier(world: World) -> None:
    """A REGISTER of a trunk's name was accepted with any password: its calls, and its health, were the stranger's."""
    async with BareEngine(world) as engine:
        for host in (FOREIGN, "127.0.0.1"):
            async with raw(world, host) as stranger:
                for name in ("carrier", REFUSING_TRUNK, f"{REFUSING_TRUNK}-always"):
                    answer = await stranger.register(name)
                    assert int(answer.split()[1]) in REFUSED, answer
                _, session, _ = await engine.citizen_in()
                dialled = await session.dial(
                    DialRequest([TrunkAddress(REFUSING_TRUNK, "13900000001")], 5, party=Party.OUTSIDE)
                )
                assert dialled.result is DialResult.REJECTED, "the carrier's own 603"
                assert stranger.invited == []
                await session.hang_up()
        assert engine.never_told(TrunkHealth, trunk=REFUSING_TRUNK, reachable=False)


@story
async def test_what_a_caller_says_of_himself_is_a_number_or_nothing(world: World) -> None:
    """Number, name and headers of a caller came into the dialplan as they were: they could end an argument."""
    async with BareEngine(world) as engine, raw(world) as carrier:
        for text in HOSTILE:
            more = {
                "Diversion": f"<sip:{quote(text)}@127.0.0.1>;reason=unknown",
                "P-Asserted-Identity": f"<sip:{quote(text)}@127.0.0.1>",
                "X-Hotline-Call": quote(text),
            }
            shown = text.replace("\r", "").replace("\n", "").replace("\\", "\\\\").replace('"', '\\"')
            inviting = asyncio.create_task(
                carrier.invite(HOTLINE, sender=quote(text, safe=""), display=shown, headers=more)
            )
            session = await engine.session()
            arrival = session.arrival
            assert (arrival.caller.digits, arrival.called.digits) == ("", HOTLINE), text
            assert (arrival.call, arrival.party, arrival.trunk) == ("", Party.CALLER, "carrier"), text
            await session.answer()
            assert await session.play(["notice"])
            call = await inviting
            assert call.status == 200
            await session.hang_up()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(call.over.wait(), 3)


@story
async def test_a_called_number_that_is_none_is_refused_before_anything_reads_it(world: World) -> None:
    """A line end in the called number made a call that no engine could take; a comma added arguments of its own."""
    async with BareEngine(world) as engine, raw(world) as carrier:
        for text in (*HOSTILE, "12345%", "12345,carrier,HOTLINE_CALL=x", "12345\n", "12345\n\n200 result=0"):
            call = await carrier.invite(quote(text, safe=""))
            assert 400 <= call.status < 500, (text, call.statuses)
        with pytest.raises(TimeoutError):
            await engine.session(0.5)
        assert await engine.switch.legs() == []
    assert re.search("rejected because extension not found|refused: no carrier", cast(SipWorld, world).messages())


@story
async def test_every_number_that_may_be_called_comes_in_whole(world: World) -> None:
    """Asterisk cut the patterns of numbers longer than 18 characters: they were refused, and its log complained."""
    async with BareEngine(world) as engine, raw(world) as carrier:
        for number in CALLED:
            inviting = asyncio.create_task(carrier.invite(number))
            session = await engine.session()
            assert session.arrival.called.raw == number
            await session.hang_up()
            await inviting
        too_long = [number.replace("-", "").ljust(33, "0") for number in CALLED]
        for text in (*too_long, "1/2", "1%2C2", "1;x", "_X", ".1", "1%20"):
            call = await carrier.invite(text)
            assert 400 <= call.status < 500, (text, call.statuses)
        with pytest.raises(TimeoutError):
            await engine.session(0.5)
    assert not re.findall("^.*(?:exten pattern|register extension).*$", cast(SipWorld, world).messages(), re.MULTILINE)


@story
async def test_the_switch_finds_nothing_wrong_with_our_configuration(world: World) -> None:
    """A hundred warnings about the dialplan stood at the head of each log, and nobody saw what they meant."""
    assert not COMPLAINT.findall(cast(SipWorld, world).said_at_start)


@story
async def test_a_callers_text_runs_nothing_in_the_emergency_queue(world: World) -> None:
    """Without an engine the caller's number was put into the dial string of the agents as it was: it ran commands."""
    for handset in world.handsets.values():
        handset.answer_after = 0.0
    for begin in range(0, len(HOSTILE), len(AGENTS)):
        async with raw(world) as carrier:
            texts = HOSTILE[begin : begin + len(AGENTS)]
            senders = [quote(text, safe=",=") for text in texts]
            calls = await asyncio.gather(
                *(carrier.invite(HOTLINE, sender=sender, display="${x}", timeout=15) for sender in senders)
            )
            assert {call.status for call in calls} == {200}
            handsets = world.handsets.values()
            talking = await asyncio.gather(*(one.next_call(PATIENCE + 8) for one in handsets))
            for desk in talking:
                await desk.answered()
            await asyncio.sleep(0.5)
            for call in calls:
                await carrier.hang_up(call)
            for desk in talking:
                await desk.ended()
        assert not MARK.exists(), texts


SHOWN = Number("051912345", NumberKind.SERVICE, "051912345")
NUMBERS = ("13800000001", "051912345", "1001")


@story
async def test_a_carrier_is_shown_what_is_said_and_nothing_else(world: World) -> None:
    """A consultation outside told the carrier the agent's own number, a transfer the citizen's."""
    carrier = cast(SipWorld, world).carrier
    async with BareEngine(world) as engine:
        await engine.phones_there()
        _, session, call = await engine.citizen_in()
        world.handsets["1001"].answer_after = 0.0
        await engine.switch.originate(
            world.address("1001"), call=call, party=Party.AGENT, agent="1001", caller=SHOWN, timeout=5
        )
        agents = await engine.session()
        for caller, expected in ((SHOWN, "051912345"), (Number.parse(""), "")):
            for dialling in ("citizen's leg", "agent's leg", "by itself"):
                carrier.invites.clear()
                address = TrunkAddress(REFUSING_TRUNK, "13900000001")
                if dialling == "by itself":
                    await engine.switch.originate(
                        address, call=call, party=Party.CALLER, agent="", caller=caller, timeout=5
                    )
                else:
                    leg = session if dialling == "citizen's leg" else agents
                    await leg.dial(DialRequest([address], 5, Party.OUTSIDE, caller=caller))
                (invite,) = carrier.invites
                told = headers_of(invite)
                said = told["from"] + told.get("p-asserted-identity", "") + told.get("remote-party-id", "")
                assert [one for one in NUMBERS if one in said] == ([expected] if expected else []), (dialling, said)
        await session.hang_up()
        await agents.hang_up()
