"""What people change as files, of a running house: processes and forms, figures, print templates; and calendars."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from cti.base.cli_settings import ROOT
from cti.base.manifest import Plugin
from cti.base.times.calendars import Calendars, own_calendars
from cti.office.connectors.facts import reading_facts
from cti.office.figures import Figures
from cti.office.figures.room import FigureRoom
from cti.office.figures.tiles import tiles_of
from cti.office.printing.room import PrintRoom
from cti.office.printing.service import Printing
from cti.office.processes.room import Ground, ProcessRoom
from cti.office.processes.service import Cases
from cti.office.reports.exporting import PRINTED
from cti.process.call_facts import call_facts
from cti.process.engine.foundation import Foundation, Offer, run_beside
from cti.process.engine.system import System
from cti.process.engine.telephone import Telephone


@dataclass(frozen=True, slots=True)
class Workshops:
    """Each with its files; those of plugins are taken in before the plugin starts."""

    calendars: Calendars
    processes: ProcessRoom
    figures: FigureRoom
    printing: PrintRoom

    @classmethod
    async def open(cls, base: Foundation, telephone: Telephone, system: System, stack: AsyncExitStack) -> Workshops:
        """Read the files, and follow them until the engine stops. Raises DocumentError."""
        data, store, clock, bus, audit = base.house.settings.data, base.store, base.clock, base.bus, base.identity.audit
        calendars = await asyncio.to_thread(own_calendars, data)
        ground = Ground(data, store, clock, bus, audit, system.timers, calendars, base.top, base.identity.permissions)
        processes = await asyncio.to_thread(ProcessRoom, ground)
        system.web.add(processes.routes())
        run_beside(stack, processes.watch(), "watch processes and forms")
        figures = await asyncio.to_thread(FigureRoom, data, store, clock, audit, base.top, base.office.services)
        figures.library.offer(call_facts(telephone.queue_titles))
        figures.library.offer(reading_facts())
        stack.callback(system.screens.feed_tiles(lambda visitor: tiles_of(figures.figures, visitor)))
        await figures.deliver(ROOT / "cti" / "process")
        system.web.add(figures.routes())
        printing = await asyncio.to_thread(
            PrintRoom, data, store, clock, audit, base.top, base.settings.organisation_title
        )
        printing.library.offer(PRINTED)
        await printing.deliver(ROOT / "cti" / "office" / "reports")
        base.office.foundations[Printing] = printing.printing
        system.web.add(printing.routes())
        run_beside(stack, figures.kept.run(), "keep days of figures")
        for files in (figures, printing):
            run_beside(stack, files.watch(bus, clock), "watch figures and print templates")
        opened = cls(calendars, processes, figures, printing)
        system.plugins.prepare = opened.take_files
        return opened

    async def take_files(self, plugin: Plugin) -> None:
        """Take the files that come with a plugin."""
        for room in (self.processes, self.figures, self.printing):
            await room.deliver(plugin.folder)

    def offers(self) -> list[Offer]:
        """What plugins may ask for."""
        return [
            (Calendars, self.calendars),
            (ProcessRoom, self.processes),
            (Cases, self.processes.cases),
            (Figures, self.figures.figures),
            (Printing, self.printing.printing),
        ]
