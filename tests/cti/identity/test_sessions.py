import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from cti.identity.attempts import KEYS, Attempts
from cti.identity.models import AuditRow, PersonRow, SessionRow
from cti.refusal import NotSignedIn, TooMany
from tests.cti.identity.conftest import BROWSER, PASSWORD

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


@pytest.mark.parametrize(("idle", "step"), [(True, timedelta(hours=2, seconds=1)), (False, timedelta(minutes=90))])
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
    for _ in range(13 * 60):
        clock.advance(60)
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


async def test_ten_wrong_passwords_lock_the_account_for_a_while_from_anywhere(sessions, clock):
    codes = [await refused(sessions) for _ in range(10)]
    assert codes == ["wrong_password"] * 5 + ["locked"] * 5
    assert await refused(sessions, password=PASSWORD, address="10.9.9.9") == "locked"
    clock.advance(5 * 60 + 1)
    assert await sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    assert await refused(sessions) == "wrong_password", "the count began anew"


async def test_each_further_lock_lasts_longer(sessions, clock):
    for minutes in (5, 10, 20, 40, 60, 60):
        for number in range(5):
            assert await refused(sessions, address=f"10.1.{minutes}.{number}") == "wrong_password"
        clock.advance(minutes * 60 - 5)
        assert await refused(sessions, address="10.2.0.1") == "locked"
        clock.advance(10)


async def test_a_thousand_addresses_have_no_more_tries_than_one(sessions):
    codes = [await refused(sessions, address=f"10.3.{number // 250}.{number % 250}") for number in range(1000)]
    assert codes.count("wrong_password") == 5
    assert codes.count("locked") == 995


async def test_tries_at_the_same_moment_all_count(sessions, store):
    await asyncio.gather(*(refused(sessions, address=f"10.4.0.{number}") for number in range(20)))
    async with store.reading() as session:
        person = (await session.scalars(select(PersonRow))).one()
    assert person.failures >= 5 and person.locked_until is not None
    assert await refused(sessions, password=PASSWORD) == "locked"


async def test_an_unknown_login_is_refused_in_the_same_words(sessions):
    known = [await refused(sessions, address="10.5.0.1") for _ in range(5)]
    unknown = [await refused(sessions, "nobody", address="10.5.0.2") for _ in range(5)]
    assert known == unknown
    assert await refused(sessions, "nobody", address="10.5.0.3") == "too_many_attempts"


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
