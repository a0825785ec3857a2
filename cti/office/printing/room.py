"""Starts printing: templates, what people do with them, and the service that prints."""

from __future__ import annotations

from pathlib import Path

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.http.routes import Route
from cti.office.identity.audit.trail import Audit
from cti.office.printing.api import PrintingApi
from cti.office.printing.library import PrintFile, PrintLibrary
from cti.office.printing.rights import PRINTOUTS
from cti.office.printing.service import Printing
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.office.workshop.watching import deliver, watch
from cti.store.engine import Store

FOLDER = "printouts"
"""The folder of templates: in the state directory, and in that of a plugin which delivers some."""


class PrintRoom:
    """Printing of a running house; `title` is what the house is called."""

    def __init__(self, data: Path, store: Store, clock: Clock, audit: Audit, top: tuple[str, str], title: str) -> None:
        self.library = PrintLibrary(data / FOLDER)
        self.printing = Printing(self.library, clock, title)
        self.desk: Workshop[PrintFile] = Workshop(self.library, clock, store, audit, Owning(*top, PRINTOUTS))

    def routes(self) -> list[Route]:
        """The routes of print templates."""
        return PrintingApi(self.desk, self.printing).routes()

    async def deliver(self, folder: Path) -> None:
        """Take the templates that come with a plugin."""
        await deliver(self.library, folder / FOLDER)

    async def watch(self, bus: Bus, clock: Clock) -> None:
        """Put files into effect when they are saved, until cancelled."""
        await watch(self.library, PRINTOUTS.title, bus, clock)
