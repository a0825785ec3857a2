"""People whom another process changed, such as `hotline user add`: left in a folder, and told by the engine that runs.

Without it a phone of somebody just made at the command line was unknown until the engine started anew.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import PersonChanged
from cti.base.ids import new_id

log = structlog.get_logger(__name__)

FOLDER = "told"
EVERY_SECONDS = 1.0


class _Change(msgspec.Struct):
    person: str
    agent: str
    organisation: str
    change: str


def leave(data: Path, event: PersonChanged) -> None:
    """Leave word for the engine of this state directory; whoever starts later reads everything anyhow."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    change = _Change(event.person, event.agent, event.organisation, event.change)
    unfinished = folder / f"{new_id()}.new"
    unfinished.write_bytes(msgspec.json.encode(change))
    # Whole from the moment in which it has its name.
    unfinished.rename(unfinished.with_suffix(".json"))


async def follow(data: Path, bus: Bus, clock: Clock) -> None:
    """Tell what was left, again and again, in order."""
    while True:
        for path in sorted((data / FOLDER).glob("*.json")):
            try:
                left = path.read_bytes()
                path.unlink()
                said = msgspec.json.decode(left, type=_Change)
            except (OSError, msgspec.MsgspecError) as error:
                log.warning("what another process changed cannot be read", file=path.name, reason=str(error))
                continue
            bus.publish(
                PersonChanged(
                    at=clock.wall(), person=said.person, agent=said.agent, organisation=said.organisation,
                    change=said.change,
                )
            )  # fmt: skip
        await asyncio.sleep(EVERY_SECONDS)
