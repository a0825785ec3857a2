"""A citizen who is nobody uses the public site every five minutes, as a browser does: web channels fail unseen else.

He looks at the first page, asks, opens the form, sends a request, and looks up his own. His request is made in the
tables with its process, seen, and taken back in the same transaction (`CitizensAsking.send`): it takes no number, is
counted nowhere, and nobody is told of it.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Protocol

import aiohttp
import structlog

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.http.guard import CITIZEN_COOKIE
from cti.base.refusal import Conflict
from cti.office.public_sessions.service import PublicSessions
from cti.web.public_site import PublicSite

log = structlog.get_logger(__name__)

EVERY, AGAIN, PATIENCE = 300.0, 20.0, 10.0
"""Seconds between two, until a failed one is tried once more, and that an answer may take."""
ALARM = "portal.probe"
BROWSER = "hotline probe"
WORDS = "监测：小区停水，请尽快恢复供水（自动监测，不是市民诉求）"


class Knows(Protocol):
    """Whether there is something to ask."""

    @property
    def is_there(self) -> bool:
        """Whether there is."""


@dataclass(slots=True)
class Step:
    """A step that was taken: what it was, how long it took, and what was wrong."""

    title: str
    milliseconds: int
    wrong: str = ""


@dataclass(slots=True)
class Probed:
    """How it went; it ends at the first step that fails."""

    steps: list[Step] = field(default_factory=list)

    @property
    def wrong(self) -> str:
        """What failed, or empty."""
        return next((f"{one.title}：{one.wrong}" for one in self.steps if one.wrong), "")


class _Failed(Exception):
    """The site does not answer as it should."""


class Probe:
    """Asks the site of this engine; `bus` hears when that fails and when it works again."""

    def __init__(
        self, site: PublicSite, sessions: PublicSessions, knowledge: Knows, clock: Clock, bus: Bus,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._pause = pause
        self._site, self._sessions, self._knowledge = site, sessions, knowledge
        self._clock, self._bus = clock, bus
        self._failing = False

    async def run(self) -> None:
        """Every five minutes, as long as the site is open."""
        while True:
            await self._pause(EVERY)
            if self._site.port:
                await self.look()

    async def look(self) -> Probed:
        """Try it, once more if it fails, and tell."""
        found = await self.once()
        if found.wrong:
            await self._pause(AGAIN)
            found = await self.once()
        at = self._clock.wall()
        if found.wrong:
            log.error("the public site fails", reason=found.wrong)
            self._bus.publish(AlarmRaised(at=at, name=ALARM, text=f"公众网站不能正常使用：{found.wrong}"))
        elif self._failing:
            self._bus.publish(AlarmCleared(at=at, name=ALARM))
        self._failing = bool(found.wrong)
        return found

    async def once(self) -> Probed:
        """All steps. Conflict while the site is not open."""
        if not self._site.port:
            raise Conflict("site_closed", "公众网站没有开放")
        found = Probed()
        names = self._site.settings.names
        headers = {"Accept": "text/html", "User-Agent": BROWSER, **({"Host": names[0]} if names else {})}
        async with (
            aiohttp.ClientSession(
                f"http://{self._host()}:{self._site.port}", headers=headers, cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=PATIENCE),
            ) as client,
            self._sessions.probe(BROWSER) as token,
        ):  # fmt: skip
            await self._steps(found, client, {"Cookie": f"{CITIZEN_COOKIE}={token}"})
        return found

    def _host(self) -> str:
        host = self._site.settings.host
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]" if host == "::" else f"[{host}]" if ":" in host else host  # noqa: S104 # not listened on

    async def _steps(self, found: Probed, client: aiohttp.ClientSession, signed_in: dict[str, str]) -> None:
        try:
            await self._page(found, client, "首页", "/")
            if self._knowledge.is_there:
                # Of a second page the words are not noted among what citizens look for.
                await self._page(found, client, "咨询", "/ask?words=热线&page=2")
            form = await self._page(found, client, "填写诉求", "/request/new?type=help", signed_in)
            said = {"csrf": _hidden(form, "csrf"), "key": secrets.token_urlsafe(12), "type": "help", "content": WORDS}
            await self._sent(found, client, {**said, "sure": "yes"}, signed_in)
            await self._page(found, client, "查询进度", "/mine", signed_in)
        except _Failed as failed:
            found.steps[-1].wrong = str(failed)
        except (aiohttp.ClientError, TimeoutError) as error:
            found.steps[-1].wrong = f"没有应答（{type(error).__name__}）"

    async def _page(
        self, found: Probed, client: aiohttp.ClientSession, title: str, path: str, headers: dict[str, str] | None = None
    ) -> str:
        status, text, _ = await self._asked(found, client, title, "GET", path, headers or {}, None)
        if status != 200 or "<main" not in text:
            raise _Failed(f"应答 {status}")
        return text

    async def _sent(
        self, found: Probed, client: aiohttp.ClientSession, said: dict[str, str], headers: dict[str, str]
    ) -> None:
        status, _, to = await self._asked(found, client, "提交诉求", "POST", "/request/new", headers, said)
        if status != 303 or not re.search(r"number=\w", to):
            raise _Failed(f"应答 {status}，没有回执")

    async def _asked(
        self, found: Probed, client: aiohttp.ClientSession, title: str, method: str, path: str,
        headers: dict[str, str], said: dict[str, str] | None,
    ) -> tuple[int, str, str]:  # fmt: skip
        began = asyncio.get_running_loop().time()
        found.steps.append(step := Step(title, 0))
        try:
            async with client.request(method, path, headers=headers, data=said, allow_redirects=False) as answer:
                return answer.status, await answer.text(errors="replace"), answer.headers.get("Location", "")
        finally:
            step.milliseconds = round((asyncio.get_running_loop().time() - began) * 1000)


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise _Failed("表单不完整")
    return unescape(found[1])
