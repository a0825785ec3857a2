"""Starts the walls."""

from __future__ import annotations

from cti.office.figures import Figures
from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from workflow.bigscreen.api import routes
from workflow.bigscreen.links import WallLinks
from workflow.bigscreen.walls import Walls


async def setup(host: Host) -> None:
    """Offer Walls and WallLinks."""
    walls = Walls(host.need(Figures), host.clock, host.data)
    await walls.read()
    host.provide(Walls, walls)
    host.on_stop(walls.close)
    links = WallLinks(host.need(Office), walls)
    host.provide(WallLinks, links)
    host.on_stop(host.need(Web).add(routes(walls, links)))
