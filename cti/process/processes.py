"""Processes that are provably ours: written down when they start, found again by the next supervisor.

`DATA/processes.json` says of each child its process id, when it began and its command line. A process is ours when all
three are as written, in the same boot of the machine: only such a one is ever adopted, or sent a signal.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)

FILE = "processes.json"
_STATE, _BEGAN = 0, 19
"""Fields of /proc/PID/stat after the command's name: the state, and the start in clock ticks since boot (proc(5))."""


class Running(Protocol):
    """A process that runs: a child of this process, or an adopted one."""

    @property
    def pid(self) -> int:
        """The id by which the system knows the process."""

    async def wait(self) -> int:
        """Until it has ended."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it at once, whatever it does."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which process it is. `purpose` tells what it was started for: one for another purpose is of no use."""

    pid: int
    began: int
    boot: str
    arguments: tuple[str, ...]
    purpose: str

    @classmethod
    def of(cls, pid: int, command: Sequence[str], purpose: str) -> Identity | None:
        """Of a process that was just started with this command; None when it has ended."""
        began = _began(pid)
        return None if began is None else cls(pid, began, _boot(), tuple(command[1:]), purpose)

    def lives(self) -> bool:
        """Whether this very process runs. What a wrapper script started in its place has the same arguments."""
        if self.boot != _boot() or _began(self.pid) != self.began:
            return False
        try:
            words = Path(f"/proc/{self.pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        except OSError:
            return False
        count = len(self.arguments)
        return count > 0 and tuple(os.fsdecode(word) for word in words[-count:]) == self.arguments


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


def _began(pid: int) -> int | None:
    """When a process began, in ticks; None when there is none, or only what is left of one."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[_STATE] in "ZX" else int(fields[_BEGAN])


class Adopted:
    """A process that another supervisor started. OSError when it cannot be held."""

    def __init__(self, identity: Identity) -> None:
        self.pid = identity.pid
        self._descriptor = os.pidfd_open(identity.pid)
        if not identity.lives():
            # Its id may be another's by now: what we hold is asked once more.
            os.close(self._descriptor)
            raise ProcessLookupError(f"process {identity.pid} is gone")
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(self._descriptor, self._end)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._descriptor)
        os.close(self._descriptor)
        self._ended.set_result(0)

    async def wait(self) -> int:
        """Until it has ended; with which code only its parent learns."""
        return await asyncio.shield(self._ended)

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if not self._ended.done():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)


async def end(process: Running, seconds: float) -> bool:
    """Ask a process to end, and end it after so long; returns whether it ended by itself."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
            return True
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return False


class Register:
    """The file in which a supervisor keeps who runs, and what is wrong with those that do not."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._known: dict[str, dict[str, Any]] = {}

    def left(self) -> Mapping[str, Identity]:
        """Processes that a supervisor before us left running, by name."""
        found: dict[str, Identity] = {}
        for name, kept in read(self._path.parent).items():
            with suppress(TypeError, KeyError):
                identity = Identity(**{**kept["process"], "arguments": tuple(kept["process"]["arguments"])})
                if identity.lives():
                    found[name], self._known[name] = identity, kept
        return found

    def runs(self, name: str, identity: Identity | None) -> None:
        """Keep which process has that name, or that none has."""
        self._keep(name, {"process": asdict(identity)} if identity else {})

    def stands_still(self, name: str, trouble: str) -> None:
        """A process has ended; `trouble` says why it should not have."""
        self._keep(name, {"trouble": trouble} if trouble else {})

    def _keep(self, name: str, kept: dict[str, Any]) -> None:
        self._known[name] = kept
        part = self._path.with_name(f"{FILE}.part")
        part.write_text(json.dumps(self._known), "utf-8")
        part.replace(self._path)


def read(data: Path) -> dict[str, dict[str, Any]]:
    """What the register says; nothing when there is none, or none that can be read."""
    try:
        found = json.loads((data / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: kept for name, kept in found.items() if isinstance(kept, dict)} if isinstance(found, dict) else {}


def troubles(data: Path) -> dict[str, str]:
    """What is wrong with the processes beside the engine, by name."""
    return {name: str(kept["trouble"]) for name, kept in read(data).items() if kept.get("trouble")}


def running_since(data: Path, name: str) -> datetime | None:
    """When a process of the register began; None when it does not run."""
    try:
        kept = read(data)[name]["process"]
        if (began := _began(kept["pid"])) != kept["began"] or began is None:
            return None
        up = float(Path("/proc/uptime").read_text("ascii").split()[0])
    except (KeyError, TypeError, OSError, ValueError):
        return None
    return datetime.now(UTC) - timedelta(seconds=up - began / os.sysconf("SC_CLK_TCK"))
