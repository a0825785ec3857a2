"""A process is ended, however much it has written that nobody reads."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest

from cti.base.subprocesses import end

TALKS = "while True: print('x' * 99)"
LIMIT = 1_000
PATIENCE = 10


@pytest.mark.parametrize("lines", [0, 1])
async def test_one_that_writes_on_and_on_is_gone(lines: int) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", TALKS, stdout=PIPE, limit=LIMIT)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        for _ in range(lines):
            await process.stdout.readline()
        # Until its pipe is paused.
        while len(process.stdout._buffer) <= 2 * LIMIT:  # type: ignore[attr-defined] # nothing else tells it
            await asyncio.sleep(0.01)
        await end(process)
    assert process.returncode is not None


async def test_one_that_has_ended_is_left_as_it_is() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(1)", stdout=PIPE)
    await process.wait()
    await asyncio.wait_for(end(process), PATIENCE)
    assert process.returncode == 0
