"""Citizens' sessions on the public site: a code to the number, once and for a while; nothing of the staff by it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from cti.base.citizen import Citizen
from cti.base.clock import VirtualClock
from cti.base.http.routes import CITIZEN, PUBLIC, SIGNED_IN, Route
from cti.base.numbers.number import Number
from cti.base.refusal import Invalid, NotAllowed, NotFound, TooMany
from cti.base.scope import Scope
from cti.base.settings import PublicSettings
from cti.base.visitor import Visitor, system
from cti.office.identity.audit.trail import AuditFilter
from cti.office.messages.citizens import CitizenMessages, SentToCitizen
from cti.office.messages.templates import Filled
from cti.office.public_sessions import PublicSessions
from cti.office.public_sessions.api import PublicSessionsApi
from cti.office.public_sessions.service import Wanted
from cti.store.engine import Store
from cti.web import Web
from cti.web.public_site import PublicSite
from tests.cti.web.conftest import GivenSessions
from tests.cti.web.test_public_site import solved
from tests.office import office_on

LI, WANG = "13800000001", "139 0000 0002"
BOSS = system("boss")


class Sms(CitizenMessages):
    """What would be sent."""

    def __init__(self) -> None:
        self.codes: list[tuple[str, str, str]] = []

    async def send_to_citizen(self, session: Any, number: Any, what: Filled, **more: Any) -> SentToCitizen:
        self.codes.append((number.national, str(what.values["验证码"]), more["sender"]))
        return SentToCitizen("d", VirtualClock().wall())


class House:
    """The service with its site, and the staff's host."""

    def __init__(self, office: Any) -> None:
        self.office, self.clock, self.sms = office, office.clock, Sms()
        self.sessions = PublicSessions(office, self.sms, "0519")
        self.api = PublicSessionsApi(self.sessions, office)

    async def enter(self, number: str = LI, browser: str = "b") -> tuple[Citizen, str]:
        self.clock.advance(61)
        await self.sessions.send_code(number, "10.0.0.1")
        return await self.sessions.begin(number, self.sms.codes[-1][1], "10.0.0.1", browser)


@pytest.fixture
async def house(store: Store) -> House:
    return House(await office_on(store))


async def test_a_code_opens_one_session_and_is_the_citizens_own_wish(house: House) -> None:
    citizen, token = await house.enter()
    assert house.sms.codes == [(LI, house.sms.codes[0][1], "市民本人")] and len(house.sms.codes[0][1]) == 6
    assert await house.sessions.citizen(token, "b") == citizen
    assert citizen.number.national == LI
    for wrong, browser in (("", "b"), (token + "x", "b"), (token, "another")):
        assert await house.sessions.citizen(wrong, browser) is None
    with pytest.raises(Invalid, match="wrong_code"):
        await house.sessions.begin(LI, house.sms.codes[0][1], "10.0.0.1", "b")
    async with house.office.store.reading() as session:
        said = str((await session.execute(text("SELECT * FROM public_sessions"))).all())
        said += str((await session.execute(text("SELECT * FROM public_codes"))).all())
    assert token not in said and LI not in said and house.sms.codes[0][1] not in said


async def test_wrong_ones_are_counted_and_old_ones_are_over(house: House) -> None:
    sessions = house.sessions
    await sessions.send_code(LI, "10.0.0.1")
    code = house.sms.codes[-1][1]
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        with pytest.raises(Invalid) as refused:
            await sessions.begin(LI, wrong, "10.0.0.1", "b")
        assert refused.value.field == "code"
    with pytest.raises(Invalid, match="wrong_code"):
        await sessions.begin(LI, code, "10.0.0.1", "b")
    house.clock.advance(61)
    await sessions.send_code(LI, "10.0.0.1")
    house.clock.advance(301)
    with pytest.raises(Invalid, match="wrong_code"):
        await sessions.begin(LI, house.sms.codes[-1][1], "10.0.0.1", "b")
    with pytest.raises(Invalid, match="wrong_code"):
        await sessions.begin(WANG, code, "10.0.0.1", "b")
    for none in ("12345", "0519 8888 0000", "anonymous"):
        with pytest.raises(Invalid, match="no_mobile"):
            await sessions.send_code(none, "10.0.0.1")


async def test_nobody_is_flooded(house: House) -> None:
    await house.sessions.send_code(LI, "10.0.0.1")
    with pytest.raises(TooMany, match="too_fast"):
        await house.sessions.send_code(LI, "10.0.0.2")
    for _ in range(4):
        house.clock.advance(61)
        await house.sessions.send_code(LI, "10.0.0.1")
    house.clock.advance(61)
    with pytest.raises(TooMany, match="too_many_codes"):
        await house.sessions.send_code(LI, "10.0.0.1")
    house.clock.advance(86_400)
    await house.sessions.send_code(LI, "10.0.0.1")
    with pytest.raises(TooMany):
        for number in range(30):
            await house.sessions.send_code(f"1370000{number:04}", "10.0.0.3")


async def test_two_tries_at_once_open_one_session(house: House) -> None:
    await house.sessions.send_code(LI, "10.0.0.1")
    code = house.sms.codes[-1][1]
    tries = [house.sessions.begin(LI, code, "10.0.0.1", "b") for _ in range(4)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in answers) == 1


async def test_a_session_ends_unused_at_last_and_by_whoever_ends_it(house: House) -> None:
    sessions = house.sessions
    citizen, token = await house.enter()
    for _ in range(3):
        house.clock.advance(1200)
        assert await sessions.citizen(token, "b") is not None, "using it keeps it open"
    house.clock.advance(1801)
    assert await sessions.citizen(token, "b") is None
    (one, first), (_, second) = [await house.enter() for _ in range(2)]
    await sessions.end(one)
    assert await sessions.citizen(first, "b") is None and await sessions.citizen(second, "b") is not None
    _, other = await house.enter(WANG)
    await sessions.end(citizen, everywhere=True)
    assert await sessions.citizen(second, "b") is None and await sessions.citizen(other, "b") is not None
    for _ in range(25):
        house.clock.advance(1790)
        await sessions.citizen(other, "b")
    assert await sessions.citizen(other, "b") is None, "after twelve hours in any case"


async def test_the_staff_ends_what_lies_within_its_reach(house: House) -> None:
    citizen, token = await house.enter()
    found = await house.sessions.find(BOSS, Wanted(open=True), 1, 50)
    assert [row.id for row in found.rows] == [citizen.session]
    assert (await house.sessions.find(BOSS, Wanted(number=LI), 1, 50)).total == 1
    assert (await house.sessions.find(BOSS, Wanted(number=WANG), 1, 50)).total == 0
    may = frozenset({"public_sessions.see", "public_sessions.end"})
    far = Visitor("f", "f", "f", None, "far", "320404", permissions=may, scope=Scope(organisations=frozenset({"far"})))
    assert (await house.sessions.find(far, Wanted(), 1, 50)).total == 0
    with pytest.raises(NotFound):
        await house.sessions.kill(far, citizen.session)
    with pytest.raises(NotAllowed):
        await house.sessions.kill(Visitor("n", "n", "n", None, "city", "320400"), citizen.session)
    assert await house.sessions.citizen(token, "b") is not None
    await house.sessions.kill(BOSS, citizen.session)
    assert await house.sessions.citizen(token, "b") is None
    noted = await house.office.audit.find(BOSS, AuditFilter(action="public_session."))
    assert [row.action for row in noted.rows] == ["public_session.ended", "public_session.begun"]
    assert LI not in str([row.after for row in noted.rows])


async def test_a_number_is_somebody_elses_after_a_long_pause_until_he_shows_that_it_was_his(house: House) -> None:
    day, holders = 86_400, house.sessions.holders
    first, _ = await house.enter()
    began = house.clock.wall()
    assert first.held_since == began - timedelta(days=90), "it rested before it was sold"
    house.clock.advance(80 * day)
    second, _ = await house.enter()
    assert second.held_since == first.held_since
    number = second.number.digits
    assert await holders.had({number: began, Number.parse(WANG).digits: began}) == {number}
    later = house.clock.wall() + timedelta(days=91)
    assert await holders.had({number: later}) == set(), "perhaps somebody else's, who has not come here yet"
    house.clock.advance(91 * day)
    third, token = await house.enter()
    assert third.held_since is not None and third.held_since > second.held_since, "perhaps somebody else's"
    assert await holders.had({number: began}) == set()
    await house.sessions.proved_earlier(third, began)
    now = await house.sessions.citizen(token, "b")
    assert now is not None and now.held_since == first.held_since, "at once, in the session that is open"


async def mine(citizen: Citizen) -> dict[str, str]:
    return {"number": citizen.number.masked}


async def change(citizen: Citizen) -> None:
    """Something."""


async def whoever(visitor: Visitor) -> dict[str, str]:
    return {"login": visitor.login}


STAFF = Visitor("01a", "boss", "boss", "1001", "city", "320400", permissions=frozenset({"*"}))


@pytest.fixture
async def sites(house: House) -> AsyncIterator[tuple[House, PublicSite, Web]]:
    settings = PublicSettings(enabled=True, effort=4).model_copy(update={"port": 0})
    mac = house.office.store.cipher.mac
    site = PublicSite(settings, proxies=[], plain=False, clock=house.clock, mac=mac)
    site.sessions = house.sessions
    site.add([
        *house.api.outside(),
        Route("GET", "/mine", mine, CITIZEN, "x", outside=True),
        Route("POST", "/mine", change, CITIZEN, "x", outside=True),
    ])  # fmt: skip
    sessions = GivenSessions()
    sessions.visitors["staff"] = STAFF
    web = Web(sessions)
    web.add([Route("GET", "/api/whoever", whoever, SIGNED_IN, "x"), *house.api.routes()])
    await site.start()
    await web.start("127.0.0.1", 0)
    yield house, site, web
    await site.stop()
    await web.stop()


async def test_one_signs_in_does_something_and_leaves(sites: tuple[House, PublicSite, Web]) -> None:
    house, site, _ = sites
    base = f"http://127.0.0.1:{site.port}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:

        async def ask(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
            async with browser.request(method, base + path, json=body, headers=headers) as answer:
                text = await answer.text()
                return answer.status, json.loads(text) if text else None

        assert (await ask("GET", "/mine"))[0] == (await ask("GET", "/session"))[0] == 401
        assert (await ask("POST", "/session/code", {"number": LI}))[0] == 403, "a task is to be solved first"
        _, given = await ask("GET", "/challenge")
        task = solved(given["task"], given["effort"])
        assert (await ask("POST", "/session/code", {"number": LI}, **{"X-Challenge": task}))[0] == 204
        code = house.sms.codes[-1][1]
        elsewhere = {"Origin": "https://elsewhere.example"}
        assert (await ask("POST", "/session", {"number": LI, "code": code}, **elsewhere))[0] == 403
        status, said = await ask("POST", "/session", {"number": LI, "code": code})
        assert (status, said["number"]) == (200, "138****0001")
        (cookie,) = browser.cookie_jar
        assert cookie.key == "hotline-citizen" and cookie["httponly"] and cookie["samesite"] == "Strict"
        assert await ask("GET", "/mine") == (200, {"number": "138****0001"})
        assert (await ask("POST", "/mine"))[0] == 403, "what changes something shows the session's own value"
        assert (await ask("POST", "/mine", **{"X-CSRF": said["csrf"]}))[0] == 204
        assert (await ask("GET", "/session"))[1] == said
        assert (await ask("DELETE", "/session", {}, **{"X-CSRF": said["csrf"]}))[0] == 204
        assert (await ask("GET", "/mine"))[0] == 401 and not list(browser.cookie_jar)


async def test_no_session_of_one_site_opens_anything_on_the_other(sites: tuple[House, PublicSite, Web]) -> None:
    house, site, web = sites
    _, token = await house.enter()
    async with aiohttp.ClientSession() as client:

        async def ask(port: int, path: str, **cookies: str) -> int:
            said = "; ".join(f"{name.replace('_', '-')}={value}" for name, value in cookies.items())
            headers = {"Cookie": said, "User-Agent": "b"}
            async with client.get(f"http://127.0.0.1:{port}{path}", headers=headers) as answer:
                return answer.status

        assert await ask(site.port, "/mine", hotline_citizen=token) == 200
        assert await ask(web.port, "/api/whoever", hotline="staff") == 200
        for path in ("/api/whoever", "/api/public_sessions"):
            assert await ask(web.port, path, hotline=token, hotline_citizen=token) == 401, path
            for cookies in ({"hotline": "staff"}, {"hotline_citizen": token}):
                assert await ask(site.port, path, **cookies) == 404, "no route of the staff is there"
        assert await ask(site.port, "/mine", hotline="staff", hotline_citizen="staff") == 401
        assert await ask(web.port, "/mine", hotline="staff") != 200


async def test_what_is_a_citizens_is_declared_so() -> None:
    site = PublicSite(PublicSettings(), proxies=[], plain=False, clock=VirtualClock(), mac=lambda *_: "")
    for route in (
        Route("GET", "/x", mine, PUBLIC, "x", outside=True),
        Route("GET", "/x", mine, CITIZEN, "x"),
        Route("GET", "/x", whoever, CITIZEN, "x", outside=True),
    ):
        with pytest.raises((TypeError, ValueError)):
            site.add([route])
        with pytest.raises((TypeError, ValueError)):
            Web(GivenSessions()).add([route])
