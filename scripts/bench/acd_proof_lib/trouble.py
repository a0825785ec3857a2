"""What a supervisor does during a run: forces breaks, in whatever the agents are, and ends them again."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench.callpath_lib.house import PASSWORD, House
from cti.office.identity.demo_accounts import SUPERVISOR_NO

ANSWER_SECONDS = 10.0
BACK = (4.0, 12.0)
"""After so many seconds in a break an agent is ready again."""


@dataclass(slots=True)
class Desk:
    """The supervisor's API."""

    http: aiohttp.ClientSession
    url: str
    csrf: str

    async def board(self) -> dict[str, Any]:
        """What the board shows. OSError or aiohttp.ClientError while no engine answers."""
        async with self.http.get(f"{self.url}/api/board") as answer:
            answer.raise_for_status()
            found: dict[str, Any] = await answer.json()
            return found

    async def set_state(self, agent: str, state: str, reason: str | None = None) -> None:
        """Force an agent's state; whatever speaks against it is as well."""
        body = {"state": state, "reason": reason}
        headers = {"X-CSRF": self.csrf}
        async with self.http.put(f"{self.url}/api/supervision/{agent}/state", json=body, headers=headers) as answer:
            await answer.read()


@asynccontextmanager
async def desk(house: House) -> AsyncIterator[Desk]:
    """Signed in as the supervisor."""
    url = f"http://127.0.0.1:{house.ports['http']}"
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=timeout) as http:
        body = {"login": SUPERVISOR_NO, "password": PASSWORD}
        async with http.post(f"{url}/api/session", json=body) as answer:
            answer.raise_for_status()
            csrf = (await answer.json())["csrf"]
        yield Desk(http, url, csrf)


@dataclass(slots=True)
class Trouble:
    """Forces breaks at random, and brings back whoever is in one; writes down what it did."""

    desk: Desk
    numbers: list[str]
    rng: random.Random
    log: Path
    resting: dict[str, float] = field(default_factory=dict)
    """Agents in a break, and when they are brought back (`time.monotonic`)."""

    async def go_on(self, stop: asyncio.Event) -> None:
        """Until it is told to stop."""
        while not stop.is_set():
            try:
                await self._a_bit()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                self._note(f"no engine answers: {error!r}")
            try:
                await asyncio.wait_for(stop.wait(), 1.0)
            except TimeoutError:
                continue

    async def _a_bit(self) -> None:
        now = time.monotonic()
        if self.rng.random() < 0.3:
            for one in self.rng.sample(self.numbers, max(len(self.numbers) // 100, 1)):
                self._note(f"break forced: {one}")
                await self.desk.set_state(one, "break", "rest")
        for seat in (await self.desk.board())["agents"]:
            number = seat["agent"]
            if seat["state"] != "break":
                self.resting.pop(number, None)
            elif self.resting.setdefault(number, now + self.rng.uniform(*BACK)) <= now:
                await self.desk.set_state(number, "ready")

    def _note(self, text: str) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"{time.time():.3f} {text}\n")
