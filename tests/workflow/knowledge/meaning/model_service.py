"""An OpenAI-compatible service of vectors, over real HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from tests.model_server import ModelServer
from tests.workflow.knowledge.meaning.model import rows


class ModelService(ModelServer):
    """What it was asked, and how it behaves."""

    path = "/embeddings"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.texts: list[str] = []

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
