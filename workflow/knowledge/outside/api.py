"""Routes of the public site by which others show the knowledge base, and those by which the staff keeps the keys.

The component's page may be framed by the sites that its key names and by no other; what it asks, it asks of its own
site. Other systems ask the same paths with their key. Nobody's rights are asked, because nothing here needs any.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from aiohttp import web

from cti.base.http.routes import PUBLIC, Exchange, Query, Route
from cti.base.refusal import NotFound
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.files.serving import give
from cti.office.records import Office, record_routes
from cti.web.public_site import embedded
from workflow.knowledge.outside.components import COMPONENTS, Components, Keys
from workflow.knowledge.outside.reading import PublicReading, browser_of, reader
from workflow.knowledge.outside.views import (
    HotQuery,
    PublicArticle,
    PublicHot,
    PublicPage,
    PublicSearchQuery,
    PublicVote,
    PublicWrong,
    RegionQuery,
    Thanks,
    Told,
)
from workflow.knowledge.publishing import KIND
from workflow.knowledge.statistics.visits import Visits

OUTSIDE, API = "/knowledge", "/knowledge/api/{key}"
ONE = f"{API}/articles/{{id}}"
SITE = Path(__file__).parents[1] / "site"
FILES = "knowledge-site"
"""Where the page's own files are on the public site."""


class FileQuery(RegionQuery):
    """Whether it is shown in the page."""

    inline: bool = False


class PageQuery(RegionQuery):
    """What is looked for at first."""

    words: str = ""


class OutsideApi:
    """Pages and data for everybody, by the key of a component."""

    def __init__(
        self, office: Office, components: Components, keys: Keys, reading: PublicReading, visits: Visits,
        loader: str, page: str,
    ) -> None:  # fmt: skip
        self._office, self._components, self._keys = office, components, keys
        self._reading, self._visits = reading, visits
        self._loader, self._page = loader, page

    def routes(self) -> list[Route]:
        """Those of the staff."""
        return record_routes(self._components, COMPONENTS, imports=False)

    def outside(self) -> list[Route]:
        """Those of the public site."""
        return [
            Route("GET", f"{OUTSIDE}/component.js", self.loader, PUBLIC, "知识组件的嵌入脚本", outside=True),
            Route("GET", f"{OUTSIDE}/component/{{key}}", self.page, PUBLIC, "知识组件", outside=True),
            Route("GET", f"{API}/search", self.search, PUBLIC, "检索公开的知识", outside=True),
            Route("GET", f"{API}/hot", self.hot, PUBLIC, "公开的热点知识", outside=True),
            Route("GET", ONE, self.article, PUBLIC, "公开的知识", outside=True),
            Route("GET", f"{ONE}/files/{{file}}", self.file, PUBLIC, "公开的知识的附件", outside=True),
            Route("POST", f"{ONE}/helpful", self.vote, PUBLIC, "评价知识是否有帮助", outside=True),
            Route("POST", f"{ONE}/corrections", self.correct, PUBLIC, "市民纠错", outside=True, challenge=True),
        ]

    async def loader(self, query: Query) -> web.Response:
        """The script of the tag: any page may load it, the frame that it makes asks who may show it."""
        return embedded(web.Response(text=self._loader, content_type="text/javascript", charset="utf-8"), [])

    async def page(self, key: str, query: PageQuery) -> web.Response:
        """The page in the frame; for a wrong key one that says so, to anybody, since nothing else is in it."""
        try:
            row, region = await self._keys.of(key, query.region, counted=False)
        except NotFound:
            return embedded(self._filled("", "", 404), ["*"])
        return embedded(self._filled(row.key, region, 200), row.sites)

    def _filled(self, key: str, region: str, status: int) -> web.Response:
        text = self._page.replace("{key}", escape(key, quote=True)).replace("{region}", escape(region, quote=True))
        return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)

    async def search(self, key: str, query: PublicSearchQuery, exchange: Exchange) -> PublicPage:
        """A page of what answers a question."""
        row, region = await self._keys.of(key, query.region)
        self._visits.note_public(exchange.address, exchange.browser, row.organisation, region)
        return await self._reading.search(reader(row, region, exchange.address), query)

    async def hot(self, key: str, query: HotQuery, exchange: Exchange) -> PublicHot:
        """What is read most."""
        row, region = await self._keys.of(key, query.region)
        return await self._reading.hot(reader(row, region, exchange.address), int(query.days))

    async def article(self, key: str, id: str, query: RegionQuery, exchange: Exchange) -> PublicArticle:
        """One article that anybody may read, in the visitor's region."""
        row, region = await self._keys.of(key, query.region)
        self._visits.note_public(exchange.address, exchange.browser, row.organisation, region)
        files = f"/knowledge/api/{key}/articles/{id}/files"
        return await self._reading.article(reader(row, region, exchange.address), id, files)

    async def file(self, key: str, id: str, file: str, query: FileQuery, exchange: Exchange) -> web.StreamResponse:
        """A file of an article."""
        row, region = await self._keys.of(key, query.region)
        files, cipher = self._office.need(Files), self._office.store.cipher
        async with self._office.store.reading() as session:
            await self._reading.check_file(session, reader(row, region, exchange.address), id, file)
            found = await files.one(session, KIND, id, file)
        path = await files.content(found)
        return await give(
            exchange.request, found.name, found.type, found.size, found.sha256,
            lambda start, end: pieces_of(path, cipher, start, end), inline=query.inline,
        )  # fmt: skip

    async def vote(self, key: str, id: str, query: RegionQuery, body: PublicVote, exchange: Exchange) -> Told:
        """Whether it helped."""
        row, region = await self._keys.of(key, query.region)
        return await self._reading.vote(reader(row, region, exchange.address), id, body, browser_of(exchange))

    async def correct(self, key: str, id: str, query: RegionQuery, body: PublicWrong, exchange: Exchange) -> Thanks:
        """Report what is wrong."""
        row, region = await self._keys.of(key, query.region)
        return await self._reading.correct(reader(row, region, exchange.address), id, body, browser_of(exchange))
