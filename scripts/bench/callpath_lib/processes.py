"""What a process costs, read from /proc; and programs that are started and ended by their id."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of a process, with all its threads, and of its children that have ended; bytes of memory now."""

    own: float
    children: float
    memory: int

    @classmethod
    def of(cls, pid: int) -> Cost:
        """Now. FileNotFoundError when there is no such process."""
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        user, system, child_user, child_system = (int(field) / TICKS for field in fields[11:15])
        return cls(user + system, child_user + child_system, int(fields[21]) * PAGE)

    def since(self, before: Cost) -> Cost:
        """What was used since `before`; the memory is that of now."""
        return Cost(self.own - before.own, self.children - before.children, self.memory)


def children_of(pid: int) -> dict[int, str]:
    """The process's children, each with its command line; whichever of its threads began them."""
    found = {}
    for child in chain(*(one.read_text("ascii").split() for one in Path(f"/proc/{pid}/task").glob("*/children"))):
        command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ")
        found[int(child)] = command.decode("utf-8", "replace")
    return found


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """End a process that we started, and wait for it."""
    if process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def load_average() -> float:
    """Processes that ran or wanted to, on average of the last minute."""
    return os.getloadavg()[0]
