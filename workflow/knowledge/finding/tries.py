"""When what failed is tried again, and what people are told meanwhile."""

from __future__ import annotations

import errno
import re

AGAIN_SECONDS, LONGEST_AGAIN = 1.0, 60.0
"""What failed is tried again after a second, then after ever longer."""
MOST_TOLD = 200
_FULL = re.compile(rf"(?:os error |Errno )(?:{errno.ENOSPC}|{errno.EDQUOT}|{errno.EFBIG})\b")


class Tries:
    """Of one kind of work; `now` is any clock's seconds."""

    def __init__(self) -> None:
        self._failed = 0
        self._at = 0.0
        self.trouble = ""
        """Why it failed last, in words for people; empty when it did not."""

    def failed(self, error: BaseException, now: float) -> None:
        """A try failed: the next may come later than the one before."""
        self._at = now + min(AGAIN_SECONDS * 2**self._failed, LONGEST_AGAIN)
        self._failed += 1
        self.trouble = words_of(error)

    def done(self) -> None:
        """It is well again."""
        self._failed, self._at, self.trouble = 0, 0.0, ""

    def wait(self, now: float) -> float:
        """Seconds until it should be tried; 0 when it may be at once."""
        return max(0.0, self._at - now)


def words_of(error: BaseException) -> str:
    """What is wrong, for people."""
    said = str(error) or type(error).__name__
    return "磁盘空间不足" if _FULL.search(said) else said[:MOST_TOLD]
