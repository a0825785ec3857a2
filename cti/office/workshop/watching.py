"""A library while the house runs: it takes the files that plugins deliver, and follows those that are saved.

A saved file that is refused is an alarm until it is right.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.files.findings import Finding
from cti.office.workshop.library import Library
from cti.office.workshop.watcher import LibraryWatcher


async def deliver(library: Library[Any], folder: Path) -> None:
    """Take the files of a plugin's folder, if it has one."""
    if folder.is_dir():
        await asyncio.to_thread(library.deliver, folder)


async def watch(library: Library[Any], title: str, bus: Bus, clock: Clock) -> None:
    """Put files into effect when they are saved, until cancelled; `title` is what such a file is called."""
    await follower(library, title, bus, clock).run()


def follower(library: Library[Any], title: str, bus: Bus, clock: Clock) -> LibraryWatcher:
    """What puts saved files of a library into effect, and raises an alarm for one that is refused."""

    def refused(name: str, findings: list[Finding]) -> None:
        text = f"{title} {name} 有错误，未生效，仍使用原来的版本：{findings[0].in_chinese}"[:400]
        bus.publish(AlarmRaised(at=clock.wall(), name=f"refused:{library.kind}:{name}", text=text))

    def published(name: str, _: int) -> None:
        bus.publish(AlarmCleared(at=clock.wall(), name=f"refused:{library.kind}:{name}"))

    return LibraryWatcher(library, on_refused=refused, on_published=published)
