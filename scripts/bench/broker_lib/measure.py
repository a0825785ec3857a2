"""CPU milliseconds and memory that each broker spends on the same calls, and how often the one costs the other."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from pathlib import Path

import aiomqtt

from bench.broker_lib.calls import messages
from bench.broker_lib.options import arguments
from bench.callpath_lib.processes import Cost
from cti.process import broker
from cti.process.mqtt import MqttPublisher

START_SECONDS = 20.0


async def cost(data: Path, mosquitto: Path | None, calls: int, rate: float, readers: int) -> tuple[Cost, int]:
    """What a broker spent, and how many messages the readers had, all of them together."""
    with socket.socket() as free:
        free.bind((broker.HOST, 0))
        port: int = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *broker.command(data, port, mosquitto), stderr=asyncio.subprocess.DEVNULL
    )
    publisher = MqttPublisher(broker.HOST, port, *broker.credentials(data))
    heard = [0] * readers
    try:
        publisher.start()
        async with asyncio.timeout(START_SECONDS):
            while not publisher.is_up:
                await asyncio.sleep(0.05)
        listening = [asyncio.create_task(_listen(data, port, heard, one)) for one in range(readers)]
        await asyncio.sleep(1)
        before, wanted = Cost.of(process.pid), 0
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(calls):
            told = messages(number)
            wanted += len(told) * readers
            publisher.take(told)
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
        async with asyncio.timeout(60):
            while sum(heard) < wanted:
                await asyncio.sleep(0.05)
        found = Cost.of(process.pid).since(before)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await publisher.stop()
        return found, sum(heard)
    finally:
        process.terminate()
        await process.wait()


async def _listen(data: Path, port: int, heard: list[int], reader: int) -> None:
    user, password = broker.credentials(data, broker.READER)
    async with aiomqtt.Client(
        broker.HOST, port, username=user, password=password, max_queued_incoming_messages=0
    ) as client:
        await client.subscribe(f"{broker.TREE}#")
        async for _ in client.messages:
            heard[reader] += 1


def main() -> None:
    """Print a line for each broker, and the ratio."""
    options = arguments(sys.argv[1:])
    kinds = {"embedded": None, "mosquitto": broker.find_mosquitto()}
    if kinds["mosquitto"] is None:
        sys.exit("error: no Mosquitto 2 is to be had here")
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, program in kinds.items():
            found, heard = asyncio.run(cost(Path(folder), program, options.calls, options.rate, options.readers))
            spent[name] = found.own * 1000 / options.calls
            print(
                f"{name:<10} {spent[name]:6.3f} ms of CPU a call, {heard / options.calls:.1f} messages heard a call, "
                f"{found.memory / 1e6:.0f} MB"
            )
    print(f"embedded / mosquitto: {spent['embedded'] / max(spent['mosquitto'], 1e-9):.1f}")


if __name__ == "__main__":
    main()
