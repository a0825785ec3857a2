"""A small client of our own API: signs in with an account of `accounts.json`, asks, and follows a topic."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp


class CannotAsk(Exception):
    """The hotline does not answer, or refuses; the message says what to do."""


class Client:
    """A signed-in session."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON answer; CannotAsk with the server's own words."""
        params = {key: str(value) for key, value in query.items() if value not in (None, "")}
        async with self._http.get(f"{self._url}{path}", params=params) as response:
            answer = await response.json(content_type=None)
            if response.status >= 400:
                raise CannotAsk(f"{path}: {answer.get('detail', response.status)}")
            return answer

    async def follow(self, topic: str) -> AsyncIterator[dict[str, Any]]:
        """Messages of a topic, the snapshot first."""
        async with self._http.ws_connect(f"{self._url}/ws", headers={"Origin": self._url}) as socket:
            await socket.send_json({"subscribe": topic})
            async for frame in socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    return
                found = json.loads(frame.data)
                for message in found if isinstance(found, list) else [found]:
                    if "error" in message:
                        raise CannotAsk(message["error"].get("detail", "refused"))
                    yield message


@asynccontextmanager
async def signed_in(url: str, login: str, password: str) -> AsyncIterator[Client]:
    """Sign in and out again."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        try:
            async with http.post(f"{url}/api/session", json={"login": login, "password": password}) as response:
                answer = await response.json(content_type=None)
        except aiohttp.ClientConnectionError:
            raise CannotAsk(f"nothing answers at {url}: is the hotline running? (scripts/run)") from None
        if response.status != 200:
            raise CannotAsk(f"{login} cannot sign in: {answer.get('detail', response.status)}")
        try:
            yield Client(http, url)
        finally:
            await http.delete(f"{url}/api/session", headers={"X-CSRF": answer["csrf"]})


def account(data: Path, role: str = "supervisor") -> tuple[str, str]:
    """Login and password of a demonstration account with this role."""
    path = data / "accounts.json"
    try:
        accounts = json.loads(path.read_text("utf-8"))["accounts"]
    except (OSError, ValueError, KeyError):
        raise CannotAsk(f"{path} cannot be read: give --login and --password") from None
    for one in accounts:
        if one["role"] == role:
            return one["login"], one["password"]
    raise CannotAsk(f"{path} has no {role}: give --login and --password")
