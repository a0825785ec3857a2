"""Starts the public site: its pages, its menu for other plugins, and messages to accounts."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cti.office.figures import Figures
from cti.office.identity.signing_in.passwords import Passwords
from cti.office.messages.push.citizens import CitizenPush
from cti.office.public_sessions.service import PublicSessions
from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from cti.web.public_site import PublicSite
from workflow.bigscreen.walls import Walls
from workflow.chat.entrances import Entrances
from workflow.citizens.service import Citizens
from workflow.knowledge.finding.boards import HotBoards
from workflow.knowledge.outside.reading import PublicReading
from workflow.portal.accounts import Accounts
from workflow.portal.api import routes
from workflow.portal.menu import Menu
from workflow.portal.probing import Probe
from workflow.portal.public_pages import PublicPages
from workflow.portal.rendering import Pages
from workflow.portal.settings import PortalSettings
from workflow.tickets.by_citizens.asking import CitizensAsking
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.by_citizens.telling import HEARD

FILES, SITE = "portal", Path(__file__).parent / "site"


async def setup(host: Host) -> None:
    """Offer Menu, Pages and Accounts, and have the first page."""
    site = host.need(PublicSite)
    passwords = Passwords()
    host.on_stop(passwords.close)
    found = PublicPages(
        host.need(Office), host.clock, site, host.need(PublicSessions), host.need(OwnRequests),
        host.need(CitizensAsking), host.need(Citizens), host.section(PortalSettings),
        host.need(Figures), passwords,
    )  # fmt: skip
    host.when(PublicReading, found.knowledge.take)
    host.when(HotBoards, found.knowledge.take_boards)
    host.when(Entrances, found.chat.take)
    host.when(Walls, found.outline.take)
    host.on_stop(found.notices.take(host.need(CitizenPush)))
    host.provide(Menu, found.menu)
    host.provide(Pages, found.pages)
    host.provide(Accounts, found.accounts)
    host.on_stop(site.add(found.routes))
    host.on_stop(await asyncio.to_thread(site.add_files, FILES, SITE))
    for event in HEARD:
        host.listen(event, found.telling.heard)
    probe = Probe(site, host.need(PublicSessions), found.knowledge, host.clock, host.bus)
    host.on_stop(host.need(Web).add(routes(probe)))
    host.task(probe.run(), "try the public site")
    host.task(found.telling.run(), "tell accounts of their requests")
    site.pages = found

    def gone() -> None:
        site.pages = None

    host.on_stop(gone)
