"""The processes that a supervisor keeps running, and what it knows of each."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cti.process.own_user import OwnUser
from cti.process.processes import Running
from cti.process.spare import TURN


@dataclass(slots=True)
class Started:
    """A process with the pipe on which it tells that it lives, and the one on which an engine is told its turn."""

    process: asyncio.subprocess.Process
    life: int
    turn: int

    def take_turn(self) -> None:
        """It is its turn."""
        with suppress(BrokenPipeError):
            os.write(self.turn, TURN)
        os.close(self.turn)

    def let_go(self) -> None:
        """It will not be needed: it ends by itself."""
        os.close(self.turn)
        os.close(self.life)


@dataclass(slots=True)
class Child:
    """A process that is kept running. `purpose` is all that makes another one of no use in its place.

    One that is restricted starts no other program; `user`, `reads`, `writes`: see `cti.process.own_user`.
    """

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    nice: int = 0
    purpose: str = ""
    reads: Sequence[Path] = ()
    writes: Sequence[Path] = ()
    user: OwnUser | None = None
    restricted: bool = False
    process: Running | None = None
    failures: int = 0
    told: float = 0.0
    spare: Started | None = None
    is_renewed: bool = False
    """Whether it ends because a new one is to take its place."""
    ready: asyncio.Event = field(default_factory=asyncio.Event)


def purpose_of(child: Child) -> str:
    """What a child was started for: one that listens elsewhere, or is another program, is another one."""
    return hashlib.sha256(repr((child.command, sorted(child.environment.items()), child.purpose)).encode()).hexdigest()
