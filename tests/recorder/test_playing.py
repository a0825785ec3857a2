"""Recordings over HTTP: who plays one is noted each time, to take it away is a right of its own."""

from __future__ import annotations

from contextlib import AsyncExitStack

import aiohttp
import pytest

from cti.base.clock import VirtualClock
from cti.base.http.guard import COOKIE
from cti.base.visitor import Visitor
from cti.web import Web
from recorder.api import routes
from recorder.notes import Notes
from recorder.playings import Playings
from tests.recorder.rooms import a_house

SOUND = bytes(956)
"""A thousand bytes with their header."""


class Sessions:
    """Whoever says so has the rights that he says."""

    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        return Visitor("p", "p", "p", "1001", "city", "320400", permissions=frozenset(token.split("+")), session="s")


@pytest.fixture
async def place(sqlite_store, tmp_path):
    """A stored recording, and how to ask for it."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(a_house(sqlite_store, tmp_path))
        audit, clock = house.identity.audit, house.clock
        await house.recorded(SOUND, id="r1", seconds=10)
        web = Web(Sessions())
        notes = Notes(sqlite_store, audit, clock)
        web.add(routes(house.rows, house.archive, notes, house.abouts(), audit, clock))
        await web.start("127.0.0.1", 0)
        stack.push_async_callback(web.stop)

        async def ask(what: str, part: str = "", rights: str = "recordings.listen") -> int:
            headers = {"Cookie": f"{COOKIE}={rights}", **({"Range": f"bytes={part}"} if part else {})}
            async with (
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers=headers) as client,
                client.get(f"http://127.0.0.1:{web.port}/api/recordings/r1/{what}") as answer,
            ):
                await answer.read()
                return answer.status

        async def noted() -> list[str]:
            return [one.action for one in await house.audited()]

        yield ask, noted


async def test_to_download_is_a_right_that_the_server_asks_for(place) -> None:
    """No route asked for the right to download: whoever might listen took the file away."""
    ask, noted = place
    assert await ask("file") == 403
    assert await ask("file", rights="recordings.download") == 200
    assert await ask("file", rights="recordings.download") == 200
    assert await noted() == ["recording.downloaded"] * 2
    assert await ask("audio", rights="recordings.download") == 403


async def test_each_playing_is_noted_and_the_parts_of_one_are_one(place) -> None:
    """A second fetch within ten minutes left nothing in the audit."""
    ask, noted = place
    assert [await ask("audio", part) for part in ("0-", "300-599", "600-999")] == [206, 206, 206]
    assert await noted() == ["recording.listened"]
    assert await ask("audio") == 200
    assert await noted() == ["recording.listened"] * 2, "again is again"
    for _ in range(5):
        assert await ask("audio", "1-") == 206
    assert len(await noted()) >= 6, "nor is a file fetched again and again from its second byte on"


def test_a_playing_lasts_no_longer_than_the_recording_may() -> None:
    clock = VirtualClock()
    playings = Playings(clock)
    assert playings.begins("p", "r", slice(0, None, 1), 1000, 10.0)
    clock.advance(60)
    assert not playings.begins("p", "r", slice(500, 600, 1), 1000, 10.0)
    clock.advance(30)
    assert playings.begins("p", "r", slice(600, 700, 1), 1000, 10.0)
    assert playings.begins("q", "r", slice(600, 700, 1), 1000, 10.0), "another person's is his own"
