"""A server of models over real HTTP, for tests: one route of OpenAI's at a free port of this machine."""

from __future__ import annotations

from typing import Self

from aiohttp import web


class ModelServer:
    """Answers `path` below `url`; `ill` says how it misbehaves, as each of them means it."""

    path = "/"

    def __init__(self) -> None:
        self.ill = ""
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post(f"/v1{self.path}", self.answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What it says to a request."""
        raise NotImplementedError
