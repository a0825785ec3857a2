"""Starts the walls."""

from __future__ import annotations

from cti.office.figures import Figures
from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from workflow.bigscreen.api import routes
from workflow.bigscreen.arranging import Arranging
from workflow.bigscreen.links import WallLinks
from workflow.bigscreen.lists import contacts_on, rises_on, words_on
from workflow.bigscreen.walls import Walls
from workflow.contacts.service import Contacts
from workflow.trends.rises import Rises
from workflow.trends.said import Said


async def setup(host: Host) -> None:
    """Offer Walls, WallLinks and Arranging."""
    walls = Walls(host.need(Figures), host.clock, host.data)
    await walls.read()
    host.provide(Walls, walls)
    host.on_stop(walls.close)
    office = host.need(Office)
    office.audit.kinds.setdefault("bigscreen_map", "大屏地图")
    links = WallLinks(office, walls)
    host.provide(WallLinks, links)
    office.audit.kinds.setdefault("bigscreen_wall", "大屏布局")
    arranging = Arranging(walls, office)
    host.provide(Arranging, arranging)
    host.on_stop(host.need(Web).add(routes(walls, links, arranging, office)))
    host.when(Rises, rises_on(walls))
    host.when(Said, words_on(walls))
    host.when(Contacts, contacts_on(walls))
