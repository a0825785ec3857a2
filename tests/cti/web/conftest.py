"""A host on free ports with sessions that are given: `TOKENS` maps a token to its visitor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cti.base.http.guard import COOKIE, csrf_of
from cti.base.visitor import Visitor
from cti.testing.sessions import GivenSessions
from cti.web import Web


def visitor(person: str, *permissions: str) -> Visitor:
    return Visitor(
        person, person, "王芳", person, "city", "320400", permissions=frozenset(permissions), session=f"s-{person}"
    )


@pytest.fixture
def sessions() -> GivenSessions:
    found = GivenSessions()
    found.visitors = {
        "agent": visitor("1001", "agent.work"),
        "other": visitor("1002", "agent.work"),
        "boss": visitor("8001", "board.see", "agent.work"),
    }
    return found


@pytest.fixture
def console(tmp_path: Path) -> Path:
    """A built console."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>console</title>")
    (folder / "assets" / "main-abc123.js").write_text("console.log('hello');\n" * 200)
    (folder / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
async def web(sessions: GivenSessions, console: Path) -> AsyncIterator[Web]:
    host = Web(sessions, console=console)
    await host.start("127.0.0.1", 0)
    yield host
    await host.stop()


class Browser:
    """A client that signs its requests as the console does."""

    def __init__(self, client: aiohttp.ClientSession, base: str) -> None:
        self.client = client
        self.base = base

    def headers(self, token: str | None) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={token}", "X-CSRF": csrf_of(token)} if token else {}

    async def __call__(
        self, method: str, path: str, token: str | None = None, headers: dict[str, str] | None = None, **rest: Any
    ) -> aiohttp.ClientResponse:
        response = await self.client.request(
            method, self.base + path, headers={**self.headers(token), **(headers or {})}, **rest
        )
        await response.read()
        return response

    async def live(self, token: str | None, **rest: Any) -> aiohttp.ClientWebSocketResponse:
        headers = {**self.headers(token), **rest.pop("headers", {})}
        return await self.client.ws_connect(self.base + "/ws", headers=headers, **rest)


@pytest.fixture
async def browse(web: Web) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as client:
        yield Browser(client, f"http://127.0.0.1:{web.port}")
