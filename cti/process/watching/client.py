"""A small client of our own API: signs in, asks, and follows a topic."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from cti.base.ciphers.cipher import KeyProblem
from cti.base.http.guard import COOKIE, csrf_of
from cti.base.refusal import Refusal
from cti.base.settings import Settings
from cti.office.identity.local import LOCAL, local_token


class CannotAsk(Exception):
    """The hotline does not answer, or refuses; the message says what to do."""


class Client:
    """A session with the running hotline's API, signed in as the command line."""

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
    async with _http() as http:
        try:
            async with http.post(f"{url}/api/session", json={"login": login, "password": password}) as response:
                answer = await response.json(content_type=None)
        except aiohttp.ClientConnectionError:
            raise CannotAsk(f"nothing answers at {url}: is the hotline running? (scripts/run)") from None
        if response.status != 200:
            raise CannotAsk(f"{login} cannot sign in: {answer.get('detail', response.status)}")
        async with _leaving(http, url, answer["csrf"]) as client:
            yield client


@asynccontextmanager
async def on_this_machine(url: str, settings: Settings, login: str) -> AsyncIterator[Client]:
    """As an account for a first look, by the right of whoever owns the hotline's data: its password is not needed."""
    async with _http() as http:
        try:
            token = await local_token(settings, login)
            async with http.get(f"{url}/api/session", cookies={COOKIE: token}) as response:
                response.raise_for_status()
        except (Refusal, KeyProblem, aiohttp.ClientError) as error:
            raise CannotAsk(f"{login} cannot sign in here ({error}): give --login and --password") from None
        http.cookie_jar.update_cookies({COOKIE: token}, URL(url))
        async with _leaving(http, url, csrf_of(token)) as client:
            yield client


def _http() -> aiohttp.ClientSession:
    jar = aiohttp.CookieJar(unsafe=True)
    return aiohttp.ClientSession(cookie_jar=jar, headers={"User-Agent": LOCAL})


@asynccontextmanager
async def _leaving(http: aiohttp.ClientSession, url: str, csrf: str) -> AsyncIterator[Client]:
    try:
        yield Client(http, url)
    finally:
        await http.delete(f"{url}/api/session", headers={"X-CSRF": csrf})
