"""A model in a process of its own, asked one thing after the other.

A voice or a recogniser takes half a second of work a second of speech, and 300 MB: neither belongs into the engine. The
process is started by the first request, ends when nothing was asked for a while or the engine is gone, and is replaced
when it dies or hangs.

A request is a line of JSON and `size` bytes; the answer likewise, or a line with `error`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

log = structlog.get_logger(__name__)

IDLE_SECONDS = 900.0
HANGS_SECONDS = 45.0
"""Nothing ever takes so long."""
MOST_WAITING = 60


class ModelFailed(Exception):
    """It could not answer; the message says why."""


Answer = tuple[Mapping[str, Any], bytes]


@dataclass(order=True, slots=True)
class _Job:
    rank: int
    order: int
    request: bytes = field(compare=False)
    done: asyncio.Future[Answer] = field(compare=False)


class ModelProcess:
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
        self._name = name
        self._command, self._environment = tuple(command), environment
        self._count, self._idle, self._hangs, self._most = count, idle_seconds, hangs_seconds, most_waiting
        self._jobs: asyncio.PriorityQueue[_Job] = asyncio.PriorityQueue()
        self._order = itertools.count()
        self._tasks: list[asyncio.Task[None]] = []
        self._busy = 0

    def ask(self, head: Mapping[str, Any], body: bytes = b"", *, rank: int = 0) -> asyncio.Future[Answer]:
        """The answer, or ModelFailed, in time; small ranks come first. Cancelled before its turn, it is not done."""
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        # Who goes away leaves a failure that nobody asks for.
        done.add_done_callback(lambda one: one.cancelled() or one.exception())
        if self._jobs.qsize() >= self._most:
            done.set_exception(ModelFailed(f"{self._most} requests wait for the {self._name}"))
            return done
        request = json.dumps({**head, "size": len(body)}).encode() + b"\n" + body
        self._put(_Job(rank, next(self._order), request, done))
        return done

    @property
    def is_idle(self) -> bool:
        """Whether a request would be answered at once: nothing waits, and a process has nothing to do."""
        return self._jobs.empty() and self._busy < self._count

    def wake(self) -> None:
        """Something will be asked soon: load the model meanwhile."""
        if self._jobs.empty():
            done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._put(_Job(0, next(self._order), b"", done))

    def _put(self, job: _Job) -> None:
        while len(self._tasks) < self._count:
            self._tasks.append(asyncio.create_task(self._work(), name=self._name))
        self._jobs.put_nowait(job)

    async def close(self) -> None:
        """End the processes; who waits is refused."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        while not self._jobs.empty():
            _refuse(self._jobs.get_nowait().done, f"the {self._name} was closed")

    async def _work(self) -> None:
        worker = _Worker(self._command, self._environment)
        try:
            while True:
                try:
                    async with asyncio.timeout(self._idle if worker.is_there else None):
                        job = await self._jobs.get()
                except TimeoutError:
                    await worker.end()
                    continue
                if not job.done.done():
                    self._busy += 1
                    try:
                        await self._do(worker, job)
                    finally:
                        self._busy -= 1
        finally:
            await worker.end()

    async def _do(self, worker: _Worker, job: _Job) -> None:
        try:
            async with asyncio.timeout(self._hangs):
                head, body = await worker.ask(job.request)
        except (OSError, EOFError, ValueError, TypeError, KeyError, TimeoutError) as error:
            log.error("a model failed", model=self._name, reason=f"{type(error).__name__}: {error}")
            _refuse(job.done, f"the {self._name} failed: {str(error) or 'it hangs'}")
            await worker.end()
        except asyncio.CancelledError:
            _refuse(job.done, f"the {self._name} was closed")
            raise
        else:
            if "error" in head:
                _refuse(job.done, str(head["error"]))
            elif not job.done.done():
                job.done.set_result((head, body))


def _refuse(done: asyncio.Future[Answer], reason: str) -> None:
    if not done.done():
        done.set_exception(ModelFailed(reason))


class _Worker:
    """One process, started when it is asked."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None) -> None:
        self._command, self._environment = command, environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is a process to be ended."""
        return self._process is not None

    async def ask(self, request: bytes) -> Answer:
        """One request, an empty one only starts it; OSError, EOFError, ValueError, TypeError, KeyError: no answer."""
        if self._process is None or self._process.returncode is not None:
            await self._start()
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        if not request:
            return {}, b""
        process.stdin.write(request)
        await process.stdin.drain()
        head = json.loads(await process.stdout.readuntil(b"\n"))
        if "error" in head:
            return head, b""
        return head, await process.stdout.readexactly(int(head["size"]))

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
