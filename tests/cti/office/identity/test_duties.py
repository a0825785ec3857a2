"""Administrators: three duties that exclude each other, and what is the city's alone to give."""

from __future__ import annotations

import pytest

from cti.base.refusal import Invalid, NotAllowed
from cti.base.visitor import system
from cti.office.identity.directory import Organisation
from cti.office.identity.organisations import OrganisationData
from cti.office.identity.permissions import Level, Reach
from cti.office.identity.roles import RoleData
from tests.cti.office.identity.conftest import data

ROOT = system("test")


async def test_nobody_has_two_of_the_three_duties(identity, add, visit):
    """One administrator could change the system, give himself rights and read, as the only one, what the audit says."""
    chief = await visit("chief", roles=["admin"])
    person = await add("1001", roles=[])
    for roles in (["system_admin", "security_admin"], ["security_admin", "audit_admin"], ["admin"]):
        with pytest.raises(Invalid) as refused:
            await identity.people.edit(chief, person.id, person.version, data("1001", roles=roles))
        assert refused.value.code == "duties"
    found = await identity.people.edit(chief, person.id, person.version, data("1001", roles=["audit_admin"]))
    assert found.roles == ("audit_admin",)


async def test_without_the_setting_one_person_may_have_all(identity, add, visit):
    people = identity.people
    people._settings = people._settings.model_copy(update={"separate_duties": False})
    chief = await visit("chief", roles=["admin"])
    person = await add("1001", roles=[])
    wanted = data("1001", roles=["system_admin", "security_admin", "audit_admin"])
    assert len((await identity.people.edit(chief, person.id, person.version, wanted)).roles) == 3


async def test_a_role_does_not_join_what_is_separate(identity, add, visit):
    chief = await visit("chief", roles=["admin"])
    both = RoleData(title="x", permissions=["system.manage", "audit.see"], reach=Reach.ALL, level=Level.CITY)
    with pytest.raises(Invalid):
        await identity.roles.add(chief, "both", both)
    await identity.roles.add(chief, "extra", RoleData(title="x", permissions=["board.see"], reach=Reach.ALL))
    await add("1001", roles=["system_admin", "extra"])
    extra = await identity.roles.find(chief, "extra")
    with pytest.raises(Invalid):
        await identity.roles.edit(
            chief, "extra", extra.version, RoleData(title="x", permissions=["audit.see"], reach=Reach.ALL)
        )


async def test_the_three_administrators_run_a_hotline_together(identity, visit):
    """The system's makes accounts, the security's gives them roles; neither does the other's."""
    keeper = await visit("keeper", roles=["system_admin"])
    guard = await visit("guard", roles=["security_admin"])
    person, _ = await identity.people.add(keeper, data("1001", agent_no="1001", roles=[]))
    with pytest.raises(NotAllowed):
        await identity.people.edit(keeper, person.id, person.version, data("1001", agent_no="1001", roles=["agent"]))
    with pytest.raises(NotAllowed):
        await identity.people.give_roles(keeper, person.id, person.version, ["agent"])
    person = await identity.people.give_roles(guard, person.id, person.version, ["agent", "supervisor"])
    assert person.roles == ("agent", "supervisor")
    assert await identity.people.reset_password(keeper, person.id), "accounts of those who work are his to keep"
    with pytest.raises(NotAllowed):
        await identity.people.reset_password(keeper, guard.person)
    with pytest.raises(NotAllowed):
        await identity.people.reset_password(guard, person.id)
    own = await identity.people.find(guard, guard.person)
    with pytest.raises(NotAllowed):
        await identity.people.give_roles(guard, guard.person, own.version, ["security_admin", "supervisor"])


@pytest.fixture
async def county_admin(visit):
    return await visit("county", organisation="county", roles=["county_admin"])


async def test_a_county_admin_makes_no_other_and_takes_none_over(identity, add, county_admin):
    """A county's administrator made another, and reset a colleague's password to sign in as him."""
    with pytest.raises(NotAllowed):
        await identity.people.add(county_admin, data("peer", organisation="county", roles=["county_admin"]))
    peer = await add("peer", organisation="county", roles=["county_admin"])
    for verb in (
        identity.people.reset_password,
        identity.people.unlock,
        identity.people.clear_second_factor,
        lambda visitor, person: identity.people.set_enabled(visitor, person, False),
        lambda visitor, person: identity.people.edit(
            visitor, person, peer.version, data("peer", organisation="county", roles=["county_admin"], name="李")
        ),
    ):
        with pytest.raises(NotAllowed):
            await verb(county_admin, peer.id)
    agent = await add("2001", organisation="county", roles=["agent"])
    assert await identity.people.reset_password(county_admin, agent.id)
    chief = system("chief")
    assert await identity.people.reset_password(chief, peer.id), "the city may"


async def test_a_county_changes_no_role(store, identity, visit):
    """Roles are the whole hotline's: a county that may manage roles changed what other counties' people may do."""
    from tests.cti.office.identity.test_reach import made

    await made(store, maker=(["people.see", "roles.manage", "board.see"], "region"))
    maker = await visit("maker", organisation="county", roles=["maker"])
    with pytest.raises(NotAllowed):
        await identity.roles.add(maker, "mine", RoleData(title="x", permissions=["board.see"], reach=Reach.OWN))


async def test_the_citys_ranges_of_agent_numbers_are_not_a_countys_to_change(identity, county_admin):
    """A county's administrator widened the range of his own organisation, and took numbers of another county's."""

    async def set_range(who, name, numbers):
        one = await identity.organisations.find(ROOT, name)
        wanted = OrganisationData(title=one.title, region=one.region, parent=one.parent, agent_numbers=numbers)
        return await identity.organisations.edit(who, name, one.version, wanted)

    await set_range(ROOT, "county", "2001-2999")
    await set_range(ROOT, "other", "3001-3999")
    for wider in ("2001-3999", "", "3001-3999"):
        with pytest.raises(NotAllowed):
            await set_range(county_admin, "county", wider)
    with pytest.raises(Invalid):
        await set_range(county_admin, "village", "3001-3100")
    assert (await set_range(county_admin, "village", "2100-2199")).agent_numbers == "2100-2199"
    with pytest.raises(Invalid):
        await identity.organisations.add(
            county_admin, Organisation("new", "新", "320481", "county", agent_numbers="9001-9100")
        )


async def test_who_has_no_range_takes_no_number_of_anothers(identity, county_admin):
    one = await identity.organisations.find(ROOT, "other")
    wanted = OrganisationData(title=one.title, region=one.region, parent=one.parent, agent_numbers="3001-3999")
    await identity.organisations.edit(ROOT, "other", one.version, wanted)
    with pytest.raises(Invalid):
        await identity.people.add(county_admin, data("xx", organisation="county", agent_no="3005"))
    found, _ = await identity.people.add(county_admin, data("xx", organisation="county", agent_no="4005"))
    assert found.agent_no == "4005"
