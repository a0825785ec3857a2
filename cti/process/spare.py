"""A spare engine: a process that has read all its code and waits for its turn, so that callers do not wait for that.

Reading the code of the engine and of every plugin is more than half of the time from an engine's death until the next
one serves. The supervisor keeps one process that has done so beside the engine; it touches neither database nor switch
until it gets its turn: a line on a pipe. A pipe that is closed says that it is not needed any more.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import select
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from cti.base.manifest import Plugin

log = structlog.get_logger(__name__)

TURN_FD = "HOTLINE_TURN_FD"
"""The environment variable that gives a process the pipe on which it is told that it is its turn."""
TURN = b"turn\n"


def has_turn(root: Path, plugins: Iterable[Plugin]) -> bool:
    """Whether this process is to be the engine; a spare one reads its code and waits until that is known.

    A spare one whose code has been replaced meanwhile becomes a new process with the code of now.
    """
    descriptor = int(os.environ.pop(TURN_FD, "-1"))
    if descriptor < 0:
        return True
    began = time.time()
    read_all(plugins, lambda: bool(select.select([descriptor], [], [], 0)[0]))
    told = os.read(descriptor, len(TURN))
    os.close(descriptor)
    if told and changed_since(root, began):
        log.info("the code was replaced: read anew")
        os.execv(sys.executable, [sys.executable, "-m", "cti.process.app", *sys.argv[1:]])  # noqa: S606 # itself
    return bool(told)


def read_all(plugins: Iterable[Plugin], is_called: Callable[[], bool]) -> None:
    """Read the code of all plugins, and let tables find their columns; one that is broken is told when it starts.

    Who is called reads no further: what callers do not need at once is read when they are served.
    """
    # Only here: the supervisor, which stays for months, needs none of it.
    from sqlalchemy.orm import configure_mappers

    from cti.process.house_screens import SCREENS_OF

    for package in (*(f"cti.office.{name}" for name in SCREENS_OF), *(plugin.package for plugin in plugins)):
        for module in (f"{package}.plugin", f"{package}.screens"):
            if is_called():
                return
            try:
                if importlib.util.find_spec(module) is not None:
                    importlib.import_module(module)
            except Exception as error:
                log.warning("code cannot be read", module=module, error=f"{type(error).__name__}: {error}")
    configure_mappers()
    gc.collect()


def changed_since(root: Path, began: float) -> bool:
    """Whether code that this process has read was saved, or removed, after it began to."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None) or ""
        if not file.startswith(f"{root}{os.sep}"):
            continue
        try:
            if os.stat(file).st_mtime >= began:  # noqa: PTH116 # a thousand: a Path is dearer than the question
                return True
        except OSError:
            return True
    return False
