import pytest

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import system
from cti.office.identity.permissions import PERMISSIONS, Level, Reach
from cti.office.identity.roles import RoleData
from cti.testing.office import BOSS
from cti.testing.statements import trips
from tests.cti.office.identity.conftest import BROWSER, PASSWORD, data

ROOT = system("root")
CLERK = RoleData(title="值班员", permissions=["people.see"], reach=Reach.SUBTREE)


async def test_a_role_is_made_changed_and_removed(identity, visit):
    roles = identity.roles
    made = await roles.add(ROOT, "clerk", CLERK)
    assert (made.title, made.permissions, made.reach, made.version) == ("值班员", {"people.see"}, "subtree", 1)
    with pytest.raises(Conflict, match="taken"):
        await roles.add(ROOT, "clerk", CLERK)
    visitor = await visit("li", roles=["clerk"])
    assert visitor.permissions == {"people.see"}
    wider = RoleData(title="值班员", permissions=["people.see", "calls.see"], reach=Reach.ALL, level=Level.CITY)
    edited = await roles.edit(ROOT, "clerk", 1, wider)
    assert edited.version == 2 and edited.level is Level.CITY
    again, _ = await identity.sessions.sign_in("li", PASSWORD, "10.0.0.1", BROWSER)
    assert again.may("calls.see") and again.reach("calls.see").organisations is None
    with pytest.raises(Conflict, match="changed") as caught:
        await roles.edit(ROOT, "clerk", 1, CLERK)
    assert "权限" in caught.value.detail
    with pytest.raises(Conflict, match="in_use"):
        await roles.remove(ROOT, "clerk")
    await identity.people.edit(ROOT, visitor.person, 1, data("li", roles=[]))
    await roles.remove(ROOT, "clerk")
    with pytest.raises(NotFound):
        await roles.find(ROOT, "clerk")


async def test_a_change_holds_at_once_for_who_is_signed_in(identity, add):
    await identity.roles.add(ROOT, "clerk", CLERK)
    await add("li", roles=["clerk"])
    _, token = await identity.sessions.sign_in("li", PASSWORD, "10.0.0.1", BROWSER)
    await identity.roles.edit(ROOT, "clerk", 1, RoleData(title="值班员", permissions=[], reach=Reach.OWN))
    visitor = await identity.sessions.visitor(token, "10.0.0.1", BROWSER)
    assert visitor.permissions == frozenset()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"permissions": ["no.such"]}, "permissions"),
        ({"reach": Reach.ALL, "level": Level.COUNTY}, "reach"),
    ],
)
async def test_a_wrong_role_is_refused_with_its_field(identity, wrong, field):
    given = {"title": "值班员", "permissions": [], "reach": Reach.OWN, **wrong}
    with pytest.raises(Invalid) as caught:
        await identity.roles.add(ROOT, "clerk", RoleData(**given))
    assert caught.value.field == field


async def test_nobody_makes_or_changes_a_role_that_gives_more_than_he_has(identity, visit):
    maker = RoleData(title="角色管理员", permissions=["people.see", "roles.manage"], reach=Reach.ALL)
    await identity.roles.add(ROOT, "maker", maker)
    visitor = await visit("li", roles=["maker"])
    add, edit = identity.roles.add, identity.roles.edit
    for wrong in ({"permissions": ["calls.see"], "reach": Reach.OWN}, {"permissions": ["*"], "reach": Reach.OWN}):
        with pytest.raises(NotAllowed, match="stronger_role"):
            await add(visitor, "new", RoleData(title="新", **wrong))
    for name in ("admin", "supervisor"):
        with pytest.raises(NotAllowed, match="stronger_role"):
            await edit(visitor, name, 1, CLERK)
        with pytest.raises(NotAllowed, match="stronger_role"):
            await identity.roles.remove(visitor, name)
    assert await add(visitor, "new", CLERK)
    givable = {one.name for one in await identity.roles.givable(visitor)}
    assert givable >= {"maker", "new"}
    assert not givable & {"admin", "supervisor", "agent"}


async def test_the_first_roles_stay_and_admin_is_as_it_is(identity):
    with pytest.raises(NotAllowed, match="fixed_role"):
        await identity.roles.remove(ROOT, "agent")
    with pytest.raises(NotAllowed, match="fixed_role"):
        await identity.roles.edit(ROOT, "admin", 1, CLERK)
    assert await identity.roles.edit(ROOT, "agent", 1, CLERK)
    await identity.roles.begin()
    assert (await identity.roles.find(ROOT, "agent")).title == "值班员", "a start changes nothing"


async def test_a_citys_role_is_not_for_a_countys_people_nor_the_other_way(identity, add):
    for organisation, role in (("county", "admin"), ("city", "county_admin"), ("other", "county_admin")):
        with pytest.raises(Invalid, match="role_level"):
            await add("li", organisation=organisation, roles=[role])
    await add("wang", organisation="county", roles=["county_admin"])
    with pytest.raises(Invalid, match="role_level"):
        person = await identity.people.by_login(ROOT, "wang")
        await identity.people.edit(ROOT, person.id, 1, data("wang", organisation="city", roles=["county_admin"]))
    county = await identity.roles.find(ROOT, "county_admin")
    with pytest.raises(Conflict, match="in_use"):
        wrong = RoleData(title=county.title, permissions=county.permissions, reach=county.reach, level=Level.CITY)
        await identity.roles.edit(ROOT, "county_admin", county.version, wrong)


async def test_what_a_region_may_not_do_none_of_its_people_may(identity, add, visit):
    await add("wang", organisation="village", roles=["county_admin"])
    _, token = await identity.sessions.sign_in("wang", PASSWORD, "10.0.0.1", BROWSER)
    sessions = identity.sessions
    assert (await sessions.visitor(token, "10.0.0.1", BROWSER)).may("recordings.download")
    assert [(one.region, one.version) for one in await identity.roles.switches(ROOT)] == [("320400", 0), ("320481", 0)]
    found = await identity.roles.switch(ROOT, "320481", 0, ["recordings.download"])
    assert (found.title, found.off, found.version) == ("江苏省常州市溧阳市", ("recordings.download",), 1)
    visitor = await sessions.visitor(token, "10.0.0.1", BROWSER)
    assert not visitor.may("recordings.download") and visitor.may("recordings.listen")
    assert (await visit("li", roles=["supervisor"])).may("recordings.download"), "the city's people still may"
    for version in (0, 7):
        with pytest.raises(Conflict, match="changed"):
            await identity.roles.switch(ROOT, "320481", version, [])
    with pytest.raises(Invalid, match="no_permission"):
        await identity.roles.switch(ROOT, "320481", 1, ["no.such"])
    with pytest.raises(NotAllowed):
        await identity.roles.switch(visitor, "320481", 1, [])
    await identity.roles.switch(ROOT, "320481", 1, [])
    assert (await sessions.visitor(token, "10.0.0.1", BROWSER)).may("recordings.download")


async def test_the_county_admin_role_has_nothing_of_the_city_alone(identity):
    role = await identity.roles.find(ROOT, "county_admin")
    assert role.permissions < set(PERMISSIONS)
    assert not {"roles.manage", "system.see"} & role.permissions and role.reach is Reach.REGION


async def test_what_a_plugin_grants_is_given_once_and_what_is_taken_away_stays_away(identity):
    grants = {"agent": {"notes.see", "notes.edit"}, "nobody": {"notes.see"}}
    await identity.roles.begin(grants)
    agent = await identity.roles.find(ROOT, "agent")
    assert {"notes.see", "notes.edit", "agent.work"} <= agent.permissions
    kept = sorted(agent.permissions - {"notes.edit", "notes.see"})
    changed = RoleData(title=agent.title, permissions=kept, reach=agent.reach, level=agent.level)
    await identity.roles.edit(ROOT, "agent", agent.version, changed)
    await identity.roles.begin({"agent": {"notes.see", "notes.edit"}})
    again = await identity.roles.find(ROOT, "agent")
    assert again.permissions == {*kept}


NOTES = {"notes.see": "看", "notes.edit": "改", "notes.print": "印"}


async def test_a_start_reads_and_keeps_what_all_roles_have_at_once(identity, store):
    """Each role was read, looked up and written by itself: forty trips to the database at the first start."""
    with trips(store) as said:
        await identity.roles.begin({"agent": ["lists.see"], "supervisor": ["lists.see"], "department": ["lists.see"]})
    found = [one for one in said if "FROM roles" in one or "FROM states" in one]
    kept = [one for one in said if one.startswith('INSERT INTO "states"')]
    assert (len(found), len(kept)) == (3, 1)
    assert "lists.see" in (await identity.roles.find(BOSS, "agent")).permissions


async def test_a_role_that_the_city_changed_is_offered_what_comes_later_and_takes_it_or_not(identity):
    roles = identity.roles
    roles.permissions.update(NOTES)
    agent = await roles.find(ROOT, "agent")
    kept = sorted(agent.permissions - {"personal.reveal"})
    await roles.edit(ROOT, "agent", 1, RoleData(title="座席", permissions=kept, reach=agent.reach, level=agent.level))
    await roles.begin({"agent": {"notes.see", "notes.edit"}, "supervisor": {"notes.see"}})
    assert (await roles.find(ROOT, "agent")).permissions == {*kept}, "hers is left as it is"
    assert "notes.see" in (await roles.find(ROOT, "supervisor")).permissions
    assert await roles.offers(ROOT) == {"agent": ("notes.edit", "notes.see")}, "what she took away is not offered"
    taken = await roles.take_offer(ROOT, "agent")
    assert taken.permissions == {*kept, "notes.see", "notes.edit"} and await roles.offers(ROOT) == {}
    await roles.begin({"agent": {"notes.see", "notes.edit", "notes.print"}})
    assert await roles.offers(ROOT) == {"agent": ("notes.print",)}
    await roles.decline_offer(ROOT, "agent")
    for again in (roles.take_offer, roles.decline_offer):
        with pytest.raises(Conflict, match="no_offer"):
            await again(ROOT, "agent")
    await roles.begin({"agent": {"notes.see", "notes.edit", "notes.print"}})
    assert await roles.offers(ROOT) == {} and (await roles.find(ROOT, "agent")).permissions == taken.permissions


async def test_nobody_takes_for_a_role_more_than_he_has(identity, visit):
    identity.roles.permissions.update(NOTES)
    agent = await identity.roles.find(ROOT, "agent")
    said = RoleData(title="座席", permissions=["agent.work"], reach=agent.reach, level=agent.level)
    await identity.roles.edit(ROOT, "agent", 1, said)
    await identity.roles.begin({"agent": {"notes.see"}})
    maker = RoleData(title="角色管理员", permissions=["people.see", "roles.manage", "agent.work"], reach=Reach.ALL)
    await identity.roles.add(ROOT, "maker", maker)
    visitor = await visit("li", roles=["maker"])
    with pytest.raises(NotAllowed, match="stronger_role"):
        await identity.roles.take_offer(visitor, "agent")
    assert await identity.roles.offers(visitor) == {"agent": ("notes.see",)}
