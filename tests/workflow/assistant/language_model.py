"""A language model behind an OpenAI-compatible address, over real HTTP: by the book, and by every way to be ill."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.model_server import ModelServer

GOOD = {"title": "人民路停水", "content": "市民反映人民路停水两天。", "address": "人民路", "keywords": ["停水"]}


class LanguageModel(ModelServer):
    """What it was asked, and what it says."""

    path = "/chat/completions"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.says: Any = GOOD

    @property
    def sent(self) -> str:
        """All that was said to it as a user."""
        return "".join(one["messages"][-1]["content"] for one in self.asked)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        match self.ill:
            case "slow":
                await asyncio.sleep(5)
            case "status":
                return web.Response(status=500, text="trouble")
            case "text":
                return web.Response(text="sorry")
            case "long":
                return web.Response(text="x" * 300_000)
            case "elsewhere":
                raise web.HTTPFound("/other")
            case "empty":
                return web.json_response({"choices": []})
        said = self.says if isinstance(self.says, str) else json.dumps(self.says, ensure_ascii=False)
        return web.json_response({"choices": [{"index": 0, "message": {"role": "assistant", "content": said}}]})
