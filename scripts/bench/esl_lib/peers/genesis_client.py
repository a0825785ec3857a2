"""genesis: counts events until all have come, and prints the CPU seconds that took. ``PORT COUNT plain|json``."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

# The libraries are not installed where types are checked.
from genesis import Inbound  # type: ignore[import-not-found,unused-ignore]


async def count(port: int, events: int, kind: str) -> float:
    """CPU seconds for so many events."""
    seen = 0
    done = asyncio.Event()

    def take(event: dict[str, str]) -> None:
        nonlocal seen
        event.get("Unique-ID")
        event.get("Call-Direction")
        event.get("variable_hotline_party")
        seen += 1
        if seen == events:
            done.set()

    async def on_event(event: dict[str, str]) -> None:
        take(event)

    def decode(_: Any, event: Any) -> None:
        # It hands JSON events on as text.
        if event.get("Content-Type") == "text/event-json":
            take(json.loads(event.body))

    async with Inbound("127.0.0.1", port, "ClueCon") as protocol:
        if kind == "plain":
            protocol.on("*", on_event)
        else:
            protocol.event_processors.append(decode)
        await protocol.send(f"events {kind} ALL")
        begin = time.process_time()
        await protocol.send("api go")
        await done.wait()
        return time.process_time() - begin


print(json.dumps({"cpu": asyncio.run(count(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))}))
