"""The public site: a second application, on its own port and host name, for those who are not the staff.

It answers what was declared for the outside and nothing else: no route, topic, page or cookie of the staff. Nobody is
signed in on it by a session of the staff; citizens have sessions of their own, by a cookie that the console does not
know. An address that asks too often is slowed alone.
"""

from __future__ import annotations

import asyncio
import html
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import prometheus_client
import structlog
from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.clock import Clock
from cti.base.http import guard, problems
from cti.base.http.forms import CSRF, read_form
from cti.base.http.routes import CITIZEN, PUBLIC, Endpoint, Exchange, Route, RouteTable
from cti.base.rates import AddressRate
from cti.base.refusal import NotFound, NotSignedIn, Refusal
from cti.base.settings import PublicSettings
from cti.store.engine import is_outage
from cti.web.answering import parsed, path_arguments, query_of, read_json, response_of
from cti.web.challenge import HEADER, Challenge, Mac
from cti.web.console import Console
from cti.web.openapi import Contract

log = structlog.get_logger(__name__)

HEAD_SECONDS = 12.0
BURST_SECONDS = 10.0
OUTAGE_SECONDS = 5
SITE = Path(__file__).parent / "site"
"""Files that pages of all modules share: the solver of the task, and how they look."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FIRST_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>12345政务服务便民热线</title>
<link rel="stylesheet" href="/site/site.css">
</head>
<body>
<header><p>12345 政务服务便民热线</p></header>
<main>
<h1>网上服务</h1>
<p>咨询、求助、投诉、建议，请拨打 <strong>12345</strong>。</p>
{pages}
</main>
</body>
</html>
"""
EMBEDDED: web.ResponseKey[tuple[str, ...]] = web.ResponseKey("embedded", tuple)
"""The key of a response under which stand the sites that may show it in a frame: see `embedded`."""
LOCATES: web.ResponseKey[bool] = web.ResponseKey("locates", bool)
"""The key of a response whose page may ask where the device is, which nobody else's may."""


def embedded(response: web.Response, sites: Sequence[str]) -> web.Response:
    """Let a page be shown in frames of these sites (`https://www.example.org`), or a file be loaded by any."""
    response[EMBEDDED] = tuple(sites)
    return response


def policy_for(sites: Sequence[str]) -> str:
    """The usual policy, but for who may frame the page."""
    return POLICY.replace("frame-ancestors 'none'", "frame-ancestors " + (" ".join(sites) or "'none'"))


class Pages(Protocol):
    """Whoever has the pages of the site: its first one, and how a page tells that something was refused."""

    async def first(self, exchange: Exchange) -> web.StreamResponse:
        """The first page."""
        ...

    async def refused(self, exchange: Exchange, refusal: Refusal) -> web.StreamResponse:
        """A page that says why not; for who must sign in, the way there."""
        ...


class PublicSite:
    """Serves routes that are `outside`, and files of folders; off unless the settings say `enabled`."""

    def __init__(
        self, settings: PublicSettings, *, proxies: Sequence[str], plain: bool, clock: Clock, mac: Mac,
        registry: prometheus_client.CollectorRegistry | None = None, version: str = "0",
    ) -> None:  # fmt: skip
        self.settings = settings
        self.sessions: guard.CitizenSessions | None = None
        """By whose sessions citizens are signed in; without it nobody is."""
        self.pages: Pages | None = None
        """Whose pages these are; without it the first one is a plain list."""
        self.port = 0
        self.challenge = Challenge(mac, clock, settings.effort)
        self._contract = Contract(version)
        self._plain, self._proxies = plain, guard.proxies_of(proxies)
        self._rate = AddressRate(clock, settings.per_second, settings.per_second * BURST_SECONDS)
        self._table = RouteTable()
        self._files: dict[str, Console] = {}
        self._pages: dict[str, str] = {}
        self._runner: web.AppRunner | None = None
        self._asked = prometheus_client.Counter(
            "hotline_public_requests", "Requests to the public site", ["status"], registry=registry
        )
        self.add([
            Route("GET", "/", self._first, PUBLIC, "首页", outside=True, page=True),
            Route("GET", "/healthz", self._healthz, PUBLIC, "健康状态", outside=True),
            Route("GET", "/openapi.json", self._openapi, PUBLIC, "公开接口说明", outside=True),
            Route("GET", "/challenge", self._challenge, PUBLIC, "验证任务", outside=True),
        ])  # fmt: skip

    def add(self, routes: list[Route]) -> Callable[[], None]:
        """Add routes; returns the undo. ValueError when one is taken, or is the staff's."""
        if wrong := next((one for one in routes if not one.outside), None):
            raise ValueError(f"{wrong.method} {wrong.path} is not for the public site")
        return self._table.add(routes)

    def add_files(self, at: str, folder: Path, title: str = "") -> Callable[[], None]:
        """Serve the files below a folder, its `index.html` at `/AT/`; returns the undo. Reads them: blocking.

        With a title the first page has a link there.
        """
        self._files[at] = Console.load(folder)
        if title:
            self._pages[at] = title

        def undo() -> None:
            self._files.pop(at, None)
            self._pages.pop(at, None)

        return undo

    @property
    def endpoints(self) -> list[Endpoint]:
        """All routes that are answered now."""
        return self._table.endpoints

    @property
    def titled(self) -> list[tuple[str, str]]:
        """Address and title of each folder of files that the first page links to."""
        return [(f"/{quote(at)}/", title) for at, title in sorted(self._pages.items())]

    async def start(self) -> None:
        """Listen, if it is to be open. OSError when the port is taken."""
        if not self.settings.enabled:
            return
        self._files["site"] = await asyncio.to_thread(Console.load, SITE)
        app = web.Application(middlewares=[] if self._plain else [guard.refuse_plain])
        app[guard.PROXIES] = self._proxies
        app.router.add_route("*", r"/{path:[\s\S]*}", self._handle)
        app.on_response_prepare.append(self._prepare)
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=3.0, keepalive_timeout=HEAD_SECONDS, lingering_time=1.0
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self.settings.host, self.settings.port).start()
        self.port = self._runner.addresses[0][1]
        log.info("the public site is open", host=self.settings.host, port=self.port)

    async def stop(self) -> None:
        """Let requests end for a moment, and stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(guard.HEADERS)
        located = "(self)" if response.get(LOCATES) else "()"
        response.headers["Permissions-Policy"] = f"microphone=(), camera=(), geolocation={located}, payment=(), usb=()"
        sites = response.get(EMBEDDED)
        response.headers["Content-Security-Policy"] = POLICY if sites is None else policy_for(sites)
        if sites is not None:
            # Other sites may load it, and those that the policy names may frame it.
            del response.headers["X-Frame-Options"]
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        if guard.is_https(request):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        response = await self._answered(request)
        self._asked.labels(response.status).inc()
        return response

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        try:
            if self.settings.names and guard.hostname_of(request) not in self.settings.names:
                return problems.of_status(421, "没有这个网站")
            found = self._table.find(request.rel_url.raw_path)
            method = "GET" if request.method == "HEAD" else request.method
            endpoint, values = found.get(method, (None, []))
            if endpoint is None and not found and (file := self._file(request, method)) is not None:
                # It lies in memory and costs nothing: a page with its scripts and styles is one request, not ten.
                return file
            self._rate.take(guard.address_of(request))
            if endpoint is not None:
                return await self._answer(endpoint, request, values)
            if found:
                return problems.of_status(405, headers={"Allow": ", ".join(found)})
            raise NotFound("not_found", "没有这个页面，可能已经移走")
        except Refusal as refusal:
            if self.pages is not None and "text/html" in request.headers.get("Accept", ""):
                exchange = Exchange(request, guard.address_of(request), guard.browser_of(request), "")
                return await self.pages.refused(exchange, refusal)
            return problems.of_refusal(refusal)
        except web.HTTPException as error:
            return problems.of_status(error.status)
        except Exception as error:
            if isinstance(error, ConnectionError) and (request.transport is None or request.transport.is_closing()):
                raise  # the browser is gone
            number = secrets.token_hex(4)
            log.exception("public request failed", method=request.method, path=request.path, number=number)
            if is_outage(error):
                retry = {"Retry-After": str(OUTAGE_SECONDS)}
                return problems.of_status(503, f"暂时不可用，请稍后再试，编号 {number}", retry)
            return problems.of_status(500, f"系统内部错误，编号 {number}")

    async def _answer(self, endpoint: Endpoint, request: web.Request, values: list[str]) -> web.StreamResponse:
        route = endpoint.route
        token, browser = guard.token_of(request, guard.CITIZEN_COOKIE), guard.browser_of(request)
        exchange = Exchange(request, guard.address_of(request), browser, token)
        try:
            response = await self._done(endpoint, exchange, values)
        except Refusal as refusal:
            if not route.page or self.pages is None:
                raise
            response = await self.pages.refused(exchange, refusal)
        if exchange.start_session is not None:
            guard.give_cookie(response, request, exchange.start_session, guard.CITIZEN_COOKIE)
        elif exchange.end_session:
            guard.take_cookie(response, request, guard.CITIZEN_COOKIE)
        return response

    async def _done(self, endpoint: Endpoint, exchange: Exchange, values: list[str]) -> web.StreamResponse:
        route, request, token = endpoint.route, exchange.request, exchange.token
        changes = request.method not in guard.READING
        if changes:
            guard.check_origin(request)
        if route.challenge:
            self.challenge.check(request.headers.get(HEADER, ""))
        arguments: dict[str, Any] = path_arguments(endpoint, values)
        if route.page or route.permission == CITIZEN:
            exchange.citizen = await self._citizen(exchange)
        if route.page and changes:
            exchange.form = await read_form(request, route.limit)
        if route.permission == CITIZEN:
            if exchange.citizen is None:
                raise NotSignedIn("not_signed_in", "请先用手机号码登录")
            if changes:
                guard.check_csrf(request, token, exchange.form.get(CSRF) if route.page else None)
            if endpoint.citizen:
                arguments[endpoint.citizen] = exchange.citizen
        if endpoint.exchange:
            arguments[endpoint.exchange] = exchange
        if endpoint.query is not None:
            arguments["query"] = query_of(endpoint.query, request)
        if endpoint.body is not None:
            arguments["body"] = parsed(endpoint.body, await read_json(request, route.limit))
        return response_of(endpoint, await route.handler(**arguments), request)

    async def _citizen(self, exchange: Exchange) -> Citizen | None:
        return await self.sessions.citizen(exchange.token, exchange.browser) if self.sessions is not None else None

    def _file(self, request: web.Request, method: str) -> web.Response | None:
        at, _, name = request.path.lstrip("/").partition("/")
        if method != "GET" or (folder := self._files.get(at)) is None:
            return None
        return folder.file(name or "index.html", request)

    async def _first(self, exchange: Exchange) -> web.StreamResponse:
        """What this is, and the pages that modules have here."""
        if self.pages is not None:
            return await self.pages.first(exchange)
        found = "\n".join(f'<p class="card"><a href="{at}">{html.escape(title)}</a></p>' for at, title in self.titled)
        return web.Response(text=FIRST_PAGE.format(pages=found), content_type="text/html")

    async def _healthz(self) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _openapi(self) -> web.Response:
        """What programs may ask here; pages are for people."""
        programs = [one for one in self.endpoints if not one.route.page]
        return await self._contract.answer(programs)

    async def _challenge(self) -> web.Response:
        return web.json_response({"task": self.challenge.task(), "effort": self.challenge.effort})
