"""Solves in a process of its own, behind all others: calls go on meanwhile. Whoever is cancelled ends it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from cti.base import priority
from workflow.roster.solving.problem import Answer, Problem
from workflow.roster.solving.saying import Found, Progress, Said

_ROOT = Path(__file__).parents[3]
LINE = 8 * 1024 * 1024
"""Bytes that a line of the answer may have: 500 people and 31 days have one of them."""
Heard = Callable[[Progress], Awaitable[None]]


class NotSolved(Exception):
    """The process came to nothing; with the end of what it said."""


async def solve(problem: Problem, heard: Heard) -> Answer:
    """The roster; `heard` gets each step of progress. Raises NotSolved."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workflow.roster.solving.program", str(priority.LATER),
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(_ROOT)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        start_new_session=True, limit=LINE,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    complaint = asyncio.create_task(process.stderr.read())
    answer: Answer | None = None
    try:
        process.stdin.write(msgspec.json.encode(problem))
        process.stdin.close()
        async for line in process.stdout:
            match msgspec.json.decode(line, type=Said):
                case Progress() as step:
                    await heard(step)
                case Found(found):
                    answer = found
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        said = await complaint
    if answer is None:
        raise NotSolved(said.decode("utf-8", "replace").strip()[-300:] or f"code {process.returncode}")
    return answer
