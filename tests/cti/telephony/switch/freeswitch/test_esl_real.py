"""The ESL client and server against a real FreeSWITCH."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from cti.telephony.switch.freeswitch.esl import EslClient, EslClosed, EslLoginRefused, EslTimes
from cti.telephony.switch.freeswitch.esl_connection import EslConnection, EslHungUp, EslSession
from cti.telephony.switch.freeswitch.esl_messages import EslEvent
from cti.telephony.switch.freeswitch.esl_server import EslServer
from tests.cti.telephony.switch.freeswitch.bare_freeswitch import PASSWORD, BareFreeswitch

pytestmark = pytest.mark.freeswitch

TIMES = EslTimes(first_retry=0.1, last_retry=0.2)


@pytest.fixture(scope="module")
def freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareFreeswitch]:
    running = BareFreeswitch(tmp_path_factory.mktemp("freeswitch"))
    running.start()
    yield running
    running.stop()


class Told:
    """What a client told."""

    def __init__(self) -> None:
        self.up = asyncio.Event()
        self.down = asyncio.Event()
        self.errors: list[EslClosed] = []
        self.events: list[EslEvent] = []

    async def on_up(self) -> None:
        self.up.set()

    def on_down(self, error: EslClosed) -> None:
        self.errors.append(error)
        self.down.set()


@asynccontextmanager
async def client(
    freeswitch: BareFreeswitch, told: Told, password: str = PASSWORD, **more: Any
) -> AsyncIterator[EslClient]:
    more.setdefault("on_event", told.events.append)
    made = EslClient(
        "127.0.0.1", freeswitch.port, password, on_up=told.on_up, on_down=told.on_down, times=TIMES, **more
    )
    made.start()
    try:
        yield made
    finally:
        await made.close()


async def test_commands_jobs_and_their_order(freeswitch: BareFreeswitch) -> None:
    told = Told()
    async with client(freeswitch, told) as esl, asyncio.timeout(20):
        await told.up.wait()
        answers = await asyncio.gather(*(esl.api("echo", "第", n) for n in range(200)))
        assert [answer.text for answer in answers] == [f"第 {n}" for n in range(200)]
        jobs = await asyncio.gather(*(esl.bgapi("echo", n) for n in range(50)))
        assert [job.text for job in jobs] == [str(n) for n in range(50)]
        assert (await esl.api("nosuch")).error == "nosuch Command not found!"
        assert (await esl.api("uuid_kill", "no")).error == "No such channel!"
        assert not (await esl.api("uuid_kill")).ok
        assert (await esl.command("nosuch")).text == "-ERR command not found"
        assert (await esl.bgapi("originate", "user/nosuch", "&park()")).error == "SUBSCRIBER_ABSENT"
    assert told.errors == []


async def test_an_api_that_blocks_longer_than_its_caller_waits(freeswitch: BareFreeswitch) -> None:
    told = Told()
    async with client(freeswitch, told) as esl, asyncio.timeout(20):
        await told.up.wait()
        with pytest.raises(TimeoutError):
            await esl.api("msleep", 1000, timeout=0.2)
        assert (await esl.api("echo", "next")).text == "next"
        assert esl.up
    assert told.errors == []


async def test_a_wrong_password(freeswitch: BareFreeswitch) -> None:
    told = Told()
    async with client(freeswitch, told, "wrong"), asyncio.timeout(10):
        await told.down.wait()
        assert isinstance(told.errors[0], EslLoginRefused)
        assert "wrong password" in str(told.errors[0])


async def test_events_at_once_for_a_slow_listener(freeswitch: BareFreeswitch) -> None:
    told, firing = Told(), Told()
    seen: list[int] = []

    def slow(event: EslEvent) -> None:
        seen.append(int(event["N"]))
        time.sleep(0.001)

    async with (
        client(freeswitch, told, on_event=slow, custom=["cti::flood"], reads=["N"]) as esl,
        client(freeswitch, firing) as other,
        asyncio.timeout(40),
    ):
        await asyncio.gather(told.up.wait(), firing.up.wait())
        commands = (other.command("sendevent CUSTOM", {"Event-Subclass": "cti::flood", "N": n}) for n in range(3000))
        assert all(reply.ok for reply in await asyncio.gather(*commands))
        assert (await esl.api("echo", "meanwhile")).text == "meanwhile"
        while len(seen) < 3000:
            await asyncio.sleep(0.01)
    assert seen == list(range(3000))
    assert told.errors == []


async def test_a_leg_is_handed_over_played_to_and_hung_up(freeswitch: BareFreeswitch) -> None:
    story: list[object] = []
    over = asyncio.Event()

    async def handler(leg: EslConnection) -> None:
        leg.listen(lambda event: story.append(event.name) if event.name == "PLAYBACK_STOP" else None)
        leg.when_hung_up(lambda: story.append("hung up"))
        story.append(leg.variable("cti_note"))
        await leg.execute("answer")
        await leg.setvar("cti_note", "第一 行")
        story.append(await leg.getvar("cti_note"))
        story.append(await leg.getvar("nothing"))
        first = await leg.start("playback", "tone_stream://%(200,0,600)")
        second = await leg.start("playback", "tone_stream://%(200,0,700)")
        await asyncio.wait((first, second), return_when=asyncio.FIRST_COMPLETED)
        story.append((first.done(), second.done()))
        story.append((await second)["Application-Response"])
        endless = await leg.start("playback", "tone_stream://%(20000,0,700)")
        while not endless.done():  # it may not have begun yet
            (await leg.api("uuid_break", leg.uuid)).checked("uuid_break")
            await asyncio.sleep(0.05)
        await leg.start("playback", "tone_stream://%(20000,0,700)")
        await leg.hangup("CALL_REJECTED")
        await leg.hung_up.wait()
        with pytest.raises(EslHungUp):
            await leg.execute("answer")
        with pytest.raises(EslHungUp, match="No such channel"):
            while True:
                await leg.getvar("cti_note")
        over.set()

    told = Told()
    server = EslServer(handler, EslSession(events=["PLAYBACK_STOP"], linger=1))
    await server.start([("127.0.0.1", 0)])
    port = server.addresses[0][1]
    async with client(freeswitch, told) as esl, asyncio.timeout(30):
        await told.up.wait()
        assert (await esl.bgapi("originate", f"loopback/{port}/default", "&park()")).ok
        await over.wait()
        while server.open_connections:
            await asyncio.sleep(0.01)
        await esl.api("hupall")
    await server.stop()
    assert story[:6] == ["呼叫 7", "第一 行", None, "PLAYBACK_STOP", (True, False), "PLAYBACK_STOP"]
    assert story[6] == "FILE PLAYED"
    assert "hung up" in story[7:]


async def test_freeswitch_dies_and_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    running = BareFreeswitch(tmp_path_factory.mktemp("freeswitch"))
    running.start()
    told = Told()
    try:
        async with client(running, told) as esl, asyncio.timeout(60):
            await told.up.wait()
            told.up.clear()
            waiting = asyncio.create_task(esl.api("msleep", 30_000))
            await asyncio.sleep(0.1)
            running.stop()
            with pytest.raises(EslClosed):
                await waiting
            await told.down.wait()
            running.start()
            await told.up.wait()
            assert (await esl.api("echo", "again")).text == "again"
    finally:
        running.stop()
