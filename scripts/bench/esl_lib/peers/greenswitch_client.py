"""greenswitch: counts events until all have come, and prints the CPU seconds that took. ``PORT COUNT plain``."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

# The libraries are not installed where types are checked.
import gevent.event  # type: ignore[import-not-found,import-untyped,unused-ignore]
import greenswitch  # type: ignore[import-not-found,unused-ignore]


def count(port: int, events: int) -> float:
    """CPU seconds for so many events."""
    seen = 0
    done = gevent.event.Event()

    def on_event(event: Any) -> None:
        nonlocal seen
        event.headers.get("Unique-ID")
        event.headers.get("Call-Direction")
        event.headers.get("variable_hotline_party")
        seen += 1
        if seen == events:
            done.set()

    client = greenswitch.InboundESL("127.0.0.1", port, "ClueCon")
    client.connect()
    client.register_handle("*", on_event)
    client.send("events plain ALL")
    begin = time.process_time()
    client.send("api go")
    done.wait()
    return time.process_time() - begin


print(json.dumps({"cpu": count(int(sys.argv[1]), int(sys.argv[2]))}), flush=True)
