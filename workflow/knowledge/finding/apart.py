"""What is made of all articles is made in a process of its own, behind all others: calls go on meanwhile."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cti.base import priority


class NotMade(Exception):
    """The process came to nothing; with the end of what it said."""


class Apart:
    """Makes indexes of what the tables have, by `hotline knowledge index`. `data` is the state directory."""

    def __init__(self, data: Path) -> None:
        self._data = data

    async def __call__(self, folder: Path, told: Callable[[int], None]) -> None:
        """Make one in a folder that is not there yet; `told` hears how many articles are done. Raises NotMade."""
        await in_own_process(self._data, ("index", str(folder)), told)


async def in_own_process(data: Path, words: Sequence[str], told: Callable[[int], None] = lambda done: None) -> None:
    """Run `hotline knowledge` with these words; `told` hears the numbers that it says. Raises NotMade."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cti.process.cli", "knowledge", *words,
        env={**os.environ, "HOTLINE_DATA": str(data)},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    priority.take(priority.LATER, process.pid)
    assert process.stdout is not None and process.stderr is not None
    complaint = asyncio.create_task(process.stderr.read())
    try:
        async for line in process.stdout:
            if line.strip().isdigit():
                told(int(line))
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        said = await complaint
    if process.returncode:
        raise NotMade(said.decode("utf-8", "replace").strip()[-300:] or f"code {process.returncode}")
