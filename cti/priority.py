"""Who goes first on a busy machine: the switch, then the engine, last what nobody on the telephone waits for.

Values of nice(2). To go before others needs root or CAP_SYS_NICE; without it all processes are equal.
"""

from __future__ import annotations

import os

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
    except (PermissionError, ProcessLookupError):
        return False
    return True
