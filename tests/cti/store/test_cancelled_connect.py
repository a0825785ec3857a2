import asyncio

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
