"""An OpenAI-compatible service of vectors, over real HTTP."""

from __future__ import annotations

import asyncio
from typing import Any, Self

from aiohttp import web

from tests.workflow.knowledge.meaning.model import rows


class ModelService:
    """What it was asked, and how it behaves."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.texts: list[str] = []
        self.ill = ""
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/embeddings", self.answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        said = await request.json()
        self.asked.append((request.headers.get("Authorization", ""), said))
        self.texts += said["input"]
        vectors = [{"index": at, "embedding": row} for at, row in enumerate(rows(said["input"]).tolist())]
        match self.ill:
            case "slow":
                await asyncio.sleep(2)
            case "status":
                return web.Response(status=503)
            case "text":
                return web.Response(text="sorry")
            case "short":
                vectors.pop()
            case "else":
                return web.json_response({"error": "no such model"})
            case "elsewhere":
                raise web.HTTPFound("/other")
        return web.json_response({"data": vectors[::-1]})
