"""The FastAGI server against legs as Asterisk opens them: on virtual time, and some on real sockets."""

from __future__ import annotations

import asyncio
import gc
import resource
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from cti.telephony.switch.asterisk.agi import AgiConnection, AgiHungUp, AgiRefused, AgiServer
from tests.cti.telephony.switch.asterisk.fake_agi import HEADERS, FakeLeg
from tests.cti.telephony.switch.asterisk.memory_loop import in_memory, on_both_loops, turns

ADDRESS = ("127.0.0.1", 4573)


class Session:
    """Hands the connection of one session to the test; the handler stays until `end`."""

    def __init__(self) -> None:
        self.connections: asyncio.Queue[AgiConnection] = asyncio.Queue()
        self.end = asyncio.Event()

    async def handle(self, connection: AgiConnection) -> None:
        self.connections.put_nowait(connection)
        await self.end.wait()


@asynccontextmanager
async def served(handler: Callable[[AgiConnection], Awaitable[None]], **kwargs: float) -> AsyncIterator[AgiServer]:
    server = AgiServer(handler, **kwargs)
    await server.start([ADDRESS])
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def one_session(**kwargs: float) -> AsyncIterator[tuple[FakeLeg, AgiConnection]]:
    session = Session()
    async with served(session.handle, **kwargs):
        leg = await FakeLeg.call(ADDRESS)
        yield leg, await session.connections.get()
        session.end.set()
        await turns()


@in_memory
async def test_the_environment_and_who_connects() -> None:
    async with one_session() as (_, connection):
        assert connection.env["agi_uniqueid"] == "1795569828.1"
        assert connection.env["agi_arg_1"] == "one"
        assert connection.peername[0] == "127.0.0.1"
        assert not connection.hung_up.is_set()
        assert not connection.closed


@in_memory
async def test_a_command_and_its_reply() -> None:
    async with one_session() as (leg, connection):
        leg.replies = [b"200 result=49 endpos=8000\n"]
        reply = await connection.command("STREAM FILE", "welcome", "0123")
        assert leg.commands == ["STREAM FILE welcome 0123"]
        assert (reply.result, reply.result_code, reply.endpos) == ("49", 49, 8000)


@in_memory
async def test_one_command_at_a_time() -> None:
    async with one_session() as (leg, connection):
        tasks = [asyncio.create_task(connection.command("NOOP", n)) for n in range(3)]
        for n in range(3):
            assert await leg.command(n + 1) == f"NOOP {n}"
            await turns()
            assert len(leg.commands) == n + 1, "Asterisk does not see a command that arrives early"
            leg.send(f"200 result={n}\n".encode())
        assert [(await task).result for task in tasks] == ["0", "1", "2"]


@in_memory
async def test_the_reply_of_a_cancelled_command_is_not_the_next_ones() -> None:
    async with one_session() as (leg, connection):
        cancelled = asyncio.create_task(connection.command("STREAM FILE", "long", ""))
        await leg.command(1)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        assert cancelled.cancelled()
        following = asyncio.create_task(connection.command("GET VARIABLE", "X"))
        await turns()
        assert len(leg.commands) == 1, "the cancelled command is still being done"
        leg.send(b"200 result=0 endpos=1\n")
        assert await leg.command(2) == "GET VARIABLE X"
        leg.send(b"200 result=1 (value)\n")
        assert (await following).value == "value"


@in_memory
async def test_a_command_cancelled_while_it_waits_is_never_sent() -> None:
    async with one_session() as (leg, connection):
        first = asyncio.create_task(connection.command("NOOP", 1))
        second = asyncio.create_task(connection.command("NOOP", 2))
        third = asyncio.create_task(connection.command("NOOP", 3))
        await leg.command(1)
        second.cancel()
        leg.send(b"200 result=1\n")
        assert await leg.command(2) == "NOOP 3"
        leg.send(b"200 result=3\n")
        assert ((await first).result, (await third).result) == ("1", "3")


@in_memory
async def test_cancelling_again_and_again_keeps_replies_apart() -> None:
    async with one_session() as (leg, connection):
        for n in range(5):
            task = asyncio.create_task(connection.command("NOOP", n))
            await turns()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert leg.commands == ["NOOP 0"]
        leg.send(b"200 result=0\n")
        await turns()
        task = asyncio.create_task(connection.command("NOOP", "last"))
        assert await leg.command(2) == "NOOP last"
        leg.send(b"200 result=9\n")
        assert (await task).result == "9"


@in_memory
async def test_a_timeout_counts_the_wait_for_earlier_commands() -> None:
    async with one_session() as (leg, connection):
        loop = asyncio.get_running_loop()
        with pytest.raises(TimeoutError):
            await connection.command("STREAM FILE", "long", "", timeout=5)
        assert loop.time() == pytest.approx(5)
        with pytest.raises(TimeoutError):
            await connection.command("NOOP", timeout=2)
        assert loop.time() == pytest.approx(7)
        assert len(leg.commands) == 1
        leg.send(b"200 result=0 endpos=1\n")
        leg.replies = [b"200 result=7\n"]
        assert (await connection.command("NOOP", timeout=2)).result == "7"


@in_memory
async def test_refusals() -> None:
    async with one_session() as (leg, connection):
        leg.replies = [b"510 Invalid or unknown command\n", b"520-Invalid\nusage\n520 End of proper usage.\n"]
        with pytest.raises(AgiRefused, match="NONSENSE: 510") as refused:
            await connection.command("NONSENSE")
        assert refused.value.reply.code == 510
        with pytest.raises(AgiRefused, match="usage"):
            await connection.command("GET DATA")
        with pytest.raises(ValueError, match="CR, LF"):
            await connection.command("NOOP", "a\nHANGUP")
        assert len(leg.commands) == 2


@in_memory
async def test_hangup_while_idle() -> None:
    async with one_session() as (leg, connection):
        told: list[str] = []
        connection.when_hung_up(lambda: told.append("first"))
        forget = connection.when_hung_up(lambda: told.append("forgotten"))
        connection.when_hung_up(lambda: told.append("last"))
        forget()
        forget()
        leg.send(b"HANGUP\n")
        await connection.hung_up.wait()
        assert told == ["first", "last"]
        assert not connection.closed
        connection.when_hung_up(lambda: told.append("late"))
        assert told == ["first", "last", "late"]
        with pytest.raises(AgiHungUp):
            await connection.command("STREAM FILE", "x", "")
        assert leg.commands == []
        leg.send(b"HANGUP\n")
        await turns()
        assert told == ["first", "last", "late"]


@in_memory
async def test_a_hangup_listener_that_fails_does_not_stop_the_others() -> None:
    async with one_session() as (leg, connection):
        told: list[str] = []

        def fail() -> None:
            raise RuntimeError("listener fails")

        connection.when_hung_up(fail)
        connection.when_hung_up(lambda: told.append("told"))
        with capture_logs() as logs:
            leg.send(b"HANGUP\n")
            await turns()
        assert told == ["told"]
        assert [entry["event"] for entry in logs] == ["agi.hang_up_listener_failed"]


@in_memory
async def test_hangup_before_the_reply_is_not_the_reply() -> None:
    async with one_session() as (leg, connection):
        task = asyncio.create_task(connection.command("STREAM FILE", "x", ""))
        await leg.command(1)
        leg.send(b"HANGUP\n")
        await turns()
        assert connection.hung_up.is_set()
        assert not task.done()
        leg.send(b"200 result=-1 endpos=80\n")
        reply = await task
        assert (reply.result_code, reply.endpos) == (-1, 80)
        with pytest.raises(AgiHungUp):
            await connection.command("NOOP")


@in_memory
async def test_hangup_and_reply_in_one_read() -> None:
    for data in (b"HANGUP\n200 result=-1\n", b"200 result=-1\nHANGUP\n"):
        async with one_session() as (leg, connection):
            leg.replies = [data]
            assert (await connection.command("EXEC", "Dial", "PJSIP/1001")).result_code == -1
            assert connection.hung_up.is_set()


@in_memory
async def test_hangup_and_no_reply() -> None:
    async with one_session(hang_up_grace=2.0) as (leg, connection):
        task = asyncio.create_task(connection.command("EXEC", "Bridge", "x"))
        await leg.command(1)
        await asyncio.sleep(100)
        leg.send(b"HANGUP\n")
        with pytest.raises(AgiHungUp, match="no reply"):
            await task
        assert asyncio.get_running_loop().time() == pytest.approx(102)
        late = asyncio.create_task(connection.command("GET VARIABLE", "X", after_hang_up=True))
        await turns()
        leg.send(b"200 result=0\n")
        assert await leg.command(2) == "GET VARIABLE X"
        leg.send(b"200 result=1 (x)\n")
        assert (await late).value == "x"


@in_memory
async def test_a_dead_leg_refuses_by_511() -> None:
    async with one_session() as (leg, connection):
        leg.replies = [b"511 Command Not Permitted on a dead channel or intercept routine\n"]
        with pytest.raises(AgiHungUp, match="511"):
            await connection.command("STREAM FILE", "x", "")


@in_memory
async def test_commands_on_a_dead_leg_when_asked_for() -> None:
    async with one_session() as (leg, connection):
        leg.send(b"HANGUP\n")
        await turns()
        leg.replies = [b"200 result=1 (ANSWER)\n"]
        assert (await connection.command("GET VARIABLE", "DIALSTATUS", after_hang_up=True)).value == "ANSWER"


@in_memory
async def test_end_of_file_fails_what_waits_at_once() -> None:
    async with one_session() as (leg, connection):
        told: list[str] = []
        connection.when_hung_up(lambda: told.append("hung up"))
        tasks = [asyncio.create_task(connection.command("NOOP", n)) for n in range(3)]
        tasks.append(asyncio.create_task(connection.command("NOOP", after_hang_up=True)))
        await leg.command(1)
        leg.transport.abort()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [AgiHungUp] * 4
        assert asyncio.get_running_loop().time() == 0.0
        assert connection.closed
        assert connection.hung_up.is_set()
        assert told == ["hung up"]
        with pytest.raises(AgiHungUp):
            await connection.command("NOOP", after_hang_up=True)


@in_memory
async def test_end_of_file_while_a_cancelled_command_is_awaited() -> None:
    async with one_session() as (leg, connection):
        cancelled = asyncio.create_task(connection.command("NOOP", 1))
        await leg.command(1)
        cancelled.cancel()
        following = asyncio.create_task(connection.command("NOOP", 2))
        await turns()
        leg.transport.abort()
        with pytest.raises(AgiHungUp):
            await following


@in_memory
async def test_end_of_file_after_a_hangup_while_a_command_is_awaited() -> None:
    async with one_session() as (leg, connection):
        cancelled = asyncio.create_task(connection.command("NOOP", 1))
        await leg.command(1)
        cancelled.cancel()
        leg.send(b"HANGUP\n")
        await turns()
        following = asyncio.create_task(connection.command("NOOP", 2, after_hang_up=True))
        await turns()
        leg.transport.abort()
        with pytest.raises(AgiHungUp):
            await asyncio.wait_for(following, 1)


@in_memory
async def test_hangup_while_a_cancelled_command_is_awaited() -> None:
    async with one_session() as (leg, connection):
        cancelled = asyncio.create_task(connection.command("NOOP", 1))
        await leg.command(1)
        cancelled.cancel()
        following = asyncio.create_task(connection.command("NOOP", 2))
        await turns()
        leg.send(b"HANGUP\n")
        with pytest.raises(AgiHungUp):
            await following
        assert asyncio.get_running_loop().time() == 0.0


@in_memory
async def test_hangup_with_the_headers() -> None:
    session = Session()
    async with served(session.handle):
        await FakeLeg.call(ADDRESS, HEADERS + b"HANGUP\n")
        connection = await session.connections.get()
        assert connection.hung_up.is_set()


@in_memory
async def test_a_reply_nobody_asked_for_is_logged_and_dropped() -> None:
    async with one_session() as (leg, connection):
        with capture_logs() as logs:
            leg.send(b"520 Invalid command syntax.  Proper usage not available.\n")
            await turns()
        assert [entry["event"] for entry in logs] == ["agi.unexpected_reply"]
        leg.replies = [b"200 result=5\n"]
        assert (await connection.command("NOOP")).result == "5"


@in_memory
async def test_a_handler_that_ends_closes_the_connection() -> None:
    async def handler(connection: AgiConnection) -> None: ...

    async with served(handler) as server:
        leg = await FakeLeg.call(ADDRESS)
        await asyncio.wait_for(leg.lost.wait(), 1)
        assert server.open_connections == 0


@in_memory
async def test_a_handler_that_fails_is_logged_and_closes_the_connection() -> None:
    async def handler(connection: AgiConnection) -> None:
        raise RuntimeError("broken flow")

    async with served(handler) as server:
        with capture_logs() as logs:
            leg = await FakeLeg.call(ADDRESS)
            await asyncio.wait_for(leg.lost.wait(), 1)
        assert [(entry["event"], entry["channel"]) for entry in logs] == [
            ("agi.handler_failed", "PJSIP/carrier-00000001")
        ]
        assert logs[0]["exc_info"]
        assert server.open_connections == 0


@in_memory
async def test_a_hangup_that_ends_the_handler_is_no_error() -> None:
    async def handler(connection: AgiConnection) -> None:
        await connection.command("STREAM FILE", "x", "")

    async with served(handler) as server:
        with capture_logs() as logs:
            leg = await FakeLeg.call(ADDRESS)
            await leg.command(1)
            leg.transport.abort()
            await turns()
        assert [entry["log_level"] for entry in logs] == ["debug"]
        assert server.open_connections == 0


@in_memory
async def test_closing_from_our_side_tells_no_hangup() -> None:
    async with one_session() as (leg, connection):
        told: list[str] = []
        connection.when_hung_up(lambda: told.append("hung up"))
        task = asyncio.create_task(connection.command("NOOP"))
        await leg.command(1)
        connection.close()
        with pytest.raises(AgiHungUp):
            await task
        await leg.lost.wait()
        assert told == []
        assert connection.closed


@in_memory
@pytest.mark.parametrize("sent", [b"", b"agi_network: yes\n", b"agi_network: y"])
async def test_headers_that_do_not_come_in_time(sent: bytes) -> None:
    session = Session()
    async with served(session.handle, header_timeout=3.0) as server:
        leg = await FakeLeg.call(ADDRESS, sent)
        await asyncio.sleep(2.9)
        assert not leg.lost.is_set()
        await asyncio.sleep(0.2)
        assert leg.lost.is_set()
        assert server.open_connections == 0
        assert session.connections.empty()


@in_memory
async def test_slow_headers_in_time_and_a_long_idle_session() -> None:
    session = Session()
    async with served(session.handle, header_timeout=3.0):
        leg = await FakeLeg.call(ADDRESS, b"")
        for n in range(len(HEADERS)):
            leg.send(HEADERS[n : n + 1])
            await turns(2)
        connection = await session.connections.get()
        await asyncio.sleep(3600)
        assert not leg.lost.is_set()
        assert connection.env["agi_arg_1"] == "one"


@in_memory
@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"\xff\xfe\n", b"x" * 70_000, b"agi_x: " + b"y" * 70_000])
async def test_garbage_is_dropped(sent: bytes) -> None:
    session = Session()
    async with served(session.handle) as server:
        with capture_logs() as logs:
            leg = await FakeLeg.call(ADDRESS, sent)
            await turns()
        assert leg.lost.is_set()
        assert server.open_connections == 0
        assert [entry["event"] for entry in logs] == ["agi.connection_dropped"]


@in_memory
async def test_a_line_over_the_limit_in_a_session_ends_it() -> None:
    async with one_session() as (leg, connection):
        task = asyncio.create_task(connection.command("GET VARIABLE", "X"))
        await leg.command(1)
        leg.send(b"200 result=1 (" + b"x" * 70_000)
        with pytest.raises(AgiHungUp):
            await task
        assert leg.lost.is_set()


@in_memory
async def test_stop_gives_handlers_time_and_then_cancels_them() -> None:
    ends: list[str] = []

    async def handler(connection: AgiConnection) -> None:
        try:
            await asyncio.sleep(3 if connection.env["agi_arg_1"] == "short" else 100)
            ends.append("ended")
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    server = AgiServer(handler, header_timeout=100)
    await server.start([ADDRESS])
    legs = [await FakeLeg.call(ADDRESS, b"agi_arg_1: " + kind + b"\n\n") for kind in (b"short", b"long")]
    legs.append(await FakeLeg.call(ADDRESS, b"agi_network: yes\n"))
    await turns()
    stopping = asyncio.create_task(server.stop(grace=10.0))
    await turns()
    with pytest.raises(ConnectionRefusedError):
        await FakeLeg.call(ADDRESS)
    await stopping
    await turns()
    assert ends == ["ended", "cancelled"]
    assert asyncio.get_running_loop().time() == pytest.approx(10)
    assert all(leg.lost.is_set() for leg in legs)
    assert server.open_connections == 0


@in_memory
async def test_an_address_in_use_leaves_nothing_open() -> None:
    session = Session()
    async with served(session.handle):
        other = AgiServer(session.handle)
        with pytest.raises(OSError, match="in use"):
            await other.start([("127.0.0.1", 5000), ADDRESS])
        with pytest.raises(ConnectionRefusedError):
            await FakeLeg.call(("127.0.0.1", 5000))


# ── real sockets ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def talk(connection: AgiConnection) -> None:
    for n in range(3):
        assert (await connection.command("NOOP", n, timeout=10)).result == str(n)


async def until(condition: Callable[[], bool]) -> None:
    deadline = asyncio.get_running_loop().time() + 20
    while not condition():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)


@on_both_loops
async def test_ipv4_and_ipv6_at_once() -> None:
    peers: list[str] = []

    async def handler(connection: AgiConnection) -> None:
        peers.append(connection.peername[0])
        await talk(connection)

    server = AgiServer(handler)
    await server.start([("127.0.0.1", 0), ("::1", 0)])
    for address in server.addresses:
        leg = await FakeLeg.call(address)
        leg.replies = [b"200 result=0\n", b"200 result=1\n", b"200 result=2\n"]
        async with asyncio.timeout(5):
            await leg.lost.wait()
        assert leg.commands == ["NOOP 0", "NOOP 1", "NOOP 2"]
    assert peers == ["127.0.0.1", "::1"]
    await server.stop()


@on_both_loops
async def test_half_closed_by_the_other_side() -> None:
    session = Session()
    server = AgiServer(session.handle)
    await server.start([("127.0.0.1", 0)])
    leg = await FakeLeg.call(server.addresses[0])
    async with asyncio.timeout(5):
        connection = await session.connections.get()
        leg.transport.write_eof()
        await connection.hung_up.wait()
    assert connection.closed
    began = time.process_time()
    await asyncio.sleep(0.3)
    assert time.process_time() - began < 0.1, "an ended connection costs nothing"
    session.end.set()
    await server.stop()


@on_both_loops
async def test_thousands_of_connections_leave_nothing() -> None:
    refs: list[weakref.ref[AgiConnection]] = []

    async def handler(connection: AgiConnection) -> None:
        refs.append(weakref.ref(connection))
        await connection.hung_up.wait()

    server = AgiServer(handler)
    await server.start([("127.0.0.1", 0)])
    count = min(1000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4)
    for headers in (b"", b"agi_network: y", HEADERS):
        legs = [await FakeLeg.call(server.addresses[0], headers) for _ in range(count)]
        await until(lambda: server.open_connections == count)
        for leg in legs:
            leg.transport.abort()
        await until(lambda: server.open_connections == 0)
    await until(lambda: len(refs) == count)
    gc.collect()
    assert sum(ref() is not None for ref in refs) == 0
    assert len(asyncio.all_tasks()) == 1
    await server.stop()
