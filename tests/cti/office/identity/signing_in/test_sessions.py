import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from cti.base.refusal import NotSignedIn, TooMany
from cti.base.visitor import system
from cti.office.identity.models import AuditRow, PersonRow, SessionRow, SignInTriesRow
from cti.office.identity.signing_in.attempts import KEYS, Attempts
from cti.office.identity.signing_in.tries import network_of
from tests.cti.office.identity.conftest import BROWSER, PASSWORD

HERE = "10.0.0.1"


@pytest.fixture
async def sessions(identity, add):
    await add("1001", agent_no="1001")
    return identity.sessions


async def refused(sessions, login="1001", password="wrong", address=HERE):
    with pytest.raises((NotSignedIn, TooMany)) as caught:
        await sessions.sign_in(login, password, address, BROWSER)
    return caught.value.code


async def test_a_token_leads_to_its_person_and_only_its_hash_is_stored(store, sessions):
    visitor, token = await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    found = await sessions.visitor(token, "10.0.0.2", BROWSER)
    assert found is not None
    assert (found.person, found.agent_no, found.organisation, found.region) == (
        visitor.person,
        "1001",
        "city",
        "320400",
    )
    assert found.address == "10.0.0.2"
    assert found.may("agent.work") and not found.may("people.manage")
    assert await sessions.visitor(token + "x", HERE, BROWSER) is None
    assert await sessions.visitor("", HERE, BROWSER) is None
    async with store.reading() as session:
        tables = [str((await session.execute(text(f"SELECT * FROM {one}"))).all()) for one in ("sessions", "audit")]
    assert token not in "".join(tables)


async def test_logins_ignore_case_and_passwords_do_not(sessions, add):
    await add("li.na")
    assert await sessions.sign_in("Li.Na", PASSWORD, HERE, BROWSER)
    assert await refused(sessions, "li.na", PASSWORD.lower()) == "wrong_password"


@pytest.mark.parametrize(("idle", "step"), [(True, timedelta(minutes=30, seconds=1)), (False, timedelta(minutes=29))])
async def test_a_session_expires_when_idle_and_when_old(sessions, clock, idle, step):
    _, token = await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    lived = timedelta()
    while await sessions.visitor(token, HERE, BROWSER):
        clock.advance(step.total_seconds())
        lived += step
        assert lived < timedelta(days=1)
    assert (lived == step) if idle else timedelta(hours=14) < lived < timedelta(hours=16)


async def test_use_keeps_a_session_alive(sessions, clock):
    _, token = await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    for _ in range(13 * 4):
        clock.advance(15 * 60)
        assert await sessions.visitor(token, HERE, BROWSER)


async def test_a_token_shown_by_another_browser_ends_the_session(store, sessions, clock):
    _, token = await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    assert await sessions.visitor(token, "6.6.6.6", "curl") is None
    assert await sessions.visitor(token, HERE, BROWSER) is None
    async with store.reading() as session:
        entry = await session.scalar(select(AuditRow).order_by(AuditRow.sequence.desc()).limit(1))
    assert (entry.action, entry.address) == ("session.stolen", "6.6.6.6")


async def test_signing_out_ends_that_session_only(sessions):
    visitor, first = await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    _, second = await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    await sessions.sign_out(visitor)
    assert await sessions.visitor(first, HERE, BROWSER) is None
    assert await sessions.visitor(second, HERE, BROWSER) is not None


async def test_what_another_engine_ended_is_over_within_seconds(store, sessions, clock):
    _, token = await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    assert await sessions.visitor(token, HERE, BROWSER)
    async with store.writing() as session:
        (await session.scalars(select(SessionRow))).one().ended_at = clock.wall()
    clock.advance(5.1)
    assert await sessions.visitor(token, HERE, BROWSER) is None


async def test_ten_wrong_passwords_lock_the_account_for_a_while_where_they_came_from(sessions, clock):
    codes = [await refused(sessions) for _ in range(10)]
    assert codes == ["wrong_password"] * 5 + ["locked"] * 5
    assert await refused(sessions, password=PASSWORD) == "locked"
    clock.advance(5 * 60 + 1)
    assert await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    assert await refused(sessions) == "wrong_password", "the count began anew"


async def test_each_further_lock_lasts_longer(sessions, clock):
    for minutes in (5, 10, 20, 40, 60, 60):
        for _ in range(5):
            assert await refused(sessions) == "wrong_password"
        clock.advance(minutes * 60 - 5)
        assert await refused(sessions) == "locked"
        clock.advance(10)


async def test_the_addresses_of_one_ipv6_network_are_one(sessions):
    """Whoever has a /64 has 2^64 addresses: each had tries of its own."""
    codes = [await refused(sessions, address=f"2001:db8:1:2::{number:x}") for number in range(1, 9)]
    assert codes == ["wrong_password"] * 5 + ["locked"] * 3
    assert network_of("::ffff:10.0.0.1") == "10.0.0.1" and network_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert await refused(sessions, address="2001:db8:1:3::1") == "wrong_password"


async def test_two_hundred_addresses_have_few_tries_and_shut_nobody_out_who_was_here_before(sessions):
    """Five wrong passwords from anywhere locked the city's administrator out, as long as somebody cared to go on."""
    visitor, _ = await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    browser = await sessions.remember_browser(visitor, "")
    codes = [await refused(sessions, address=f"10.3.0.{number}") for number in range(200)]
    assert codes.count("wrong_password") == 20
    assert codes.count("locked") == 180
    assert await refused(sessions, password=PASSWORD, address="10.9.9.9") == "locked"
    assert await sessions.sign_in("1001", PASSWORD, "10.9.9.9", BROWSER, browser_token=browser)
    assert await sessions.remember_browser(visitor, browser) is None, "it stays known"
    # A known browser has no more tries than others.
    codes = []
    for _ in range(7):
        with pytest.raises((NotSignedIn, TooMany)) as caught:
            await sessions.sign_in("1001", "wrong", "10.9.9.9", BROWSER, browser_token=browser)
        codes.append(caught.value.code)
    assert codes == ["wrong_password"] * 5 + ["locked"] * 2


async def test_a_browser_known_of_one_person_is_a_stranger_to_another(sessions, add):
    await add("other")
    visitor, _ = await sessions.sign_in("other", PASSWORD, HERE, BROWSER)
    browser = await sessions.remember_browser(visitor, "")
    for number in range(20):
        await refused(sessions, address=f"10.3.0.{number}")
    with pytest.raises(TooMany):
        await sessions.sign_in("1001", PASSWORD, "10.9.9.9", BROWSER, browser_token=browser)


async def test_an_administrator_opens_an_account_again(sessions, identity, store):
    for number in range(20):
        await refused(sessions, address=f"10.3.0.{number}")
    async with store.reading() as session:
        person = (await session.scalars(select(PersonRow))).one()
    assert person.locked_until is not None, "whoever looks through the accounts sees it"
    found = await identity.people.unlock(system("root"), person.id)
    assert found.locked_until is None
    assert await sessions.sign_in("1001", PASSWORD, "10.3.0.1", BROWSER)


async def test_tries_at_the_same_moment_all_count(sessions, store):
    await asyncio.gather(*(refused(sessions) for _ in range(20)))
    async with store.reading() as session:
        person = (await session.scalars(select(PersonRow))).one()
    assert person.failures >= 5 and person.locked_until is not None
    assert await refused(sessions, password=PASSWORD) == "locked"


async def test_an_unknown_login_is_refused_and_counted_in_the_same_words(sessions, store):
    """The sixth answer said whether a login exists: `locked` for somebody, `too_many_attempts` for nobody."""
    for login, address in (("1001", "10.5.0.1"), ("nobody", "10.5.0.2")):
        codes = [await refused(sessions, login, address=address) for _ in range(7)]
        assert codes == ["wrong_password"] * 5 + ["locked"] * 2
    async with store.reading() as session:
        entries = (await session.scalars(select(AuditRow).where(AuditRow.action == "session.refused"))).all()
        tries = (await session.scalars(select(SignInTriesRow))).all()
    assert [one.login for one in entries] == ["1001"] * 5 + [""] * 5
    # Somebody typed the password where the login belongs.
    assert "nobody" not in str([(one.subject, one.after) for one in entries] + [(one.key, one.login) for one in tries])


async def test_a_mistyped_login_stands_in_no_log(sessions):
    """A password typed where the login belongs stayed in the log."""
    with capture_logs() as told:
        await refused(sessions, "rain-over-7-hills")
        await refused(sessions, "1001")
    assert "rain-over" not in str(told)
    assert [one["login"] for one in told if one["event"] == "sign-in refused"] == [None, "1001"]


async def test_one_address_cannot_try_many_accounts(sessions, clock):
    codes = [await refused(sessions, f"login{number}") for number in range(40)]
    assert codes == ["wrong_password"] * 30 + ["too_many_attempts"] * 10
    assert await refused(sessions, "1001", PASSWORD) == "too_many_attempts"
    assert await sessions.sign_in("1001", PASSWORD, "10.0.0.9", BROWSER)
    clock.advance(301)
    assert await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)


async def test_memory_of_failures_is_bounded(clock):
    attempts = Attempts(clock, 1, 60)
    for number in range(KEYS + 100):
        attempts.failed(str(number))
    attempts.check("0")
    with pytest.raises(TooMany):
        attempts.check(str(KEYS + 99))
    assert len(attempts._failures) == KEYS


async def test_too_many_waiting_checks_are_turned_away(identity):
    waiting = [asyncio.create_task(identity.passwords.matches("x", None)) for _ in range(520)]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert results.count(False) == 500
    assert sum(isinstance(one, TooMany) for one in results) == 20
