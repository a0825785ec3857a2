"""Starts figures: their files, what people do with them, and what everybody counts by them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.http.routes import Route
from cti.office.figures.api import FiguresApi
from cti.office.figures.catalogue import Catalogue
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.library import FigureFile, FigureLibrary
from cti.office.figures.recounting import Recounting
from cti.office.figures.rights import FIGURES
from cti.office.figures.service import Figures
from cti.office.identity.audit.trail import Audit
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.office.workshop.watching import deliver, watch
from cti.store.engine import Store

FOLDER = "figures"
"""The folder of files: in the state directory, and in that of a plugin which delivers some."""


class FigureRoom:
    """Figures of a running house. `top` is the house's organisation and region, `services` those of records by kind."""

    def __init__(
        self,
        data: Path,
        store: Store,
        clock: Clock,
        audit: Audit,
        top: tuple[str, str],
        services: Mapping[str, Any],
    ) -> None:
        self.library = FigureLibrary(data / FOLDER)
        owning = Owning(*top, FIGURES)
        self.figures = Figures(store, clock, self.library, owning, services)
        self.kept = self.figures.kept = Kept(store, clock, self.library.sources)
        self._recounting, self._audit = Recounting(self.kept, store, audit), audit
        self.desk: Workshop[FigureFile] = Workshop(self.library, clock, store, audit, owning)

    def routes(self) -> list[Route]:
        """Those of definitions, of their values, and of what is kept of those."""
        own = FiguresApi(self.desk, self.figures, self._audit).routes()
        return [*own, *Catalogue(self.figures).routes(), *self._recounting.routes()]

    async def deliver(self, folder: Path) -> None:
        """Take the definitions that come with a plugin."""
        await deliver(self.library, folder / FOLDER)

    async def watch(self, bus: Bus, clock: Clock) -> None:
        """Put files into effect when they are saved, until cancelled."""
        await watch(self.library, FIGURES.title, bus, clock)
