"""Very many events at once: FreeSWITCH, which ends a listener for which 100,000 events wait, must never wait for us."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
import uvloop

from cti.telephony.switch.freeswitch.esl import EslClient, EslClosed
from cti.telephony.switch.freeswitch.esl_backlog import READS_BETWEEN, SLICE, EslBacklog
from cti.telephony.switch.freeswitch.esl_messages import EslEvent
from tests.cti.telephony.switch.asterisk.memory_loop import in_memory, turns
from tests.fake_freeswitch.flood import Flood
from tests.fake_freeswitch.switch import FakeSwitch
from tests.fake_freeswitch.wire import json_event

COUNT = 200_000


def pieces(count: int) -> list[bytes]:
    """`count` numbered events, in pieces of 500."""
    made = []
    for begin in range(0, count, 500):
        numbers = range(begin, min(count, begin + 500))
        made.append(b"".join(json_event({"Event-Name": "CHANNEL_STATE", "N": str(n), "x": "x" * 200}) for n in numbers))
    return made


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_200_000_events_at_once_and_a_slow_listener(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    flood = Flood(pieces(COUNT))
    seen: list[int] = []
    errors: list[EslClosed] = []
    ready, answered = asyncio.Event(), asyncio.Event()

    def on_event(event: EslEvent) -> None:
        # Slow until FreeSWITCH has sent all and answered: 2 ms each; then quick, so that the test ends.
        if not answered.is_set():
            time.sleep(0.002)
        seen.append(int(event["N"]))

    async def on_up() -> None:
        ready.set()

    async def play() -> None:
        flood.start()
        client = EslClient(
            *flood.address,
            "ClueCon",
            on_event=on_event,
            on_up=on_up,
            on_down=errors.append,
            reads=["N"],
        )
        client.start()
        await ready.wait()
        while not flood.sent.is_set():
            await asyncio.sleep(0.001)
        told_when_sent = len(seen)
        # The answer overtakes the events that wait.
        assert (await client.api("echo", "meanwhile")).text == "echo meanwhile"
        assert len(seen) < COUNT
        answered.set()
        # The loop's own processor time: what other processes take is not ours.
        turn, longest = time.thread_time(), 0.0
        while len(seen) < COUNT and not errors:
            await asyncio.sleep(0)
            turn, longest = time.thread_time(), max(longest, time.thread_time() - turn)
        assert told_when_sent < COUNT // 2
        # Others on the loop had their turn all the time.
        assert longest < 0.2
        await client.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(play())
    assert errors == []
    assert seen == list(range(COUNT))
    assert flood.longest_wait < 0.5


@in_memory
async def test_a_listener_that_never_keeps_up_costs_the_connection_not_the_memory() -> None:
    switch = FakeSwitch()
    await switch.listen()
    told: list[str] = []

    async def on_up() -> None:
        told.append("up")

    client = EslClient(
        *switch.address,
        "ClueCon",
        on_event=lambda event: time.sleep(SLICE),
        on_up=on_up,
        on_down=lambda error: told.append(str(error)),
        events=["CHANNEL_STATE"],
        max_backlog=10_000,
    )
    client.start()
    await turns()
    switch.session.write(json_event({"Event-Name": "CHANNEL_STATE", "x": "x" * 1000}) * 100)
    await turns()
    assert told[0] == "up"
    assert "events wait for a listener that is too slow" in told[1]
    await asyncio.sleep(1.0)
    assert told[2:] == ["up"]
    await client.close()


def event_of(n: int) -> EslEvent:
    return EslEvent.of({"Event-Name": str(n)})


@in_memory
async def test_events_are_told_at_once_while_there_is_time() -> None:
    told: list[str] = []
    backlog = EslBacklog(asyncio.get_running_loop(), lambda event: told.append(event.name))
    backlog.begin_read()
    backlog.put(event_of(1))
    assert told == ["1"]
    backlog.hold()
    backlog.put(event_of(2))
    backlog.put(event_of(3))
    assert (told, len(backlog)) == (["1"], 2)
    backlog.release()
    await turns()
    assert told == ["1", "2", "3"]


@in_memory
async def test_a_read_tells_some_of_what_waits_before_its_own() -> None:
    told: list[str] = []
    backlog = EslBacklog(asyncio.get_running_loop(), lambda event: told.append(event.name))
    backlog.hold()
    backlog.put(event_of(1))
    backlog.release()
    backlog.begin_read()
    backlog.put(event_of(2))
    assert told == []
    backlog.end_read()
    assert told == ["1", "2"]


@in_memory
async def test_a_slow_listener_is_told_in_slices_with_reads_between_but_not_endlessly_many() -> None:
    told: list[str] = []

    def tell(event: EslEvent) -> None:
        told.append(event.name)
        time.sleep(SLICE)

    backlog = EslBacklog(asyncio.get_running_loop(), tell)
    backlog.begin_read()
    for n in range(3):
        backlog.put(event_of(n))
    backlog.end_read()
    assert told == ["0"]
    reads = 0
    while len(told) < 3:
        backlog.begin_read()
        reads += 1
        await asyncio.sleep(0)
    # FreeSWITCH never stopped sending: as many reads as allowed before each of the two slices.
    assert (READS_BETWEEN - 1) * 2 <= reads <= (READS_BETWEEN + 2) * 2
    assert told == ["0", "1", "2"]


@in_memory
async def test_what_waits_is_forgotten_when_told_to() -> None:
    told: list[str] = []
    backlog = EslBacklog(asyncio.get_running_loop(), lambda event: told.append(event.name))
    backlog.hold()
    backlog.put(event_of(1))
    backlog.clear()
    backlog.release()
    await turns()
    assert (told, len(backlog), backlog.size) == ([], 0, 0)
