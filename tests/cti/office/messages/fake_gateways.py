"""An SMS gateway and a mail server of our own: they remember what they were given, and answer as they are told."""

from __future__ import annotations

import asyncio
import email
from email.message import Message
from typing import Any

from aiohttp import web


class FakeGateway:
    """A web service on a free port; `answer` is what it says next, None that it says nothing at all."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: tuple[int, Any] | None = (200, {"code": 0, "data": {"id": "gw-1"}})
        self.most = self._now = 0
        self._runner: web.AppRunner | None = None
        self._silent = asyncio.Event()

    async def start(self) -> str:
        """Listen; returns the address."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._silent.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        raw = await request.read()
        is_json = request.content_type == "application/json"
        self.asked.append({
            "path": request.path, "query": dict(request.query), "headers": dict(request.headers), "raw": raw,
            "json": await request.json() if is_json else None,
        })  # fmt: skip
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await asyncio.sleep(0)
            if self.answer is None:
                await self._silent.wait()
                return web.Response(status=503)
            status, said = self.answer
            return (
                web.Response(status=status, text=said)
                if isinstance(said, str)
                else web.json_response(said, status=status)
            )
        finally:
            self._now -= 1


class FakeMailServer:
    """Speaks as much SMTP as a letter needs (RFC 5321 D.1); `refuse` is what it says to each recipient instead."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.refuse = ""
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 fake\r\n")
        while line := await reader.readline():
            match line[:4].upper():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    raw = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
                    self.letters.append(email.message_from_bytes(raw))
                    writer.write(b"250 taken\r\n")
                case b"RCPT" if self.refuse:
                    writer.write(self.refuse.encode() + b"\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 fine\r\n")
        writer.close()
