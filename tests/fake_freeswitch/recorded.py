"""Recorded byte streams of a real FreeSWITCH, and a FreeSWITCH that says again what it said there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from tests.fake_freeswitch.wire import CommandReader

FIXTURES = Path(__file__).parents[1] / "fixtures" / "freeswitch"
INBOUND = ("inbound-json-bridged-call", "inbound-plain-bridged-call", "inbound-json-failures", "inbound-bad-auth")
OUTBOUND = "outbound-ivr-and-bridge"


def rows(name: str) -> list[tuple[str, bytes]]:
    """Direction (``<`` from FreeSWITCH) and bytes of every chunk in `name`.jsonl."""
    with (FIXTURES / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [(row["dir"], row["bytes"].encode("latin-1")) for row in map(json.loads, lines)]


def chunks(name: str) -> list[bytes]:
    """What FreeSWITCH said in `name`.jsonl, in the socket's own pieces."""
    return [data for direction, data in rows(name) if direction == "<" and data]


def split_at_every_offset(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """`data` in two pieces, for every place where it can be cut."""
    for offset in range(len(data) + 1):
        yield data[:offset], data[offset:]


class Replay(asyncio.Protocol):
    """A connection that says what FreeSWITCH said after as many commands: use it as a server's protocol or connect it.

    An empty chunk closes the connection, as it did then.
    """

    def __init__(self, name: str) -> None:
        self.commands: list[str] = []
        self._rows = rows(name)
        self._reader = CommandReader()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._say()

    def data_received(self, data: bytes) -> None:
        for command in self._reader.feed(data):
            self.commands.append(command.line)
            if self._rows and self._rows[0][0] == ">":
                self._rows.pop(0)
            self._say()

    def _say(self) -> None:
        while self._rows and self._rows[0][0] == "<":
            data = self._rows.pop(0)[1]
            if not data:
                self.transport.close()
                return
            self.transport.write(data)
