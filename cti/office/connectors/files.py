"""Takes connectors in from their files, at the start and whenever one is saved; one that is wrong changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import structlog

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.files.documents import DocumentError, Problem
from cti.base.files.findings import Finding
from cti.base.files.saved_files import SavedFiles
from cti.office.connectors.description import FOLDER, ConnectorDescription, read
from cti.office.connectors.service import Connectors
from cti.office.mappings import MappingLibrary
from cti.office.mappings.library import FILES as MAPPINGS

log = structlog.get_logger(__name__)

SHOWN = 5
"""So many faults of a file are told on its page."""


class ConnectorFiles:
    """Watches the folder of a state directory. `problems` says by name what is wrong with files that were refused."""

    def __init__(self, data: Path, connectors: Connectors, mappings: MappingLibrary, bus: Bus, clock: Clock) -> None:
        self._data, self._connectors, self._mappings = data, connectors, mappings
        self._bus, self._clock = bus, clock
        self.problems: dict[str, str] = {}
        self._taken: dict[str, ConnectorDescription] = {}
        # A connector may wait for its mapping to be published.
        self._files = SavedFiles(lambda: [*_files(data), *(data / MAPPINGS).rglob("*")], self.take, "connectors")
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take them in, and watch them."""
        await self.take()
        self._watching = asyncio.create_task(self._files.run(), name="connectors' files")

    async def stop(self) -> None:
        """Watch them no more."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def take(self) -> None:
        """Take in what they say now; of a file that is wrong, what it said before."""
        found: dict[str, ConnectorDescription] = {}
        problems: dict[str, str] = {}
        for path in _files(self._data):
            try:
                found[path.stem] = read(path, self._data, self._mappings.names)
            except DocumentError as error:
                problems[path.stem] = "；".join(
                    map(_in_chinese, sorted(error.problems, key=lambda one: one.line)[:SHOWN])
                )
                log.error("connector refused", problems=[str(one) for one in error.problems])
                if path.stem in self._taken:
                    found[path.stem] = self._taken[path.stem]
        self._tell(problems)
        self._taken, self.problems = found, problems
        await self._connectors.configure(found)

    def _tell(self, problems: dict[str, str]) -> None:
        at = self._clock.wall()
        for name in {*problems, *self.problems}:
            alarm = f"connector_file:{name}"
            if name not in problems:
                self._bus.publish(AlarmCleared(at=at, name=alarm))
            elif problems[name] != self.problems.get(name):
                so = "仍按原来的执行" if name in self._taken else "没有生效"
                text = f"连接器文件 {name} 有误，{so}：{problems[name]}"[:400]
                self._bus.publish(AlarmRaised(at=at, name=alarm, text=text))


def _in_chinese(problem: Problem) -> str:
    said = Finding.of(problem).in_chinese
    return f"第 {said.line} 行：{said.message}" + (f"，{said.suggestion}" if said.suggestion else "")


def _files(data: Path) -> Iterator[Path]:
    yield from sorted((data / FOLDER).glob("*.yaml"))
