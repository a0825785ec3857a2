"""What scripted phones do and hear, told line by line with the time since the start, or as JSON lines."""

from __future__ import annotations

import json
import time
from collections.abc import Callable


class Story:
    """Tells lines to `out`. Times are counted from when it is made."""

    def __init__(self, out: Callable[[str], None], *, as_json: bool = False, now: Callable[[], float] = time.monotonic):
        self._out = out
        self._as_json = as_json
        self._now = now
        self._start = now()

    def tell(self, what: str, line: str, *, at: float | None = None, **facts: object) -> None:
        """Tell that `what` happened (one word, for machines) as a `line` for people; `at` in monotonic seconds."""
        since = max((self._now() if at is None else at) - self._start, 0.0)
        if self._as_json:
            record = {"at": round(since, 3), "what": what, "line": line, **facts}
            self._out(json.dumps(record, ensure_ascii=False))
        else:
            minutes, seconds = divmod(since, 60)
            self._out(f"{int(minutes):02d}:{seconds:05.2f} {line}")
