import asyncio
from typing import Any

from sqlalchemy import text

from cti.store.engine import Store


async def test_a_connection_that_nobody_waits_for_any_more_is_closed(sqlite_store: Store) -> None:
    """Who was cancelled while the driver opened a file left it open until the collector came by, with a warning."""

    async def read() -> None:
        async with sqlite_store.reading() as session:
            await session.execute(text("SELECT 1"))

    for steps in range(8):
        await sqlite_store.engine.dispose()
        asking = asyncio.create_task(read())
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await asyncio.sleep(0.02)
    await read()


async def test_a_connection_that_is_given_up_while_it_closes_is_closed(sqlite_store: Store) -> None:
    """The driver was told to stop beside its own close, which then waited without an end: so did the engine's stop."""
    async with sqlite_store.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver: Any = raw.dbapi_connection
        closing = asyncio.ensure_future(driver._terminate_graceful_close())
        await asyncio.sleep(0)
        driver._terminate_force_close()
        async with asyncio.timeout(10):
            await closing
        assert driver._connection._connection is None
        await connection.invalidate()
