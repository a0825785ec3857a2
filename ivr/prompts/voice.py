"""Synthesis for a running engine: the voice port, and a voice in a process of its own.

A sentence takes half a second of work a second of speech, and the model 300 MB: neither belongs into the engine. The
process is started by the first sentence, ends when nothing was asked for a while or the engine is gone, and is
replaced when it dies or hangs.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import structlog

from ivr.prompts.synthesis import Speech, SynthesisUnavailable

log = structlog.get_logger(__name__)

IDLE_SECONDS = 900.0
HANGS_SECONDS = 45.0
"""One sentence never takes so long."""
MOST_WAITING = 60
CALLER, ADMIN = 0, 1
"""Who waits: a caller on the line comes before an admin."""


class Voice(Protocol):
    """Reads text aloud without holding up anybody."""

    @property
    def names(self) -> Sequence[str]:
        """The voices there are; none when it cannot speak."""

    @property
    def trouble(self) -> str:
        """Why it cannot speak; empty when it can."""

    @property
    def mark(self) -> str:
        """Changes when the same words would sound otherwise."""

    async def speak(self, text: str, *, voice: str, speed: float, rank: int = CALLER) -> Speech:
        """Speak one sentence; raises SynthesisUnavailable. What it was asked is done also when nobody waits for it."""


class NoVoice:
    """There is none; `trouble` says why."""

    names: Sequence[str] = ()
    mark = ""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble

    async def speak(self, text: str, *, voice: str, speed: float, rank: int = CALLER) -> Speech:
        """Never."""
        raise SynthesisUnavailable(self.trouble)

    async def close(self) -> None:
        """Nothing to end."""


@dataclass(order=True, slots=True)
class _Job:
    rank: int
    order: int
    request: bytes = field(compare=False)
    done: asyncio.Future[Speech] = field(compare=False)


class VoiceProcess:
    """A voice behind `command`, which speaks the protocol of `ivr.prompts.voice_worker`."""

    trouble = ""

    def __init__(
        self,
        command: Sequence[str],
        names: Sequence[str],
        mark: str,
        *,
        environment: dict[str, str] | None = None,
        idle_seconds: float = IDLE_SECONDS,
        hangs_seconds: float = HANGS_SECONDS,
    ) -> None:
        self.names, self.mark = names, mark
        self._command, self._environment = tuple(command), environment
        self._idle, self._hangs = idle_seconds, hangs_seconds
        self._jobs: asyncio.PriorityQueue[_Job] = asyncio.PriorityQueue()
        self._order = itertools.count()
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def speak(self, text: str, *, voice: str, speed: float, rank: int = CALLER) -> Speech:
        """See `Voice.speak`."""
        if self._jobs.qsize() >= MOST_WAITING:
            raise SynthesisUnavailable(f"{MOST_WAITING} sentences wait to be spoken")
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="voice")
        done: asyncio.Future[Speech] = asyncio.get_running_loop().create_future()
        # Who goes away leaves a failure that nobody asks for.
        done.add_done_callback(lambda one: one.cancelled() or one.exception())
        request = json.dumps({"text": text, "voice": voice, "speed": speed}).encode() + b"\n"
        self._jobs.put_nowait(_Job(rank, next(self._order), request, done))
        return await asyncio.shield(done)

    async def close(self) -> None:
        """End the process; who waits is refused."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        while not self._jobs.empty():
            self._jobs.get_nowait().done.set_exception(SynthesisUnavailable("the voice was closed"))
        await self._end()

    async def _work(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._idle if self._process is not None else None):
                    job = await self._jobs.get()
            except TimeoutError:
                await self._end()
                continue
            try:
                async with asyncio.timeout(self._hangs):
                    speech = await self._ask(job.request)
            except SynthesisUnavailable as error:
                job.done.set_exception(error)
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                log.error("the voice failed", reason=f"{type(error).__name__}: {error}")
                job.done.set_exception(SynthesisUnavailable(f"the voice failed: {str(error) or 'it hangs'}"))
                await self._end()
            except asyncio.CancelledError:
                job.done.set_exception(SynthesisUnavailable("the voice was closed"))
                raise
            else:
                job.done.set_result(speech)

    async def _ask(self, request: bytes) -> Speech:
        process = await self._started()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(request)
        await process.stdin.drain()
        head = json.loads(await process.stdout.readuntil(b"\n"))
        if "error" in head:
            raise SynthesisUnavailable(head["error"])
        sound = await process.stdout.readexactly(4 * int(head["count"]))
        return Speech(np.frombuffer(sound, dtype="<f4"), int(head["rate"]))

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=self._environment,
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # The pipe must be read to its end, or the transport stays open.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await process.communicate()
