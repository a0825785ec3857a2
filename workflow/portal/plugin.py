"""Starts the public site: its pages, its menu for other plugins, and messages to accounts."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from cti.base.http.routes import Exchange
from cti.base.refusal import Refusal
from cti.office.public_sessions.service import PublicSessions
from cti.office.records import Office
from cti.plugins import Host
from cti.web.public_site import PublicSite
from workflow.chat.entrances import Entrances
from workflow.citizens.service import Citizens
from workflow.knowledge.outside.reading import PublicReading
from workflow.portal.accounts import Accounts
from workflow.portal.chatting import Chat
from workflow.portal.keeping import Keeping
from workflow.portal.knowing import Knowledge
from workflow.portal.menu import Entry, Menu
from workflow.portal.pages.entering import EnteringPages
from workflow.portal.pages.own import OwnPages
from workflow.portal.pages.plain import PlainPages
from workflow.portal.pages.proof import Proof
from workflow.portal.pages.reading import ReadingPages
from workflow.portal.pages.requesting import RequestPages
from workflow.portal.questions import Questions
from workflow.portal.rendering import Pages
from workflow.portal.settings import PortalSettings
from workflow.portal.telling import Telling
from workflow.tickets.by_citizens.asking import CitizensAsking
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.events import TicketClosed, TicketMoved, TicketOpened, TicketReopened

FILES, SITE = "portal", Path(__file__).parent / "site"
HEARD = (TicketOpened, TicketMoved, TicketClosed, TicketReopened)


class _SitePages:
    """See `cti.web.public_site.Pages`."""

    def __init__(self, pages: Pages, reading: ReadingPages) -> None:
        self._pages = pages
        self.first = reading.first

    async def refused(self, exchange: Exchange, refusal: Refusal) -> web.StreamResponse:
        """A page that says why not."""
        return self._pages.refused(exchange, refusal)


async def setup(host: Host) -> None:
    """Offer Menu and Pages, and have the first page."""
    office, site, sessions = host.need(Office), host.need(PublicSite), host.need(PublicSessions)
    own, asking = host.need(OwnRequests), host.need(CitizensAsking)
    menu, keeping = Menu(), Keeping(office)
    knowledge, chat = Knowledge(office, host.clock), Chat(office.organisation)
    host.when(PublicReading, knowledge.take)
    host.when(Entrances, chat.take)

    def known() -> list[Entry]:
        asked = [Entry("/ask", "办事咨询", 10)] if knowledge.is_there else []
        titled = [Entry(path, title, 30) for path, title in site.titled]
        own = [Entry("/request", "我要诉求", 20), Entry("/mine", "我的", 25)]
        return [Entry("/", "首页", 0), *asked, *own, *titled]

    pages = Pages(menu, host.section(PortalSettings), known)
    host.provide(Menu, menu)
    host.provide(Pages, pages)
    accounts = Accounts(office, host.need(Citizens), own, sessions)
    proof = Proof(site.challenge, Questions(office.store.cipher.mac, host.clock))
    reading = ReadingPages(office, pages, menu, knowledge, accounts, keeping, chat, proof)
    host.on_stop(
        site.add([
            *PlainPages(pages, knowledge).routes(), *reading.routes(),
            *EnteringPages(pages, sessions, accounts, proof).routes(),
            *RequestPages(office, pages, asking, accounts, keeping).routes(),
            *OwnPages(office, pages, own, asking, accounts, keeping).routes(),
        ])
    )  # fmt: skip
    host.on_stop(await asyncio.to_thread(site.add_files, FILES, SITE))
    telling = Telling(own, keeping, pages.settings)
    for event in HEARD:
        host.listen(event, telling.heard)
    host.task(telling.run(), "tell accounts of their requests")
    site.pages = _SitePages(pages, reading)

    def gone() -> None:
        site.pages = None

    host.on_stop(gone)
