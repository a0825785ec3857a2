"""The hotline's routes as one of its people: JSON in, JSON out; and what his buttons do, by what stands on them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import aiohttp

Values = Mapping[str, str | bool]
"""What is filled in, by the key of the field: the words of a choice, whether a switch is on."""

KEPT_SECONDS = 8.0
"""A connection is not used again that the hotline is about to close, after `cti.web.host.HEAD_SECONDS`."""


class Refused(Exception):
    """The hotline's answer to what it does not take."""


class Api:
    """A session of somebody who has signed in."""

    def __init__(self, http: aiohttp.ClientSession, url: str, login: str, csrf: str) -> None:
        self._http, self._url, self.login, self._csrf = http, url, login, csrf

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer; Refused with what the hotline says."""
        async with self._http.request(method, self._url + path, json=body, headers={"X-CSRF": self._csrf}) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise Refused(f"{self.login}: {method} {path}: {answer.status} {text}")
            return json.loads(text) if text else None

    async def act(self, record: str, title: str, values: Values | None = None) -> None:
        """Press a button of a record (`/api/tickets/ID`), with its form filled in as somebody at the screen would."""
        offers = await self.ask("GET", f"{record}/offers")
        action = next((one for one in offers if one["title"].startswith(title)), None)
        if action is None:
            raise Refused(f"{self.login}: {record} offers no {title}, but {[one['title'] for one in offers]}")
        fields = {one["key"]: one for one in action.get("form", ())}
        body = {key: one["default"] for key, one in fields.items() if "default" in one}
        for key, said in (values or {}).items():
            body[key] = await self._meant(fields[key], said)
        await self.ask(action["method"], action["path"], body)

    async def _meant(self, field: Mapping[str, Any], said: str | bool) -> Any:
        """The value of what is chosen by its words; all else is what is typed."""
        choices = field.get("options", ())
        if "options_from" in field:
            choices = await self.ask("GET", f"{field['options_from']}?search={quote(str(said))}")
        if not choices:
            return said
        return next(one["value"] for one in choices if one["title"] == said)


@asynccontextmanager
async def signed_in(url: str, login: str, password: str) -> AsyncIterator[Api]:
    """The routes as this person."""
    connector = aiohttp.TCPConnector(keepalive_timeout=KEPT_SECONDS)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), connector=connector) as http:
        async with http.post(f"{url}/api/session", json={"login": login, "password": password}) as answer:
            if answer.status != 200:
                raise Refused(f"{login} cannot sign in: {answer.status} {await answer.text()}")
            csrf = (await answer.json())["csrf"]
        yield Api(http, url, login, csrf)
