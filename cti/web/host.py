"""The HTTP host: takes a request through guard, route, validation and handler to an answer, and serves the console."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import prometheus_client
import structlog
from aiohttp import web

from cti.base.addresses import is_loopback
from cti.base.clock import Clock, LoopClock
from cti.base.http import guard, problems
from cti.base.http.routes import PUBLIC, SIGNED_IN, Endpoint, Exchange, Route, RouteTable
from cti.base.rates import AddressRate, Rate
from cti.base.refusal import NotAllowed, NotSignedIn, Refusal
from cti.base.settings import HttpSettings
from cti.base.visitor import Visitor
from cti.store.engine import is_outage
from cti.web import kept_answers, together
from cti.web.answering import parsed, path_arguments, query_of, read_json, response_of
from cti.web.console import Console
from cti.web.hub import Hub
from cti.web.kept_answers import Claim, KeptAnswer, KeptAnswers
from cti.web.openapi import Contract

log = structlog.get_logger(__name__)

ADDRESS_BYTES = 32_768
"""Of an address with its query: conditions of a list stand in it, each Chinese character as nine bytes."""
HEAD_SECONDS = 12.0
"""How long a connection may be open before its request has come, or between two."""
BURST_SECONDS = 10.0
OUTAGE_SECONDS = 5
DURABLE_SECONDS = 2.0
"""So long an answer waits until what was done stands in the journal: a commit takes milliseconds, a database that
cannot be written must not hold up who is on the telephone."""
SEE_METRICS = "system.see"

Health = Callable[[], Awaitable[Mapping[str, Any]]]
"""Tells how the house is: `status` is ok, degraded or down (503), the rest is for people."""


async def _healthy() -> Mapping[str, Any]:
    return {"status": "ok"}


async def _at_once() -> None:
    """Nothing is kept in memory first."""


class Web:
    """Serves `/api/…`, `/ws`, `/healthz`, `/metrics` and the console.

    `console` is the folder of its built files; `sockets` are the sources that its scripts may open sockets to;
    `answers` keeps answers to requests with an idempotency key. `durable` returns when all that was told until now is
    on disk: whatever a request changes is answered 200 only then, and 202 while the database cannot be written.
    """

    def __init__(
        self,
        sessions: guard.Sessions,
        *,
        keys: guard.Keys | None = None,
        console: Path | None = None,
        health: Health = _healthy,
        registry: prometheus_client.CollectorRegistry | None = None,
        sockets: str = "ws: wss:",
        version: str = "1",
        settings: HttpSettings | None = None,
        answers: KeptAnswers | None = None,
        clock: Clock | None = None,
        durable: Callable[[], Awaitable[None]] = _at_once,
    ) -> None:
        settings, clock = settings or HttpSettings(), clock or LoopClock()
        self.hub = Hub(sessions)
        self._answers = answers
        self._durable = durable
        self._plain = settings.plain
        self._proxies = guard.proxies_of(settings.proxies)
        self._by_person = Rate(clock, settings.person_per_second, settings.person_per_second * BURST_SECONDS)
        self._by_address = AddressRate(clock, settings.address_per_second, settings.address_per_second * BURST_SECONDS)
        self.registry = registry or prometheus_client.CollectorRegistry()
        self.port = 0
        self._sessions = sessions
        self._keys = keys
        self._folder = console
        self._console = Console({})
        self._health = health
        self._contract = Contract(version)
        self._policy = guard.content_policy(sockets)
        self._table = RouteTable()
        self._runner: web.AppRunner | None = None
        self._seconds = prometheus_client.Histogram(
            "hotline_http_seconds", "Time to answer a request", ["method", "route", "status"], registry=self.registry
        )
        self.add(
            [
                Route("GET", "/healthz", self._healthz, PUBLIC, "健康状态"),
                Route("GET", "/metrics", self._metrics, PUBLIC, "运行指标"),
                Route("GET", "/api/openapi.json", self._openapi, PUBLIC, "接口说明"),
                together.route(self._handle),
            ]
        )

    def add(self, routes: list[Route]) -> Callable[[], None]:
        """Add routes; returns the undo. ValueError when one is taken, TypeError when a handler does not fit.

        Nor are routes of the public site the staff's: ValueError.
        """
        if wrong := next((one for one in routes if one.outside), None):
            raise ValueError(f"{wrong.method} {wrong.path} is for the public site")
        return self._table.add(routes)

    @property
    def endpoints(self) -> list[Endpoint]:
        """All routes that are answered now."""
        return self._table.endpoints

    async def start(self, host: str, port: int) -> None:
        """Listen; on both loopback addresses when `host` is one. Port 0 takes a free one. OSError when taken."""
        self._console = await asyncio.to_thread(Console.load, self._folder)
        app = web.Application(middlewares=[] if self._plain else [guard.refuse_plain])
        app[guard.PROXIES] = self._proxies
        app.router.add_route("GET", "/ws", self.hub.serve)
        # A dot would leave out paths with a line break.
        app.router.add_route("*", r"/{path:[\s\S]*}", self._handle)
        app.on_response_prepare.append(self._prepare)
        runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=3.0,
            keepalive_timeout=HEAD_SECONDS,
            lingering_time=1.0,
            max_line_size=ADDRESS_BYTES,
        )
        await runner.setup()
        self._runner = runner
        self.hub.start()
        hosts = ["127.0.0.1", "::1"] if host in ("127.0.0.1", "::1", "localhost") else [host]
        for index, one in enumerate(hosts):
            try:
                await web.TCPSite(runner, one, self.port or port).start()
            except OSError as error:
                if index == 0:
                    raise
                log.warning("not listening", host=one, error=str(error))
            self.port = self.port or runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the sockets, let requests end for a moment, and stop listening."""
        await self.hub.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(guard.HEADERS)
        response.headers["Content-Security-Policy"] = self._policy
        if guard.is_https(request):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        begun = time.perf_counter()
        found = self._table.find(request.rel_url.raw_path)
        method = "GET" if request.method == "HEAD" else request.method
        endpoint, values = found.get(method, (None, []))
        try:
            if endpoint is not None:
                response = await self._answer(endpoint, request, values)
            elif found:
                response = problems.of_status(405, headers={"Allow": ", ".join(found)})
            else:
                response = self._file(request, method)
        except Refusal as refusal:
            response = problems.of_refusal(refusal)
        except web.HTTPException as error:
            response = problems.of_status(error.status)
        except Exception as error:
            if isinstance(error, ConnectionError) and (request.transport is None or request.transport.is_closing()):
                raise  # the browser is gone
            number = secrets.token_hex(4)
            log.exception("request failed", method=method, path=request.path, number=number)
            if is_outage(error):
                retry = {"Retry-After": str(OUTAGE_SECONDS)}
                response = problems.of_status(503, f"数据库暂时不可用，请稍后再试，编号 {number}", retry)
            else:
                response = problems.of_status(500, f"系统内部错误，编号 {number}")
        route = endpoint.route.path if endpoint else "console"
        self._seconds.labels(method if endpoint else "", route, response.status).observe(time.perf_counter() - begun)
        return response

    def _file(self, request: web.Request, method: str) -> web.StreamResponse:
        found = None
        if method == "GET" and not request.path.startswith("/api/"):
            found = self._console.answer(request)
        return found or problems.of_status(404)

    async def _answer(self, endpoint: Endpoint, request: web.Request, values: list[str]) -> web.StreamResponse:
        route = endpoint.route
        exchange = Exchange(request, guard.address_of(request), guard.browser_of(request), guard.token_of(request))
        if request.method not in guard.READING:
            guard.check_origin(request)
        visitor = None
        if route.permission != PUBLIC:
            visitor = await self._visitor(route, exchange)
        elif route.path.startswith("/api/"):
            self._by_address.take(exchange.address)
        arguments: dict[str, Any] = dict(path_arguments(endpoint, values))
        body = b""
        if endpoint.visitor:
            arguments[endpoint.visitor] = visitor
        if endpoint.exchange:
            arguments[endpoint.exchange] = exchange
        if endpoint.query is not None:
            arguments["query"] = query_of(endpoint.query, request)
        if endpoint.body is not None:
            body = await read_json(request, route.limit)
            arguments["body"] = parsed(endpoint.body, body)
        response = await self._once(endpoint, request, visitor, arguments, body)
        if exchange.start_session is not None:
            guard.give_cookie(response, request, exchange.start_session)
        elif exchange.end_session:
            guard.take_cookie(response, request)
        if exchange.know_browser is not None:
            guard.know_browser(response, request, exchange.know_browser)
        return response

    async def _once(
        self, endpoint: Endpoint, request: web.Request, visitor: Visitor | None, arguments: dict[str, Any], body: bytes
    ) -> web.StreamResponse:
        """Carry the request out, unless its idempotency key says that it was."""
        key = request.headers.get(kept_answers.HEADER)
        if key is None or visitor is None or self._answers is None or endpoint.route.method != "POST":
            return await self._carry_out(endpoint, request, arguments)
        parts = (endpoint.route.path.encode(), request.rel_url.raw_path_qs.encode(), body)
        claim = Claim.of(visitor.person, key, *parts)
        if (kept := await self._answers.begin(claim)) is not None:
            headers = {"Idempotent-Replayed": "true"}
            kind = "application/json" if kept.body else "application/octet-stream"
            return web.Response(status=kept.status, body=kept.body, content_type=kind, headers=headers)
        try:
            response = await self._carry_out(endpoint, request, arguments)
        except Exception:
            await self._answers.release(claim)
            raise
        given = response.body if isinstance(response, web.Response) else None
        await self._answers.keep(claim, KeptAnswer(response.status, given if isinstance(given, bytes) else b""))
        return response

    async def _carry_out(
        self, endpoint: Endpoint, request: web.Request, arguments: dict[str, Any]
    ) -> web.StreamResponse:
        """Run the handler, and answer when what it did survives the engine's death."""
        response = response_of(endpoint, await endpoint.route.handler(**arguments), request)
        if endpoint.route.method in guard.READING or response.prepared:
            return response
        try:
            async with asyncio.timeout(DURABLE_SECONDS):
                await self._durable()
        except TimeoutError:
            # Done, and not written down yet: who asks again finds it so, but it may be forgotten.
            log.warning("answered before it was written", path=endpoint.route.path)
            if response.status in (200, 201, 204):
                response.set_status(web.HTTPAccepted.status_code)
        return response

    async def _visitor(self, route: Route, exchange: Exchange) -> Visitor:
        visitor = await self._asker(exchange)
        if visitor is None:
            self._by_address.take(exchange.address)
            raise NotSignedIn("not_signed_in", "请先登录")
        self._by_person.take(visitor.person)
        # A key is sent by a program that means it; a cookie, by any page that the browser shows.
        if exchange.request.method not in guard.READING and not guard.bearer_of(exchange.request):
            guard.check_csrf(exchange.request, exchange.token)
        if route.permission != SIGNED_IN:
            visitor.need(route.permission)
        return visitor

    async def _asker(self, exchange: Exchange) -> Visitor | None:
        """Whoever has the key or the session that came with the request; a key goes before a cookie."""
        if key := guard.bearer_of(exchange.request):
            return await self._keys.visitor(key, exchange.address) if self._keys is not None else None
        if not exchange.token:
            return None
        return await self._sessions.visitor(exchange.token, exchange.address, exchange.browser)

    async def _healthz(self) -> web.Response:
        found = dict(await self._health())
        return web.json_response(found, status=503 if found.get("status") == "down" else 200)

    async def _metrics(self, exchange: Exchange) -> web.Response:
        if not is_loopback(exchange.address):
            visitor = await self._asker(exchange)
            if visitor is None or not visitor.may(SEE_METRICS):
                raise NotAllowed("not_allowed", "运行指标只对本机和运维人员开放")
        text = prometheus_client.generate_latest(self.registry)
        return web.Response(body=text, headers={"Content-Type": prometheus_client.CONTENT_TYPE_LATEST})

    async def _openapi(self) -> web.Response:
        return await self._contract.answer(self.endpoints)
