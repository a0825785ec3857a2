import asyncio
import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, TooMany
from cti.base.visitor import system
from cti.office.identity.permissions import Level, Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.signing_in import totp
from tests.cti.office.identity.conftest import BROWSER, PASSWORD

ROOT = system("root")
HERE = "10.0.0.1"
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture(params=["international", "sm"])
def suite(request):
    return request.param


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    """RFC 6238, appendix B, the last six digits."""
    assert totp.code_at(RFC_SECRET, totp.step_of(seconds)) == code
    assert totp.matching_step(RFC_SECRET, code, seconds) == totp.step_of(seconds)


@given(st.integers(600, 2**33), st.integers(-5, 5))
def test_a_code_is_good_now_and_a_step_aside(seconds, steps):
    code = totp.code_at(RFC_SECRET, totp.step_of(seconds) + steps)
    found = totp.matching_step(RFC_SECRET, code, seconds)
    if abs(steps) <= 1:
        assert found is not None
    elif found is not None:
        assert totp.code_at(RFC_SECRET, found) == code, "two steps may share a code"


class Phone:
    """Somebody's telephone with the app."""

    def __init__(self, identity, clock, visitor):
        self.identity, self.clock, self.visitor, self.secret = identity, clock, visitor, ""

    async def enrol(self):
        enrolment = await self.identity.second_factor.begin(self.visitor, PASSWORD)
        self.secret = enrolment.secret
        codes = await self.identity.second_factor.confirm(self.visitor, self.code())
        self.clock.advance(30)
        return enrolment, codes

    def code(self, steps=0):
        return totp.code_at(self.secret, totp.step_of(self.clock.wall().timestamp()) + steps)

    def sign_in(self, code):
        return self.identity.sessions.sign_in(self.visitor.login, PASSWORD, HERE, BROWSER, code)


@pytest.fixture
async def phone(identity, clock, visit):
    return Phone(identity, clock, await visit("1001", agent_no="1001"))


async def test_one_sees_whether_it_is_on_and_how_many_recovery_codes_are_left(identity, phone):
    state = identity.second_factor.state
    assert (await state(phone.visitor)).since is None
    _, codes = await phone.enrol()
    found = await state(phone.visitor)
    assert found.since is not None and found.recovery_left == 10
    await phone.sign_in(codes[0])
    assert (await state(phone.visitor)).recovery_left == 9
    await identity.second_factor.turn_off(phone.visitor, PASSWORD, codes[1])
    found = await state(phone.visitor)
    assert (found.since, found.recovery_left) == (None, 0)


async def test_it_is_enrolled_with_a_picture_and_asked_for_from_then_on(identity, store, phone):
    enrolment, codes = await phone.enrol()
    assert enrolment.svg.startswith("<svg") and enrolment.uri.startswith("otpauth://totp/")
    assert f"secret={enrolment.secret}" in enrolment.uri and enrolment.secret not in repr(enrolment)
    assert len(set(codes)) == 10
    async with store.reading() as session:
        rows = str((await session.execute(text("SELECT * FROM people"))).all())
    assert enrolment.secret not in rows and not any(one in rows or one.replace("-", "") in rows for one in codes)
    with pytest.raises(NotSignedIn, match="second_factor") as caught:
        await phone.sign_in("")
    assert caught.value.field == "code"
    visitor, _ = await phone.sign_in(phone.code())
    assert visitor.person == phone.visitor.person
    with pytest.raises(Conflict, match="second_factor_on"):
        await identity.second_factor.begin(visitor, PASSWORD)
    assert (await identity.people.find(ROOT, visitor.person)).second_factor


async def test_a_code_is_good_once_also_at_the_same_moment(phone):
    await phone.enrol()
    code = phone.code()
    results = await asyncio.gather(*(phone.sign_in(code) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, NotSignedIn) for one in results) == 3
    phone.clock.advance(30)
    assert await phone.sign_in(phone.code())
    with pytest.raises(NotSignedIn, match="wrong_code"):
        await phone.sign_in(phone.code(-1))


async def test_wrong_codes_lock_like_wrong_passwords(phone):
    await phone.enrol()
    wrong = f"{(int(phone.code()) + 1) % 10**6:06}"
    refused = []
    for _ in range(6):
        with pytest.raises((NotSignedIn, TooMany)) as caught:
            await phone.sign_in(wrong)
        refused.append(caught.value.code)
    assert refused == ["wrong_code"] * 5 + ["locked"]
    with pytest.raises(TooMany):
        await phone.sign_in(phone.code())


async def test_a_recovery_code_is_good_once(identity, phone):
    _, codes = await phone.enrol()
    assert await phone.sign_in(codes[0])
    assert await phone.sign_in(f" {codes[1].replace('-', '')} ")
    for wrong in (codes[0], "abcde-fghjk", "x" * 12):
        with pytest.raises(NotSignedIn, match="wrong_code"):
            await phone.sign_in(wrong)
    renewed = await identity.second_factor.renew(phone.visitor, phone.code())
    with pytest.raises(NotSignedIn, match="wrong_code"):
        await phone.sign_in(codes[2])
    assert await phone.sign_in(renewed[0])


async def test_it_is_turned_off_by_password_and_code(identity, phone):
    with pytest.raises(Conflict, match="not_begun"):
        await identity.second_factor.confirm(phone.visitor, "123456")
    with pytest.raises(Conflict, match="second_factor_off"):
        await identity.second_factor.turn_off(phone.visitor, PASSWORD, "123456")
    await phone.enrol()
    for password, code, field in (("wrong", phone.code(), "password"), (PASSWORD, "abcdef", "code")):
        with pytest.raises(Invalid) as caught:
            await identity.second_factor.turn_off(phone.visitor, password, code)
        assert caught.value.field == field
    await identity.second_factor.turn_off(phone.visitor, PASSWORD, phone.code())
    assert await phone.sign_in("")


async def test_guessing_while_enrolling_is_limited(identity, phone):
    await identity.second_factor.begin(phone.visitor, PASSWORD)
    for _ in range(5):
        with pytest.raises(Invalid):
            await identity.second_factor.confirm(phone.visitor, "abcdef")
    with pytest.raises(TooMany):
        await identity.second_factor.confirm(phone.visitor, "abcdef")


async def test_an_administrator_helps_who_lost_the_telephone(identity, phone, visit, clock):
    await phone.enrol()
    _, token = await phone.sign_in(phone.code())
    county = await visit("li", organisation="county", roles=["county_admin"])
    with pytest.raises(NotFound):
        await identity.people.clear_second_factor(county, phone.visitor.person)
    agent = await visit("1002")
    with pytest.raises(NotAllowed):
        await identity.people.clear_second_factor(agent, phone.visitor.person)
    admin = await visit("admin", roles=["admin"])
    await identity.people.clear_second_factor(admin, phone.visitor.person)
    assert await identity.sessions.visitor(token, HERE, BROWSER) is None
    assert await phone.sign_in("")


async def test_a_role_that_needs_it_gives_nothing_before(identity, visit, clock):
    role = RoleData(title="值班员", permissions=["people.see"], reach=Reach.ALL, level=Level.ANY, second_factor=True)
    await identity.roles.add(ROOT, "careful", role)
    visitor = await visit("li", roles=["careful", "agent"])
    assert visitor.must == ("second_factor",) and visitor.permissions == frozenset()
    phone = Phone(identity, clock, visitor)
    await phone.enrol()
    visitor, _ = await phone.sign_in(phone.code())
    assert visitor.must == () and visitor.may("people.see") and visitor.may("agent.work")


async def test_the_admin_role_can_be_made_to_need_it(identity, visit):
    admin = await identity.roles.find(ROOT, "admin")
    wanted = RoleData(title=admin.title, permissions=["*"], reach=Reach.ALL, level=Level.CITY, second_factor=True)
    await identity.roles.edit(ROOT, "admin", admin.version, wanted)
    visitor = await visit("boss", roles=["admin"])
    assert visitor.must == ("second_factor",) and not visitor.may("people.see")
