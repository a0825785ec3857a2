"""The operator's side of SMS: a gateway of the kind that a city has, which shows what citizens were sent."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from cti.office.messages.channels.description import FILE
from trials.course import Failed

CHANNEL = """\
channels:
  sms:
    title: 短信网关
    carries: sms
    signature: 【城市12345】
    http:
      url: "http://127.0.0.1:{port}/send"
      json: {{mobile: "{{to}}", content: "{{text}}", seq: "{{id}}"}}
      success: {{path: code, equals: ["0"]}}
"""
CODE = re.compile(r"验证码是 (\d{6})")
MOBILE = 11
"""Digits of a mobile number in the country, without 86 before it."""
PATIENCE = 75.0
"""Seconds: a second code for one number is sent a minute after the first at the earliest."""


class Gateway:
    """What each number was sent, in order."""

    def __init__(self) -> None:
        self._sent: dict[str, list[str]] = defaultdict(list)
        self._taken: dict[str, int] = defaultdict(int)

    @staticmethod
    def describe(data: Path, port: int) -> None:
        """Tell a hotline of this folder how it is reached."""
        (data / FILE).parent.mkdir(parents=True, exist_ok=True)
        (data / FILE).write_text(CHANNEL.format(port=port), "utf-8")

    @classmethod
    @asynccontextmanager
    async def opened(cls, port: int) -> AsyncIterator[Gateway]:
        """As long as it answers."""
        gateway, app = cls(), web.Application()
        app.router.add_post("/send", gateway._send)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield gateway
        finally:
            await runner.cleanup()

    async def _send(self, request: web.Request) -> web.Response:
        said = await request.json()
        self._sent[str(said["mobile"])[-MOBILE:]].append(str(said["content"]))
        return web.json_response({"code": "0"})

    def codes_of(self, number: str) -> list[str]:
        """Codes that were sent to a number."""
        return [found[1] for text in self._sent[number] if (found := CODE.search(text))]

    async def code(self, number: str) -> str:
        """The next code for this number; Failed."""
        at = self._taken[number]
        await self._until(lambda: len(self.codes_of(number)) > at, f"no code reached {number}")
        self._taken[number] = at + 1
        return self.codes_of(number)[at]

    async def told(self, number: str, words: str) -> None:
        """Wait for a message with these words; Failed."""
        await self._until(lambda: any(words in text for text in self._sent[number]), f"{number} was not sent: {words}")

    async def _until(self, there: Callable[[], bool], failed: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not there():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise Failed(failed) from None
