"""Reads sealed contents for others, off the loop, a stretch at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from cti.base.ciphers.cipher import Cipher
from cti.base.ciphers.sealed_files import SealedReader

STRETCH = 512 * 1024


async def pieces_of(path: Path, cipher: Cipher, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
    """The plain bytes from `start` to before `end`. KeyProblem, OSError."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        reader = await asyncio.to_thread(SealedReader, file, cipher)
        end = reader.size if end is None else min(end, reader.size)
        for at in range(start, end, STRETCH):
            yield await asyncio.to_thread(_joined, reader, at, min(at + STRETCH, end))
    finally:
        file.close()


def _joined(reader: SealedReader, start: int, end: int) -> bytes:
    return b"".join(reader.read(start, end))
