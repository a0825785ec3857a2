"""How counting everything again goes, for whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Rebuilding:
    """Whether it is asked for and not over, how many of how many are counted, and how the last time ended."""

    is_on: bool = False
    done: int = 0
    total: int = 0
    began_at: datetime | None = None
    ended_at: datetime | None = None
    trouble: str = ""

    def begin(self, now: datetime) -> None:
        """Somebody asks; who asks while it goes on gets the one that goes on."""
        if not self.is_on:
            self.is_on, self.done, self.total, self.trouble = True, 0, 0, ""
            self.began_at, self.ended_at = now, None

    def tell(self, done: int, total: int) -> None:
        """So many of so many are counted."""
        self.done, self.total = done, total

    def end(self, now: datetime, trouble: str = "") -> None:
        """It is over: all is counted, or `trouble` says why not."""
        self.is_on, self.ended_at, self.trouble = False, now, trouble
