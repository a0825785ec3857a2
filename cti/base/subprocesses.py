"""Ending a process whose output nobody reads to its end."""

from __future__ import annotations

from asyncio.subprocess import Process


async def end(process: Process) -> None:
    """Kill a process that runs still, and wait until it is gone.

    `Process.wait` alone never returns where more was written than its reader's limit: the pipe is paused then, its end
    is not seen, and asyncio takes a process for gone when its pipes are. So the rest is read, and thrown away.
    """
    if process.returncode is None:
        process.kill()
    await process.communicate()
