"""The identity's routes through the host, as the console uses them."""

from __future__ import annotations

import time

import aiohttp
import pytest

from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.http.routes import SIGNED_IN
from cti.base.http.topics import Topic
from cti.base.settings import AccountSettings
from cti.base.visitor import system
from cti.office.identity.api import IdentityApi
from cti.office.identity.directory import Organisation
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import FIRST_ROLES
from cti.office.identity.service import Identity
from cti.office.identity.signing_in import totp
from cti.web import Web

PASSWORD = "Rain-over-7-hills"


class Console:
    """A signed-in console, or one that is about to."""

    def __init__(self, client, base):
        self.client = client
        self.base = base
        self.csrf = ""

    async def __call__(self, method, path, expected, **body):
        sent = {"json": body} if body else {}
        async with self.client.request(method, self.base + path, headers={"X-CSRF": self.csrf}, **sent) as response:
            assert response.status == expected, await response.text()
            return await response.json() if response.status != 204 else None

    async def sign_in(self, login, password=PASSWORD):
        answer = await self("POST", "/api/session", 200, login=login, password=password)
        self.csrf = answer["csrf"]
        return answer["person"]


@pytest.fixture
async def house(sqlite_store):
    identity = await Identity.open(
        sqlite_store,
        Bus(),
        LoopClock(),
        Organisation("city", "市", "320400", None),
        {"tickets.see": "查看工单"},
        settings=AccountSettings(second_factor="roles"),
    )
    for login, agent_no, role in (("1001", "1001", "agent"), ("8001", "8001", "supervisor"), ("admin", None, "admin")):
        person = PersonData(login=login, name="王芳", agent_no=agent_no, organisation="city", roles=[role])
        await identity.people.add_unchecked(system("test"), person, PASSWORD)
    web = Web(identity.sessions, keys=identity.keys)
    web.add(IdentityApi(identity, web.hub.end_session).routes())
    web.hub.add(Topic("agent", SIGNED_IN, lambda visitor: {}, lambda visitor, key, about: True))
    await web.start("127.0.0.1", 0)
    yield web
    await web.stop()
    identity.close()


@pytest.fixture
async def console(house):
    clients = []

    def open_one():
        clients.append(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        return Console(clients[-1], f"http://127.0.0.1:{house.port}")

    yield open_one
    for one in clients:
        await one.close()


async def test_a_day_at_the_desk(house, console):
    agent = console()
    assert (await agent("GET", "/api/session", 401))["code"] == "not_signed_in"
    person = await agent.sign_in("1001")
    assert person == {
        "id": person["id"], "login": "1001", "name": "王芳", "agent_no": "1001", "organisation": "city",
        "organisation_title": "市",
        "roles": ["agent"], "auto_answer": False,
        "permissions": ["agent.work", "calls.see", "personal.reveal", "recordings.listen"], "must": [],
    }  # fmt: skip
    assert (await agent("GET", "/api/session", 200)) == {"person": person, "csrf": agent.csrf}
    assert (await agent("GET", "/api/people", 403))["code"] == "not_allowed"
    async with agent.client.ws_connect(f"{agent.base}/ws") as socket:
        await socket.send_json({"subscribe": "agent"})
        assert await socket.receive_json() == {"topic": "agent", "snapshot": {}}
        await agent("DELETE", "/api/session", 204)
        assert (await socket.receive()).data == 4401
    await agent("GET", "/api/session", 401)


async def test_an_admins_morning(console):
    admin, new = console(), console()
    person = await admin.sign_in("admin")
    assert {"tickets.see", "people.manage"} <= set(person["permissions"]), "all are named, plugins' too"
    added = await admin(
        "POST", "/api/people", 201, login="li.na", name="李娜", agent_no="1002", organisation="city", roles=["agent"]
    )
    await new.sign_in("li.na", added["password"])
    who = added["person"]
    path = f"/api/people/{who['id']}"
    edit = {key: who[key] for key in ("login", "agent_no", "organisation", "roles", "auto_answer", "version")}
    edited = await admin("PUT", path, 200, **edit, name="李敏")
    assert edited["name"] == "李敏" and edited["version"] == who["version"] + 1
    assert (await admin("PUT", path, 409, **edit, name="李丽"))["code"] == "changed"
    reset = await admin("POST", f"{path}/password", 200)
    await new("GET", "/api/session", 401)
    await new.sign_in("li.na", reset["password"])
    assert (await admin("POST", f"{path}/disable", 200))["disabled"]
    await new("GET", "/api/session", 401)
    assert not (await admin("POST", f"{path}/enable", 200))["disabled"]
    found = await admin("GET", "/api/people?search=李&size=10", 200)
    assert (found["total"], found["items"][0]["login"]) == (1, "li.na")
    county = {"name": "county", "title": "区政府", "region": "320481", "parent": "city"}
    await admin("POST", "/api/organisations", 201, **county)
    found = (await admin("GET", "/api/organisations?search=c", 200))["items"]
    assert [(one["name"], one["depth"], one["parent_title"]) for one in found] == [("city", 0, ""), ("county", 1, "市")]
    assert found[1]["region_title"] == "江苏省常州市溧阳市"
    roles = (await admin("GET", "/api/roles", 200))["items"]
    assert {one["name"] for one in roles} == {one.name for one in FIRST_ROLES}


async def test_a_supervisor_sees_people_and_changes_none(console):
    boss = console()
    await boss.sign_in("8001")
    people = await boss("GET", "/api/people", 200)
    assert people["total"] == 3
    one = people["items"][0]["id"]
    for method, path in (("POST", f"/api/people/{one}/disable"), ("POST", f"/api/people/{one}/password")):
        assert (await boss(method, path, 403))["code"] == "not_allowed"


async def test_ones_own_password_is_changed_and_one_signs_in_anew(console):
    agent = console()
    await agent.sign_in("1001")
    assert (await agent("PUT", "/api/session/password", 422, old="x", password="Green-tea-at-9"))["field"] == "old"
    await agent("PUT", "/api/session/password", 204, old=PASSWORD, password="Green-tea-at-9")
    await agent("GET", "/api/session", 401)
    await agent.sign_in("1001", "Green-tea-at-9")


async def test_ten_wrong_passwords(console):
    stranger = console()
    statuses = []
    for _ in range(10):
        async with stranger.client.post(
            f"{stranger.base}/api/session", json={"login": "1001", "password": "guess"}
        ) as response:
            statuses.append(response.status)
            last = await response.json()
    assert statuses == [401] * 5 + [429] * 5
    assert last["code"] == "locked" and int(response.headers["Retry-After"]) > 200


async def test_a_stolen_cookie_is_of_no_use_in_another_browser(console, house):
    agent = console()
    await agent.sign_in("1001")
    (cookie,) = [one for one in agent.client.cookie_jar if one.key == "hotline"]
    stolen = {"User-Agent": "thief", "Cookie": f"{cookie.key}={cookie.value}"}
    async with aiohttp.ClientSession(headers=stolen) as thief, thief.get(f"{agent.base}/api/session") as response:
        assert response.status == 401
    await agent("GET", "/api/session", 401)


async def test_a_program_asks_with_a_key_and_without_cookie_or_csrf(console, house):
    admin = console()
    await admin.sign_in("admin")
    body = {"title": "数据平台", "scopes": ["people.see", "people.manage"], "days": 7}
    added = await admin("POST", "/api/session/keys", 201, **body)
    assert (added["key"]["state"], added["key"]["scope_titles"]) == ("active", ["管理人员", "查看人员"])
    program = {"Authorization": f"Bearer {added['secret']}"}

    async def ask(method, path, headers, **body):
        sent = {"json": body} if body else {}
        async with (
            aiohttp.ClientSession() as client,
            client.request(method, admin.base + path, headers=headers, **sent) as response,
        ):
            return response.status, await response.json() if response.content_length else {}

    assert (await ask("GET", "/api/people", program))[1]["total"] == 3
    person = {"login": "li.na", "name": "李娜", "organisation": "city", "roles": []}
    assert (await ask("POST", "/api/people", program, **person))[0] == 201
    assert (await ask("GET", "/api/audit", program))[0] == 403
    for path, sent in (("/api/session/keys", body), ("/api/session/second-factor", {"password": PASSWORD})):
        assert (await ask("POST", path, program, **sent))[0] == 403
    assert (await ask("PUT", "/api/session/password", program, old="x", password="Green-tea-at-9"))[0] == 403
    assert (await ask("DELETE", "/api/session", program))[0] == 403
    for wrong in ("Bearer hk_nothing", "Bearer", "Basic abc"):
        status, said = await ask("GET", "/api/people", {"Authorization": wrong})
        assert (status, said["code"]) == (401, "not_signed_in")
    assert (await ask("POST", "/api/people", {**program, "Origin": "http://evil"}, **person))[0] == 403
    (listed,) = (await admin("GET", "/api/session/keys", 200))["items"]
    assert listed["used_from"] and "secret" not in listed
    await admin("DELETE", f"/api/keys/{listed['id']}", 204)
    assert (await ask("GET", "/api/people", program))[0] == 401


async def test_a_second_factor_from_the_picture_to_the_next_sign_in(console):
    agent, again = console(), console()
    person = await agent.sign_in("1001")
    assert person["must"] == []
    assert (await agent("POST", "/api/session/second-factor", 422, password="wrong"))["field"] == "password"
    enrolment = await agent("POST", "/api/session/second-factor", 200, password=PASSWORD)
    assert enrolment["svg"].startswith("<svg")
    code = totp.code_at(enrolment["secret"], totp.step_of(time.time()))
    codes = (await agent("PUT", "/api/session/second-factor", 200, code=code))["codes"]
    said = await again("POST", "/api/session", 401, login="1001", password=PASSWORD)
    assert (said["code"], said["field"]) == ("second_factor", "code")
    await again("POST", "/api/session", 401, login="1001", password=PASSWORD, code="abcdef")
    await again("POST", "/api/session", 200, login="1001", password=PASSWORD, code=codes[0])


async def test_sessions_are_seen_and_ended_with_their_sockets(console):
    agent, boss = console(), console()
    await agent.sign_in("1001")
    await boss.sign_in("admin")
    found = (await boss("GET", "/api/sessions?search=1001", 200))["items"]
    assert [(one["login"], one["current"]) for one in found] == [("1001", False)]
    assert [one["current"] for one in (await agent("GET", "/api/session/all", 200))["items"]] == [True]
    async with agent.client.ws_connect(f"{agent.base}/ws") as socket:
        await socket.send_json({"subscribe": "agent"})
        await socket.receive_json()
        await boss("DELETE", f"/api/sessions/{found[0]['id']}", 204)
        assert (await socket.receive()).data == 4401
    await agent("GET", "/api/session", 401)


async def test_a_browser_in_which_one_signed_in_is_known_where_one_signs_in_alone(console):
    agent = console()
    await agent.sign_in("1001")
    (known,) = [one for one in agent.client.cookie_jar if one.key == "hotline-browser"]
    assert (known["path"], known["httponly"], known["samesite"]) == ("/api/session", True, "Strict")
    await agent("DELETE", "/api/session", 204)
    await agent.sign_in("1001")
    (again,) = [one for one in agent.client.cookie_jar if one.key == "hotline-browser"]
    assert again.value == known.value
