"""The measured house in a process of its own, so that its costs are its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

STOP_SECONDS = 15.0


@dataclass(slots=True)
class Server:
    """A module that prints its port when it is ready, serves until its input ends, and may then print one line more."""

    process: asyncio.subprocess.Process
    port: int

    async def end(self) -> str:
        """End it; what it says at the end."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the server has no pipes")
        self.process.stdin.close()
        async with asyncio.timeout(STOP_SECONDS):
            return (await self.process.stdout.read()).decode()


@asynccontextmanager
async def serving(module: str, *words: str) -> AsyncIterator[Server]:
    """Start a module; it is ended at the end in any case."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *words, stdin=pipe, stdout=pipe)
    try:
        line = await process.stdout.readline() if process.stdout else b""
        yield Server(process, int(line))
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
