"""The engine's end of the MQTT mirror: what was stored goes, a batch a commit, to a process of its own that publishes.

A broker far away, its TLS and its acknowledgements cost the calls nothing. A process that is slow or gone costs
nothing either: what does not fit is left out here (the journal has it) and counted.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from cti.base.events import Event, QueueChanged, Stored
from cti.process.mqtt import LENGTH_BYTES, Message, message_of

log = structlog.get_logger(__name__)

BOUND = 8 << 20
"""Bytes that may wait for the process."""
RETRY_SECONDS = (0.2, 1, 5, 15)
STOP_SECONDS = 2.0


def publisher_command(data: Path) -> list[str]:
    """The process that publishes what it reads, with the settings of a state directory."""
    return [sys.executable, "-m", "cti.process.mqtt", str(data)]


class Mirror:
    """Keeps the publishing process running and feeds it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self.left_out = 0
        """Messages that the process could not take."""

    @property
    def is_running(self) -> bool:
        """Whether the process is there to take messages."""
        return self._process is not None and self._process.returncode is None

    def tell(self, stored: list[Stored]) -> None:
        """Take events that the journal has stored."""
        self._send([found for one in stored if (found := message_of(one.event, one.sequence)) is not None])

    def tell_figures(self, event: QueueChanged) -> None:
        """Take a queue's figures, which the journal does not keep."""
        self._tell_one(event)

    def _tell_one(self, event: Event) -> None:
        if (message := message_of(event)) is not None:
            self._send([message])

    def _send(self, messages: list[Message]) -> None:
        if not messages:
            return
        pipe = self._process.stdin if self._process is not None and self.is_running else None
        if pipe is None or pipe.is_closing() or pipe.transport.get_write_buffer_size() > BOUND:
            self.left_out += len(messages)
            return
        frame = msgspec.msgpack.encode(messages)
        pipe.write(len(frame).to_bytes(LENGTH_BYTES) + frame)

    async def start(self) -> None:
        """Start the process, and keep it running."""
        await self._spawn()
        self._task = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """Let the process tell what it has, and end it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _spawn(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, start_new_session=True
        )

    async def _keep(self) -> None:
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            began = loop.time()
            if self._process is not None:
                code = await self._process.wait()
                failures = 0 if loop.time() - began > 60 else failures + 1
                delay = RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1] if failures else RETRY_SECONDS[0]
                log.error("mirror ended", code=code, restart_in=delay, left_out=self.left_out)
                await asyncio.sleep(delay)
            try:
                await self._spawn()
            except OSError as error:
                self._process = None
                log.error("mirror not started", reason=str(error))
                await asyncio.sleep(RETRY_SECONDS[-1])
