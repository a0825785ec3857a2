"""Files that the house itself has, put among somebody's uploads as if he had chosen them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from cti.base.ids import new_id
from cti.base.visitor import Visitor
from cti.office.files.uploads import Uploads


async def put(uploads: Uploads, visitor: Visitor, name: str, size: int, pieces: AsyncIterator[bytes]) -> str:
    """Upload what comes in `pieces`; returns the token by which a record takes it. What `Uploads.begin` refuses."""
    token = f"house-{new_id()}"
    await uploads.begin(visitor, token, name, size)
    await uploads.receive(visitor, token, 0, pieces)
    return token


async def put_bytes(uploads: Uploads, visitor: Visitor, name: str, data: bytes) -> str:
    """The same of what is in memory."""

    async def pieces() -> AsyncIterator[bytes]:
        yield data

    return await put(uploads, visitor, name, len(data), pieces())
