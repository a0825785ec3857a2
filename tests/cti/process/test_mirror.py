import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from cti.base.events import AgentStateChanged, AlarmRaised, Stored
from cti.process import mirror as module
from cti.process.mirror import Mirror
from cti.process.mqtt import LENGTH_BYTES, Message

AT = datetime(2026, 11, 25, tzinfo=UTC)
COPY = "import os, shutil, sys; shutil.copyfileobj(sys.stdin.buffer.raw, open(sys.argv[1], 'ab', 0), 100)"
"""A publisher that appends what it reads to a file."""
DEAF = "import time; time.sleep(60)"


def copying(path: Path) -> Mirror:
    return Mirror([sys.executable, "-c", COPY, str(path)])


def stored(sequence: int) -> Stored:
    event = AgentStateChanged(at=AT, agent=str(sequence), organisation="city", state="ready")
    return Stored(sequence=sequence, event=event)


def batches(path: Path) -> list[list[Message]]:
    data, found = path.read_bytes(), []
    while data:
        end = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES])
        found.append(msgspec.msgpack.decode(data[LENGTH_BYTES:end], type=list[Message]))
        data = data[end:]
    return found


async def test_what_was_stored_goes_to_the_process_a_batch_a_commit(tmp_path: Path) -> None:
    mirror = copying(tmp_path / "got")
    await mirror.start()
    mirror.tell([stored(1), stored(2)])
    mirror.tell([Stored(sequence=3, event=AlarmRaised(at=AT, name="a", text="b"))])
    mirror.tell([stored(4)])
    await mirror.stop()
    first, second = batches(tmp_path / "got")
    assert [payload["sequence"] for _, payload, _ in first] == [1, 2]
    assert second == [
        (
            "hotline/v1/agents/4",
            {"event": "agent_state_changed", **second[0][1], "agent": "4", "at": AT, "sequence": 4},
            True,
        )
    ]
    assert not mirror.is_running and mirror.left_out == 0


async def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    mirror = copying(tmp_path / "got")
    await mirror.start()
    first = mirror._process
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    await first.wait()
    mirror.tell([stored(1)])
    assert mirror.left_out == 1
    async with asyncio.timeout(5):
        while not mirror.is_running:
            await asyncio.sleep(0.01)
    mirror.tell([stored(2)])
    await mirror.stop()
    assert [message[1]["sequence"] for batch in batches(tmp_path / "got") for message in batch] == [2]


async def test_a_process_that_does_not_read_costs_a_bounded_memory() -> None:
    mirror = Mirror([sys.executable, "-c", DEAF])
    await mirror.start()
    batch = [stored(number) for number in range(1000)]
    told = 0
    while not mirror.left_out:
        mirror.tell(batch)
        told += 1
        assert told < 1000
    assert mirror._process is not None and mirror._process.stdin is not None
    assert mirror._process.stdin.transport.get_write_buffer_size() < module.BOUND + (1 << 20)
    process = mirror._process
    await mirror.stop()
    assert process.returncode == -signal.SIGKILL
