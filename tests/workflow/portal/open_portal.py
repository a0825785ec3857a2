"""The public site on a ticket desk, as citizens' browsers ask it: forms, cookies, no script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin

import aiohttp
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number
from cti.base.settings import PublicSettings
from cti.office.figures import Figures
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.messages.citizens import CitizenMessages, SentToCitizen
from cti.office.messages.templates import Filled
from cti.office.public_sessions.api import PublicSessionsApi
from cti.office.public_sessions.service import PublicSessions
from cti.office.workshop.owning import Owning
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.telephony.queue_titles import QueueTitles
from cti.testing.office import cheap_passwords
from cti.web.public_site import PublicSite
from tests.workflow.tickets.ticket_town import LEADER, TicketTown, town_on
from workflow.citizens.service import Citizens
from workflow.portal.plugin import FILES, SITE
from workflow.portal.public_pages import PublicPages
from workflow.portal.questions import DIGITS
from workflow.portal.settings import PortalSettings
from workflow.tickets.by_citizens.asking import CitizensAsking
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.facts import sources
from workflow.tickets.progress import Progress

CODE = "246810"
ROOT = Path(__file__).resolve().parents[3]


class Sms(CitizenMessages):
    """What would be sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send_to_citizen(self, session: AsyncSession, number: Number, what: Filled, **more: Any) -> SentToCitizen:
        self.sent.append(number.national)
        return SentToCitizen("1", datetime(2026, 9, 28, tzinfo=UTC))


@dataclass
class Portal:
    """The ticket desk with its public site."""

    town: TicketTown
    site: PublicSite
    pages: PublicPages
    citizens: Citizens
    sms: Sms
    sessions: PublicSessions
    own: OwnRequests

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.site.port}"

    async def id_of(self, number: str) -> str:
        tickets = self.town.tickets
        return (await tickets.find(LEADER, tickets.query.model_validate({"search": number}))).items[0].id

    async def answered(self, number: str, answer: str) -> None:
        form = {"answer": answer, "citations": []}
        await self.town.acts.act(LEADER, await self.id_of(number), "close", form)


def figures_of(town: TicketTown) -> Figures:
    """Figures of tickets, as the house counts them."""
    library = FigureLibrary(None)
    for source in sources(sqlite=town.office.store.is_sqlite):
        library.offer(source)
    library.deliver(ROOT / "workflow" / "tickets" / "figures")
    owning = Owning("city", "320400", FIGURES)
    return Figures(town.office.store, town.clock, library, owning, town.office.services)


@asynccontextmanager
async def open_portal(store: Store, *plugins: str, **settings_of: Any) -> AsyncIterator[Portal]:
    """With the tables of more plugins, and settings of the site."""
    town = await town_on(store, "citizens", "portal", *plugins)
    town.cases._forms = town.tickets.forms  # what is filled in is checked, as in a house
    office, clock = town.office, town.office.clock
    settings = PublicSettings(enabled=True, effort=4, per_second=1000).model_copy(update={"port": 0})
    site = PublicSite(settings, proxies=[], plain=True, clock=clock, mac=office.store.cipher.mac)
    sms = Sms()
    site.sessions = sessions = PublicSessions(office, sms, "0519")
    sessions.codes.draw = lambda: CODE
    citizens = Citizens(office, StoredCalls(store), QueueTitles(), "0519")
    progress = Progress(store, clock, town.cases, town.titles)
    own = OwnRequests(town.tickets, town.acts, progress)
    asking = CitizensAsking(town.tickets, town.acts, town.alikes, town.history)
    pages = PublicPages(
        office,
        clock,
        site,
        sessions,
        own,
        asking,
        citizens,
        PortalSettings(**settings_of),
        figures_of(town),
        cheap_passwords(),
    )
    site.add(pages.routes)
    site.add(progress.routes())
    site.add(PublicSessionsApi(sessions, office).outside())
    site.add_files(FILES, SITE)
    site.pages = pages
    await site.start()
    yield Portal(town, site, pages, citizens, sms, sessions, own)
    await site.stop()


@dataclass
class Answer:
    status: int
    text: str
    headers: Any

    @property
    def to(self) -> str:
        return str(self.headers.get("Location", ""))

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found is not None, f"no {name} in the page"
        return unescape(found[1])


class HasUrl(Protocol):
    """A site that is open."""

    @property
    def url(self) -> str: ...


class Visitor:
    """A browser without scripts."""

    def __init__(self, portal: HasUrl, client: aiohttp.ClientSession) -> None:
        self._url, self._client = portal.url, client
        self.csrf = ""

    @classmethod
    @asynccontextmanager
    async def of(cls, portal: HasUrl, browser: str = "old telephone") -> AsyncIterator[Visitor]:
        jar = aiohttp.CookieJar(unsafe=True)
        headers = {"Accept": "text/html", "User-Agent": browser}
        async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as client:
            yield cls(portal, client)

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path)

    async def post(self, path: str, **said: Any) -> Answer:
        return await self.ask("POST", path, data={"csrf": self.csrf, **said})

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        async with self._client.request(method, urljoin(self._url, path), allow_redirects=False, **more) as response:
            return Answer(response.status, await response.text(errors="replace"), response.headers)

    async def enter(self, number: str) -> Answer:
        """Sign in as a person does who has no scripts: by a sum."""
        page = await self.get("/enter?next=/mine")
        sent = await self.post(
            "/enter/code", number=number, agree="yes", next="/mine", question=page.hidden("question"),
            answer=sum_of(page.text),
        )  # fmt: skip
        assert sent.status == 200 and "验证码已发送" in sent.text, sent.text
        entered = await self.post("/enter", number=number, code=CODE, next="/mine")
        self.csrf = (await self.get("/mine")).hidden("csrf")
        return entered


def sum_of(text: str) -> str:
    found = re.search(rf"([{DIGITS}])加([{DIGITS}])等于几", text)
    assert found is not None
    return str(DIGITS.index(found[1]) + DIGITS.index(found[2]))
