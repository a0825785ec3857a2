"""Where things that outlive one checkout are kept, and how they get there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup.progress import SetupError


def cache_dir() -> Path:
    """Return the cache directory: ``HOTLINE_CACHE``, else ``hotline`` in the user's cache directory."""
    chosen = os.environ.get("HOTLINE_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "hotline"


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Hold an exclusive lock beside ``target``, so that two set-ups at once make it only once."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = target.with_name(f".{target.name}.lock").open("w")
    except OSError as error:
        where = "name another place in HOTLINE_CACHE or HOTLINE_DATA"
        raise SetupError(f"cannot write to {target.parent} ({error.strerror}): {where}") from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield an empty directory that becomes ``target`` if the block succeeds and vanishes if it fails.

    Its neighbours, made by ``with_name``, always vanish: there is room for what was downloaded.

    Call it under ``locked``: what an earlier set-up left when it was killed is swept away first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.name}-*.part"):
        shutil.rmtree(left, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".part", dir=target.parent))
    try:
        made = scratch / "made"
        made.mkdir()
        yield made
        if target.exists():
            target.rename(scratch / "old")
        made.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
