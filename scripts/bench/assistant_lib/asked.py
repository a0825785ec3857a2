"""What the recogniser is asked while parties talk: how much, when, and how long each takes of what a reader waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ivr.speech_models.asking import Answer, Body, Head, ModelQueue


@dataclass(slots=True)
class Request:
    """One thing that was asked, at moments of the monotonic clock; `seconds` of sound. None: never begun."""

    quick: bool
    asked: float
    begun: float | None = None
    answered: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Final:
    """Final words on their way, in seconds: from the last word until the pause is noticed, the model's other work, its
    work on them, and what is left of the pause until it is the end."""

    pause: float
    queue: float
    model: float
    end: float


class Asked(ModelQueue):
    """A party's way to the recogniser's queue, which keeps what is asked."""

    def __init__(self, queue: ModelQueue) -> None:
        self._queue = queue
        self.requests: list[Request] = []

    def ask(
        self, head: Head, body: Body = b"", *, rank: int = 0, patience: float | None = None
    ) -> asyncio.Future[Answer]:
        """See `ModelQueue.ask`."""
        request = Request(head["quick"], time.monotonic())
        self.requests.append(request)

        def begins() -> bytes:
            sound = body if isinstance(body, bytes) else body()
            request.begun, request.seconds = time.monotonic(), len(sound) / 2 / head["rate"]
            return sound

        done = self._queue.ask(head, begins, rank=rank, patience=patience)
        done.add_done_callback(lambda _: setattr(request, "answered", time.monotonic()))
        return done

    def final(self, last_word: float, told: float) -> Final | None:
        """Of the final words that were told just now."""
        for one in reversed(self.requests):
            if not one.quick and one.begun is not None and one.answered is not None:
                return Final(
                    one.asked - last_word, one.begun - one.asked, one.answered - one.begun, told - one.answered
                )
        return None


def told(finals: Sequence[Final], requests: Sequence[Request], speech: float) -> Iterator[str]:
    """Lines: what the delay of final words consists of, and what is asked in so many seconds of `speech`."""
    if finals:
        parts = [(one.pause, one.queue, one.model, one.end) for one in finals]
        middle, late = np.quantile(np.array(parts), (0.5, 0.95), axis=0)
        names = ("until the pause is noticed", "waiting for the model", "the model", "until the pause is the end")
        yield "         final: " + ", ".join(
            f"{name} {one:.2f} s (p95 {other:.2f})" for name, one, other in zip(names, middle, late, strict=True)
        )
    for quick, name in ((True, "partial"), (False, "final")):
        begun = [one for one in requests if one.quick == quick and one.begun is not None]
        if begun:
            waits = [one.begun - one.asked for one in begun if one.begun is not None]
            takes = [one.answered - one.begun for one in begun if one.answered and one.begun]
            yield (
                f"         {name}: {len(begun)} heard, {len(begun) / speech:.2f} a second of speech, of "
                f"{sum(one.seconds for one in begun) / speech:.2f} s each second; waiting {np.median(waits):.2f} s, "
                f"the model {np.median(takes or [0.0]):.2f} s"
            )
