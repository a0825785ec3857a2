"""The pages of the site put together: what they share, and all their routes."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from cti.base.clock import Clock
from cti.base.http.routes import Exchange, Route
from cti.base.refusal import NotSignedIn, Refusal
from cti.office.figures import Figures
from cti.office.identity.signing_in.passwords import Passwords
from cti.office.public_sessions.service import PublicSessions
from cti.office.records import Office
from cti.web.public_site import PublicSite
from workflow.citizens.service import Citizens
from workflow.portal.accounts import Accounts
from workflow.portal.chatting import Chat
from workflow.portal.figures.service import FiguresOfTheDay
from workflow.portal.identities import Identities
from workflow.portal.keeping import Keeping
from workflow.portal.knowing import Knowledge
from workflow.portal.menu import Entry, Menu
from workflow.portal.notices import Notices
from workflow.portal.outline import Outline
from workflow.portal.pages.entering import EnteringPages
from workflow.portal.pages.figures import ENTRY as FIGURES
from workflow.portal.pages.figures import FiguresPages
from workflow.portal.pages.notices import NoticePages
from workflow.portal.pages.own import OwnPages
from workflow.portal.pages.plain import PlainPages
from workflow.portal.pages.proof import Proof
from workflow.portal.pages.reading import ReadingPages
from workflow.portal.pages.requesting import RequestPages
from workflow.portal.pages.unified import UnifiedPages
from workflow.portal.passwords import CitizenPasswords
from workflow.portal.questions import Questions
from workflow.portal.rendering import Pages, see_other
from workflow.portal.settings import PortalSettings
from workflow.tickets.by_citizens.asking import CitizensAsking
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.by_citizens.telling import Telling
from workflow.tickets.by_citizens.views import Told


class PublicPages:
    """See `cti.web.public_site.Pages`; `menu`, `pages` and `accounts` are for other plugins."""

    def __init__(
        self, office: Office, clock: Clock, site: PublicSite, sessions: PublicSessions, own: OwnRequests,
        asking: CitizensAsking, citizens: Citizens, settings: PortalSettings, figures: Figures, passwords: Passwords,
    ) -> None:  # fmt: skip
        self._site, self.menu = site, Menu(clock)
        self.knowledge, self.chat = Knowledge(office, clock), Chat(office.organisation, clock)
        self.outline = Outline()
        self.notices = Notices()
        keeping = Keeping(office, self.notices)
        self.accounts = accounts = Accounts(office, citizens, own, sessions)
        accounts.dropping.append(self.notices.forget)
        self.pages = pages = Pages(self.menu, settings, self._entries, office.store.cipher.mac)
        self._settings, published = settings, FiguresOfTheDay(office, figures, settings.figures)
        identities = Identities(office, sessions, settings.unified.provider)
        own_passwords = CitizenPasswords(office, accounts, sessions, passwords)
        proof = Proof(site.challenge, Questions(office.store.cipher.mac, clock))
        self._reading = ReadingPages(
            office, pages, self.menu, self.knowledge, accounts, keeping, self.chat, proof
        )  # fmt: skip

        async def write(told: Told) -> None:
            await keeping.tell([number for number, _ in told.numbers], told.number, told.words, settings.keep_days)

        self._requesting = RequestPages(office, pages, asking, accounts, keeping, self.outline, own, sessions)
        self.telling = Telling(own, sessions.holders, write)
        self.routes: list[Route] = [
            *PlainPages(pages, self.menu, self.knowledge, named=bool(site.settings.names)).routes(),
            *self._reading.routes(),
            *FiguresPages(pages, published).routes(),
            *EnteringPages(pages, sessions, accounts, proof, identities.title, own_passwords).routes(),
            *UnifiedPages(pages, identities, sessions, accounts, proof).routes(),
            *self._requesting.routes(),
            *OwnPages(office, pages, own, asking, accounts, keeping, own_passwords, self.notices).routes(),
            *NoticePages(self.notices, accounts).routes(),
        ]

    def _entries(self) -> list[Entry]:
        """The site's own, and pages that other modules have as files."""
        asked = [Entry("/ask", "办事咨询", 10)] if self.knowledge.is_there else []
        own = [Entry("/request", "我要诉求", 20), Entry("/mine", "我的", 25)]
        if self._settings.figures.anything:
            own.append(FIGURES)
        return [Entry("/", "首页", 0), *asked, *own, *(Entry(path, title, 30) for path, title in self._site.titled)]

    async def first(self, exchange: Exchange) -> web.StreamResponse:
        """The first page."""
        return await self._reading.first(exchange)

    async def refused(self, exchange: Exchange, refusal: Refusal) -> web.StreamResponse:
        """A page that says why not; what somebody had typed whose session ran out is kept for him."""
        if isinstance(refusal, NotSignedIn) and (back := await self._requesting.kept(exchange)):
            return see_other(f"/enter?next={quote(back, safe='')}")
        return self.pages.refused(exchange, refusal)
