"""The public site of a whole engine, as citizens' browsers ask it: forms, cookies, no script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cti.base.number import Number
from cti.office.messages.citizens import CitizenMessages, SentToCitizen
from cti.office.messages.templates import Filled
from cti.office.public_sessions.service import PublicSessions
from cti.process.app import Engine
from cti.web.public_site import PublicSite
from tests.engine_without_switch import engine_without_switch
from tests.running_hotline import free_ports
from workflow.portal.questions import DIGITS

CODE = "246810"
SETTINGS = "public: {{enabled: true, port: {port}, per_second: 1000, effort: 4}}\n"


class Sms(CitizenMessages):
    """What would be sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send_to_citizen(self, session: Any, number: Number, what: Filled, **more: Any) -> SentToCitizen:
        self.sent.append(number.national)
        return SentToCitizen("", None, "")  # type: ignore[arg-type] # nobody asks when


@dataclass
class Portal:
    """The engine and the address of its site."""

    engine: Engine
    url: str
    sms: Sms = field(default_factory=Sms)

    def need(self, kind: type[Any]) -> Any:
        return self.engine.services.need(kind)


@asynccontextmanager
async def open_portal(data: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[Portal]:
    (port,) = free_ports(1)
    async with engine_without_switch(data, environment, more=SETTINGS.format(port=port)) as (engine, _):
        site: PublicSite = engine.services.need(PublicSite)
        portal = Portal(engine, f"http://127.0.0.1:{site.port}")
        codes = engine.services.need(PublicSessions).codes
        codes.draw, codes._citizens = (lambda: CODE), portal.sms
        yield portal


@dataclass
class Answer:
    status: int
    text: str
    headers: Any

    @property
    def to(self) -> str:
        return str(self.headers.get("Location", ""))

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found is not None, f"no {name} in the page"
        return unescape(found[1])


class Visitor:
    """A browser without scripts."""

    def __init__(self, portal: Portal, client: aiohttp.ClientSession) -> None:
        self._url, self._client = portal.url, client
        self.csrf = ""

    @classmethod
    @asynccontextmanager
    async def of(cls, portal: Portal) -> AsyncIterator[Visitor]:
        jar = aiohttp.CookieJar(unsafe=True)
        headers = {"Accept": "text/html", "User-Agent": "old telephone"}
        async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as client:
            yield cls(portal, client)

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path)

    async def post(self, path: str, **said: Any) -> Answer:
        return await self.ask("POST", path, data={"csrf": self.csrf, **said})

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        async with self._client.request(method, self._url + path, allow_redirects=False, **more) as response:
            return Answer(response.status, await response.text(errors="replace"), response.headers)

    async def enter(self, number: str) -> Answer:
        """Sign in as a person does who has no scripts: by a sum."""
        page = await self.get("/enter?next=/mine")
        sent = await self.post(
            "/enter/code", number=number, agree="yes", next="/mine", question=page.hidden("question"),
            answer=sum_of(page.text),
        )  # fmt: skip
        assert sent.status == 200 and "验证码已发送" in sent.text, sent.text
        entered = await self.post("/enter", number=number, code=CODE, next="/mine")
        self.csrf = (await self.get("/mine")).hidden("csrf")
        return entered


def sum_of(text: str) -> str:
    found = re.search(rf"([{DIGITS}])加([{DIGITS}])等于几", text)
    assert found is not None
    return str(DIGITS.index(found[1]) + DIGITS.index(found[2]))
