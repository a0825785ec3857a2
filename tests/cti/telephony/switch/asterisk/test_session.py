"""A session over FastAGI when its leg is dead: it lets go, and says what became of the leg when that is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.switch.address import PhoneAddress, TrunkAddress
from cti.telephony.switch.asterisk.agi import AgiConnection, AgiServer
from cti.telephony.switch.asterisk.hearing import GAP_SECONDS
from cti.telephony.switch.asterisk.session import AsteriskSession
from cti.telephony.switch.port import Arrival, Collected, DialRequest, DialResult, LegHungUp, LegLeft, Played
from tests.cti.telephony.switch.asterisk.fake_agi import FakeLeg

ALIVE = b"200 result=0\n"
ENDED = b"200 result=-1\n"
DEAD = b"511 Command Not Permitted on a dead channel or intercept routine\n"


class NoChannels:
    """A switch that has no other legs."""

    def __init__(self) -> None:
        self.stopped: list[str] = []

    def channel_of(self, leg: str) -> str:
        raise LegHungUp(leg)

    def take(self, leg: str) -> None:
        raise AssertionError("nothing is to be taken")

    async def stop_playing(self, leg: str) -> None:
        self.stopped.append("playing")

    async def stop_listening(self, leg: str) -> None:
        self.stopped.append("listening")

    async def open_stream(self, session: AsteriskSession) -> Any:
        raise AssertionError("no streams here")


class Stage:
    """A leg as Asterisk plays it, and our session of it."""

    def __init__(self, leg: FakeLeg, session: AsteriskSession, channels: NoChannels) -> None:
        self.leg = leg
        self.session = session
        self.channels = channels


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    sessions: asyncio.Queue[AsteriskSession] = asyncio.Queue()
    channels = NoChannels()

    async def handle(connection: AgiConnection) -> None:
        arrival = Arrival(
            leg=connection.env["agi_uniqueid"],
            call="01J",
            party=Party.CALLER,
            caller=Number.parse("13800000001"),
            called=Number.parse("12345"),
            trunk="carrier",
            answered=True,
        )
        session = AsteriskSession(connection, arrival, channels, Path("/prompts"))
        sessions.put_nowait(session)
        await session.over

    server = AgiServer(handle)
    await server.start([("127.0.0.1", 0)])
    leg = await FakeLeg.call(server.addresses[0])
    session = await sessions.get()
    yield Stage(leg, session, channels)
    session.end(LegHungUp())
    await server.stop()


async def test_a_leg_that_was_dead_from_the_beginning_is_let_go(stage: Stage) -> None:
    stage.leg.replies = [DEAD]
    hanging_up = asyncio.create_task(stage.session.hang_up())
    await asyncio.wait_for(stage.leg.lost.wait(), 2)
    assert not hanging_up.done(), "what became of it is not known yet"
    stage.session.end(LegHungUp())
    await asyncio.wait_for(hanging_up, 2)


async def test_a_hang_up_during_a_prompt_is_no_missing_prompt(stage: Stage) -> None:
    stage.leg.replies = [ENDED, ENDED]
    playing = asyncio.create_task(stage.session.play(["a", "b"]))
    assert await stage.leg.command(1) == 'STREAM FILE /prompts/a ""'
    await asyncio.wait_for(stage.leg.lost.wait(), 2)
    stage.session.end(LegHungUp())
    with pytest.raises(LegHungUp):
        await playing


async def test_a_prompt_that_is_missing_is_passed_over(stage: Stage) -> None:
    stage.leg.replies = [ENDED, ALIVE, ALIVE]
    assert await stage.session.play(["missing", "b"]) == Played()
    assert stage.leg.commands[-1] == 'STREAM FILE /prompts/b ""'


async def test_a_dial_is_over_and_the_session_goes_on(stage: Stage) -> None:
    stage.leg.replies = [ALIVE, b"200 result=1 (ANSWER,12,16)\n"]
    dialled = await stage.session.dial(DialRequest([PhoneAddress("1001")], 20, agent="1001"))
    assert (dialled.result, dialled.seconds) == (DialResult.ANSWERED, 12)
    assert stage.leg.commands[0].startswith("EXEC Dial PJSIP/1001,20,")


@pytest.mark.parametrize("replies", [[ENDED, b"HANGUP\n" + DEAD], [ALIVE, b"HANGUP\n200 result=1 (ANSWER,12,16)\n"]])
async def test_a_caller_who_hung_up_in_the_dial_is_gone(stage: Stage, replies: list[bytes]) -> None:
    stage.leg.replies = list(replies)
    dialling = asyncio.create_task(stage.session.dial(DialRequest([PhoneAddress("1001")], 20, agent="1001")))
    await stage.leg.command(2)
    stage.session.end(LegHungUp())
    with pytest.raises(LegHungUp):
        await asyncio.wait_for(dialling, 2)


async def test_a_leg_that_is_taken_says_so_at_once(stage: Stage) -> None:
    dialling = asyncio.create_task(stage.session.dial(DialRequest([PhoneAddress("1001")], 20)))
    await stage.leg.command(1)
    stage.session.end(LegLeft())
    with pytest.raises(LegLeft):
        await asyncio.wait_for(dialling, 2)
    with pytest.raises(LegLeft):
        await stage.session.play(["a"])
    await asyncio.wait_for(stage.leg.lost.wait(), 2)


async def test_whoever_waits_for_the_end_may_give_up(stage: Stage) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stage.session.over, 0.01)
    stage.session.end(LegLeft())
    assert isinstance(await stage.session.over, LegLeft)


async def test_waiting_for_a_key_is_stopped(stage: Stage) -> None:
    collecting = asyncio.create_task(stage.session.collect([], longest=3, first=20))
    assert await stage.leg.command(1) == "WAIT FOR DIGIT 20000"
    stopping = asyncio.create_task(stage.session.stop())
    await asyncio.sleep(0)
    assert stage.channels.stopped == ["listening"]
    stage.leg.send(f"200 result={ord('D')}\n".encode())
    assert (await asyncio.wait_for(collecting, 2)).digits == ""
    await asyncio.wait_for(stopping, 1)


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (DialRequest([PhoneAddress("1001"), PhoneAddress("1001-web")], 20, agent="1001"), False),
        (DialRequest([PhoneAddress("1001")], 20, agent="1001", answer_after=0), True),
        (DialRequest([PhoneAddress("1001")], 20, Party.CONSULTED, agent="1001"), True),
        (DialRequest([TrunkAddress("carrier", "110")], 20, Party.OUTSIDE), True),
    ],
)
async def test_the_dialplan_tells_what_an_endpoint_does_not_say(
    stage: Stage, request_: DialRequest, told: bool
) -> None:
    stage.leg.replies = [ALIVE, b"200 result=1 (NOANSWER,,)\n"]
    await stage.session.dial(request_)
    assert ("b(leg^s^1(" in stage.leg.commands[0]) == told


async def test_a_key_that_no_command_read_ends_the_prompt_all_the_same(stage: Stage) -> None:
    """It came between the command before and this one: Asterisk dropped it, and tells of it."""
    playing = asyncio.create_task(stage.session.play(["a", "b"], stop_on="12"))
    assert await stage.leg.command(1) == "STREAM FILE /prompts/a 12"
    stage.session.press("3")
    stage.session.press("2")
    await asyncio.sleep(1.5 * GAP_SECONDS)
    assert stage.channels.stopped == ["playing"]
    stage.leg.send(ALIVE)
    assert await playing == Played(digit="2")


async def test_a_key_that_no_command_read_ends_the_waiting_for_one(stage: Stage) -> None:
    waiting = asyncio.create_task(stage.session.collect([], longest=1, first=20))
    assert await stage.leg.command(1) == "WAIT FOR DIGIT 20000"
    stage.session.press("7")
    await asyncio.sleep(1.5 * GAP_SECONDS)
    assert stage.channels.stopped == ["listening"]
    stage.leg.send(b"200 result=68\n")
    assert await waiting == Collected("7", timed_out=False)


async def test_a_stop_that_came_before_the_prompt_had_begun_is_said_again(stage: Stage) -> None:
    playing = asyncio.create_task(stage.session.play(["a", "b"]))
    await stage.leg.command(1)
    stopping = asyncio.create_task(stage.session.stop())
    await asyncio.sleep(1.5 * GAP_SECONDS)
    assert stage.channels.stopped == ["playing", "playing"]
    stage.leg.send(ALIVE)
    assert await playing == Played(stopped=True)
    await asyncio.wait_for(stopping, 1)
    assert len(stage.leg.commands) == 1


async def test_a_key_that_the_command_read_stops_nothing(stage: Stage) -> None:
    playing = asyncio.create_task(stage.session.play(["a"], stop_on="12"))
    await stage.leg.command(1)
    stage.session.press("2")
    stage.leg.send(b"200 result=50\n")
    assert await playing == Played(digit="2")
    playing = asyncio.create_task(stage.session.play(["b"], stop_on="12"))
    await stage.leg.command(2)
    await asyncio.sleep(2 * GAP_SECONDS)
    assert stage.channels.stopped == []
    stage.leg.send(ALIVE)
    assert await playing == Played()
