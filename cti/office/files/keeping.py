"""Looks after files while the engine runs: scans, moves to S3, and removes what is due."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import structlog

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.office.files.service import Alarm, Files
from cti.store.engine import is_outage

log = structlog.get_logger(__name__)

LOOK_SECONDS = 15.0
"""How long a file may wait for the scanner, and in the folder for S3."""
SWEEP_LOOKS = 240
"""After so many looks what is due is removed."""


def alarms_of(bus: Bus, clock: Clock) -> Alarm:
    """Alarms of the files as events: each is told once until its words are others, and once when it is over."""
    raised: dict[str, str] = {}

    def alarm(name: str, text: str) -> None:
        if text and raised.get(name) != text:
            raised[name] = text
            bus.publish(AlarmRaised(at=clock.wall(), name=name, text=text))
        elif not text and raised.pop(name, None) is not None:
            bus.publish(AlarmCleared(at=clock.wall(), name=name))

    return alarm


async def look_after(files: Files) -> None:
    """Until cancelled; whatever fails is tried again at the next look."""
    for turn in itertools.count():
        await look(files, turn)
        await asyncio.sleep(LOOK_SECONDS)


async def look(files: Files, turn: int) -> None:
    """One look, the `turn`-th from 0."""
    await _tried(files.scan_some)
    await _tried(files.move_some)
    if turn % SWEEP_LOOKS == 0:
        await _tried(files.sweep)


async def _tried(work: Callable[[], Awaitable[bool | None]]) -> None:
    try:
        while await work():
            await asyncio.sleep(0)
    except Exception as error:
        if is_outage(error):
            log.error("files are not looked after while the database is away", reason=str(error))
        else:
            log.exception("files were not looked after")
