"""Supervision as a table: each act upon an agent by each visitor. Who leads him and has the right may; for all others
nothing happens, nothing is shown, and nothing is said that tells that he is there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from acd.service import Acd
from cti.base.visitor import system
from cti.office.identity.audit.trail import AuditFilter
from cti.office.identity.audit.words import title_of
from cti.office.identity.directory import Organisation
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.process.app import Engine
from tests.engine_without_switch import PASSWORD, engine_without_switch, signed_in

HOUSE = system("test")
SEAT = "2001"
LOOKS = ["board.see", "calls.see", "people.see"]
PEOPLE: dict[str, tuple[str, str, str]] = {
    "city": ("city", "supervisor", "8101"),
    "county": ("near", "supervisor", "8201"),
    "neighbour": ("there", "supervisor", "8301"),
    "below": ("village", "supervisor", "8401"),
    "onlooker": ("near", "onlooker", "8202"),
    "joiner": ("near", "joiner", "8203"),
    "clerk": ("near", "clerk", ""),
    "colleague": ("near", "agent", "2002"),
    "himself": ("near", "agent", SEAT),
}
"""Of each visitor: organisation, role, agent number."""
LEADERS = {"city", "county"}
Asked = tuple[str, str, dict[str, Any]]
MODES = ("listen", "whisper", "barge", "intercept")
JOINS: dict[str, Asked] = {f"supervision.{one}": ("POST", f"/api/supervision/{SEAT}/{one}", {}) for one in MODES}
CONTROLS: dict[str, Asked] = {
    "supervision.hangup": ("POST", f"/api/supervision/{SEAT}/hangup", {}),
    "supervision.state.break": ("PUT", f"/api/supervision/{SEAT}/state", {"state": "break", "reason": "forced"}),
    "supervision.state.signed_out": ("PUT", f"/api/supervision/{SEAT}/state", {"state": "signed_out", "reason": ""}),
    "supervision.state.ready": ("PUT", f"/api/supervision/{SEAT}/state", {"state": "ready", "reason": ""}),
}
FLOOR: dict[str, Asked] = {"floor.message_sent": ("POST", "/api/floor/notes", {"text": "请注意", "agents": [SEAT]})}
MAY = {
    **dict.fromkeys(JOINS, LEADERS | {"joiner"}),
    **dict.fromkeys(CONTROLS, LEADERS),
    **dict.fromkeys(FLOOR, LEADERS),
}
SEES = LEADERS | {"onlooker", "joiner"}
"""Whose board shows the seat."""


@dataclass
class House:
    """A county with its people, a village below it and a county beside it."""

    engine: Engine
    url: str
    client: aiohttp.ClientSession
    headers: dict[str, dict[str, str]]

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        said = self.client.request(method, self.url + path, json=body, headers=self.headers[who])
        async with said as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None

    async def audit(self, who: str) -> list[str]:
        found = await self.engine.services.need(Identity).audit.find(HOUSE, AuditFilter(login=who))
        return [row.action for row in found.rows if row.action.startswith(("supervision.", "floor.", "hand."))]

    @property
    def acd(self) -> Acd:
        return self.engine.services.need(Acd)


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    (tmp_path / "data").mkdir()
    async with AsyncExitStack() as stack:
        running = engine_without_switch(tmp_path / "data", monkeypatch, more="accounts: {second_factor: roles}\n")
        engine, url = await stack.enter_async_context(running)
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        identity = engine.services.need(Identity)
        for name, region, parent in (
            ("near", "320481", "city"),
            ("there", "320413", "city"),
            ("village", "320481", "near"),
        ):
            await identity.organisations.add(HOUSE, Organisation(name, name, region, parent))
        for role, more in (("onlooker", []), ("joiner", ["supervision.join"])):
            data = RoleData(title=role, permissions=[*LOOKS, *more], reach=Reach.SUBTREE)
            await identity.roles.add(HOUSE, role, data)
        clerk = RoleData(title="clerk", permissions=["calls.see"], reach=Reach.SUBTREE)
        await identity.roles.add(HOUSE, "clerk", clerk)
        headers = {}
        for login, (organisation, role, number) in PEOPLE.items():
            person = PersonData(
                login=login, name=login, agent_no=number or None, organisation=organisation, roles=[role]
            )
            await identity.people.add_unchecked(HOUSE, person, PASSWORD)
            headers[login] = await signed_in(url, login)
        made = House(engine, url, client, headers)
        made.acd.sign_in(SEAT)
        yield made


async def test_each_act_is_done_by_whom_leads_him_audited_and_refused_to_all_others(house: House) -> None:
    for action, (method, path, body) in {**JOINS, **CONTROLS, **FLOOR}.items():
        for who in PEOPLE:
            if house.acd.agent(SEAT).state == "signed_out":
                house.acd.sign_in(SEAT)
            before = house.acd.agent(SEAT).state
            status, said = await house.ask(who, method, path, body)
            allowed = status < 400 or status == 409
            assert allowed == (who in MAY[action]), f"{who} {action}: {status} {said}"
            # He is not in a talk: a verb upon a talk is asked for, written down, and comes to nothing.
            assert status in ((200, 204, 409) if allowed else (403, 404)), f"{who} {action}: {status} {said}"
            told = await house.audit(who)
            assert (action in told) == allowed, f"{who} {action}: {told}"
            if not allowed:
                assert house.acd.agent(SEAT).state == before, f"{who} {action}"
                nobody, other = await house.ask(who, method, path.replace(SEAT, "9999"), _to(body, "9999"))
                assert (nobody, other) == (status, said), "as if he were not there"
    assert all(title_of(action) != action for action in MAY)


async def test_who_must_not_see_him_is_shown_neither_seat_nor_hand_nor_message(house: House) -> None:
    status, _ = await house.ask("himself", "POST", "/api/floor/hand", {"note": "请帮忙"})
    assert status == 200
    await house.ask("county", "POST", "/api/floor/notes", {"text": "请注意", "agents": [SEAT]})
    reads: dict[str, Callable[[str], Awaitable[bool]]] = {
        "seat": lambda who: _has(house, who, "/api/board", SEAT),
        "hand": lambda who: _has(house, who, "/api/floor/hands", "请帮忙"),
        "note": lambda who: _has(house, who, "/api/floor/notes", "请注意"),
        "alarms": lambda who: _answers(house, who, "/api/floor/alarms"),
    }
    for who in PEOPLE:
        seat = who in SEES
        assert await reads["seat"](who) == seat, f"{who} on the board"
        assert await reads["hand"](who) == (who in LEADERS), f"{who} of the hand"
        assert await reads["note"](who) == (who in LEADERS), f"{who} of the message"
        assert await reads["alarms"](who) == (who in LEADERS | {"neighbour", "below"}), f"{who} of alarms"
    status, found = await house.ask("county", "GET", "/api/floor/hands")
    (hand,) = found["items"]
    for who in PEOPLE.keys() - LEADERS:
        status, _ = await house.ask(who, "POST", f"/api/floor/hands/{hand['id']}/answer", {})
        assert status in (403, 404), who
    for who, wanted in (("county", 204), ("city", 409)):
        status, _ = await house.ask(who, "POST", f"/api/floor/hands/{hand['id']}/answer", {})
        assert status in (wanted, 200 if wanted == 204 else wanted), f"{who}: one answers, the other is told so"
    assert "hand.answered" in await house.audit("county") and "hand.answered" not in await house.audit("city")


async def _has(house: House, who: str, path: str, words: str) -> bool:
    status, found = await house.ask(who, "GET", path)
    return status == 200 and words in str(found.get("agents", found.get("items")))


async def _answers(house: House, who: str, path: str) -> bool:
    return (await house.ask(who, "GET", path))[0] == 200


def _to(body: dict[str, Any], agent: str) -> dict[str, Any]:
    return {**body, "agents": [agent]} if "agents" in body else body
