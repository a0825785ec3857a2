"""The inbound ESL client against a fake FreeSWITCH, on virtual time and on real sockets."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.switch.freeswitch.esl import EslClient, EslClosed, EslLoginRefused, EslRefused, EslTimes
from cti.telephony.switch.freeswitch.esl_messages import ApiResponse, EslEvent
from tests.cti.telephony.switch.asterisk.memory_loop import in_memory, on_both_loops, turns
from tests.fake_freeswitch.recorded import Replay
from tests.fake_freeswitch.switch import FakeSwitch, Session
from tests.fake_freeswitch.wire import Command, api_response, disconnect_notice, json_event, reply

ADDRESS = ("127.0.0.1", 8021)


class Told:
    """What the client told, in order: ``up``, names of events, and errors of `on_down`."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.events: list[EslEvent] = []
        self.errors: list[EslClosed] = []
        self.times: list[float] = []
        self.on_up: Callable[[], Awaitable[object]] | None = None
        self.broken_event = ""

    def event(self, event: EslEvent) -> None:
        self.story.append(event.name)
        self.events.append(event)
        if event.name == self.broken_event:
            raise RuntimeError("listener fails")

    async def up(self) -> None:
        self.story.append("up")
        if self.on_up is not None:
            await self.on_up()
            self.story.append("resynced")

    def down(self, error: EslClosed) -> None:
        self.story.append("down")
        self.errors.append(error)
        self.times.append(asyncio.get_running_loop().time())


def client_of(told: Told, password: str = "ClueCon", **kwargs: Any) -> EslClient:
    kwargs.setdefault("jitter", lambda: 0.0)
    kwargs.setdefault("events", ["HEARTBEAT", "CHANNEL_ANSWER"])
    address = kwargs.pop("address", ADDRESS)
    return EslClient(*address, password, on_event=told.event, on_up=told.up, on_down=told.down, **kwargs)


@asynccontextmanager
async def connected(told: Told, switch: FakeSwitch, **kwargs: Any) -> AsyncIterator[EslClient]:
    await switch.listen()
    client = client_of(told, address=switch.address, **kwargs)
    client.start()
    await turns()
    try:
        yield client
    finally:
        await client.close()
        await turns()
        switch.vanish()


def silent(session: Session, command: Command) -> None:
    """FreeSWITCH that does not answer."""


@in_memory
async def test_login_then_subscription_then_up() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch, custom=["sofia::register"]) as client:
        assert client.up
        assert told.story == ["up"]
        assert switch.session.lines() == [
            "auth ClueCon",
            "event json BACKGROUND_JOB HEARTBEAT CHANNEL_ANSWER CUSTOM sofia::register",
        ]
    assert not client.up
    assert switch.session.lost
    assert told.story == ["up"]


@in_memory
async def test_filters_let_background_jobs_through() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch, filters=[("variable_cti", "1")]) as client:
        switch.event("CHANNEL_ANSWER", {"variable_cti": "2"})
        switch.event("CHANNEL_ANSWER", {"variable_cti": "1"})
        assert (await client.bgapi("echo", "x")).text == "x"
        assert told.story == ["up", "CHANNEL_ANSWER"]


@in_memory
async def test_commands_and_their_answers() -> None:
    told, switch = Told(), FakeSwitch()
    switch.channels.add("leg")
    async with connected(told, switch) as client:
        assert (await client.api("echo", "李四", 5)).text == "李四 5"
        assert (await client.api("nosuch")).error == "nosuch Command not found!"
        assert (await client.command("nosuch")).text == "-ERR command not found"
        event_uuid = await client.execute("leg", "playback", "a b.wav")
        assert switch.session.commands[-1].headers == {
            "call-command": "execute",
            "execute-app-name": "playback",
            "execute-app-arg": "a b.wav",
            "event-lock": "true",
            "Event-UUID": event_uuid,
        }
        with pytest.raises(EslRefused, match="invalid session id"):
            await client.execute("other", "playback")


@in_memory
async def test_what_cannot_be_sent_is_not_sent() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch) as client:
        sent = len(switch.session.commands)
        for call in (
            client.api("echo", "a\n\nexit"),
            client.bgapi("echo", "a\r"),
            client.command("nosuch", {"X": "1\n"}),
            client.command("api echo 1"),
            client.execute("leg", "playback", "a\nb"),
        ):
            with pytest.raises(ValueError, match=r"CR, LF or NUL|use api\(\)"):
                await call
        assert len(switch.session.commands) == sent
    with pytest.raises(ValueError, match="CR, LF or NUL"):
        client_of(told, "secret\n\napi x")


@in_memory
async def test_answers_go_to_their_commands_in_order() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch) as client:
        tasks = [asyncio.create_task(client.api("echo", n)) for n in range(50)]
        assert [(await task).text for task in tasks] == [str(n) for n in range(50)]


@in_memory
async def test_a_command_given_up_keeps_its_place() -> None:
    told, switch = Told(), FakeSwitch()
    held: list[Command] = []
    switch.verbs["api"] = lambda _, command: held.append(command)
    async with connected(told, switch) as client:
        first = asyncio.create_task(client.api("echo", "first"))
        late = asyncio.create_task(client.api("echo", "late", timeout=1.0))
        third = asyncio.create_task(client.api("echo", "third"))
        await turns()
        first.cancel()
        with pytest.raises(TimeoutError):
            await late
        for command in held:
            switch.session.write(api_response(command.rest))
        assert (await third).text == "echo third"
        assert client.up
        assert told.story == ["up"]


@in_memory
async def test_a_command_that_is_never_answered_does_not_shift_the_others_for_ever() -> None:
    told, switch = Told(), FakeSwitch()
    switch.apis["lost"] = lambda _session, _arguments: None
    async with connected(told, switch) as client:
        with pytest.raises(TimeoutError):
            await client.api("lost", timeout=1.0)
        with pytest.raises(EslClosed, match="out of step"):
            await client.api("echo", "next")
        await turns()
        assert "answers are out of step: echo printed 'next'" in str(told.errors[0])
        await asyncio.sleep(1.0)
        assert (await client.api("echo", "again")).text == "again"
        with pytest.raises(TimeoutError):
            await client.api("lost", timeout=1.0)
        # Events go on, and nobody asks anything: it is noticed all the same.
        for _ in range(3):
            await asyncio.sleep(7.0)
            switch.event("HEARTBEAT")
        assert "no sign of life within 20.0 s" in str(told.errors[1])


@in_memory
async def test_a_late_answer_costs_nothing() -> None:
    told, switch = Told(), FakeSwitch()
    held: list[Command] = []
    switch.verbs["api"] = lambda _, command: held.append(command)
    async with connected(told, switch) as client:
        with pytest.raises(TimeoutError):
            await client.api("slow", timeout=1.0)
        await asyncio.sleep(19.0)
        del switch.verbs["api"]
        for command in held:
            switch.session.write(api_response(command.rest.removeprefix("echo ")))
        assert (await client.api("echo", "next")).text == "next"
        await asyncio.sleep(60.0)
        assert told.story == ["up"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["send", "job", "cancel", "answer", "event", "turn"]), st.integers(0, 5)),
        max_size=60,
    )
)
def test_whoever_gives_up_and_whenever_no_answer_goes_to_another(steps: list[tuple[str, int]]) -> None:
    @in_memory
    async def play() -> None:
        told, switch = Told(), FakeSwitch()
        held: list[Command] = []
        switch.verbs["api"] = switch.verbs["bgapi"] = lambda _, command: held.append(command)
        tasks: list[asyncio.Task[object]] = []
        asked: list[str] = []

        def answer() -> None:
            command = held.pop(0)
            if command.verb == "api":
                switch.session.write(api_response(command.rest.removeprefix("echo ")))
                return
            job = command.headers["Job-UUID"]
            switch.session.write(reply(f"+OK Job-UUID: {job}", Job_UUID=job))
            switch.event("BACKGROUND_JOB", {"Job-UUID": job}, command.rest.removeprefix("echo "))

        async with connected(told, switch) as client:
            for step, number in steps:
                match step:
                    case "send" | "job":
                        text = f"text {len(asked)}"
                        asked.append(text)
                        call = client.api if step == "send" else client.bgapi
                        tasks.append(asyncio.create_task(call("echo", text)))
                    case "cancel" if tasks:
                        tasks[-1 - number % len(tasks)].cancel()
                    case "answer":
                        for _ in range(min(number, len(held))):
                            answer()
                    case "event":
                        switch.event("HEARTBEAT")
                    case _:
                        await turns(number)
            await turns()
            while held:
                answer()
                await turns()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            for text, outcome in zip(asked, outcomes, strict=True):
                assert isinstance(outcome, asyncio.CancelledError) or outcome == ApiResponse(text)
            assert "down" not in told.story
            assert (client._link.waiting if client._link else None) == 0

    play()


@in_memory
async def test_a_background_job_ends_later_and_jobs_end_in_any_order() -> None:
    told, switch = Told(), FakeSwitch()
    switch.apis["originate"] = lambda _session, _arguments: None
    async with connected(told, switch) as client:
        tasks = [asyncio.create_task(client.bgapi("originate", n)) for n in range(3)]
        await turns()
        jobs = [command.headers["Job-UUID"] for command in switch.session.commands[-3:]]
        assert (await client.api("echo", "meanwhile")).text == "meanwhile"
        for n in (2, 0, 1):
            switch.event("BACKGROUND_JOB", {"Job-UUID": jobs[n]}, f"+OK {n}\n")
        assert [(await task).value for task in tasks] == ["0", "1", "2"]
        assert told.story == ["up"]


@in_memory
async def test_a_job_nobody_awaits_any_more_is_told_as_an_event() -> None:
    told, switch = Told(), FakeSwitch()
    switch.apis["originate"] = lambda _session, _arguments: None
    async with connected(told, switch) as client:
        with pytest.raises(TimeoutError):
            await client.bgapi("originate", "x", timeout=5.0)
        job = switch.session.commands[-1].headers["Job-UUID"]
        switch.event("BACKGROUND_JOB", {"Job-UUID": job}, "+OK leg\n")
        await turns()
        assert told.story == ["up", "BACKGROUND_JOB"]
        assert told.events[0].body == "+OK leg\n"


@in_memory
async def test_a_job_that_is_refused() -> None:
    told, switch = Told(), FakeSwitch()
    switch.verbs["bgapi"] = lambda session, _: session.write(reply("-ERR permission denied"))
    async with connected(told, switch) as client:
        with pytest.raises(EslRefused, match="bgapi: -ERR permission denied"):
            await client.bgapi("originate", "x")
        assert client.up


@in_memory
async def test_an_api_that_is_refused_comes_as_a_reply() -> None:
    told, switch = Told(), FakeSwitch()
    switch.verbs["api"] = lambda session, _: session.write(reply("-ERR permission denied"))
    async with connected(told, switch) as client:
        assert (await client.api("originate", "x")).error == "permission denied"


@in_memory
async def test_answers_out_of_order_end_the_connection_instead_of_going_to_others() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch) as client:
        jobs: list[str] = []
        switch.verbs["bgapi"] = lambda _, command: jobs.append(command.headers["Job-UUID"])
        tasks = [asyncio.create_task(client.bgapi("originate", n)) for n in range(2)]
        await turns()
        for job in reversed(jobs):
            switch.session.write(reply(f"+OK Job-UUID: {job}", Job_UUID=job))
        for task in tasks:
            with pytest.raises(EslClosed, match="answers are out of step"):
                await task
        await turns()
        assert told.story == ["up", "down"]
        await asyncio.sleep(1.0)
        assert client.up
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch) as client:
        switch.verbs["nosuch"] = lambda session, _: session.write(api_response("for another"))
        with pytest.raises(EslClosed, match="answers are out of step"):
            await client.command("nosuch")
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch):
        switch.session.write(reply("+OK for nobody"))
        await turns()
        assert "a command nobody sent" in str(told.errors[0])


@in_memory
async def test_commands_before_and_after_the_connection() -> None:
    told, switch = Told(), FakeSwitch()
    client = client_of(told)
    for _ in range(2):
        with pytest.raises(EslClosed, match="not connected"):
            await client.api("echo", "x")
        async with connected(told, switch):
            pass
        await client.close()


@in_memory
async def test_events_during_the_resync_come_after_it_in_order() -> None:
    told, switch = Told(), FakeSwitch()
    client: EslClient

    async def resync() -> None:
        switch.event("HEARTBEAT")
        switch.event("CHANNEL_ANSWER")
        assert (await client.api("show", "channels", "as", "json")).text == '{"row_count":0}\n'
        assert (await client.bgapi("echo", "job")).text == "job"
        told.story.append("read")

    told.on_up = resync
    await switch.listen()
    client = client_of(told)
    client.start()
    await turns(60)
    switch.event("HEARTBEAT")
    await turns()
    assert told.story == ["up", "read", "resynced", "HEARTBEAT", "CHANNEL_ANSWER", "HEARTBEAT"]
    await client.close()


@in_memory
async def test_a_resync_that_fails_or_hangs_is_made_anew() -> None:
    told, switch = Told(), FakeSwitch()

    async def fails() -> None:
        raise RuntimeError("no sense")

    told.on_up = fails
    async with connected(told, switch, times=EslTimes(first_retry=1.0, resync=7.0)) as client:
        assert "resynchronising failed: RuntimeError('no sense')" in str(told.errors[0])
        told.on_up = asyncio.Event().wait
        await asyncio.sleep(1.5)
        assert told.story == ["up", "down", "up"]
        await asyncio.sleep(7.0)
        assert "resynchronising failed: TimeoutError" in str(told.errors[1])
        told.on_up = None
        await asyncio.sleep(3.0)
        assert client.up


@in_memory
async def test_a_wrong_password_is_told_and_tried_again_much_later() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch, password="wrong") as client:
        assert isinstance(told.errors[0], EslLoginRefused)
        assert str(told.errors[0]) == "127.0.0.1:8021: wrong password for FreeSWITCH's event socket"
        await asyncio.sleep(59.0)
        assert len(switch.sessions) == 1
        switch.password = "wrong"
        await asyncio.sleep(2.0)
        assert client.up


@in_memory
async def test_an_access_list_that_refuses_is_like_a_wrong_password() -> None:
    told, switch = Told(), FakeSwitch()
    switch.banned = True
    async with connected(told, switch):
        assert isinstance(told.errors[0], EslLoginRefused)
        assert "apply-inbound-acl" in str(told.errors[0])
        await asyncio.sleep(59.0)
        assert len(switch.sessions) == 1


@in_memory
async def test_a_subscription_that_is_refused() -> None:
    told, switch = Told(), FakeSwitch()
    switch.verbs["event"] = lambda session, _: session.write(reply("-ERR permission denied"))
    async with connected(told, switch):
        assert isinstance(told.errors[0], EslLoginRefused)
        assert str(told.errors[0]).endswith("CHANNEL_ANSWER: -ERR permission denied")


@in_memory
async def test_it_comes_back_with_growing_pauses() -> None:
    told, switch = Told(), FakeSwitch()
    client = client_of(told)
    client.start()
    await asyncio.sleep(20.0)
    pauses = [round(b - a, 3) for a, b in zip(told.times, told.times[1:], strict=False)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    await switch.listen()
    await asyncio.sleep(5.0)
    assert client.up
    await asyncio.sleep(60.0)
    switch.vanish()
    await turns()
    assert told.story[-2:] == ["up", "down"]
    assert "FreeSWITCH closed the connection" in str(told.errors[-1])
    await switch.listen()
    await asyncio.sleep(0.6)
    assert client.up
    await client.close()


@in_memory
async def test_what_waits_when_the_connection_is_lost_fails_at_once() -> None:
    told, switch = Told(), FakeSwitch()
    switch.verbs["api"] = switch.verbs["bgapi"] = silent
    async with connected(told, switch) as client:
        tasks = [asyncio.create_task(one) for one in (client.api("a"), client.api("b"), client.bgapi("c"))]
        await turns()
        tasks[1].cancel()
        switch.session.transport.abort()
        for task in (tasks[0], tasks[2]):
            with pytest.raises(EslClosed, match="FreeSWITCH closed the connection"):
                await task
        await turns()
        assert told.story == ["up", "down"]
    gc.collect()


@in_memory
async def test_a_job_that_runs_when_the_connection_is_lost_fails_at_once() -> None:
    told, switch = Told(), FakeSwitch()
    switch.apis["originate"] = lambda _session, _arguments: None
    async with connected(told, switch) as client:
        task = asyncio.create_task(client.bgapi("originate", "x"))
        await turns()
        switch.session.goodbye()
        with pytest.raises(EslClosed):
            await task


@in_memory
async def test_the_socket_is_closed_in_the_middle_of_a_message() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch) as client:
        switch.session.write(json_event({"Event-Name": "CHANNEL_ANSWER", "Unique-ID": "1"})[:-10])
        switch.session.transport.close()
        await turns()
        assert told.story == ["up", "down"]
        await asyncio.sleep(1.0)
        switch.event("HEARTBEAT")
        await turns()
        assert told.story == ["up", "down", "up", "HEARTBEAT"]
        assert client.up


@in_memory
async def test_closing_while_it_connects_resyncs_or_waits_tells_nothing() -> None:
    for steps in range(30):
        told, switch = Told(), FakeSwitch()
        told.on_up = asyncio.Event().wait
        await switch.listen()
        client = client_of(told)
        client.start()
        await turns(steps)
        await client.close()
        await turns()
        assert "down" not in told.story
        assert all(session.lost for session in switch.sessions)
        switch.vanish()


@in_memory
async def test_a_peer_that_says_nothing_or_something_else() -> None:
    told, switch = Told(), FakeSwitch()
    switch.silent = True
    async with connected(told, switch):
        await asyncio.sleep(5.1)
        assert str(told.errors[0]) == "127.0.0.1:8021 asks for no password within 5.0 s"
    told, switch = Told(), FakeSwitch()
    switch.silent = True
    async with connected(told, switch):
        switch.session.transport.write(b"220 mail.example ESMTP\r\n\n\n")
        await turns()
        assert "not FreeSWITCH's event socket" in str(told.errors[0])


@in_memory
async def test_a_login_that_is_not_answered() -> None:
    told, switch = Told(), FakeSwitch()
    switch.verbs["auth"] = silent
    async with connected(told, switch):
        await asyncio.sleep(10.1)
        assert str(told.errors[0]) == "no answer to auth within 10.0 s"


@in_memory
async def test_silence_is_asked_about_and_a_dead_peer_is_left() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch) as client:
        await asyncio.sleep(40.0)
        assert client.up
        assert [line[:8] for line in switch.session.lines()[2:]] == ["api echo", "api echo"]
        switch.verbs["api"] = silent
        await asyncio.sleep(20.0)
        assert "no sign of life within 5.0 s" in str(told.errors[0])


@in_memory
async def test_events_are_a_sign_of_life() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch):
        for _ in range(10):
            await asyncio.sleep(10.0)
            switch.event("HEARTBEAT")
            await turns()
        assert len(switch.session.commands) == 2


@in_memory
async def test_an_api_may_block_its_connection_for_a_while_but_not_for_ever() -> None:
    told, switch = Told(), FakeSwitch()
    switch.apis["originate"] = lambda _session, _arguments: None
    async with connected(told, switch) as client:
        task = asyncio.create_task(client.api("originate", "x", timeout=100.0))
        await asyncio.sleep(99.0)
        assert client.up
        with pytest.raises(TimeoutError):
            await task
        await asyncio.sleep(19.0)
        assert client.up
        await asyncio.sleep(2.0)
        assert "no sign of life within 20.0 s" in str(told.errors[0])


@in_memory
async def test_a_listener_that_fails_hears_the_next_event() -> None:
    told, switch = Told(), FakeSwitch()
    told.broken_event = "HEARTBEAT"
    async with connected(told, switch):
        switch.event("HEARTBEAT")
        switch.event("CHANNEL_ANSWER")
        await turns()
        assert told.story == ["up", "HEARTBEAT", "CHANNEL_ANSWER"]


@in_memory
async def test_an_unreadable_event_is_left_out() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch):
        for name in ("CHANNEL_ANSWER", "BACKGROUND_JOB"):
            content = b'{"Event-Name":"%b","broken' % name.encode()
            switch.session.write(b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(content), content))
        switch.event("HEARTBEAT")
        await turns()
        assert told.story == ["up", "HEARTBEAT"]


@in_memory
async def test_freeswitch_shuts_down() -> None:
    told, switch = Told(), FakeSwitch()
    switch.verbs["api"] = lambda session, _: session.goodbye()
    async with connected(told, switch) as client:
        with pytest.raises(EslClosed):
            await client.api("fsctl", "shutdown", "now")
        await turns()
        assert told.story == ["up", "down"]


@in_memory
async def test_a_disconnect_notice_alone_closes_nothing() -> None:
    told, switch = Told(), FakeSwitch()
    async with connected(told, switch) as client:
        switch.session.write(disconnect_notice())
        await turns()
        assert client.up


@in_memory
async def test_on_down_that_fails_does_not_keep_it_away() -> None:
    told, switch = Told(), FakeSwitch()

    def down(error: EslClosed) -> None:
        raise RuntimeError("listener fails")

    client = EslClient(*ADDRESS, "ClueCon", on_event=told.event, on_up=told.up, on_down=down, jitter=lambda: 1.0)
    client.start()
    await turns()
    await switch.listen()
    await asyncio.sleep(0.3)
    assert client.up
    await client.close()


@in_memory
async def test_recorded_failures_are_played_again() -> None:
    told, replay = Told(), Replay("inbound-json-failures")
    await asyncio.get_running_loop().create_server(lambda: replay, *ADDRESS)
    client = client_of(told, events=["ALL"])
    client.start()
    await turns(40)
    answers = [
        (await client.api(*line)).error
        for line in (
            ("originate", "{originate_timeout=3}sofia/internal/9186@127.0.0.1:25080", "&park"),
            ("originate", "{originate_timeout=2}sofia/internal/9199@127.0.0.1:25080", "&park"),
            ("originate", "sofia/gateway/nosuch/1", "&park"),
            ("originate", "user/nosuch", "&park"),
            ("uuid_kill", "99999999-0000-4000-8000-000000000000"),
            ("uuid_bridge", "x", "y"),
        )
    ]
    assert answers == [
        "USER_BUSY",
        "NO_ANSWER",
        "INVALID_GATEWAY",
        "SUBSCRIBER_ABSENT",
        "No such channel!",
        "Invalid uuid",
    ]
    assert (await client.command("nosuchcmd")).text == "-ERR command not found"
    assert (await client.api("nosuchapi")).error == "nosuchapi Command not found!"
    causes = [event["Hangup-Cause"] for event in told.events if event.name == "CHANNEL_HANGUP_COMPLETE"]
    assert "USER_BUSY" in causes
    assert told.story.count("up") == 1
    await client.close()


@on_both_loops
async def test_on_real_sockets() -> None:
    told, switch = Told(), FakeSwitch(address=("127.0.0.1", 0))
    await switch.listen()
    client = client_of(told, address=switch.address)
    client.start()
    while not client.up:
        await asyncio.sleep(0.01)
    answers = await asyncio.gather(*(client.api("echo", n) for n in range(200)))
    assert [answer.text for answer in answers] == [str(n) for n in range(200)]
    assert (await client.bgapi("echo", "x" * 300_000)).text == "x" * 300_000
    switch.event("CHANNEL_ANSWER", {"Unique-ID": "1"})
    while len(told.story) < 2:
        await asyncio.sleep(0.01)
    assert told.story == ["up", "CHANNEL_ANSWER"]
    await client.close()
    switch.vanish()
    await asyncio.sleep(0.01)
