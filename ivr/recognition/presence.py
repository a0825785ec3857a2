"""Whether a recogniser answers: known by what became of the last that it was asked."""

from __future__ import annotations

import time
from collections.abc import Callable

AGAIN_SECONDS = 30.0
"""So long after it did not answer nobody need ask it for what can wait."""


class Presence:
    """What was met last, by `now` in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failed_at: float | None = None

    def met(self, answered: bool) -> None:
        """It was asked, and answered or not."""
        self._failed_at = None if answered else self._now()

    @property
    def is_away(self) -> bool:
        """Whether it did not answer a moment ago."""
        return self._failed_at is not None and self._now() - self._failed_at < AGAIN_SECONDS
