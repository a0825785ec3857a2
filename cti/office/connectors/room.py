"""Connectors of a running house: mappings, files, calls, and what they show and hear."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pydantic

from cti.base.bus import Bus
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.http.routes import Route
from cti.base.settings import ConnectorSettings
from cti.office.connectors.api import ConnectorsApi
from cti.office.connectors.call_log import CallLog
from cti.office.connectors.files import ConnectorFiles
from cti.office.connectors.hooks import Hooks
from cti.office.connectors.readings import Readings
from cti.office.connectors.readings_api import ReadingsApi
from cti.office.connectors.service import Connectors
from cti.office.mappings import MappingLibrary
from cti.office.mappings.api import MAPPINGS, MappingsApi
from cti.office.mappings.library import FILES, MappingFile
from cti.office.records.office import Office
from cti.office.timers.schedule import Schedule
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.office.workshop.watching import follower

SWEEP, SWEEP_CRON = "connector_calls", "20 4 * * *"


@dataclass(frozen=True, slots=True)
class ConnectorRoom:
    """The services; `connectors` is what modules use. `routes` are the staff's, `hooks` the public site's."""

    connectors: Connectors
    mappings: MappingLibrary
    routes: list[Route]
    hooks: list[Route]
    readings: Readings
    _files: ConnectorFiles
    _office: Office
    _bus: Bus
    _watching: list[asyncio.Task[None]]

    @classmethod
    def open(cls, office: Office, bus: Bus, settings: ConnectorSettings) -> ConnectorRoom:
        """Make them; nothing is said before `start`. Reads files: not on the loop's thread."""
        store, clock, audit = office.store, office.clock, office.audit
        mappings = MappingLibrary(store.data / FILES)
        house = office.organisation, office.region
        connectors = Connectors(store, clock, bus, mappings, house, settings)
        files = ConnectorFiles(store.data, connectors, mappings, bus, clock)
        desk: Workshop[MappingFile] = Workshop(mappings, clock, store, audit, Owning(*house, MAPPINGS))
        log = CallLog(store, clock, audit, connectors)
        routes = [*ConnectorsApi(connectors, files, log, audit).routes(), *MappingsApi(desk).routes()]
        hooks = Hooks(connectors, clock).routes()

        def told(connector: str, reading: str, words: str) -> None:
            at, name = clock.wall(), f"connector:{connector}:reading:{reading}"
            bus.publish(AlarmRaised(at=at, name=name, text=words) if words else AlarmCleared(at=at, name=name))

        readings = Readings(connectors, store, clock, house, told)
        routes += ReadingsApi(connectors, readings, store, audit).routes()
        return cls(connectors, mappings, routes, hooks, readings, files, office, bus, [])

    def take_settings(self, settings: pydantic.BaseModel) -> None:
        """Go by other settings from now on."""
        assert isinstance(settings, ConnectorSettings)
        self.connectors.take_settings(settings)

    async def start(self, schedule: Schedule) -> None:
        """Say what waits, watch the files, and remove what is old."""
        mappings = follower(self.mappings, MAPPINGS.title, self._bus, self._office.clock)
        # Connectors name mappings: those that lie there are published first. What did not change from one look to the
        # next is taken.
        for _ in range(2):
            await mappings.look()
        await self._files.start()
        await self.connectors.start()
        self.readings.start()
        self._watching.append(asyncio.create_task(mappings.run(), name="watch mappings"))
        await schedule.every(SWEEP, "清理过期调用日志", SWEEP_CRON, self.connectors.sweep)

    async def stop(self) -> None:
        """Watch no more files and speak to nobody; calls that wait are said by the next engine."""
        for one in self._watching:
            one.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        await self._files.stop()
        await self.readings.stop()
        await self.connectors.stop()
