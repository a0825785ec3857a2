"""What is published, for citizens: lists by section, one publication, a block of the site's first page."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web
from markupsafe import Markup

from cti.base.http.routes import PUBLIC, Exchange, Route
from workflow.portal.menu import Block, Line
from workflow.portal.rendering import Pages
from workflow.publishing.outside import ItemsQuery, PublicPublications, WhereQuery
from workflow.publishing.rules import SECTIONS
from workflow.publishing.views import Channel

AT = "/news"
TITLE = "资讯公告"
TABS = {"": "全部", "hot": "热点聚焦", **{key: title for key, title in SECTIONS.items() if key != "topic"}}
FIRST = 6
"""Lines of the block on the first page."""
PAGE_SIZE, MOST_MAPPED = 15, 100


class NewsPages:
    """The routes, and the block."""

    def __init__(self, public: PublicPublications, pages: Pages) -> None:
        self._public, self._pages = public, pages

    def routes(self) -> list[Route]:
        """Everybody reads."""
        return [
            Route("GET", AT, self.list, PUBLIC, "资讯公告", outside=True, page=True),
            Route("GET", f"{AT}/{{id}}", self.one, PUBLIC, "一条资讯", outside=True, page=True),
        ]

    async def list(self, query: ItemsQuery, exchange: Exchange) -> web.Response:
        """A page of a section."""
        asked = query.model_copy(update={"size": PAGE_SIZE, "region": "", "channel": channel_of(exchange)})
        found = await self._public.find(asked)
        title = TABS.get(asked.section, TITLE) if asked.section else TITLE
        return self._pages.page(exchange, "publishing/news.html", title, asked=asked, found=found, tabs=TABS)

    async def one(self, id: str, exchange: Exchange) -> web.Response:
        """One publication; that it was read is counted."""
        found = await self._public.read(id, WhereQuery(channel=channel_of(exchange)))
        # The body was cleaned when it was written.
        body = Markup(found.body)  # noqa: S704
        return self._pages.page(exchange, "publishing/publication.html", found.title, item=found, body=body)

    async def block(self) -> Block | None:
        """The latest; pinned ones first."""
        found = await self._public.find(ItemsQuery(size=FIRST))
        lines = tuple(Line(f"{AT}/{one.id}", one.title, one.published_at) for one in found.items)
        return Block(TITLE, lines, AT) if lines else None

    async def mapped(self) -> Sequence[str]:
        """The paths of what is public, for search engines: the newest of it."""
        found = await self._public.find(ItemsQuery(size=MOST_MAPPED))
        return [f"{AT}/{one.id}" for one in found.items]


def channel_of(exchange: Exchange) -> Channel:
    """By what he reads: in WeChat's own browser what was published for the official account."""
    return "wechat" if "MicroMessenger/" in exchange.request.headers.get("User-Agent", "") else "portal"
