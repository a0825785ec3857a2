"""Who goes first on a busy machine: the switch, then the engine, last what nobody on the telephone waits for.

Values of nice(2). To go before others needs root or CAP_SYS_NICE; without it all processes are equal. Where Linux
groups processes by session (sched_autogroup, on by default: see sched(7)), nice counts only within a session, and what
counts between sessions is the group's own value: it is set for the process that leads one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SWITCH = -10
ENGINE = -5
LATER = 10
"""Mirrors, syntheses, conversions: a process that does such work calls `take(LATER)` as it begins."""


def take(nice: int, process: int = 0) -> bool:
    """Let a process (0: this one) and the threads and children that it makes from now on run at `nice`.

    False where that is not permitted, or the process is gone.
    """
    try:
        os.setpriority(os.PRIO_PROCESS, process, nice)
        if os.getsid(process) == (process or os.getpid()):
            _take_group(nice, process)
    except (PermissionError, ProcessLookupError):
        return False
    return True


def _take_group(nice: int, process: int) -> None:
    group = Path(f"/proc/{process or 'self'}/autogroup")
    # Not there where the kernel knows no groups, and not ours to write in some containers: then nice is all there is.
    with suppress(OSError):
        group.write_text(str(nice), "ascii")
