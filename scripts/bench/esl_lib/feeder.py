"""Sends recorded events to one client as fast as it reads. A process of its own, so that its work is not counted."""

from __future__ import annotations

import sys

from cti.telephony.switch.freeswitch.esl_messages import EslEvent
from cti.telephony.switch.freeswitch.esl_protocol import EslParser
from tests.fake_freeswitch.flood import Flood
from tests.fake_freeswitch.recorded import chunks

RECORDINGS = {"json": "inbound-json-bridged-call", "plain": "inbound-plain-bridged-call"}
AT_ONCE = 40


def recorded_events(kind: str) -> list[bytes]:
    """Every event of a recorded call as FreeSWITCH sent it."""
    parser = EslParser()
    messages = [message for chunk in chunks(RECORDINGS[kind]) for message in parser.feed(chunk)]
    bodies = [message.raw for message in messages if isinstance(message, EslEvent)]
    head = f"Content-Type: text/event-{kind}\n\n".encode()
    return [b"Content-Length: %d\n%b%b" % (len(body), head, body) for body in bodies]


def main() -> None:
    """``feeder json|plain COUNT``: prints the port, serves one client."""
    kind, count = sys.argv[1], int(sys.argv[2])
    events = recorded_events(kind)
    ring = [events[at % len(events)] for at in range(count)]
    flood = Flood([b"".join(ring[at : at + AT_ONCE]) for at in range(0, count, AT_ONCE)], on="api go")
    print(flood.address[1], flush=True)
    flood.start()
    flood.join()


if __name__ == "__main__":
    main()
