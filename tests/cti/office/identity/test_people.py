import asyncio

import pytest
from sqlalchemy import select, text

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from cti.base.scope import EVERYTHING, NOTHING, Scope
from cti.base.visitor import system
from cti.office.identity.directory import subtree
from cti.office.identity.masking import shown_number
from cti.office.identity.models import PersonRow, RoleRow
from tests.cti.office.identity.conftest import BROWSER, PASSWORD, data

ROOT = system("root")


@pytest.fixture
async def county_role(identity, store):
    """A role that manages people of its organisation and those below."""
    async with store.writing() as session:
        session.add(
            RoleRow(
                name="town_admin",
                title="街道管理员",
                permissions=[
                    "people.see",
                    "people.manage",
                    "agent.work",
                    "calls.see",
                    "recordings.listen",
                    "personal.reveal",
                ],
                reach="subtree",
            )
        )


@pytest.fixture
async def county_admin(visit, county_role):
    return await visit("li", organisation="county", roles=["town_admin"])


async def test_an_agent_gets_a_phone_secret_that_is_sealed_in_the_table(identity, store, add, visit):
    visitor = await visit("1001", agent_no="1001", auto_answer=True)
    await add("clerk")
    (agent,) = await identity.people.agents()
    assert (agent.agent_no, agent.name, agent.auto_answer) == ("1001", "王芳", True)
    assert len(agent.sip_secret) == 24 and agent.sip_secret not in repr(agent)
    assert await identity.people.web_secret(visitor) == agent.web_secret != agent.sip_secret
    async with store.reading() as session:
        rows = str((await session.execute(text("SELECT * FROM people"))).all())
    assert agent.sip_secret not in rows and PASSWORD not in rows
    with pytest.raises(NotFound):
        await identity.people.web_secret(await visit("other"))
    with pytest.raises(NotFound):
        await identity.people.new_phone_secret(await visit("another"))


async def test_a_desk_phones_secret_is_told_when_it_is_made_and_a_browsers_ends_with_the_password(
    identity, visit, changes
):
    """Anybody with a session could read the password of his desk phone for ever, and it never changed."""
    visitor = await visit("1001", agent_no="1001")
    (before,) = await identity.people.agents()
    new = await identity.people.new_phone_secret(visitor)
    assert changes[-1].change == "phone"
    (after,) = await identity.people.agents()
    assert new == after.sip_secret != before.sip_secret and after.web_secret == before.web_secret
    await identity.people.change_password(visitor, PASSWORD, "Green-tea-at-9")
    (later,) = await identity.people.agents()
    assert later.web_secret != after.web_secret and later.sip_secret == new


async def test_every_change_is_told(identity, visit, changes):
    visitor = await visit("1001", agent_no="1001")
    people = identity.people
    await people.edit(ROOT, visitor.person, 1, data("1001", agent_no="1002"))
    await people.set_auto_answer(visitor, True)
    await people.set_enabled(ROOT, visitor.person, False)
    await people.set_enabled(ROOT, visitor.person, True)
    await people.reset_password(ROOT, visitor.person)
    told = [(one.change, one.agent) for one in changes]
    assert told == [("added", "1001"), ("edited", "1002"), ("edited", "1002"), ("disabled", "1002"),
                    ("enabled", "1002"), ("password", "1002")]  # fmt: skip
    assert (await people.find(ROOT, visitor.person)).auto_answer


async def test_two_people_who_edit_one_record_get_a_conflict_not_a_lost_change(identity, add):
    person = await add("1001")
    edited = await identity.people.edit(ROOT, person.id, person.version, data("1001", name="李娜"))
    assert edited.version == person.version + 1
    with pytest.raises(Conflict, match="changed"):
        await identity.people.edit(ROOT, person.id, person.version, data("1001", name="王敏"))
    assert (await identity.people.find(ROOT, person.id)).name == "李娜"


async def test_of_two_edits_at_the_same_moment_one_wins(identity, add):
    person = await add("1001")
    names = ["甲甲", "乙乙", "丙丙", "丁丁"]
    edits = [identity.people.edit(ROOT, person.id, person.version, data("1001", name=name)) for name in names]
    results = await asyncio.gather(*edits, return_exceptions=True)
    won = [one.name for one in results if not isinstance(one, Exception)]
    assert len(won) == 1
    assert all(isinstance(one, Conflict) for one in results if isinstance(one, Exception))
    assert (await identity.people.find(ROOT, person.id)).name == won[0]


async def test_logins_and_agent_numbers_are_unique_also_at_the_same_moment(identity, add):
    await add("1001", agent_no="1001")
    for wrong, field in ((data("1001"), "login"), (data("x1", agent_no="1001"), "agent_no")):
        with pytest.raises(Conflict, match="taken") as caught:
            await identity.people.add(ROOT, wrong)
        assert caught.value.field == field
    results = await asyncio.gather(
        *(identity.people.add(ROOT, data("same", agent_no="1002")) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in results) == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"login": "a b"}, "login"),
        ({"login": "-x"}, "login"),
        ({"login": "x'; DROP TABLE people; --"}, "login"),
        ({"agent_no": "12a"}, "agent_no"),
        ({"agent_no": "1"}, "agent_no"),
        ({"organisation": "nowhere"}, "organisation"),
        ({"roles": ["agent", "king"]}, "roles"),
    ],
)
async def test_wrong_data_is_refused_with_its_field(identity, wrong, field):
    with pytest.raises(Invalid) as caught:
        await identity.people.add(ROOT, data(**{"login": "fine", **wrong}))
    assert caught.value.field == field


async def test_another_organisations_people_do_not_exist(identity, add, county_admin):
    outsider = await add("outsider", organisation="other")
    inside = await add("inside", organisation="village")
    people = identity.people
    found = await people.search(county_admin)
    assert {one.login for one in found.items} == {"li", "inside"} and found.total == 2
    assert (await people.find(county_admin, inside.id)).login == "inside"
    for attempt in (
        people.find(county_admin, outsider.id),
        people.edit(county_admin, outsider.id, outsider.version, data("outsider", organisation="county")),
        people.set_enabled(county_admin, outsider.id, False),
        people.reset_password(county_admin, outsider.id),
        people.by_login(county_admin, "outsider"),
    ):
        with pytest.raises(NotFound):
            await attempt
    for attempt in (
        people.add(county_admin, data("new", organisation="other")),
        people.edit(county_admin, inside.id, inside.version, data("inside", organisation="city")),
    ):
        with pytest.raises(Invalid, match="no_organisation"):
            await attempt
    assert [one.name for one in await identity.organisations.all(county_admin)] == ["county", "village"]
    with pytest.raises(Conflict, match="taken"):
        await add("outsider", organisation="county")


async def test_nobody_gives_or_governs_more_than_he_has(identity, add, county_admin):
    people = identity.people
    boss = await add("boss", organisation="village", roles=["county_admin"])
    clerk = await add("clerk", organisation="village")
    for attempt in (
        people.add(county_admin, data("evil", organisation="county", roles=["admin"])),
        people.add(county_admin, data("evil", organisation="county", roles=["supervisor"])),
        people.edit(county_admin, clerk.id, 1, data("clerk", organisation="village", roles=["admin"])),
        people.edit(county_admin, boss.id, 1, data("boss", organisation="village", roles=["agent"])),
        people.reset_password(county_admin, boss.id),
        people.set_enabled(county_admin, boss.id, False),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    person, password = await people.add(county_admin, data("fine", organisation="county"))
    assert await identity.sessions.sign_in("fine", password, "10.0.0.1", BROWSER)
    assert person.roles == ("agent",)


async def test_without_the_permission_nothing_is_seen_or_changed(identity, visit):
    agent = await visit("1001", agent_no="1001")
    people = identity.people
    for attempt in (
        people.search(agent),
        people.find(agent, agent.person),
        people.add(agent, data("x1")),
        people.reset_password(agent, agent.person),
        identity.organisations.all(agent),
        identity.roles.all(agent),
    ):
        with pytest.raises(NotAllowed):
            await attempt


async def test_the_disabled_are_out_at_once_and_nobody_disables_himself(identity, visit, add):
    admin = await visit("admin", roles=["admin"])
    await add("1001", agent_no="1001")
    visitor, token = await identity.sessions.sign_in("1001", PASSWORD, "10.0.0.1", BROWSER)
    await identity.people.set_enabled(admin, visitor.person, False)
    assert await identity.sessions.visitor(token, "10.0.0.1", BROWSER) is None
    assert await identity.people.agents() == []
    with pytest.raises(NotSignedIn, match="disabled"):
        await identity.sessions.sign_in("1001", PASSWORD, "10.0.0.1", BROWSER)
    await identity.people.set_enabled(admin, visitor.person, True)
    assert await identity.sessions.visitor(token, "10.0.0.1", BROWSER) is None, "the old session stays ended"
    with pytest.raises(Conflict):
        await identity.people.set_enabled(admin, admin.person, False)


async def test_a_reset_password_works_ends_sessions_and_the_lock(identity, add):
    person = await add("1001")
    _, token = await identity.sessions.sign_in("1001", PASSWORD, "10.0.0.1", BROWSER)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await identity.sessions.sign_in("1001", "wrong", "10.0.0.1", BROWSER)
    new = await identity.people.reset_password(ROOT, person.id)
    assert await identity.sessions.visitor(token, "10.0.0.1", BROWSER) is None
    assert await identity.sessions.sign_in("1001", new, "10.0.0.1", BROWSER)
    with pytest.raises(NotSignedIn):
        await identity.sessions.sign_in("1001", PASSWORD, "10.0.0.1", BROWSER)


async def test_ones_own_password_needs_the_old_one_and_the_policy(identity, visit):
    visitor = await visit("1001")
    with pytest.raises(Invalid, match="wrong_password"):
        await identity.people.change_password(visitor, "wrong", "Green-tea-at-9")
    with pytest.raises(Invalid, match="weak_password"):
        await identity.people.change_password(visitor, PASSWORD, "short")
    await identity.people.change_password(visitor, PASSWORD, "Green-tea-at-9")
    assert await identity.sessions.sign_in("1001", "Green-tea-at-9", "10.0.0.1", BROWSER)


async def test_search_finds_by_login_name_and_number_and_takes_signs_literally(identity, add):
    await add("zhang_wei", name="张伟", agent_no="1001")
    await add("li.na", name="李娜", agent_no="1002")
    for wanted, logins in (
        ("ZHANG", ["zhang_wei"]),
        ("娜", ["li.na"]),
        ("100", ["li.na", "zhang_wei"]),
        ("_", ["zhang_wei"]),
        ("%", []),
        ("' OR 1=1 --", []),
    ):
        found = await identity.people.search(ROOT, wanted)
        assert [one.login for one in found.items] == logins
    second = await identity.people.search(ROOT, page=2, size=1)
    assert ([one.login for one in second.items], second.total) == (["zhang_wei"], 2)


@pytest.mark.parametrize(
    ("reach", "scope"),
    [
        ("all", EVERYTHING),
        ("region", Scope(regions=frozenset({"320481"}))),
        ("subtree", Scope(organisations=frozenset({"county", "village"}))),
        ("organisation", Scope(organisations=frozenset({"county"}))),
        ("own", Scope(organisations=frozenset({"county"}), agent="1001")),
    ],
)
async def test_the_reach_of_a_role_becomes_the_scope(store, visit, reach, scope):
    async with store.writing() as session:
        session.add(RoleRow(name="tested", title="试", permissions=["calls.see"], reach=reach))
    visitor = await visit("1001", agent_no="1001", organisation="county", roles=["tested"])
    assert visitor.reach("calls.see") == scope


async def test_somebody_without_roles_sees_nothing(visit):
    visitor = await visit("1001", roles=[])
    assert visitor.permissions == frozenset()
    assert visitor.reach("calls.see") == NOTHING


def test_a_circle_of_organisations_ends():
    from cti.office.identity.directory import Organisation

    circle = {name: Organisation(name, "", "", parent) for name, parent in (("a", "b"), ("b", "a"), ("c", "b"))}
    assert subtree(circle, "a") == {"a", "b", "c"}


async def test_numbers_are_masked_by_permission(visit):
    number = Number.parse("13800000001")
    assert shown_number(await visit("1001"), number) == "138****0001"
    assert shown_number(await visit("8001", roles=["supervisor"]), number) == "13800000001"


async def test_failed_sign_ins_do_not_disturb_an_edit(identity, add, store):
    person = await add("1001")
    with pytest.raises(NotSignedIn):
        await identity.sessions.sign_in("1001", "wrong", "10.0.0.1", BROWSER)
    assert await identity.people.edit(ROOT, person.id, person.version, data("1001", name="李娜"))
    async with store.reading() as session:
        assert (await session.scalars(select(PersonRow.failures))).one() == 1
