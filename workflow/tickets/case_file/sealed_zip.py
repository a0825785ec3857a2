"""A ZIP that is written while it is sent, sealed by its list: the last entry has the SHA-256 of every other."""

from __future__ import annotations

import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from cti.base.times.business_time import ZONE

LIST = "清单.json"
Send = Callable[[bytes], Awaitable[object]]


class _Out:
    """What the archive writes until it is sent; it cannot go back."""

    def __init__(self) -> None:
        self._left = bytearray()

    def write(self, data: bytes) -> int:
        """Keep it to be sent."""
        self._left += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """All that was not sent yet."""
        left, self._left = bytes(self._left), bytearray()
        return left


class SealedZip:
    """Entries go out as they are added, at any length; `send` takes bytes. Sound does not shrink, so nothing is
    packed."""

    def __init__(self, send: Send, at: datetime) -> None:
        self._send, self._out, self._at = send, _Out(), at.astimezone(ZONE)
        self._zip = zipfile.ZipFile(cast("Any", self._out), "w", zipfile.ZIP_STORED)
        self._entries: list[dict[str, Any]] = []

    async def add(self, name: str, pieces: AsyncIterator[bytes], about: Mapping[str, Any] | None = None) -> None:
        """An entry from pieces; the list says `about` it what is known besides its hash."""
        digest, size = sha256(), 0
        with self._zip.open(self._info(name), "w", force_zip64=True) as entry:
            async for piece in pieces:
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
                await self._send(self._out.taken())
        self._entries.append({"文件": name, "字节": size, "SHA-256": digest.hexdigest(), **(about or {})})
        await self._send(self._out.taken())

    async def put(self, name: str, content: bytes) -> None:
        """A small entry."""
        await self.add(name, _whole(content))

    def listed(self, about: Mapping[str, Any]) -> bytes:
        """The list of all entries until now, to be put last."""
        return json.dumps({**about, "内容": self._entries}, ensure_ascii=False, indent=2).encode()

    async def close(self, listed: bytes) -> None:
        """The list, and the end."""
        self._zip.writestr(self._info(LIST), listed)
        self._zip.close()
        await self._send(self._out.taken())

    def _info(self, name: str) -> zipfile.ZipInfo:
        return zipfile.ZipInfo(name, self._at.timetuple()[:6])


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
