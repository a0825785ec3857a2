"""Starts processes and forms: their files, what people do with them, and the cases that go by them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.expressions.types import Type
from cti.base.http.routes import Route
from cti.base.times.calendars import Calendars
from cti.office.forms.library import FormFile, FormLibrary
from cti.office.identity.audit.trail import Audit
from cti.office.processes.api import FormsApi, ProcessesApi
from cti.office.processes.desk import FORMS, PROCESSES, ProcessDesk
from cti.office.processes.library import ProcessLibrary, Published
from cti.office.processes.lint import Known
from cti.office.processes.recomputing import Recomputing
from cti.office.processes.service import Cases
from cti.office.timers.service import Timers
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.office.workshop.watching import deliver, watch
from cti.store.engine import Store

log = structlog.get_logger(__name__)

AGAIN = 30.0
"""Seconds until what failed in the background is tried again."""
PROCESS_FILES, FORM_FILES = "processes", "forms"
"""Folders of files: in the state directory, and in that of a plugin which delivers some."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What processes stand on. `top` is the house's organisation and region, `titles` are those of permissions."""

    data: Path
    store: Store
    clock: Clock
    bus: Bus
    audit: Audit
    timers: Timers
    calendars: Calendars
    top: tuple[str, str]
    titles: Mapping[str, str]


class ProcessRoom:
    """Forms, processes and cases of a running house."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._records: dict[str, Type] = {}
        self.forms = FormLibrary(ground.data / FORM_FILES)
        self.processes = ProcessLibrary(
            ground.data / PROCESS_FILES,
            self.forms,
            known=self._known,
            working_time=ground.calendars.working_time,
            region=ground.top[1],
        )
        self.cases = Cases(
            ground.store, ground.clock, ground.audit, ground.timers, Published(self.processes),
            ground.calendars.working_time, self.forms,
        )  # fmt: skip
        self._recomputing = Recomputing(
            ground.store, ground.clock, ground.timers, Published(self.processes), ground.calendars,
            ground.data / PROCESS_FILES / ".calendars", self.cases,
        )  # fmt: skip
        ground.audit.named = self._title_of
        house = ground.clock, ground.store, ground.audit
        self.desk = ProcessDesk(self.processes, self.cases, *house, Owning(*ground.top, PROCESSES), ground.titles)
        self.form_desk: Workshop[FormFile] = Workshop(self.forms, *house, Owning(*ground.top, FORMS))

    def _known(self) -> Known:
        return Known(self._ground.titles.keys(), self._ground.calendars.names, records=self._records)

    def _title_of(self, action: str) -> str:
        """What the audit calls an action that somebody took in a case: `case.submit` is 办理：送审."""
        kind, _, name = action.partition(".")
        if kind != "case":
            return ""
        for found in self.processes.files.values():
            for step in found.head.steps.values():
                if name in step.actions:
                    return f"办理：{step.actions[name].title}"
        return ""

    def calendar_uses(self) -> Iterator[tuple[str, str]]:
        """Calendars that published processes go by, each with the process and its time limit."""
        for found in self.processes.files.values():
            for name, rule in found.head.clocks.items():
                yield rule.calendar, f"{found.title}/{rule.title or name}"

    def reads(self, about: str, record: Type) -> None:
        """What expressions may read of a kind of record: lint complains of all else."""
        self._records[about] = record

    def routes(self) -> list[Route]:
        """Those of processes and forms."""
        titles = self._ground.titles
        return [
            *ProcessesApi(self.desk, self.form_desk, self.processes, titles).routes(),
            *FormsApi(self.form_desk, self.forms).routes(),
        ]

    async def deliver(self, folder: Path) -> None:
        """Take the files that come with a plugin: forms first, which its processes name."""
        await deliver(self.forms, folder / FORM_FILES)
        await deliver(self.processes, folder / PROCESS_FILES)

    async def watch(self) -> None:
        """Put files into effect when they are saved, until cancelled; one that is refused is an alarm."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_calendars())
            for library, title in ((self.forms, "表单"), (self.processes, "流程")):
                tasks.create_task(watch(library, title, self._ground.bus, self._ground.clock))

    async def _follow_calendars(self) -> None:
        """A change that cannot be followed now, such as while the database is away, is tried again."""
        while True:
            try:
                await self._recomputing.run()
            except Exception:
                log.exception("deadlines do not follow the calendars yet")
                await asyncio.sleep(AGAIN)
