"""Signing in at another's, from the button to the console, and every way in which it goes wrong."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.http.guard import COOKIE
from cti.base.settings import AccountSettings, OidcSettings
from cti.base.visitor import system
from cti.office.identity.api import IdentityApi
from cti.office.identity.directory import Organisation
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.office.identity.signing_in.oidc import OpenIdProvider
from cti.web import Web
from tests.cti.office.identity.fake_provider import CLIENT, SECRET, running_provider
from tests.office import cheap_passwords

ROOT = system("test")


class World:
    """A house, a provider, and a browser."""

    def __init__(self, identity, base, provider, client):
        self.identity, self.base, self.provider, self.client = identity, base, provider, client

    async def get(self, url, **more):
        async with self.client.get(url, allow_redirects=False, **more) as response:
            return response.status, response.headers.get("Location", ""), await response.read()

    async def away(self):
        """To the provider and back to our door."""
        status, url, _ = await self.get(f"{self.base}/api/sign-in/city")
        assert status == 303, url
        if not url.startswith(self.provider.issuer):
            return url
        status, back, _ = await self.get(url)
        assert status == 302
        return back

    async def sign_in(self):
        """Where the browser ends."""
        back = await self.away()
        return back if back.startswith("/") else (await self.get(back))[1]

    def trouble(self, url):
        return parse_qs(urlsplit(url).query)["trouble"][0]


@pytest.fixture
async def world(sqlite_store):
    top = Organisation("city", "市", "320400", None)
    identity = await Identity.open(
        sqlite_store,
        Bus(),
        LoopClock(),
        top,
        passwords=cheap_passwords(),
        settings=AccountSettings(second_factor="roles"),
    )
    person = PersonData(login="li.na", name="李娜", agent_no=None, organisation="city", roles=["agent"])
    await identity.people.add_unchecked(ROOT, person, "Rain-over-7-hills")
    web = Web(identity.sessions)
    web.add(IdentityApi(identity, web.hub.end_session).routes())
    await web.start("127.0.0.1", 0)
    async with (
        running_provider() as provider,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client,
    ):
        settings = OidcSettings(title="市统一认证", issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET)
        identity.providers.add("city", OpenIdProvider(settings, LoopClock()))
        yield World(identity, f"http://127.0.0.1:{web.port}", provider, client)
    await web.stop()
    identity.close()


async def test_from_the_button_to_the_console(world):
    async with world.client.get(f"{world.base}/api/sign-in") as response:
        assert await response.json() == [{"value": "city", "title": "市统一认证"}]
    assert await world.sign_in() == "/"
    async with world.client.get(f"{world.base}/api/session") as response:
        assert (await response.json())["person"]["login"] == "li.na"
    cookies = {one.key: one for one in world.client.cookie_jar}
    assert set(cookies) == {COOKIE} and cookies[COOKIE]["httponly"] and cookies[COOKIE]["samesite"] == "Strict"
    told = (await world.identity.sessions.find(ROOT, text="li.na"))[0]
    assert told.login == "li.na"
    assert await world.sign_in() == "/" and world.provider.fetched == 1, "keys are kept"


@pytest.mark.parametrize(
    "lie", ["down", "garbage", "issuer", "iss", "aud", "azp", "exp", "nonce", "key", "none", "missing", "other"]
)
async def test_a_provider_that_lies_lets_nobody_in(world, lie):
    world.provider.lie = lie
    assert world.trouble(await world.sign_in()) == "sso_failed"
    assert COOKIE not in {one.key for one in world.client.cookie_jar}


@pytest.mark.parametrize("lie", ["userinfo", "rotated"])
async def test_the_claim_may_come_from_elsewhere_and_keys_may_change(world, lie):
    assert await world.sign_in() == "/"
    world.provider.lie = lie
    assert await world.sign_in() == "/"


async def test_who_is_refused_there_or_unknown_here_does_not_get_in(world):
    world.provider.lie = "denied"
    assert world.trouble(await world.sign_in()) == "sso_refused"
    world.provider.lie = ""
    for name in ("nobody", "", None, 7):
        world.provider.person = {"sub": "u-2", "preferred_username": name}
        assert world.trouble(await world.sign_in()) == "no_account"
    person = await world.identity.people.by_login(ROOT, "li.na")
    await world.identity.people.set_enabled(ROOT, person.id, False)
    world.provider.person = {"sub": "u-1", "preferred_username": "li.na"}
    assert world.trouble(await world.sign_in()) == "disabled"
    assert (await world.get(f"{world.base}/api/sign-in/nowhere"))[0] == 404


async def test_what_comes_back_is_good_once_and_in_its_own_browser(world):
    back = await world.away()
    async with aiohttp.ClientSession() as thief, thief.get(back, allow_redirects=False) as response:
        assert world.trouble(response.headers["Location"]) == "sso_over"
    wrong = back.replace("state=", "state=x")
    assert world.trouble((await world.get(wrong))[1]) == "sso_over"
    assert world.trouble((await world.get(back))[1]) == "sso_over", "the wrong try took the cookie away"
    back = await world.away()
    assert (await world.get(back))[1] == "/"
    assert world.trouble((await world.get(back))[1]) == "sso_over"


async def test_a_second_factor_asked_for_there_counts_here_if_the_settings_say_so(world):
    role = RoleData(title="x", permissions=["people.see"], reach=Reach.OWN, second_factor=True)
    await world.identity.roles.add(ROOT, "careful", role)
    person = await world.identity.people.by_login(ROOT, "li.na")
    changed = PersonData(login="li.na", name="李娜", agent_no=None, organisation="city", roles=["careful"])
    await world.identity.people.edit(ROOT, person.id, person.version, changed)

    async def must():
        assert await world.sign_in() == "/"
        async with world.client.get(f"{world.base}/api/session") as response:
            return (await response.json())["person"]["must"]

    assert await must() == ["second_factor"]
    settings = OidcSettings(
        title="x", issuer=world.provider.issuer, client_id=CLIENT, client_secret=SECRET, second_factor=True
    )
    world.identity.providers._found["city"] = OpenIdProvider(settings, LoopClock())
    assert await must() == []


@pytest.mark.parametrize("issuer", ["http://sso.example.cn", "ftp://x", "sso.example.cn", "http://localhost.evil.cn"])
def test_an_issuer_is_reached_by_tls(issuer):
    with pytest.raises(ValueError, match="issuer"):
        OidcSettings(title="x", issuer=issuer, client_id=CLIENT)


async def test_people_are_known_by_issuer_and_subject_also_when_logins_there_change(world):
    """Whoever got another's `preferred_username` at the provider was that person here."""
    await world.identity.people.add_unchecked(
        ROOT, PersonData(login="wang", name="王芳", agent_no=None, organisation="city", roles=["agent"]), "x"
    )

    async def me():
        async with world.client.get(f"{world.base}/api/session") as response:
            return (await response.json())["person"]["login"]

    assert await world.sign_in() == "/" and await me() == "li.na"
    world.provider.person = {"sub": "u-1", "preferred_username": "wang"}
    assert await world.sign_in() == "/" and await me() == "li.na", "she was called otherwise, and is the same"
    world.provider.person = {"sub": "u-2", "preferred_username": "li.na"}
    assert world.trouble(await world.sign_in()) == "no_account", "somebody else took her name"
    person = await world.identity.people.by_login(ROOT, "wang")
    await world.identity.people.link(ROOT, person.id, world.provider.issuer, "u-2")
    assert await world.sign_in() == "/" and await me() == "wang"


async def test_a_first_sign_in_may_need_an_administrator_or_a_checked_address(world):
    settings = {"title": "x", "issuer": world.provider.issuer, "client_id": CLIENT, "client_secret": SECRET}
    for name, more in (("closed", {"first_link": "admin"}), ("mail", {"claim": "email"})):
        world.identity.providers.add(name, OpenIdProvider(OidcSettings(**settings, **more), LoopClock()))

    async def ends(name, **person):
        world.provider.person = {"sub": "u-1", "preferred_username": "li.na", **person}
        _, url, _ = await world.get(f"{world.base}/api/sign-in/{name}")
        _, back, _ = await world.get(url)
        return (await world.get(back))[1]

    assert world.trouble(await ends("closed")) == "no_account"
    assert world.trouble(await ends("mail", email="li.na")) == "no_account"
    assert world.trouble(await ends("mail", email="li.na", email_verified="true")) == "no_account"
    assert await ends("mail", email="li.na", email_verified=True) == "/"
    assert await ends("closed") == "/", "she is known now"
