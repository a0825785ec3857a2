import asyncio

import pytest

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import system
from cti.office.identity.directory import Organisation, known_organisations
from cti.office.identity.groups import GroupData
from cti.office.identity.models import OrganisationRow
from cti.office.identity.organisations import OrganisationData, in_tree_order
from tests.cti.office.identity.conftest import data

ROOT = system("root")


@pytest.fixture
async def county_admin(visit):
    return await visit("li", organisation="county", roles=["county_admin"])


@pytest.fixture
async def neighbour(identity, add):
    """Another county with somebody and a group."""
    await identity.organisations.add(ROOT, Organisation("neighbour", "金坛区", "320413", "city"))
    person = await add("jintan", organisation="neighbour", agent_no="3001")
    group = await identity.groups.add(ROOT, GroupData(title="金坛班", organisation="neighbour", members=(person.id,)))
    return person, group


async def test_the_tree_follows_the_regions(identity):
    add = identity.organisations.add
    for wrong, field in (
        (Organisation("new", "新", "999999", "city"), "region"),
        (Organisation("new", "新", "320500", "city"), "region"),
        (Organisation("new", "新", "320482", "village"), "region"),
        (Organisation("new", "新", "320481", "nowhere"), "parent"),
        (Organisation("new", "新", "320481", None), "parent"),
        (Organisation("new", "新", "320481", "county", "2999-2001"), "agent_numbers"),
        (Organisation("new", "新", "320481", "county", "201-2001"), "agent_numbers"),
    ):
        with pytest.raises(Invalid) as caught:
            await add(ROOT, wrong)
        assert caught.value.field == field, wrong
    with pytest.raises(Conflict, match="taken"):
        await add(ROOT, Organisation("county", "新", "320481", "city"))
    order = [(depth, one.name) for depth, one in in_tree_order(await identity.organisations.all(ROOT))]
    assert order == [(0, "city"), (1, "other"), (1, "county"), (2, "village")]


async def test_an_edit_keeps_the_tree_sound(identity, add):
    edit = identity.organisations.edit
    found = await edit(ROOT, "county", 1, OrganisationData(title="溧阳市政府", region="320481", parent="other"))
    assert (found.title, found.parent, found.version) == ("溧阳市政府", "other", 2)
    with pytest.raises(Conflict, match="changed") as caught:
        await edit(ROOT, "county", 1, OrganisationData(title="别的", region="320481", parent="city"))
    assert "机构名称、上级机构" in caught.value.detail
    for wrong, code in (
        (OrganisationData(title="x", region="320481", parent="village"), "circle"),
        (OrganisationData(title="x", region="320481", parent="county"), "circle"),
        (OrganisationData(title="x", region="320481", parent=None), "top"),
    ):
        with pytest.raises(Invalid, match=code):
            await edit(ROOT, "county", 2, wrong)
    with pytest.raises(Conflict, match="region"):
        await edit(ROOT, "county", 2, OrganisationData(title="x", region="320413", parent="city"))
    await add("wang", organisation="village", roles=["county_admin"])
    with pytest.raises(Conflict, match="role_level"):
        await identity.organisations.edit(
            ROOT, "county", 2, OrganisationData(title="x", region="320400", parent="city")
        ) and await edit(ROOT, "village", 1, OrganisationData(title="x", region="320400", parent="county"))


async def test_what_is_in_use_is_not_closed(identity, add):
    close = identity.organisations.set_closed
    person = await add("wang", organisation="village")
    for name, code in (("city", "top"), ("county", "in_use"), ("village", "in_use")):
        with pytest.raises(Conflict, match=code):
            await close(ROOT, name, True)
    await identity.people.set_enabled(ROOT, person.id, False)
    assert (await close(ROOT, "village", True)).closed and (await close(ROOT, "county", True)).closed
    with pytest.raises(Conflict, match="parent_closed"):
        await close(ROOT, "village", False)
    for attempt in (
        add("new", organisation="village"),
        identity.organisations.add(ROOT, Organisation("new", "新", "320481", "village")),
    ):
        with pytest.raises(Invalid, match="closed"):
            await attempt
    await close(ROOT, "county", False)
    assert not (await close(ROOT, "village", False)).closed


async def test_a_county_admin_keeps_his_county_and_no_other(identity, county_admin, neighbour):
    organisations = identity.organisations
    assert [one.name for one in await organisations.all(county_admin)] == ["county", "village"]
    await organisations.add(county_admin, Organisation("town", "镇", "320481", "county"))
    renamed = OrganisationData(title="溧阳市", region="320481", parent="city")
    assert (await organisations.edit(county_admin, "county", 1, renamed)).title == "溧阳市"
    for attempt in (
        organisations.find(county_admin, "neighbour"),
        organisations.edit(county_admin, "neighbour", 1, renamed),
        organisations.set_closed(county_admin, "neighbour", True),
        organisations.edit(county_admin, "city", 1, renamed),
    ):
        with pytest.raises(NotFound):
            await attempt
    for wrong in (
        OrganisationData(title="x", region="320413", parent="city"),
        OrganisationData(title="x", region="320400", parent="city"),
        OrganisationData(title="x", region="320481", parent="neighbour"),
    ):
        with pytest.raises(Invalid):
            await organisations.edit(county_admin, "village", 1, wrong)
    with pytest.raises(Invalid):
        await organisations.add(county_admin, Organisation("spy", "x", "320481", "city"))


async def test_groups_have_members_of_their_organisation_and_below(identity, add, county_admin, neighbour):
    groups = identity.groups
    outsider, theirs = neighbour
    wang, zhao = await add("wang", organisation="village"), await add("zhao", organisation="county")
    wanted = GroupData(title="早班", organisation="county", leader=zhao.id, members=(wang.id, wang.id))
    group = await groups.add(county_admin, wanted)
    assert [one.login for one in group.members] == ["wang", "zhao"] and group.leader == zhao.id
    with pytest.raises(Conflict, match="taken"):
        await groups.add(county_admin, wanted)
    edited = await groups.edit(county_admin, group.id, 1, GroupData(title="早班", organisation="county"))
    assert edited.members == () and edited.version == 2
    with pytest.raises(Conflict, match="changed"):
        await groups.edit(county_admin, group.id, 1, wanted)
    for wrong, field in (
        (GroupData(title="x", organisation="neighbour"), "organisation"),
        (GroupData(title="x", organisation="county", members=(outsider.id,)), "members"),
        (GroupData(title="x", organisation="county", leader=outsider.id), "leader"),
        (GroupData(title="x", organisation="village", members=(zhao.id,)), "members"),
    ):
        with pytest.raises(Invalid) as caught:
            await groups.add(county_admin, wrong)
        assert caught.value.field == field
    assert [one.title for one in await groups.all(county_admin)] == ["早班"]
    for attempt in (
        groups.find(county_admin, theirs.id),
        groups.edit(county_admin, theirs.id, 1, wanted),
        groups.remove(county_admin, theirs.id),
        groups.remove(county_admin, "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    ):
        with pytest.raises(NotFound):
            await attempt
    await groups.remove(county_admin, group.id)
    assert await groups.all(county_admin) == []


async def test_agent_numbers_lie_in_the_range_and_their_holders_are_known(
    identity, add, county_admin, neighbour, clock
):
    numbers = identity.agent_numbers
    await identity.organisations.edit(
        ROOT, "county", 1, OrganisationData(title="区", region="320481", parent="city", agent_numbers="2001-2003")
    )
    for wrong in ("2004", "02001", "201"):
        with pytest.raises(Invalid) as caught:
            await identity.people.add(county_admin, data("new", organisation="village", agent_no=wrong))
        assert caught.value.field == "agent_no"
    assert await numbers.next(county_admin, "village") == "2001"
    wang = await add("wang", organisation="village", agent_no="2001")
    clock.advance(60)
    assert await numbers.next(county_admin, "village") == "2002"
    await identity.people.edit(ROOT, wang.id, 1, data("wang", organisation="village"))
    assert await numbers.next(county_admin, "village") == "2002", "used numbers come last"
    for login, number in (("a2", "2002"), ("a3", "2003")):
        await add(login, organisation="county", agent_no=number)
    assert await numbers.next(county_admin, "village") == "2001"
    await add("a1", organisation="county", agent_no="2001")
    told = [(one.name, one.until is None) for one in await numbers.holders(county_admin, "2001")]
    assert told == [("王芳", True), ("王芳", False)]
    with pytest.raises(Conflict, match="no_number"):
        await numbers.next(county_admin, "county")
    assert await numbers.holders(county_admin, "3001") == []
    assert len(await numbers.holders(ROOT, "3001")) == 1
    for organisation in ("neighbour", "city", "nowhere"):
        with pytest.raises(NotFound):
            await numbers.next(county_admin, organisation)


async def test_two_who_make_the_same_organisation_at_once(identity):
    tries = [identity.organisations.add(ROOT, Organisation("new", "新", "320481", "county")) for _ in range(3)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Organisation) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 2


async def test_without_the_permission_nothing_is_changed(identity, visit):
    boss = await visit("boss", roles=["supervisor"])
    for attempt in (
        identity.organisations.add(boss, Organisation("new", "新", "320481", "county")),
        identity.organisations.set_closed(boss, "village", True),
        identity.groups.add(boss, GroupData(title="x", organisation="city")),
        identity.agent_numbers.next(boss, "city"),
    ):
        with pytest.raises(NotAllowed):
            await attempt


async def test_the_house_finds_an_agent_only_within_reach(identity, county_admin, neighbour, add):
    await add("wang", organisation="village", agent_no="2001")
    found = await identity.people.agent_within(county_admin, "people.see", "2001")
    assert found is not None and found.login == "wang"
    assert await identity.people.agent_within(county_admin, "people.see", "3001") is None
    assert await identity.people.agent_within(ROOT, "people.see", "3001") is not None


async def test_organisations_are_remembered_until_one_changes_and_nothing_that_was_undone(identity, store):
    async def titles(session):
        return {name: one.title for name, one in (await known_organisations(session)).items()}

    async with store.reading() as session:
        before = await titles(session)
    (name, *_) = before
    with pytest.raises(ZeroDivisionError):
        async with store.writing() as session:
            (await session.get_one(OrganisationRow, name)).title = "会被撤销"
            await session.flush()
            assert (await titles(session))[name] == "会被撤销"
            raise ZeroDivisionError
    async with store.writing() as session:
        assert await titles(session) == before
    async with store.writing() as session:
        (await session.get_one(OrganisationRow, name)).title = "新名称"
    for opened in (store.reading, store.writing, store.reading):
        async with opened() as session:
            assert (await titles(session))[name] == "新名称"
