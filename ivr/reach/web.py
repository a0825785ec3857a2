"""Requests over HTTP for flows: only to hosts that the owner has allowed, small, and never for long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

LARGEST = 256 * 1024
"""Bytes of an answer that are read."""


class WebFailed(Exception):
    """No usable answer; the message says why."""


@dataclass(frozen=True, slots=True)
class WebRequest:
    """What is asked: `body` is sent as JSON, `query` is added to the address, `secrets` are headers by their names."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens the system at `host` (a name, or `name:port`): the whole value of a header."""

    host: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """The status, and the body as JSON data, or as text when it is none."""

    status: int
    body: Any


class Web:
    """Asks over HTTP. `hosts` are names, or `name:port`, to which flows may go; nothing leaves for another.

    `secrets` go to their own host only, whatever a flow says.
    """

    def __init__(self, hosts: frozenset[str] = frozenset(), secrets: Mapping[str, Secret] | None = None) -> None:
        self.hosts = hosts
        self._secrets = secrets or {}
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

    def _opening(self, request: WebRequest) -> dict[str, str]:
        """The headers that its secrets make."""
        parts = urlsplit(request.url)
        here = {parts.hostname, f"{parts.hostname}:{parts.port}"}
        found = {}
        for header, name in request.secrets.items():
            secret = self._secrets.get(name)
            if secret is None or secret.host not in here:
                raise WebFailed(f"there is no secret {name} for {parts.netloc}")
            found[header] = secret.value
        return found

    async def ask(self, request: WebRequest, timeout: float) -> WebAnswer:
        """Ask; WebFailed when it may not, cannot, takes too long or answers too much. Redirects are not followed."""
        if not self.allows(request.url):
            raise WebFailed(f"flows may not go to {urlsplit(request.url).netloc or request.url[:60]}")
        opening = self._opening(request)
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.request(
                request.method,
                request.url,
                params=dict(request.query),
                headers={**request.headers, **opening},
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
