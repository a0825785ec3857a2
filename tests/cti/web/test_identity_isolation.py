"""A county admin and another county: every route of identity that takes an id, with an id that is not his."""

from __future__ import annotations

import re
from datetime import timedelta

import aiohttp
import pytest

from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.ids import new_id
from cti.base.settings import AccountSettings
from cti.base.visitor import system
from cti.office.identity.absences import AbsenceData
from cti.office.identity.api import IdentityApi
from cti.office.identity.audit.trail import AuditFilter
from cti.office.identity.directory import Organisation
from cti.office.identity.groups import GroupData
from cti.office.identity.models import ApiKeyRow
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.web import Web
from tests.cti.web.test_identity_api import PASSWORD, Console

ROOT = system("test")
CITY_ALONE = {
    ("POST", "/api/audit/chain/verify"),
    ("POST", "/api/roles"),
    ("PUT", "/api/roles/{role}"),
    ("DELETE", "/api/roles/{role}"),
    ("POST", "/api/roles/{role}/offer"),
    ("DELETE", "/api/roles/{role}/offer"),
    ("PUT", "/api/regions/{region}"),
    ("PUT", "/api/people/{person}/roles"),
}
"""What a county admin may not do at all."""

FOR_ALL = {
    ("GET", "/api/roles/{role}"),
    ("GET", "/api/sign-in/{provider}"),
    ("GET", "/api/sign-in/{provider}/callback"),
}
"""What belongs to no county."""

BODIES = {
    "person": {"login": "mine", "name": "王", "organisation": "here", "roles": [], "version": 1},
    "organisation": {"title": "x", "region": "320481", "parent": "city", "version": 1},
    "group": {"title": "x", "organisation": "here", "version": 1},
}


@pytest.fixture
async def house(sqlite_store):
    """Two counties, each with an admin, an agent with a number, and a group; and the ids of the second."""
    identity = await Identity.open(
        sqlite_store,
        Bus(),
        LoopClock(),
        Organisation("city", "市", "320400", None),
        settings=AccountSettings(second_factor="roles"),
    )
    ids = {}
    for county, region, number in (("here", "320481", "2001"), ("there", "320413", "3001")):
        await identity.organisations.add(ROOT, Organisation(county, county, region, "city"))
        for login, agent_no, role in ((f"admin-{county}", None, "county_admin"), (f"agent-{county}", number, "agent")):
            person = PersonData(login=login, name=login, agent_no=agent_no, organisation=county, roles=[role])
            added, _ = await identity.people.add_unchecked(ROOT, person, PASSWORD)
        group = await identity.groups.add(ROOT, GroupData(title="班", organisation=county, members=(added.id,)))
        ids = {"person": added.id, "organisation": county, "group": group.id, "region": region, "number": number}
    there, _ = await identity.sessions.sign_in("admin-there", PASSWORD, "10.0.0.3", "Firefox")
    ids["session"] = there.session
    row = ApiKeyRow(
        id=new_id(), person=there.person, title="x", start="hk_there", key_hash="x", scopes=["people.see"],
        addresses=[], created_at=LoopClock().wall(), expires_at=LoopClock().wall() + timedelta(days=1),
    )  # fmt: skip
    async with sqlite_store.writing() as session:
        session.add(row)
    ids["key"] = row.id
    day = LoopClock().wall()
    away = AbsenceData(person=there.person, deputy=ids["person"], begins_at=day, ends_at=day + timedelta(days=1))
    ids["absence"] = (await identity.absences.add(ROOT, away)).id
    newest = (await identity.audit.find(ROOT, AuditFilter(login="admin-there"))).rows[0]
    ids["sequence"] = newest.sequence
    web = Web(identity.sessions)
    api = IdentityApi(identity, web.hub.end_session)
    web.add(api.routes())
    await web.start("127.0.0.1", 0)
    yield web, api.routes(), ids
    await web.stop()
    identity.close()


@pytest.fixture
async def county_admin(house):
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        console = Console(client, f"http://127.0.0.1:{house[0].port}")
        await console.sign_in("admin-here")
        yield console


async def ask(console, method, path, body):
    sent = {"json": body} if body is not None and method in ("POST", "PUT") else {}
    headers = {"X-CSRF": console.csrf}
    async with console.client.request(method, console.base + path, headers=headers, **sent) as response:
        return response.status, await response.text(errors="replace")


async def test_no_route_shows_or_touches_what_is_another_countys(house, county_admin):
    _, routes, ids = house
    tried = 0
    assert (await ask(county_admin, "POST", "/api/audit/chain/verify", {}))[0] == 403, "the whole chain is not his"
    for route in routes:
        names = re.findall(r"{(\w+)}", route.path)
        if not names or (route.method, route.path) in FOR_ALL:
            continue
        path = route.path.format(**{"role": "agent", **ids})
        body = {} if path.endswith("/close") else BODIES.get(names[0], {"off": [], "version": 0})
        status, said = await ask(county_admin, route.method, path, body)
        if (route.method, route.path) in CITY_ALONE:
            assert status == 403, (route.method, path, said)
        elif names == ["number"]:
            assert (status, said) == (200, "[]")
        else:
            assert status == 404, (route.method, path, said)
        tried += 1
    assert tried >= 16


async def test_no_list_shows_what_is_another_countys(house, county_admin):
    _, routes, ids = house
    tried = 0
    for route in routes:
        if route.method != "GET" or "{" in route.path or route.path in ("/api/session", "/api/agent-numbers/next"):
            continue
        status, said = await ask(county_admin, "GET", route.path, None)
        assert status == 200, (route.path, said)
        if route.path != "/api/options/regions":
            assert not any(
                one in said for one in ("there", "金坛", *(one for one in ids.values() if isinstance(one, str)))
            ), route.path
        for query in ("organisation=there", "search=there"):
            status, said = await ask(county_admin, "GET", f"{route.path}?{query}", None)
            assert status in (200, 422) and (status == 422 or "agent-there" not in said), route.path
        tried += 1
    assert tried >= 9


async def test_nothing_of_another_county_can_be_named_in_what_one_makes(house, county_admin):
    _, _, ids = house
    person = {"login": "new", "name": "王", "organisation": "there", "roles": []}
    assert (await ask(county_admin, "POST", "/api/people", person))[0] == 422
    for group in ({"organisation": "there"}, {"organisation": "here", "members": [ids["person"]]}):
        assert (await ask(county_admin, "POST", "/api/groups", {"title": "x", **group}))[0] == 422
    for parent, region in (("there", "320413"), ("there", "320481"), ("here", "320413"), ("city", "320481")):
        wanted = {"name": "new", "title": "x", "region": region, "parent": parent}
        assert (await ask(county_admin, "POST", "/api/organisations", wanted))[0] == 422
    assert (await ask(county_admin, "GET", "/api/agent-numbers/next?organisation=there", None))[0] == 404
