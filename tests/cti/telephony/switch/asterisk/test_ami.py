"""The AMI client against a fake manager, on virtual time."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from cti.telephony.switch.asterisk.ami import AmiClient, AmiClosed, AmiLoginRefused, AmiRefused, AmiTimes
from cti.telephony.switch.asterisk.ami_protocol import AmiMessage
from tests.cti.telephony.switch.asterisk.fake_ami import Action, FakeManager, ManagerSession
from tests.cti.telephony.switch.asterisk.memory_loop import MemoryTransport, in_memory, on_both_loops, turns


class Told:
    """What the client told, in order: ``up``, names of events, and errors of `on_down`."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.errors: list[AmiClosed] = []
        self.times: list[float] = []
        self.on_up: Callable[[], Awaitable[None]] | None = None
        self.broken_event = ""

    def event(self, message: AmiMessage) -> None:
        self.story.append(message.event)
        if message.event == self.broken_event:
            raise RuntimeError("listener fails")

    async def up(self) -> None:
        self.story.append("up")
        if self.on_up is not None:
            await self.on_up()
            self.story.append("resynced")

    def down(self, error: AmiClosed) -> None:
        self.story.append("down")
        self.errors.append(error)
        self.times.append(asyncio.get_running_loop().time())


def client_of(told: Told, *, secret: str = "s3cret", **kwargs: object) -> AmiClient:
    kwargs.setdefault("jitter", lambda: 0.0)
    return AmiClient(
        "127.0.0.1",
        5038,
        "engine",
        secret,
        on_event=told.event,
        on_up=told.up,
        on_down=told.down,
        **kwargs,  # type: ignore[arg-type]
    )


@asynccontextmanager
async def connected(told: Told, manager: FakeManager, **kwargs: object) -> AsyncIterator[AmiClient]:
    await manager.listen()
    client = client_of(told, **kwargs)
    client.start()
    await turns()
    try:
        yield client
    finally:
        await client.close()


def silent(session: ManagerSession, action: Action) -> None:
    """Asterisk that does not answer."""


@in_memory
async def test_login_is_md5_then_filters_then_up() -> None:
    told, manager = Told(), FakeManager()
    async with connected(told, manager, event_filter=["!Event: RTCP", "Event: X"]) as client:
        assert client.up
        assert told.story == ["up"]
        challenge, login, *filters = manager.session.actions
        assert challenge["AuthType"] == "MD5"
        assert "s3cret" not in str(login)
        assert [(action["Operation"], action["Filter"]) for action in filters] == [
            ("Add", "!Event: RTCP"),
            ("Add", "Event: X"),
        ]
    assert not client.up
    await turns()
    assert manager.session.lost
    assert told.story == ["up"]


@in_memory
async def test_up_waits_until_asterisk_has_booted() -> None:
    told, manager = Told(), FakeManager()
    manager.booted = False
    async with connected(told, manager) as client:
        assert told.story == []
        with pytest.raises(AmiClosed, match="not connected"):
            await client.action("Ping")
        manager.session.event("Hangup")
        manager.session.event("FullyBooted")
        await turns()
        assert told.story == ["up"]


@in_memory
async def test_up_does_not_wait_for_ever() -> None:
    told, manager = Told(), FakeManager()
    manager.booted = False
    async with connected(told, manager, times=AmiTimes(boot=7.0)) as client:
        await asyncio.sleep(6.9)
        assert not client.up
        await asyncio.sleep(0.2)
        assert client.up


@in_memory
async def test_a_response_goes_to_its_action_whatever_the_order() -> None:
    told, manager = Told(), FakeManager()
    waiting: list[Action] = []
    manager.answers["Slow"] = lambda _, action: waiting.append(action)
    async with connected(told, manager) as client:
        tasks = [asyncio.create_task(client.action("Slow", {"N": n})) for n in range(5)]
        await turns()
        for action in reversed(waiting):
            manager.session.respond(action, N=action["N"])
        assert [(await task)["N"] for task in tasks] == ["0", "1", "2", "3", "4"]


@in_memory
async def test_errors_of_actions_are_returned() -> None:
    told, manager = Told(), FakeManager()
    async with connected(told, manager) as client:
        response = await client.action("Nonsense")
        assert not response.ok
        assert response.message == "Invalid/unknown command"


@in_memory
async def test_what_cannot_be_sent_is_refused_and_nothing_is_sent() -> None:
    told, manager = Told(), FakeManager()
    async with connected(told, manager) as client:
        before = list(manager.session.actions)
        with pytest.raises(ValueError, match="Channel"):
            await client.action("Hangup", {"Channel": "x\r\nAction: Command"})
        await turns()
        assert manager.session.actions == before


@in_memory
async def test_a_list_collects_its_events_and_others_go_on() -> None:
    told, manager = Told(), FakeManager()

    def listing(session: ManagerSession, action: Action) -> None:
        session.respond(action, EventList="start")
        session.event("Status", ActionID=action["ActionID"], Channel="a")
        session.event("Hangup", Channel="z")
        session.event("Status", ActionID=action["ActionID"], Channel="b")
        session.event("StatusComplete", ActionID=action["ActionID"], EventList="Complete", Items="2")

    manager.answers["Status"] = listing
    async with connected(told, manager) as client:
        assert [message["Channel"] for message in await client.action_list("Status")] == ["a", "b"]
        assert told.story == ["up", "Hangup"]
        assert await client.action_list("CoreShowChannels") == []
        with pytest.raises(AmiRefused, match="Nonsense: Invalid/unknown command"):
            await client.action_list("Nonsense")


@in_memory
async def test_an_originate_response_with_the_action_id_is_an_event() -> None:
    told, manager = Told(), FakeManager()
    seen: list[AmiMessage] = []

    def originate(session: ManagerSession, action: Action) -> None:
        session.event("OriginateResponse", ActionID=action["ActionID"], Response="Failure", Reason="5")
        session.respond(action, Message="Originate successfully queued")
        session.event("OriginateResponse", ActionID=action["ActionID"], Response="Success", Reason="4")

    manager.answers["Originate"] = originate
    await manager.listen()

    async def up() -> None: ...

    client = AmiClient("127.0.0.1", 5038, "engine", "s3cret", on_event=seen.append, on_up=up, on_down=told.down)
    client.start()
    await turns()
    action_id = client.new_action_id()
    response = await client.action("Originate", {"Channel": "PJSIP/1001"}, action_id=action_id)
    assert response.message == "Originate successfully queued"
    await turns()
    assert [(message["Response"], message.action_id) for message in seen] == [
        ("Failure", action_id),
        ("Success", action_id),
    ]
    await client.close()


@in_memory
async def test_events_during_the_resync_follow_it_in_order() -> None:
    told, manager = Told(), FakeManager()
    manager.channels = ["PJSIP/a"]
    go_on = asyncio.Event()
    await manager.listen()
    client = client_of(told)

    async def resync() -> None:
        channels = await client.action_list("CoreShowChannels")
        told.story.append(channels[0]["Channel"])
        await go_on.wait()

    told.on_up = resync
    client.start()
    await turns()
    for name in ("A", "B", "C"):
        manager.session.event(name)
    await turns()
    assert told.story == ["up", "PJSIP/a"]
    assert not client.up
    manager.session.event("D")
    go_on.set()
    await turns()
    manager.session.event("E")
    await turns()
    assert told.story == ["up", "PJSIP/a", "resynced", "A", "B", "C", "D", "E"]
    assert client.up
    await client.close()


@in_memory
async def test_events_before_the_resync_are_dropped() -> None:
    told, manager = Told(), FakeManager()
    manager.booted = False
    async with connected(told, manager):
        manager.session.event("Old")
        manager.session.event("FullyBooted")
        await turns()
        manager.session.event("New")
        await turns()
        assert told.story == ["up", "New"]


@in_memory
async def test_a_listener_that_fails_stops_nothing() -> None:
    told, manager = Told(), FakeManager()
    told.broken_event = "A"
    async with connected(told, manager) as client:
        manager.session.event("A")
        manager.session.event("B")
        await turns()
        assert told.story == ["up", "A", "B"]
        assert (await client.action("Ping")).ok


@in_memory
async def test_an_answer_that_is_late_is_a_timeout_and_is_forgotten() -> None:
    told, manager = Told(), FakeManager()
    waiting: list[Action] = []
    manager.answers["Slow"] = lambda _, action: waiting.append(action)
    async with connected(told, manager, times=AmiTimes(action=4.0)) as client:
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(TimeoutError):
            await client.action("Slow")
        assert loop.time() - began == pytest.approx(4.0)
        with pytest.raises(TimeoutError):
            await client.action_list("Slow", timeout=0.5)
        assert loop.time() - began == pytest.approx(4.5)
        for action in waiting:
            manager.session.respond(action, Late="yes")
        response = await client.action("Ping")
        assert response["Ping"] == "Pong"
        assert client.up


@in_memory
async def test_actions_that_were_given_up_are_not_kept() -> None:
    told, manager = Told(), FakeManager()
    manager.answers["Slow"] = silent
    async with connected(told, manager) as client:
        for _ in range(50):
            with pytest.raises(TimeoutError):
                await client.action("Slow", timeout=0.1)
        gc.collect()
        kept = [found for found in gc.get_objects() if type(found).__name__ == "PendingAction"]
        assert len(kept) <= 1, "at most the one in the last exception's traceback"


@in_memory
async def test_a_cancelled_action_leaves_no_trace() -> None:
    told, manager = Told(), FakeManager()
    waiting: list[Action] = []
    manager.answers["Slow"] = lambda _, action: waiting.append(action)
    async with connected(told, manager) as client:
        task = asyncio.create_task(client.action("Slow"))
        await turns()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        manager.session.respond(waiting[0])
        assert (await client.action("Ping"))["Ping"] == "Pong"


@in_memory
async def test_actions_fail_at_once_when_the_connection_drops() -> None:
    told, manager = Told(), FakeManager()
    manager.answers["Slow"] = silent
    async with connected(told, manager) as client:
        tasks = [asyncio.create_task(client.action("Slow")) for _ in range(3)]
        tasks.append(asyncio.create_task(client.action_list("Slow")))
        await turns()
        manager.session.transport.abort()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [AmiClosed] * 4
        assert asyncio.get_running_loop().time() == 0.0
        assert not client.up
        with pytest.raises(AmiClosed):
            await client.action("Ping")


@in_memory
async def test_it_comes_back_and_resynchronises() -> None:
    told, manager = Told(), FakeManager()
    async with connected(told, manager) as client:
        manager.session.transport.abort()
        await turns()
        assert told.story == ["up", "down"]
        assert str(told.errors[0]) == "Asterisk closed the connection"
        await asyncio.sleep(0.51)
        assert told.story == ["up", "down", "up"]
        assert client.up
        manager.session.event("A")
        assert (await client.action("Ping")).ok
        assert told.story[-1] == "A"


@in_memory
async def test_retries_slow_down_and_start_anew_after_a_long_connection() -> None:
    told, manager = Told(), FakeManager()
    client = client_of(told, times=AmiTimes(first_retry=1.0, last_retry=10.0))
    client.start()
    await asyncio.sleep(40)
    assert told.times == pytest.approx([0, 1, 3, 7, 15, 25, 35])
    assert all("127.0.0.1:5038" in str(error) for error in told.errors)
    await manager.listen()
    await asyncio.sleep(20)
    assert client.up
    manager.vanish()
    await turns()
    lost_at = told.times[-1]
    await asyncio.sleep(3.5)
    assert told.times[-2:] == pytest.approx([lost_at + 1, lost_at + 3])
    await client.close()


@in_memory
async def test_a_connection_that_never_lasts_is_retried_slower_and_slower() -> None:
    told, manager = Told(), FakeManager()

    async def fail() -> None:
        raise RuntimeError("cannot read the switch")

    told.on_up = fail
    async with connected(told, manager, times=AmiTimes(first_retry=1.0, last_retry=4.0)):
        await asyncio.sleep(12)
        assert told.times == pytest.approx([0, 1, 3, 7, 11])
        assert "cannot read the switch" in str(told.errors[0])
        assert set(told.story) == {"up", "down"}


@in_memory
async def test_jitter_shortens_each_delay_by_up_to_half() -> None:
    told = Told()
    client = client_of(told, jitter=lambda: 1.0, times=AmiTimes(first_retry=1.0, last_retry=10.0))
    client.start()
    await asyncio.sleep(4)
    assert told.times == pytest.approx([0, 0.5, 1.5, 3.5])
    await client.close()


@in_memory
async def test_a_wrong_secret_is_told_and_retried_slowly() -> None:
    told, manager = Told(), FakeManager(secret="another")
    async with connected(told, manager) as client:
        assert told.story == ["down"]
        assert isinstance(told.errors[0], AmiLoginRefused)
        assert "user engine" in str(told.errors[0])
        assert "Authentication failed" in str(told.errors[0])
        assert "s3cret" not in str(told.errors[0])
        await asyncio.sleep(59)
        assert len(manager.sessions) == 1
        manager.secret = "s3cret"
        await asyncio.sleep(2)
        assert client.up


@in_memory
async def test_a_refused_filter_is_a_refused_login() -> None:
    told, manager = Told(), FakeManager()
    manager.answers["Filter"] = ManagerSession.unknown
    async with connected(told, manager, event_filter=["x"]):
        assert isinstance(told.errors[0], AmiLoginRefused)
        assert "Filter" in str(told.errors[0])


@in_memory
async def test_a_server_that_says_nothing_or_the_wrong_thing() -> None:
    told, manager = Told(), FakeManager()
    manager.greeting = b""
    async with connected(told, manager, times=AmiTimes(connect=3.0, first_retry=1.0)):
        await asyncio.sleep(3.5)
        assert "no greeting from 127.0.0.1:5038 within 3.0 s" in str(told.errors[0])
        assert manager.session.lost
        manager.greeting = b"SSH-2.0-OpenSSH\r\n"
        await asyncio.sleep(1)
        assert "not an Asterisk manager" in str(told.errors[1])


@in_memory
async def test_login_that_is_not_answered() -> None:
    told, manager = Told(), FakeManager()
    manager.answers["Login"] = silent
    async with connected(told, manager, times=AmiTimes(action=2.0)):
        await asyncio.sleep(2.1)
        assert "no answer to Login" in str(told.errors[0])
        assert not isinstance(told.errors[0], AmiLoginRefused)


@in_memory
async def test_a_silent_connection_is_tried_by_ping_and_given_up() -> None:
    told, manager = Told(), FakeManager()
    async with connected(told, manager, times=AmiTimes(ping_after=10.0, ping_answer=2.0)) as client:
        await asyncio.sleep(10.5)
        assert manager.session.names().count("Ping") == 1
        manager.session.event("A")
        await asyncio.sleep(9.9)
        assert manager.session.names().count("Ping") == 1, "not silent: no ping"
        manager.answers["Ping"] = silent
        await asyncio.sleep(0.5)
        assert client.up
        await asyncio.sleep(2.0)
        assert "no answer to Ping within 2.0 s" in str(told.errors[0])
        del manager.answers["Ping"]
        await asyncio.sleep(1)
        assert client.up
        assert len(manager.sessions) == 2
        assert manager.sessions[0].lost


@in_memory
async def test_a_resync_that_hangs_is_cut_off() -> None:
    told, manager = Told(), FakeManager()
    cancelled: list[bool] = []

    async def hang() -> None:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    told.on_up = hang
    async with connected(told, manager, times=AmiTimes(resync=5.0)):
        manager.session.event("A")
        await asyncio.sleep(5.1)
        assert told.story == ["up", "down"]
        assert cancelled == [True]
        assert "resynchronising failed: TimeoutError" in str(told.errors[0])


@in_memory
async def test_a_connection_lost_during_the_resync_ends_it_before_down_is_told() -> None:
    told, manager = Told(), FakeManager()
    ended: list[list[str]] = []

    async def hang() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            ended.append(list(told.story))

    told.on_up = hang
    async with connected(told, manager):
        manager.session.event("A")
        await turns()
        manager.session.transport.abort()
        await turns()
        assert ended == [["up"]]
        assert told.story == ["up", "down"]
        assert str(told.errors[0]) == "Asterisk closed the connection"


@in_memory
async def test_an_action_of_the_resync_fails_when_the_connection_is_lost() -> None:
    told, manager = Told(), FakeManager()
    manager.answers["CoreShowChannels"] = silent
    await manager.listen()
    client = client_of(told)

    async def resync() -> None:
        await client.action_list("CoreShowChannels")

    told.on_up = resync
    client.start()
    await turns()
    manager.session.transport.abort()
    await turns()
    assert told.story == ["up", "down"]
    assert str(told.errors[0]) == "Asterisk closed the connection"
    await client.close()


@in_memory
async def test_a_resync_that_survives_the_loss_does_not_come_up() -> None:
    told, manager = Told(), FakeManager()

    async def stubborn() -> None:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            told.story.append("swallowed")

    told.on_up = stubborn
    async with connected(told, manager) as client:
        manager.session.event("A")
        await turns()
        manager.session.transport.abort()
        await turns()
        assert told.story == ["up", "swallowed", "resynced", "down"]
        assert not client.up


@in_memory
async def test_what_cannot_be_sent_at_login_is_told_again_and_again() -> None:
    told, manager = Told(), FakeManager()
    async with connected(told, manager, event_filter=["a\nAction: Command"], times=AmiTimes(first_retry=1.0)):
        await asyncio.sleep(1.5)
        assert told.story == ["down", "down"]
        assert "header Filter" in str(told.errors[0])
        assert all(session.lost for session in manager.sessions)


@in_memory
async def test_a_message_over_the_limit_ends_the_connection() -> None:
    told, manager = Told(), FakeManager()
    async with connected(told, manager):
        manager.session.transport.write(b"Output: " + b"x" * 9_000_000)
        await turns()
        assert "limit is" in str(told.errors[0])
        await asyncio.sleep(1)
        assert told.story == ["up", "down", "up"]


@in_memory
async def test_a_down_listener_that_fails_does_not_end_the_retries() -> None:
    manager = FakeManager()

    async def up() -> None: ...

    def down(error: AmiClosed) -> None:
        raise RuntimeError("listener fails")

    client = AmiClient("127.0.0.1", 5038, "engine", "s3cret", on_event=print, on_up=up, on_down=down)
    client.start()
    await asyncio.sleep(1)
    await manager.listen()
    await asyncio.sleep(20)
    assert client.up
    await client.close()


@in_memory
async def test_an_action_waits_while_the_socket_is_full_and_no_longer_than_its_timeout() -> None:
    told, manager = Told(), FakeManager()
    async with connected(told, manager) as client:
        transport = manager.session.transport
        assert isinstance(transport, MemoryTransport)
        assert transport.peer is not None
        link = transport.peer.protocol
        sent = len(manager.session.actions)
        link.pause_writing()
        with pytest.raises(TimeoutError):
            await client.action("Ping", timeout=1.0)
        assert len(manager.session.actions) == sent
        task = asyncio.create_task(client.action("Ping", timeout=1.0))
        await asyncio.sleep(0.5)
        link.resume_writing()
        assert (await task)["Ping"] == "Pong"
        link.pause_writing()
        task = asyncio.create_task(client.action("Ping", timeout=1.0))
        await turns()
        transport.abort()
        with pytest.raises(AmiClosed):
            await task


@in_memory
async def test_close_in_every_phase_is_quiet() -> None:
    for phase in ("greeting", "Challenge", "Login", "Filter", "boot", "resync", "up"):
        told, manager = Told(), FakeManager()
        if phase == "greeting":
            manager.greeting = b""
        manager.booted = phase != "boot"
        manager.answers[phase] = silent
        if phase == "resync":
            told.on_up = asyncio.Event().wait  # type: ignore[assignment]
        await manager.listen()
        client = client_of(told, event_filter=["x"])
        client.start()
        await turns()
        await client.close()
        await client.close()
        await turns()
        assert told.story == (["up"] if phase in ("resync", "up") else [])
        assert manager.session.lost
        manager.vanish()


@on_both_loops
async def test_on_a_real_socket_over_ipv6() -> None:
    told, manager = Told(), FakeManager()
    up = asyncio.Event()
    server = await asyncio.get_running_loop().create_server(lambda: ManagerSession(manager), "::1", 0)
    port = server.sockets[0].getsockname()[1]

    async def on_up() -> None:
        up.set()

    client = AmiClient("::1", port, "engine", "s3cret", on_event=told.event, on_up=on_up, on_down=told.down)
    client.start()
    async with asyncio.timeout(5):
        await up.wait()
        for n in range(1000):
            manager.session.event(f"E{n}")
        assert (await client.action("Ping")).ok
        assert told.story == [f"E{n}" for n in range(1000)]
        await client.close()
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0.01)
    assert manager.session.lost
