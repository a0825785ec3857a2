"""Requests over HTTP for flows: only to hosts that the owner has allowed, small, and never for long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

LARGEST = 256 * 1024
"""Bytes of an answer that are read."""


class WebFailed(Exception):
    """No usable answer; the message says why."""


@dataclass(frozen=True, slots=True)
class WebRequest:
    """What is asked: `body` is sent as JSON, `query` is added to the address."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """The status, and the body as JSON data, or as text when it is none."""

    status: int
    body: Any


class Web:
    """Asks over HTTP. `hosts` are names, or `name:port`, to which flows may go; nothing leaves for another."""

    def __init__(self, hosts: frozenset[str] = frozenset()) -> None:
        self.hosts = hosts
        self._session: aiohttp.ClientSession | None = None

    def allows(self, url: str) -> bool:
        """Whether a flow may go there."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or parts.username is not None or not parts.hostname:
            return False
        return parts.hostname in self.hosts or (port is not None and f"{parts.hostname}:{port}" in self.hosts)

    async def ask(self, request: WebRequest, timeout: float) -> WebAnswer:
        """Ask; WebFailed when it may not, cannot, takes too long or answers too much. Redirects are not followed."""
        if not self.allows(request.url):
            raise WebFailed(f"flows may not go to {urlsplit(request.url).netloc or request.url[:60]}")
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.request(
                request.method,
                request.url,
                params=dict(request.query),
                headers=dict(request.headers),
                json=request.body,
                timeout=aiohttp.ClientTimeout(total=timeout),
                allow_redirects=False,
            ) as response:
                content = await response.content.read(LARGEST + 1)
                while len(content) <= LARGEST and (more := await response.content.read(LARGEST)):
                    content += more
                if len(content) > LARGEST:
                    raise WebFailed(f"the answer is longer than {LARGEST} bytes")
                text = content.decode("utf-8", "replace")
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise WebFailed(f"{type(error).__name__}: {error}") from None
        try:
            return WebAnswer(response.status, json.loads(text))
        except ValueError:
            return WebAnswer(response.status, text)

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
