"""Models that are asked one thing after the other, wherever they run: who comes first, and what becomes of failures."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)

IDLE_SECONDS = 900.0
HANGS_SECONDS = 45.0
"""Nothing ever takes so long."""
MOST_WAITING = 60


class ModelFailed(Exception):
    """It could not answer; the message says why."""


Head = Mapping[str, Any]
Body = bytes | Callable[[], bytes]
"""What is asked with it; a function is called when its turn has come."""
Answer = tuple[Head, bytes]


class Worker(Protocol):
    """Who answers one request after the other."""

    @property
    def is_there(self) -> bool:
        """Whether there is something to be ended."""

    async def start(self) -> None:
        """Something will be asked soon."""

    async def ask(self, head: Head, body: bytes) -> Answer:
        """The answer, with `error` in its head where there is none.

        OSError, EOFError, ValueError, TypeError, KeyError: it failed, and is ended.
        """

    async def end(self) -> None:
        """End what is there; the next request starts it anew."""


@dataclass(order=True, slots=True)
class _Job:
    rank: int
    order: int
    head: Head | None = field(compare=False)
    body: Body = field(compare=False)
    done: asyncio.Future[Answer] = field(compare=False)
    patience: asyncio.TimerHandle | None = field(default=None, compare=False)

    def begins(self) -> None:
        """Its turn has come, or nobody waits for it any more."""
        if self.patience is not None:
            self.patience.cancel()


class ModelQueue:
    """What `count` workers are asked; `name` is for the log."""

    def __init__(
        self,
        name: str,
        worker: Callable[[], Worker],
        *,
        count: int = 1,
        idle_seconds: float = IDLE_SECONDS,
        hangs_seconds: float = HANGS_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._name, self._worker = name, worker
        self._count, self._idle, self._hangs, self._most = count, idle_seconds, hangs_seconds, most_waiting
        self._jobs: asyncio.PriorityQueue[_Job] = asyncio.PriorityQueue()
        self._order = itertools.count()
        self._tasks: list[asyncio.Task[None]] = []

    def ask(
        self, head: Head, body: Body = b"", *, rank: int = 0, patience: float | None = None
    ) -> asyncio.Future[Answer]:
        """The answer, or ModelFailed, in time; small ranks come first. Cancelled before its turn, it is not done.

        What has waited `patience` seconds for its turn is refused: where more is asked than can be answered, nobody
        waits longer and longer.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Answer] = loop.create_future()
        # Who goes away leaves a failure that nobody asks for.
        done.add_done_callback(lambda one: one.cancelled() or one.exception())
        if self._jobs.qsize() >= self._most:
            done.set_exception(ModelFailed(f"{self._most} requests wait for the {self._name}"))
            return done
        job = _Job(rank, next(self._order), head, body, done)
        if patience is not None:
            job.patience = loop.call_later(patience, _refuse, done, f"the {self._name} is too slow")
            done.add_done_callback(lambda _: job.begins())
        self._put(job)
        return done

    def wake(self) -> None:
        """Something will be asked soon: load the model meanwhile."""
        if self._jobs.empty():
            done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            # Who is asked next finds out himself what does not start.
            done.add_done_callback(lambda one: one.cancelled() or one.exception())
            self._put(_Job(0, next(self._order), None, b"", done))

    def _put(self, job: _Job) -> None:
        while len(self._tasks) < self._count:
            self._tasks.append(asyncio.create_task(self._work(), name=self._name))
        self._jobs.put_nowait(job)

    async def close(self) -> None:
        """End the workers; who waits is refused."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        while not self._jobs.empty():
            _refuse(self._jobs.get_nowait().done, f"the {self._name} was closed")

    async def _work(self) -> None:
        worker = self._worker()
        try:
            while True:
                try:
                    async with asyncio.timeout(self._idle if worker.is_there else None):
                        job = await self._jobs.get()
                except TimeoutError:
                    await worker.end()
                    continue
                if not job.done.done():
                    job.begins()
                    await self._do(worker, job)
        finally:
            await worker.end()

    async def _do(self, worker: Worker, job: _Job) -> None:
        try:
            async with asyncio.timeout(self._hangs):
                if job.head is None:
                    await worker.start()
                    answered: Answer = {}, b""
                else:
                    body = job.body if isinstance(job.body, bytes) else job.body()
                    answered = await worker.ask(job.head, body)
        except (OSError, EOFError, ValueError, TypeError, KeyError, TimeoutError) as error:
            log.error("a model failed", model=self._name, reason=f"{type(error).__name__}: {error}")
            _refuse(job.done, f"the {self._name} failed: {str(error) or 'it hangs'}")
            await worker.end()
        except asyncio.CancelledError:
            _refuse(job.done, f"the {self._name} was closed")
            raise
        else:
            if "error" in answered[0]:
                _refuse(job.done, str(answered[0]["error"]))
            elif not job.done.done():
                job.done.set_result(answered)


def _refuse(done: asyncio.Future[Answer], reason: str) -> None:
    if not done.done():
        done.set_exception(ModelFailed(reason))
