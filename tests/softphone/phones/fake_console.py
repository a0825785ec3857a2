"""A console that knows one thing: agents sign in, ask for states, and are told what the test decides."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from aiohttp import WSMsgType, web

CSRF = "csrf-1"


class FakeConsole:
    """`asked` lists every request as (method, path, JSON); `tell` pushes a snapshot to all sockets."""

    def __init__(self, endpoint: str, secret: str, server: str) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.snapshot: dict[str, Any] = {"state": "signed_out"}
        self.sessions: set[str] = set()
        self.url = ""
        self._phone = {"endpoint": endpoint, "server": server, "server6": None}
        self._secret = secret
        self._sockets: set[web.WebSocketResponse] = set()
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    @property
    def state(self) -> str:
        return str(self.snapshot["state"])

    async def start(self) -> None:
        app = web.Application()
        app.add_routes(
            [
                web.post("/api/session", self._sign_in),
                web.delete("/api/session", self._sign_out),
                web.get("/api/phone", self._get_phone),
                web.post("/api/phone/secret", self._new_secret),
                web.put("/api/agent/state", self._put_state),
                web.post("/api/agent/wrapup/end", self._end_wrapup),
                web.get("/ws", self._socket),
            ]
        )
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]

    async def stop(self) -> None:
        await self.drop_sockets()
        if self._runner:
            await self._runner.cleanup()

    async def tell(self, state: str, **more: Any) -> None:
        self.snapshot = {"state": state, **more}
        for socket in tuple(self._sockets):
            with contextlib.suppress(ConnectionError):
                # The console joins the messages of one tick into an array.
                await socket.send_json([{"topic": "agent", "change": self.snapshot}])
        async with self._changed:
            self._changed.notify_all()

    async def until(self, state: str, timeout: float = 10.0) -> None:
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(lambda: self.state == state)

    async def drop_sockets(self) -> None:
        for socket in tuple(self._sockets):
            await socket.close()

    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.asked]

    async def _sign_in(self, request: web.Request) -> web.Response:
        body = await self._note(request)
        if body["password"] != "geheim":
            return self._refuse(401, "wrong_password")
        self.sessions.add("s1")
        reply = web.json_response({"person": {"name": "王芳", "agent_no": body["login"]}, "csrf": CSRF})
        reply.set_cookie("hotline", "s1", httponly=True, samesite="Strict")
        return reply

    async def _sign_out(self, request: web.Request) -> web.Response:
        await self._note(request)
        return self._check(request) or web.Response(status=204)

    async def _get_phone(self, request: web.Request) -> web.Response:
        await self._note(request)
        return self._check(request) or web.json_response(self._phone)

    async def _new_secret(self, request: web.Request) -> web.Response:
        await self._note(request)
        return self._check(request) or web.json_response({"secret": self._secret})

    async def _put_state(self, request: web.Request) -> web.Response:
        body = await self._note(request)
        if refused := self._check(request):
            return refused
        await self.tell(body["state"])
        return web.json_response({"state": body["state"]})

    async def _end_wrapup(self, request: web.Request) -> web.Response:
        await self._note(request)
        if refused := self._check(request):
            return refused
        await self.tell("ready")
        return web.json_response({"state": "ready"})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if refused := self._check(request):
            return refused
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT and message.json() == {"subscribe": "agent"}:
                self._sockets.add(socket)
                await socket.send_json({"topic": "agent", "snapshot": self.snapshot})
        self._sockets.discard(socket)
        return socket

    async def _note(self, request: web.Request) -> Any:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.path, body))
        return body

    def _check(self, request: web.Request) -> web.Response | None:
        if request.cookies.get("hotline") not in self.sessions:
            return self._refuse(401, "not_signed_in")
        if request.method != "GET" and request.headers.get("X-CSRF") != CSRF:
            return self._refuse(403, "csrf")
        return None

    def _refuse(self, status: int, code: str) -> web.Response:
        problem = {"type": "about:blank", "title": "拒绝", "status": status, "code": code, "detail": "不行"}
        return web.json_response(problem, status=status, content_type="application/problem+json")
