"""The outbound ESL server against fake legs, on virtual time and on real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cti.telephony.switch.freeswitch.esl_connection import EslConnection, EslHungUp, EslSession
from cti.telephony.switch.freeswitch.esl_messages import EslEvent, EslRefused
from cti.telephony.switch.freeswitch.esl_server import EslHandler, EslServer
from tests.cti.telephony.switch.asterisk.memory_loop import in_memory, on_both_loops, turns
from tests.fake_freeswitch.leg import FakeLeg
from tests.fake_freeswitch.recorded import OUTBOUND, Replay
from tests.fake_freeswitch.wire import Command, reply

ADDRESS = ("127.0.0.1", 8084)


@asynccontextmanager
async def serving(handler: EslHandler, session: EslSession | None = None) -> AsyncIterator[EslServer]:
    server = EslServer(handler, session)
    await server.start([ADDRESS])
    try:
        yield server
    finally:
        await server.stop()
        await turns()


class Desk:
    """A handler that waits, and lets the test talk to the leg."""

    def __init__(self) -> None:
        self.connection: EslConnection | None = None
        self.leave = asyncio.Event()

    async def __call__(self, connection: EslConnection) -> None:
        self.connection = connection
        await self.leave.wait()

    @property
    def leg(self) -> EslConnection:
        assert self.connection is not None
        return self.connection


@asynccontextmanager
async def talking(leg: FakeLeg, session: EslSession | None = None) -> AsyncIterator[EslConnection]:
    desk = Desk()
    async with serving(desk, session):
        await leg.connect(*ADDRESS)
        await turns()
        yield desk.leg


@in_memory
async def test_a_session_is_set_up_before_its_handler() -> None:
    leg = FakeLeg("u1", {"cti_call": "呼叫 1", "sip_from": "<sip:1@a>"})
    async with talking(leg, EslSession(events=["PLAYBACK_STOP"], linger=9, resume=True)) as connection:
        assert leg.lines() == ["connect", "linger 9", "myevents json", "resume", "event json PLAYBACK_STOP"]
        assert connection.uuid == "u1"
        assert connection.variable("cti_call") == "呼叫 1"
        assert connection.variable("sip_from") == "<sip:1@a>"
        assert connection.variable("nothing", "none") == "none"
        assert connection.data["Control"] == "full"
        assert not connection.hung_up.is_set()


@in_memory
async def test_a_leg_tells_only_what_is_read() -> None:
    """Of the 23 kinds of events that came on a leg's socket three were read; the others cost both sides."""
    leg = FakeLeg("u1", {})
    async with talking(leg, EslSession(only=["CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP"])):
        nixed = leg.lines()[-1].split()
        assert nixed[0] == "nixevent"
        assert {"CHANNEL_STATE", "CHANNEL_EXECUTE", "DTMF"} < set(nixed)
        assert not {"CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP"} & set(nixed)


@in_memory
async def test_whoever_is_not_our_switch_gets_no_handler() -> None:
    """Any program of this machine could put a call into the books by connecting to the sessions' port."""
    desk, forged = Desk(), list[str]()
    server = EslServer(desk, EslSession(proof=("hotline_proof", "what only we know")), forged.append)
    await server.start([ADDRESS])
    leg = FakeLeg("u1", {"hotline_party": "caller"})
    await leg.connect(*ADDRESS)
    await turns()
    assert "api global_getvar hotline_proof" in leg.lines()
    assert leg.lost and desk.connection is None and len(forged) == 1
    await server.stop()


@in_memory
async def test_the_connection_ends_with_its_handler() -> None:
    leg = FakeLeg()
    async with serving(lambda connection: connection.setvar("seen", "yes")) as server:
        await leg.connect(*ADDRESS)
        await turns()
        assert leg.variables["seen"] == "yes"
        assert leg.lost
        assert leg.alive
        assert server.open_connections == 0


@in_memory
async def test_executing_returns_when_it_has_completed() -> None:
    leg = FakeLeg()
    leg.slow.add("playback")
    async with talking(leg) as connection:
        assert (await connection.execute("answer"))["Application"] == "answer"
        playing = asyncio.create_task(connection.execute("playback", "a.wav", loops=3))
        await turns()
        assert not playing.done()
        assert leg.commands[-1].headers["execute-app-arg"] == "a.wav"
        assert leg.commands[-1].headers["loops"] == "3"
        leg.complete("FILE PLAYED")
        assert (await playing)["Application-Response"] == "FILE PLAYED"


@in_memory
async def test_applications_are_queued_and_complete_in_order() -> None:
    leg = FakeLeg()
    leg.slow.add("playback")
    done: list[str] = []
    async with talking(leg) as connection:
        futures = [await connection.start("playback", name) for name in ("a", "b", "c")]
        for name, future in zip("abc", futures, strict=True):
            future.add_done_callback(lambda _, name=name: done.append(name))
        assert all(command.headers["event-lock"] == "true" for command in leg.commands[-3:])
        for count in range(3):
            leg.complete()
            await turns()
            assert done == list("abc")[: count + 1]


@in_memory
async def test_an_application_given_up_goes_on() -> None:
    leg = FakeLeg()
    leg.slow.add("playback")
    told: list[str] = []
    async with talking(leg) as connection:
        connection.listen(lambda event: told.append(event.name))
        with pytest.raises(TimeoutError):
            await connection.execute("playback", "long.wav", timeout=3.0)
        leg.complete()
        assert (await connection.execute("answer"))["Application"] == "answer"
        assert told == ["CHANNEL_EXECUTE_COMPLETE", "CHANNEL_EXECUTE_COMPLETE"]


@in_memory
async def test_variables() -> None:
    leg = FakeLeg("u1", {"old": "1", "empty": ""})
    async with talking(leg) as connection:
        await connection.setvar("note", "第一 行")
        assert leg.variables["note"] == "第一 行"
        assert await connection.getvar("note") == "第一 行"
        assert await connection.getvar("nothing") is None
        with pytest.raises(ValueError, match="CR, LF or NUL"):
            await connection.setvar("note", "a\nb")
        with pytest.raises(EslRefused, match="nosuch"):
            (await connection.api("nosuch", "u1")).checked("nosuch")


@in_memory
async def test_events_are_told_to_listeners_until_they_leave() -> None:
    leg = FakeLeg()
    told: list[EslEvent] = []

    def fails(event: EslEvent) -> None:
        raise RuntimeError("listener fails")

    async with talking(leg) as connection:
        connection.listen(fails)
        leave = connection.listen(told.append)
        leg.event("DTMF", {"DTMF-Digit": "5"})
        await turns()
        leave()
        leave()
        leg.event("DTMF", {"DTMF-Digit": "6"})
        await turns()
        assert [event["DTMF-Digit"] for event in told] == ["5"]


@in_memory
async def test_hanging_up_is_told_once_and_later_commands_raise() -> None:
    leg = FakeLeg("u1")
    told: list[str] = []
    async with talking(leg) as connection:
        connection.listen(lambda event: told.append(event.name))
        connection.when_hung_up(lambda: told.append("hung up"))
        forget = connection.when_hung_up(lambda: told.append("forgotten"))
        forget()
        leg.hang_up("USER_BUSY")
        await turns()
        assert connection.hung_up.is_set()
        assert told == ["hung up", "CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE"]
        assert not connection.closed
        with pytest.raises(EslHungUp):
            await connection.execute("answer")
        with pytest.raises(EslHungUp, match="No such channel"):
            await connection.getvar("x")
        await connection.hangup()
        connection.when_hung_up(lambda: told.append("at once"))
        assert told[-1] == "at once"
        await asyncio.sleep(5.1)
        assert connection.closed
        with pytest.raises(EslHungUp, match="FreeSWITCH closed the connection"):
            await connection.api("uptime")


@in_memory
async def test_an_application_in_flight_completes_while_the_socket_lingers() -> None:
    leg = FakeLeg()
    leg.slow.update(["bridge", "playback"])
    async with talking(leg) as connection:
        bridging = asyncio.create_task(connection.execute("bridge", "user/1001"))
        await turns()
        leg.hang_up()
        await turns()
        assert not bridging.done()
        leg.complete()
        assert (await bridging)["Application"] == "bridge"


@in_memory
async def test_an_application_that_a_hang_up_ended_untold_raises_after_the_grace() -> None:
    leg = FakeLeg()
    leg.slow.add("playback")
    async with talking(leg, EslSession(hang_up_grace=1.5)) as connection:
        playing = asyncio.create_task(connection.execute("playback", "a"))
        queued = await connection.start("playback", "b")
        await turns()
        leg.hang_up()
        await asyncio.sleep(1.4)
        assert not playing.done()
        await asyncio.sleep(0.2)
        with pytest.raises(EslHungUp, match="the leg hung up"):
            await playing
        with pytest.raises(EslHungUp):
            await queued


@in_memory
async def test_freeswitch_dies_during_an_application() -> None:
    leg = FakeLeg()
    leg.slow.add("playback")
    async with talking(leg) as connection:
        playing = asyncio.create_task(connection.execute("playback", "a"))
        await connection.start("playback", "nobody awaits it")
        await turns()
        leg.transport.abort()
        with pytest.raises(EslHungUp, match="FreeSWITCH closed the connection"):
            await playing
        await turns()
        assert connection.closed
        assert connection.hung_up.is_set()


@pytest.mark.parametrize("steps", range(40))
def test_a_hang_up_at_every_moment_leaves_nothing_behind(steps: int) -> None:
    @in_memory
    async def play() -> None:
        outcome: list[str] = []

        async def handler(connection: EslConnection) -> None:
            try:
                await connection.execute("answer")
                await connection.setvar("a", "1")
                await connection.execute("playback", "a.wav")
                outcome.append("done")
            except EslHungUp:
                outcome.append("hung up")
                raise

        leg = FakeLeg()
        async with serving(handler) as server:
            await leg.connect(*ADDRESS)
            await turns(steps)
            leg.hang_up()
            await asyncio.sleep(10.0)
            assert server.open_connections == 0
            assert leg.lost
            # Without an outcome the handler never began: the leg was gone before it was set up.
            assert outcome in ([], ["done"], ["hung up"])

    play()


@in_memory
async def test_hanging_up_from_here() -> None:
    leg = FakeLeg()
    leg.slow.add("playback")
    async with talking(leg) as connection:
        await connection.start("playback", "a")
        await connection.hangup("CALL_REJECTED")
        await turns()
        assert not leg.alive
        assert connection.hung_up.is_set()
        assert leg.lines()[-1] == f"api uuid_kill {leg.uuid} CALL_REJECTED"


@in_memory
async def test_an_abandoned_session_hears_no_more() -> None:
    leg = FakeLeg()
    leg.slow.add("playback")
    async with talking(leg) as connection:
        playing = asyncio.create_task(connection.execute("playback", "a"))
        await turns()
        connection.abandon()
        with pytest.raises(EslHungUp, match="taken elsewhere"):
            await playing
        with pytest.raises(EslHungUp):
            await connection.execute("playback", "b")
        assert leg.alive


@in_memory
async def test_a_reply_that_refuses() -> None:
    leg = FakeLeg()
    async with talking(leg) as connection:
        leg.verbs["sendmsg"] = lambda leg, _: leg.write(reply("-ERR memory error"))
        with pytest.raises(EslRefused, match="execute answer: -ERR memory error"):
            await connection.execute("answer")
        leg.verbs["sendmsg"] = lambda leg, _: leg.write(reply("-ERR invalid session id [u]"))
        with pytest.raises(EslHungUp, match="invalid session id"):
            await connection.execute("answer")
        assert (await connection.command("divert_events on")).text == "-ERR command not found"


@in_memory
async def test_a_peer_that_says_nothing_is_dropped() -> None:
    def silent(leg: FakeLeg, command: Command) -> None:
        """It only connects."""

    leg = FakeLeg()
    leg.verbs["connect"] = silent
    called: list[EslConnection] = []

    async def handler(connection: EslConnection) -> None:
        called.append(connection)

    async with serving(handler) as server:
        await leg.connect(*ADDRESS)
        await asyncio.sleep(4.9)
        assert (server.open_connections, server.setting_up) == (1, 1)
        await asyncio.sleep(0.2)
        assert leg.lost
        assert (server.open_connections, server.setting_up) == (0, 0)
    assert called == []


@in_memory
async def test_a_peer_that_refuses_the_set_up_or_speaks_something_else() -> None:
    called: list[EslConnection] = []

    async def handler(connection: EslConnection) -> None:
        called.append(connection)

    async with serving(handler) as server:
        refusing, strange = FakeLeg(), FakeLeg()
        refusing.verbs["myevents"] = lambda leg, _: leg.write(reply("-ERR no"))
        strange.verbs["connect"] = lambda leg, _: leg.write(b"HTTP/1.1 400\n\n")
        for leg in (refusing, strange):
            await leg.connect(*ADDRESS)
            await turns()
            assert leg.lost
        assert (server.open_connections, server.setting_up) == (0, 0)
    assert called == []


@in_memory
async def test_a_handler_that_fails_ends_its_session_only() -> None:
    async def handler(connection: EslConnection) -> None:
        if connection.variable("bad"):
            raise RuntimeError("handler fails")
        await connection.hung_up.wait()

    bad, good = FakeLeg(variables={"bad": "1"}), FakeLeg()
    async with serving(handler) as server:
        for leg in (bad, good):
            await leg.connect(*ADDRESS)
        await turns()
        assert (bad.lost, good.lost) == (True, False)
        assert server.open_connections == 1


@in_memory
async def test_stopping_gives_handlers_time() -> None:
    ended: list[str] = []

    async def handler(connection: EslConnection) -> None:
        try:
            await asyncio.sleep(float(connection.variable("seconds")))
            ended.append("in time")
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    server = EslServer(handler)
    await server.start([ADDRESS])
    short, long = FakeLeg(variables={"seconds": "2"}), FakeLeg(variables={"seconds": "20"})
    for leg in (short, long):
        await leg.connect(*ADDRESS)
    await turns()
    await server.stop(grace=5.0)
    await turns()
    assert ended == ["in time", "cancelled"]
    assert short.lost
    assert long.lost
    with pytest.raises(ConnectionRefusedError):
        await FakeLeg().connect(*ADDRESS)


@in_memory
async def test_an_address_in_use_leaves_nothing_listening() -> None:
    async def handler(connection: EslConnection) -> None:
        """Nothing to do."""

    first, second = EslServer(handler), EslServer(handler)
    await first.start([ADDRESS])
    with pytest.raises(OSError, match="in use"):
        await second.start([("::1", 8084), ADDRESS])
    assert second.addresses == []
    await first.stop()


@in_memory
async def test_a_recorded_session_is_played_again() -> None:
    story: list[str] = []
    loop = asyncio.get_running_loop()

    async def handler(connection: EslConnection) -> None:
        connection.listen(lambda event: story.append(event.name))
        assert (await connection.command("divert_events on")).ok
        # The recording's own Event-UUIDs come back, not ours: wait for the events themselves.
        for app in ("answer", "set", "record_session", "play_and_get_digits"):
            (await connection.start(app)).cancel()
        await connection.hung_up.wait()

    async with serving(handler):
        replay = Replay(OUTBOUND)
        await loop.create_connection(lambda: replay, *ADDRESS)
        await turns(60)
        assert replay.commands[:3] == ["connect", "linger 5", "myevents json"]
    assert story.count("DTMF") == 3
    assert "CHANNEL_ANSWER" in story


@on_both_loops
async def test_on_real_sockets() -> None:
    async def handler(connection: EslConnection) -> None:
        await connection.execute("answer")
        await connection.setvar("note", "长" * 100_000)
        assert await connection.getvar("note") == "长" * 100_000
        await connection.hangup()
        await connection.hung_up.wait()

    server = EslServer(handler)
    await server.start([("127.0.0.1", 0)])
    legs = [FakeLeg() for _ in range(20)]
    for leg in legs:
        await leg.connect(*server.addresses[0])
    while any(leg.alive for leg in legs) or server.open_connections:
        await asyncio.sleep(0.01)
    assert all(leg.applications() == ["answer"] for leg in legs)
    await server.stop()
    for leg in legs:
        leg.transport.abort()
    await asyncio.sleep(0.01)
