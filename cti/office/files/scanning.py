"""Asks a virus scanner about a file, over clamd's protocol (man clamd, INSTREAM)."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

SECONDS = 120.0
LENGTH = struct.Struct(">I")


class ScannerProblem(Exception):
    """The scanner cannot be reached, or could not look at the file: to be tried again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says; `found` names what it found, empty when the file is clean."""

    found: str = ""


class Scanner(Protocol):
    """Says of a content whether there is a virus in it."""

    async def scan(self, content: AsyncIterator[bytes]) -> Verdict:
        """Look at a whole content. ScannerProblem."""


class Clamd:
    """A clamd at `tcp://host:port` or `unix:/path`."""

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        self._address = address
        self._seconds = seconds

    async def scan(self, content: AsyncIterator[bytes]) -> Verdict:
        """Send the content and read the answer."""
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._ask(content)
        except TimeoutError:
            raise ScannerProblem("the scanner gave no answer in time") from None
        except OSError as error:
            raise ScannerProblem(f"{type(error).__name__}: {error}") from error
        # `stream: OK`, `stream: Eicar-Signature FOUND`, `INSTREAM size limit exceeded. ERROR`
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return Verdict()
        if said.endswith(" FOUND"):
            return Verdict(said.removesuffix(" FOUND"))
        raise ScannerProblem(said or "the scanner closed the connection")

    async def _ask(self, content: AsyncIterator[bytes]) -> str:
        if self._address.startswith("unix:"):
            reader, writer = await asyncio.open_unix_connection(self._address.removeprefix("unix:"))
        else:
            place = urlsplit(self._address)
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            writer.write(b"zINSTREAM\x00")
            try:
                async for piece in content:
                    writer.write(LENGTH.pack(len(piece)) + piece)
                    await writer.drain()
                writer.write(LENGTH.pack(0))
                await writer.drain()
            except ConnectionError:
                # It says why before it closes, as when the file is larger than it takes.
                pass
            return (await reader.read(4096)).rstrip(b"\x00\n").decode(errors="replace")
        finally:
            writer.close()
