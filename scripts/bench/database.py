"""The database of a bench: SQLite in its folder, or a PostgreSQL that may not be ready yet."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import asyncpg

from cti.store.engine import Store

READY_SECONDS = 30


async def opened(url: str | None, folder: Path) -> Store:
    """The store, once its server takes connections."""
    if url is not None:
        await _ready(url)
    return await Store.open(url, folder)


async def _ready(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            connection = await asyncpg.connect(url)
            await connection.close()
            return
        except (OSError, asyncpg.CannotConnectNowError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)
