"""One step after the other: at its end what it changed is settled, then what it has to say is said, in order.

What waits to be called is a `partial`, not a function of its own: it is one object for the garbage collector instead of
half a dozen, and thousands of timers run.

Listeners therefore see a consistent world, and may call back: what they cause is a step of its own, whose words queue
up behind. One that fails is logged; the others go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from types import TracebackType

import structlog

log = structlog.get_logger(__name__)


class Steps:
    """`with steps:` is one step; steps within it belong to it. `settle` is called at its end, within it."""

    def __init__(self) -> None:
        self.settle: Callable[[], None] = lambda: None
        self._saying: deque[Callable[[], None]] = deque()
        self._depth = 0
        self._busy = False

    def __enter__(self) -> None:
        self._depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._depth == 1:
                self.settle()
        finally:
            self._depth -= 1
        if self._depth or self._busy:
            return
        self._busy = True
        try:
            while self._saying:
                say = self._saying.popleft()
                try:
                    say()
                except Exception:
                    log.exception("listener of the matching failed")
        finally:
            self._busy = False

    def say(self, what: Callable[[], None]) -> None:
        """Call `what` when the step is done."""
        self._saying.append(what)

    def guard(self, callback: Callable[[], None]) -> Callable[[], None]:
        """A timer's callback as a step."""
        return partial(self._run, callback)

    def _run(self, callback: Callable[[], None]) -> None:
        with self:
            callback()
