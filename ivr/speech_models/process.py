"""A model in a process of its own, asked one thing after the other.

A voice or a recogniser takes half a second of work a second of speech, and 300 MB: neither belongs into the engine. The
process is started by the first request, ends when nothing was asked for a while or the engine is gone, and is replaced
when it dies or hangs.

A request is a line of JSON and `size` bytes; the answer likewise, or a line with `error`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from ivr.speech_models.asking import HANGS_SECONDS, IDLE_SECONDS, MOST_WAITING, Answer, Head, ModelQueue


class ModelProcess(ModelQueue):
    """What is behind `command`; `name` is for the log. With `count` so many processes answer side by side."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        count: int = 1,
        idle_seconds: float = IDLE_SECONDS,
        hangs_seconds: float = HANGS_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        super().__init__(
            name, lambda: _Worker(command, environment), count=count, idle_seconds=idle_seconds,
            hangs_seconds=hangs_seconds, most_waiting=most_waiting,
        )  # fmt: skip


class _Worker:
    """One process, started when it is asked."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None) -> None:
        self._command, self._environment = command, environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is a process to be ended."""
        return self._process is not None

    async def start(self) -> None:
        """Start the process, if it does not run. OSError."""
        if self._process is None or self._process.returncode is not None:
            await self._start()

    async def ask(self, head: Head, body: bytes) -> Answer:
        """One request; OSError, EOFError, ValueError, TypeError, KeyError: no answer."""
        await self.start()
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps({**head, "size": len(body)}).encode() + b"\n" + body)
        await process.stdin.drain()
        found = json.loads(await process.stdout.readuntil(b"\n"))
        if "error" in found:
            return found, b""
        return found, await process.stdout.readexactly(int(found["size"]))

    async def _start(self) -> None:
        starting = asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=self._environment,
        )

        async def keep() -> None:
            self._process = await starting

        # A process that is half started cannot be ended.
        await _to_its_end(keep())

    async def end(self) -> None:
        """Kill the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await _to_its_end(_read_out(process))


async def _read_out(process: asyncio.subprocess.Process) -> None:
    # The pipe must be read to its end, or the transport stays open.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            await process.communicate()


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do it whole, also when whoever waits for it is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
