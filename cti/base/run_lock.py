"""One hotline at a time on a state directory: the lock that a running supervisor holds."""

from __future__ import annotations

import fcntl
from pathlib import Path

LOCK = "run.lock"


class StartRefused(Exception):
    """The hotline cannot start; the message says what to do."""


class RunLock:
    """Held while this supervisor runs: two on one folder would fight over the same calls."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+")
        self._path = path

    def __enter__(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise StartRefused(f"the hotline already runs on {self._path.parent}") from None

    def __exit__(self, *_: object) -> None:
        self._file.close()


def is_running(data: Path) -> bool:
    """Whether a supervisor runs on this state directory."""
    if not (data / LOCK).exists():
        return False
    try:
        with RunLock(data / LOCK):
            return False
    except StartRefused:
        return True
