"""Sessions listed and ended, passwords that age, lock-outs ended by an administrator."""

import pytest

from cti.base.refusal import Invalid, NotAllowed, NotFound, NotSignedIn, TooMany
from cti.base.visitor import system
from tests.cti.office.identity.conftest import BROWSER, PASSWORD, data

ROOT = system("root")
HERE = "10.0.0.1"


async def test_ones_own_sessions_are_listed_and_ended(identity, add, clock):
    await add("1001")
    sign_in, sessions = identity.sessions.sign_in, identity.sessions
    desk, desk_token = await sign_in("1001", PASSWORD, HERE, "Firefox on Linux")
    clock.advance(60)
    _, home_token = await sign_in("1001", PASSWORD, "10.0.0.2", "Chrome")
    found = await sessions.own(desk)
    assert [(one.browser, one.address, one.current) for one in found] == [
        ("Chrome", "10.0.0.2", False),
        ("Firefox on Linux", HERE, True),
    ]
    await sessions.end(desk, found[0].id)
    assert await sessions.visitor(home_token, "10.0.0.2", "Chrome") is None
    assert await sessions.visitor(desk_token, HERE, "Firefox on Linux") is not None
    for unknown in (found[0].id, "nothing"):
        with pytest.raises(NotFound):
            await sessions.end(desk, unknown)
    clock.advance(3 * 3600)
    assert await sessions.own(desk) == [], "what is over is no session"


async def test_an_administrator_ends_sessions_of_those_whom_he_governs(identity, visit):
    agent = await visit("wang", organisation="village")
    other = await visit("zhao", organisation="other")
    peer = await visit("boss", organisation="county", roles=["county_admin"])
    admin = await visit("admin", roles=["admin"])
    county = await visit("li", organisation="county", roles=["county_admin"])
    assert {one.login for one in await identity.sessions.find(county)} == {"wang", "boss", "li"}
    assert [one.login for one in await identity.sessions.find(county, text="wan")] == ["wang"]
    assert await identity.sessions.find(county, person=other.person) == []
    await identity.sessions.end(county, agent.session)
    with pytest.raises(NotAllowed):
        await identity.sessions.end(county, peer.session)
    for out_of_reach in (other.session, admin.session):
        with pytest.raises(NotFound):
            await identity.sessions.end(county, out_of_reach)
    with pytest.raises(NotAllowed):
        await identity.sessions.find(other)
    with pytest.raises(NotFound):
        await identity.sessions.end(other, admin.session)


async def test_nobody_has_more_sessions_than_the_settings_say(identity, add, clock):
    await add("1001")
    tokens = []
    for _ in range(12):
        visitor, token = await identity.sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
        tokens.append(token)
        clock.advance(1)
    assert len(await identity.sessions.own(visitor)) == 10
    assert await identity.sessions.visitor(tokens[1], HERE, BROWSER) is None
    assert await identity.sessions.visitor(tokens[2], HERE, BROWSER) is not None


async def test_a_password_that_somebody_else_gave_is_changed_first(identity):
    person, password = await identity.people.add(ROOT, data("1001"))
    visitor, _ = await identity.sessions.sign_in("1001", password, HERE, BROWSER)
    assert visitor.must == ("password",) and not visitor.may("agent.work")
    await identity.people.change_password(visitor, password, "Green-tea-at-9")
    visitor, _ = await identity.sessions.sign_in("1001", "Green-tea-at-9", HERE, BROWSER)
    assert visitor.must == () and visitor.may("agent.work")
    new = await identity.people.reset_password(ROOT, person.id)
    visitor, _ = await identity.sessions.sign_in("1001", new, HERE, BROWSER)
    assert visitor.must == ("password",)
    kept = await identity.people.reset_password(ROOT, person.id, change=False)
    visitor, _ = await identity.sessions.sign_in("1001", kept, HERE, BROWSER)
    assert visitor.must == ()


async def test_an_old_password_is_changed_first(identity, add, clock):
    await add("1001")
    clock.advance(91 * 86400)
    visitor, _ = await identity.sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    assert visitor.must == ("password",)


async def test_the_last_passwords_are_not_used_again(identity, add):
    await add("1001")
    used = [PASSWORD]
    for turn in range(5):
        visitor, _ = await identity.sessions.sign_in("1001", used[-1], HERE, BROWSER)
        for old in used[-5:]:
            with pytest.raises(Invalid, match="used_password"):
                await identity.people.change_password(visitor, used[-1], old)
        used.append(f"Green-tea-at-{turn}")
        await identity.people.change_password(visitor, used[-2], used[-1])
    visitor, _ = await identity.sessions.sign_in("1001", used[-1], HERE, BROWSER)
    await identity.people.change_password(visitor, used[-1], used[0])


async def test_the_old_password_is_not_guessed_from_an_open_session(identity, visit):
    visitor = await visit("1001")
    for _ in range(5):
        with pytest.raises(Invalid):
            await identity.people.change_password(visitor, "guess", "Green-tea-at-9")
    with pytest.raises(TooMany):
        await identity.people.change_password(visitor, PASSWORD, "Green-tea-at-9")


async def test_an_administrator_ends_a_lock(identity, add, visit):
    person = await add("1001")
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await identity.sessions.sign_in("1001", "wrong", HERE, BROWSER)
    assert (await identity.people.find(ROOT, person.id)).locked_until is not None
    county = await visit("li", organisation="county", roles=["county_admin"])
    with pytest.raises(NotFound):
        await identity.people.unlock(county, person.id)
    assert (await identity.people.unlock(ROOT, person.id)).locked_until is None
    assert await identity.sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
