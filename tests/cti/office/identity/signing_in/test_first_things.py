"""What people have to do first, and that programs end with the trust in their owners."""

import pytest

from cti.base.refusal import NotFound
from cti.base.settings import AccountSettings
from cti.base.visitor import system
from cti.office.identity.demo import make_demo
from cti.office.identity.demo_accounts import DEMO_PASSWORD, shown_once
from cti.office.identity.keys import KeyData
from cti.office.identity.models import PersonRow
from cti.office.identity.permissions import FIRST_ROLES
from cti.office.identity.roles import RoleData
from cti.office.identity.signing_in import first_things
from tests.cti.office.identity.conftest import BROWSER, PASSWORD

ROOT = system("root")
HERE = "10.0.0.1"
NEW = "Green-tea-at-9"


@pytest.fixture(autouse=True)
def no_demo(monkeypatch):
    monkeypatch.delenv(DEMO_PASSWORD, raising=False)


@pytest.fixture
async def program(identity, visit):
    """The owner of a key, and what asks with it."""
    owner = await visit("owner", roles=["admin"])
    _, secret = await identity.keys.add(owner, KeyData(title="x", scopes=["people.see"], days=90))

    async def ask():
        return await identity.keys.visitor(secret, HERE)

    assert (await ask()).may("people.see")
    return owner, ask


async def change(identity, owner):
    await identity.people.change_password(owner, PASSWORD, NEW)


async def reset(identity, owner):
    await identity.people.reset_password(ROOT, owner.person)


async def disable(identity, owner):
    await identity.people.set_enabled(ROOT, owner.person, False)
    await identity.people.set_enabled(ROOT, owner.person, True)


async def lose_telephone(identity, owner):
    await identity.people.clear_second_factor(ROOT, owner.person)


@pytest.mark.parametrize("act", [change, reset, disable, lose_telephone])
async def test_a_key_ends_with_the_trust_in_its_owner(identity, program, act):
    """Whoever stole a key kept it when its owner changed his password, was reset, or left and came back."""
    owner, ask = program
    await act(identity, owner)
    assert await ask() is None


async def test_a_key_waits_while_its_owner_has_a_second_factor_to_set_up(identity, program):
    """A role that came to need a second factor stopped its people, and none of their programs."""
    owner, ask = program
    admin = await identity.roles.find(ROOT, "admin")
    wanted = {"title": admin.title, "permissions": ["*"], "reach": admin.reach, "level": admin.level}
    await identity.roles.edit(ROOT, "admin", admin.version, RoleData(**wanted, second_factor=True))
    assert await ask() is None
    found = await identity.roles.find(ROOT, "admin")
    await identity.roles.edit(ROOT, "admin", found.version, RoleData(**wanted))
    assert (await ask()).person == owner.person


def due(roles, settings, **person):
    given = PersonRow(password_due=False, demo=False, **person)
    return first_things.first_things(given, [one for one in FIRST_ROLES if one.name in roles], None, settings)


def test_administrators_need_a_second_factor_unless_the_settings_say_otherwise():
    """It was optional even for those who may do everything."""
    said = AccountSettings()
    assert due(["admin"], said) == due(["county_admin", "agent"], said) == ("second_factor",)
    assert due(["supervisor"], said) == due(["agent"], said) == ()
    assert due(["agent"], AccountSettings(second_factor="all")) == ("second_factor",)
    assert due(["admin"], AccountSettings(second_factor="roles")) == ()


async def test_turning_it_on_asks_for_the_password_and_ends_other_sessions(identity, visit, clock):
    """Whoever found a browser open could turn it on with his own telephone, and other thieves stayed in."""
    from tests.cti.office.identity.signing_in.test_second_factor import Phone

    visitor = await visit("1001", agent_no="1001")
    _, other = await identity.sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    visitor, own = await identity.sessions.sign_in("1001", PASSWORD, HERE, BROWSER)
    await Phone(identity, clock, visitor).enrol()
    identity.sessions.forget(visitor.person)
    assert await identity.sessions.visitor(other, HERE, BROWSER) is None
    assert await identity.sessions.visitor(own, HERE, BROWSER) is not None


async def test_first_passwords_are_shown_once_and_changed_at_the_first_sign_in(identity, tmp_path):
    """They lay in a file in clear for ever, and nobody had to change them."""
    await make_demo(identity, tmp_path, "city", count=1)
    _, supervisor, _ = shown_once(tmp_path)
    assert shown_once(tmp_path) == [] and not list(tmp_path.glob("*.json"))
    visitor, _ = await identity.sessions.sign_in("8001", supervisor["password"], HERE, BROWSER)
    assert visitor.must == ("password",) and visitor.permissions == frozenset()
    await identity.people.change_password(visitor, supervisor["password"], NEW)
    visitor, _ = await identity.sessions.sign_in("8001", NEW, HERE, BROWSER)
    assert visitor.must == () and visitor.may("board.see")
    # Whoever owns the data plays the others without a password; what is somebody's own, nobody does.
    token = await identity.sessions.begin_local("1001", "hotline")
    local = await identity.sessions.visitor(token, "127.0.0.1", "hotline")
    assert local.must == () and local.may("agent.work")
    with pytest.raises(NotFound):
        await identity.sessions.begin_local("8001", "hotline")


async def test_accounts_for_trials_have_one_password_and_no_duties(identity, tmp_path, monkeypatch):
    monkeypatch.setenv(DEMO_PASSWORD, "demo")
    await make_demo(identity, tmp_path, "city", count=1)
    assert {one["password"] for one in shown_once(tmp_path)} == {DEMO_PASSWORD}, "the file holds no password"
    visitor, _ = await identity.sessions.sign_in("admin", "demo", HERE, BROWSER)
    assert visitor.must == () and visitor.may("people.manage")
