"""Our client: counts events until all have come, and prints the CPU seconds that took."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import uvloop

from bench.esl_lib.feeder import recorded_events
from cti.telephony.switch.freeswitch.esl import EslClient, EslClosed
from cti.telephony.switch.freeswitch.esl_messages import EslEvent, HeaderSelection

READS = """Unique-ID Call-Direction DTMF-Digit Hangup-Cause variable_hangup_cause variable_hangup_cause_q850
variable_hotline_by variable_hotline_call variable_hotline_party variable_hotline_agent variable_hotline_address
""".split()
"""What the driver asks a leg's events for."""


async def count(port: int, events: int, reads: list[str]) -> float:
    """CPU seconds for so many events."""
    seen = 0
    up, done = asyncio.Event(), asyncio.Event()

    def on_event(event: EslEvent) -> None:
        nonlocal seen
        event.get("Unique-ID")
        event.get("Call-Direction")
        event.get("variable_hotline_party")
        seen += 1
        if seen == events:
            done.set()

    async def on_up() -> None:
        up.set()

    def on_down(error: EslClosed) -> None:
        raise SystemExit(str(error))

    client = EslClient(
        "127.0.0.1", port, "ClueCon", on_event=on_event, on_up=on_up, on_down=on_down, events=["ALL"], reads=reads
    )
    client.start()
    await up.wait()
    begin = time.process_time()
    await client.api("go")
    await done.wait()
    spent = time.process_time() - begin
    await client.close()
    return spent


def decode(events: int) -> float:
    """CPU seconds msgspec alone takes for so many events: what no client can beat."""
    bodies = [event.partition(b"\n\n")[2] for event in recorded_events("json")]
    selected = HeaderSelection(READS).decode
    begin = time.process_time()
    for at in range(events):
        selected(bodies[at % len(bodies)])
    return time.process_time() - begin


def main() -> None:
    """``ours PORT COUNT selected|all|decode``."""
    port, events, mode = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    if mode == "decode":
        spent = decode(events)
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            spent = runner.run(count(port, events, READS if mode == "selected" else []))
    print(json.dumps({"cpu": spent}))


if __name__ == "__main__":
    main()
