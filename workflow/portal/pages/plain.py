"""Pages that ask nobody who he is: how the site is seen, what becomes of personal data, and what robots read."""

from __future__ import annotations

from html import escape

from aiohttp import web

from cti.base.http.guard import host_of, is_https
from cti.base.http.routes import PUBLIC, Exchange, Query, Route
from workflow.portal.knowing import Knowledge
from workflow.portal.menu import Menu
from workflow.portal.rendering import VIEW_COOKIE, VIEWS, Pages, inside, see_other

VIEW_SECONDS = 400 * 86_400
CLOSED = ("/mine", "/request/", "/enter", "/view", "/session", "/challenge", "/progress/find", "/chat/api", "/hooks")
"""What robots have no business with."""


class ViewQuery(Query):
    """Which way, and where he was."""

    mode: str = ""
    next: str = "/"


class PlainPages:
    """The routes."""

    def __init__(self, pages: Pages, menu: Menu, knowledge: Knowledge, *, named: bool) -> None:
        self._named = named
        self._pages, self._menu, self._knowledge = pages, menu, knowledge

    def routes(self) -> list[Route]:
        """All of them are for everybody."""
        return [
            Route("GET", "/view", self.view, PUBLIC, "网站浏览方式", outside=True, page=True),
            Route("GET", "/privacy", self.privacy, PUBLIC, "个人信息保护说明", outside=True, page=True),
            Route("GET", "/robots.txt", self.robots, PUBLIC, "搜索引擎规则", outside=True),
            Route("GET", "/sitemap.xml", self.sitemap, PUBLIC, "网站地图", outside=True),
        ]

    async def view(self, query: ViewQuery, exchange: Exchange) -> web.Response:
        """Keep in this browser how he wants to see the site."""
        response = see_other(inside(query.next))
        if query.mode in VIEWS:
            secure = is_https(exchange.request)
            response.set_cookie(
                VIEW_COOKIE, query.mode, max_age=VIEW_SECONDS, httponly=True, samesite="Lax", secure=secure
            )
        return response

    async def privacy(self, exchange: Exchange) -> web.Response:
        """What is kept, why, how long, and what he may ask for."""
        return self._pages.page(exchange, "portal/privacy.html", "个人信息保护说明")

    async def robots(self, exchange: Exchange) -> web.Response:
        """What may be read, and where the map is."""
        lines = [
            "User-agent: *",
            *(f"Disallow: {one}" for one in CLOSED),
            f"Sitemap: {self._base(exchange)}/sitemap.xml",
        ]
        return web.Response(text="\n".join(lines) + "\n", content_type="text/plain", charset="utf-8")

    async def sitemap(self, exchange: Exchange) -> web.Response:
        """The pages that anybody may read, the newest articles and news among them (sitemaps.org 0.9)."""
        paths = ["/", "/ask", "/request", "/progress/", "/figures", "/privacy", *await self._menu.mapped()]
        paths += [f"/ask/{id}" for id in await self._knowledge.newest(exchange.address)]
        base = self._base(exchange)
        lines = "".join(f"<url><loc>{escape(base + one)}</loc></url>" for one in paths)
        text = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>'
        return web.Response(text=text, content_type="application/xml", charset="utf-8")

    def _base(self, exchange: Exchange) -> str:
        """The site's address; empty where the settings name none, since what a browser says then is anybody's word."""
        if not self._named:
            return ""
        return f"{'https' if is_https(exchange.request) else 'http'}://{host_of(exchange.request)}"
