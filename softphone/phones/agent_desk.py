"""An agent's place at the console, over its HTTP API and WebSocket: sign in, states, wrap-up, what happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from yarl import URL

from cti.base.http.guard import COOKIE
from cti.office.identity.local import LOCAL

_TIMEOUT = aiohttp.ClientTimeout(total=10)


class DeskRefused(Exception):
    """The console said no. `status` is that of HTTP, `code` the stable word of its problem document."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code} {detail}".strip())
        self.status = status
        self.code = code


class AgentDesk:
    """One signed-in agent. All verbs raise DeskRefused, or aiohttp.ClientError when the console cannot be reached."""

    def __init__(self, url: str) -> None:
        self._url = url
        # Cookies of an address that is a number and not a name are kept only by an "unsafe" jar.
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=_TIMEOUT, headers={"User-Agent": LOCAL}
        )
        self._csrf = ""

    async def sign_in(self, login: str, password: str) -> Mapping[str, Any]:
        """Open a session; returns the person with `name` and `agent_no`."""
        reply = await self._ask("POST", "/api/session", {"login": login, "password": password})
        self._csrf = str(reply["csrf"])
        person: Mapping[str, Any] = reply["person"]
        return person

    async def enter(self, token: str) -> Mapping[str, Any]:
        """Go on in a session that was begun elsewhere; returns the person."""
        self._http.cookie_jar.update_cookies({COOKIE: token}, URL(self._url))
        reply = await self._ask("GET", "/api/session")
        self._csrf = str(reply["csrf"])
        person: Mapping[str, Any] = reply["person"]
        return person

    async def phone(self) -> Mapping[str, Any]:
        """Return `endpoint`, `server` and `server6` of the agent's desk phone."""
        return await self._ask("GET", "/api/phone")

    async def new_secret(self) -> str:
        """A new secret for the desk phone; the old one registers no more."""
        return str((await self._ask("POST", "/api/phone/secret", {}))["secret"])

    async def ask_state(self, state: str, reason: str | None = None) -> None:
        """Ask for `ready`, `break` or `signed_out`."""
        await self._ask("PUT", "/api/agent/state", {"state": state, "reason": reason})

    async def end_wrapup(self) -> None:
        """Say that the work after the call is done."""
        await self._ask("POST", "/api/agent/wrapup/end", {})

    async def snapshots(self) -> AsyncIterator[Mapping[str, Any]]:
        """Give the agent's state, now and after every change, until the connection ends."""
        async with self._http.ws_connect(f"{self._url}/ws", origin=self._url, heartbeat=20) as socket:
            await socket.send_json({"subscribe": "agent"})
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                frames = message.json()
                for frame in frames if isinstance(frames, list) else [frames]:
                    if error := frame.get("error"):
                        raise DeskRefused(403, str(error.get("code", "")), str(error.get("detail", "")))
                    news = frame.get("change", frame.get("snapshot"))
                    if frame.get("topic") == "agent" and isinstance(news, dict):
                        yield news

    async def sign_out(self) -> None:
        """End the session at the hotline's API."""
        await self._ask("DELETE", "/api/session")

    async def close(self) -> None:
        """Drop the connections, whatever is under way."""
        await self._http.close()

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        headers = {} if method == "GET" else {"X-CSRF": self._csrf}
        async with self._http.request(method, self._url + path, json=body, headers=headers) as reply:
            data = await reply.json(content_type=None) if reply.content_length != 0 else {}
            if reply.status >= 400:
                problem = data if isinstance(data, dict) else {}
                raise DeskRefused(reply.status, str(problem.get("code", "")), str(problem.get("detail", "")))
            return data if isinstance(data, dict) else {}
