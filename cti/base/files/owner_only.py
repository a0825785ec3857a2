"""What a hotline writes is for its own user alone: sound, messages, backups, secrets, whichever program writes it.

Processes that are started inherit this, so the switch's recordings and the broker's files come out the same way.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

OTHERS = 0o077
"""The rights of all but the owner."""


@contextmanager
def owner_only() -> Iterator[None]:
    """Files made meanwhile are 0600 and folders 0700, whatever the shell said."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def tighten(data: Path) -> int:
    """Take from others what an earlier version or a copy left open below `data`; returns of how many files and
    folders. What belongs to somebody else is left, and told.
    """
    count = 0
    for path, mode in open_to_others(data):
        try:
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
            count += 1
        except OSError as error:
            log.warning("stays open to others", path=str(path), reason=error.strerror)
    return count


def open_to_others(folder: Path) -> Iterator[tuple[Path, int]]:
    """The folder itself and what lies in it, with their modes, as far as others may read, write or enter them.

    A folder that is closed hides what lies in it: there, nothing is looked at.
    """
    mode = folder.lstat().st_mode
    if stat.S_ISLNK(mode) or not mode & OTHERS:
        return
    if stat.S_ISDIR(mode):
        for entry in sorted(folder.iterdir()):
            yield from open_to_others(entry)
    yield folder, mode
