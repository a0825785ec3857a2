"""One load on one system: calls at a rate for some seconds, and what they cost; or callers who only wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.callpath_lib.callers import Callers
from bench.callpath_lib.processes import Cost, load_average
from bench.callpath_lib.systems import SHORT, Running

AFTERWARDS = 2.0
"""Seconds after the last call in which recordings are completed and events stored: they belong to the calls."""
SLOWEST = 25.0
"""Seconds after the last call was placed until which a call may last."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was seen. `milliseconds` of CPU a call by part, `children` are what parts started and waited for.

    `delays` are seconds from caller and agent to the INVITE, sorted.
    """

    system: str
    rate: float
    calls: int
    failed: int
    why: str
    milliseconds: Mapping[str, float]
    children: float
    delays: tuple[float, ...]
    busy: float

    def delay(self, share: float) -> float | None:
        """Milliseconds that this share of the calls did not exceed."""
        if not self.delays:
            return None
        return self.delays[min(int(len(self.delays) * share), len(self.delays) - 1)] * 1000


def put(
    running: Running,
    invites: Path,
    folder: Path,
    rate: float,
    seconds: float,
    *,
    scenario: str = "caller",
    number: str = SHORT,
    slowest: float = SLOWEST,
) -> Load:
    """Put a load on the system and wait until it is over."""
    skip = len(read_invites(invites))
    before = {part: Cost.of(pid) for part, pid in running.processes.items()}
    calls = max(int(rate * seconds), 1)
    callers = Callers(
        folder, running.server, scenario, number=number, rate=rate, calls=calls, seconds=seconds + slowest
    )
    try:
        outcome = callers.wait()
    finally:
        callers.stop()
    time.sleep(AFTERWARDS)
    spent = {part: Cost.of(pid).since(before[part]) for part, pid in running.processes.items()}
    delays = running.matched_at(read_invites(invites)[skip:])
    for path in running.recordings.rglob("*"):
        # What was recorded is of no use; what is being recorded has been written by now.
        if path.suffix in (".wav", ".raw"):
            path.unlink(missing_ok=True)
    return Load(
        system=running.name,
        rate=rate,
        calls=calls,
        failed=outcome.failed,
        why=outcome.why,
        milliseconds={part: cost.own * 1000 / calls for part, cost in spent.items()},
        children=sum(cost.children for cost in spent.values()) * 1000 / calls,
        delays=tuple(sorted(delays)),
        busy=load_average(),
    )


def read_invites(path: Path) -> list[tuple[float, str, str]]:
    """What the phones wrote: received, X-Bench-Since, phone."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text("utf-8").splitlines():
        fields = line.split(",")
        if len(fields) == 3:
            found.append((float(fields[0]), fields[1], fields[2]))
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """Callers who wait with music and are told their place: share of a core and memory in bytes, by part.

    `lost` were no longer there at the end of the look; `before` is the memory without callers.
    """

    system: str
    callers: int
    lost: int
    cores: Mapping[str, float]
    memory: Mapping[str, int]
    before: Mapping[str, int]
    seconds: float
    busy: float


def keep_waiting(running: Running, folder: Path, callers: int, *, rate: float = 50.0, seconds: float = 30.0) -> Waiting:
    """Let so many callers wait, and look at `seconds` of it: each is told his place once in 30 s."""
    arriving = callers / rate
    memory = {part: Cost.of(pid).memory for part, pid in running.processes.items()}
    crowd = Callers(
        folder, running.server, "waiting_caller", rate=rate, calls=callers, seconds=arriving + 75, echo=False
    )
    try:
        time.sleep(arriving + 3)
        before = {part: Cost.of(pid) for part, pid in running.processes.items()}
        began = time.monotonic()
        time.sleep(seconds)
        took = time.monotonic() - began
        spent = {part: Cost.of(pid).since(before[part]) for part, pid in running.processes.items()}
        # How they leave, all at once, is not what is measured.
        lost = callers - crowd.present()
    finally:
        crowd.stop()
    return Waiting(
        system=running.name,
        callers=callers,
        lost=lost,
        cores={part: cost.own / took for part, cost in spent.items()},
        memory={part: cost.memory for part, cost in spent.items()},
        before=memory,
        seconds=took,
        busy=load_average(),
    )
