import pytest
from sqlalchemy import text

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, TooMany
from cti.base.scope import NOTHING
from cti.base.visitor import system
from cti.office.identity.keys import KeyData
from tests.cti.office.identity.conftest import data

ROOT = system("root")
HERE = "10.0.0.1"
READ = KeyData(title="数据平台", scopes=["calls.see", "people.see"], days=30)


@pytest.fixture
async def admin(visit):
    return await visit("admin", roles=["admin"])


async def test_a_key_does_what_it_was_given_until_its_day(identity, store, admin, clock):
    key, secret = await identity.keys.add(admin, READ)
    assert secret.startswith("hk_") and key.start == secret[:8] and key.used_at is None
    visitor = await identity.keys.visitor(secret, HERE)
    assert (visitor.person, visitor.session, visitor.address) == (admin.person, "", HERE)
    assert visitor.permissions == {"calls.see", "people.see"} and not visitor.may("people.manage")
    assert await identity.people.search(visitor)
    (listed,) = await identity.keys.own(admin)
    assert listed.used_from == HERE and listed.used_at == clock.wall()
    async with store.reading() as session:
        tables = [str((await session.execute(text(f"SELECT * FROM {one}"))).all()) for one in ("api_keys", "audit")]
    assert secret not in "".join(tables)
    assert await identity.keys.visitor(secret + "x", HERE) is None
    clock.advance(30 * 86400)
    assert await identity.keys.visitor(secret, HERE) is None


async def test_a_key_may_never_do_more_than_its_owner(identity, admin, visit):
    agent = await visit("wang", organisation="village", roles=["county_admin"])
    role = await identity.roles.find(ROOT, "county_admin")
    await identity.roles.edit(ROOT, "county_admin", role.version, with_keys(role))
    agent, _ = await identity.sessions.sign_in("wang", "Rain-over-7-hills", HERE, "Firefox")
    for wrong in ("roles.manage", "system.see"):
        with pytest.raises(NotAllowed, match="stronger_key"):
            await identity.keys.add(agent, KeyData(title="x", scopes=[wrong], days=1))
    _, secret = await identity.keys.add(agent, KeyData(title="x", scopes=["people.see", "calls.see"], days=1))
    visitor = await identity.keys.visitor(secret, HERE)
    assert visitor.scope == agent.scope and visitor.permissions == {"people.see", "calls.see"}
    person = await identity.people.by_login(ROOT, "wang")
    await identity.people.edit(ROOT, person.id, 1, data("wang", organisation="village", roles=["agent"]))
    assert (await identity.keys.visitor(secret, HERE)).permissions == {"calls.see"}
    await identity.people.set_enabled(ROOT, person.id, False)
    assert await identity.keys.visitor(secret, HERE) is None


def with_keys(role):
    from cti.office.identity.roles import RoleData

    return RoleData(title=role.title, permissions=[*role.permissions, "keys.make"], reach=role.reach, level=role.level)


async def test_a_key_for_an_organisation_reaches_nothing_beside_it(identity, admin, visit):
    wanted = KeyData(title="区平台", scopes=["people.see"], days=1, organisation="county")
    key, secret = await identity.keys.add(admin, wanted)
    assert key.organisation_title == "区政府" and (await identity.keys.own(admin))[0].organisation_title == "区政府"
    visitor = await identity.keys.visitor(secret, HERE)
    assert (visitor.organisation, visitor.region) == ("county", "320481")
    assert visitor.reach("people.see").organisations == {"county", "village"}
    assert (await identity.people.search(visitor)).total == 0
    county = await visit("li", organisation="county", roles=["county_admin"])
    role = await identity.roles.find(ROOT, "county_admin")
    await identity.roles.edit(ROOT, "county_admin", role.version, with_keys(role))
    county, _ = await identity.sessions.sign_in("li", "Rain-over-7-hills", HERE, "Firefox")
    assert [one.name for one in await identity.keys.organisations(county)] == ["county", "village"]
    with pytest.raises(Invalid, match="no_organisation"):
        await identity.keys.add(county, KeyData(title="x", scopes=["people.see"], days=1, organisation="other"))
    below = KeyData(title="x", scopes=["calls.see"], days=1, organisation="village")
    _, secret = await identity.keys.add(county, below)
    assert (await identity.keys.visitor(secret, HERE)).organisation == "village"
    person = await identity.people.by_login(ROOT, "li")
    moved = data("li", organisation="other", roles=["agent"])
    await identity.people.edit(ROOT, person.id, person.version, moved)
    after = await identity.keys.visitor(secret, HERE)
    assert after.may("calls.see") and after.reach("calls.see") == NOTHING and after.organisation == "other"


async def test_a_key_asks_only_so_often(identity, admin, clock):
    _, secret = await identity.keys.add(admin, KeyData(title="x", scopes=["calls.see"], days=1, per_minute=30))
    for _ in range(5):
        assert await identity.keys.visitor(secret, HERE)
    with pytest.raises(TooMany) as caught:
        await identity.keys.visitor(secret, HERE)
    assert caught.value.retry_after == pytest.approx(2)
    clock.advance(2)
    assert await identity.keys.visitor(secret, HERE)


async def test_a_key_is_good_from_its_addresses_alone(identity, admin):
    wanted = KeyData(title="x", scopes=["calls.see"], days=1, addresses=["10.1.0.0/16", "2001:db8::7", "10.2.0.9/24"])
    key, secret = await identity.keys.add(admin, wanted)
    assert key.addresses == ("10.1.0.0/16", "2001:db8::7/128", "10.2.0.0/24")
    for address, good in (("10.1.2.3", True), ("2001:db8::7", True), ("10.3.0.1", False), ("::1", False), ("", False)):
        assert (await identity.keys.visitor(secret, address) is not None) is good


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["no.such"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"addresses": ["10.0.0.0/33"]}, "addresses"),
        ({"addresses": ["everywhere"]}, "addresses"),
        ({"per_minute": 0}, "per_minute"),
        ({"organisation": "nowhere"}, "organisation"),
    ],
)
async def test_a_wrong_key_is_refused_with_its_field(identity, admin, wrong, field):
    given = {"title": "x", "scopes": ["calls.see"], "days": 1, **wrong}
    with pytest.raises(Invalid) as caught:
        await identity.keys.add(admin, KeyData(**given))
    assert caught.value.field == field


async def test_keys_are_ended_by_their_owner_or_who_manages_him(identity, admin, visit):
    county = await visit("li", organisation="county", roles=["county_admin"])
    key, secret = await identity.keys.add(admin, READ)
    assert await identity.keys.all(county) == []
    with pytest.raises(NotFound):
        await identity.keys.end(county, key.id)
    with pytest.raises(NotFound):
        await identity.keys.end(await visit("1001"), key.id)
    assert [one.id for one in await identity.keys.all(admin, "adm")] == [key.id]
    await identity.keys.end(admin, key.id)
    assert await identity.keys.visitor(secret, HERE) is None
    with pytest.raises(NotFound):
        await identity.keys.end(admin, key.id)


async def test_nobody_has_too_many_and_a_key_makes_none(identity, admin):
    for _ in range(20):
        _, secret = await identity.keys.add(admin, KeyData(title="x", scopes=["keys.make"], days=1))
    with pytest.raises(Conflict, match="too_many_keys"):
        await identity.keys.add(admin, READ)
    visitor = await identity.keys.visitor(secret, HERE)
    with pytest.raises(NotAllowed, match="session_needed"):
        await identity.keys.add(visitor, READ)
    with pytest.raises(NotAllowed):
        await identity.keys.add(await _without_permission(identity), READ)


async def _without_permission(identity):
    await identity.people.add_unchecked(ROOT, data("1001"), "Rain-over-7-hills")
    visitor, _ = await identity.sessions.sign_in("1001", "Rain-over-7-hills", HERE, "Firefox")
    return visitor
