"""A folder whose files lie in the machine's memory and on no disk.

FreeSWITCH's records have callers' numbers in clear, and its module knows neither a mask nor a key. So they never
come to rest: until an engine has kept one sealed (seconds after its leg ended, where one lives), it is in memory. A
loss of power while no engine lives takes with it the records of the legs that ended meanwhile.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path

import structlog

from cti.base.files.memory import MEMORY
from cti.base.files.owner_only import OTHERS

log = structlog.get_logger(__name__)

RECORDS = "records"


def keep_in_memory(folder: Path, memory: Path = MEMORY) -> None:
    """Make `folder` a link to `records` in a private folder in memory, taking along what is in it. OSError.

    The private folder stays ours, also when what lies in it is handed to the user as whom the switch runs. Where a
    machine has no such place, or somebody else has taken ours, it stays on the disk, and that is told.
    """
    target = memory / f"hotline-{os.geteuid()}-{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]}"
    if not _is_ours(target):
        log.warning("the switch's records lie on the disk", wanted=str(target))
        target = folder.with_name(f"{folder.name}-on-disk")
    else:
        target /= RECORDS
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink():
        if folder.readlink() == target:
            return
        _empty(folder.resolve(), target)
        folder.unlink()
    elif folder.exists():
        _empty(folder, target)
        folder.rmdir()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(target)


def _is_ours(target: Path) -> bool:
    """Whether it is there (else it is made now) and ours alone: everybody on the machine may write beside it."""
    try:
        target.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError:
        return False
    found = target.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & OTHERS


def _empty(folder: Path, target: Path) -> None:
    for path in [one for one in folder.iterdir() if one != target] if folder.exists() else []:
        shutil.move(path, target / path.name)
