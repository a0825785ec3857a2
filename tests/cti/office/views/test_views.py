"""Saved views: one's own, a role's; counts in the menu are those of their lists."""

from __future__ import annotations

import pytest

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor, system
from cti.office.records import Office
from cti.office.records.describing import record_list
from cti.office.records.query import RecordQuery
from cti.office.screens import Empty, Screen
from cti.office.screens.registry import Screens
from cti.office.views.service import Badge, SavedView, ViewFields, Views
from cti.store.engine import Store
from tests.cti.office.sharing.test_whose import RIGHTS, Own, PaperFields, Papers
from tests.office import office_on

BOSS = system("test")


def person(name: str, place: str, *roles: str, rights: tuple[str, ...] = ()) -> Visitor:
    return Visitor(
        name, name, name, None, place, "320404", roles=roles, permissions=frozenset((*RIGHTS, *rights)),
        scope=Scope(organisations=frozenset({place})), session="s",
    )  # fmt: skip


ANNA, BEN = person("anna", "east", "clerk"), person("ben", "east", "clerk")
LEADER = person("leader", "east", "leader", rights=("views.share",))
WEST = person("west", "west", "clerk")


@pytest.fixture
async def office(sqlite_store: Store) -> Office:
    made = await office_on(sqlite_store)
    async with sqlite_store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    Papers(made)
    return made


@pytest.fixture
def views(office: Office) -> Views:
    shown = record_list(Papers, "/api/papers", columns=("title",), empty=Empty(title="没有"))
    screens = Screens()
    for name, badge in (("papers", {"organisation": "east"}), ("others", {})):
        listed = shown.model_copy(update={"badge": badge})
        one = Screen(
            name=name, title="文件", group="work", icon="table", permission="papers.see", kind="list", list=listed
        )
        screens.add((one,))
    return Views(office, screens)


def view(title: str, **more: object) -> ViewFields:
    return ViewFields.model_validate({"screen": "papers", "title": title, **more})


def titles(found: list[SavedView]) -> list[str]:
    return [one.title for one in found]


async def test_a_view_is_ones_own_or_a_roles_in_ones_own_organisation(views: Views) -> None:
    await views.add(ANNA, view("我的", filters={"search": "路灯"}, sort="-updated_at", columns=["title"]))
    (mine,) = await views.all(ANNA)
    assert (mine.filters, mine.sort, mine.columns, mine.mine) == ({"search": "路灯"}, "-updated_at", ["title"], True)
    assert await views.all(BEN) == []
    with pytest.raises(NotAllowed):
        await views.add(ANNA, view("大家的", role="agent"))
    await views.add(LEADER, view("组里的", role="agent"))
    agents = [person(name, place, "agent") for name, place in (("a", "east"), ("b", "west"))]
    assert [titles(await views.all(one)) for one in agents] == [["组里的"], []]
    assert [one.mine for one in await views.all(agents[0])] == [False]
    for stranger in (BEN, WEST):
        with pytest.raises(NotFound):
            await views.edit(stranger, mine.id, 1, view("x"))
        with pytest.raises(NotFound):
            await views.remove(stranger, mine.id)
    changed = await views.edit(ANNA, mine.id, 1, view("改了"))
    assert (changed.title, changed.version) == ("改了", 2)
    with pytest.raises(Conflict):
        await views.edit(ANNA, mine.id, 1, view("又改"))
    await views.remove(ANNA, mine.id)
    assert await views.all(ANNA) == []


async def test_what_cannot_be_shown_is_not_kept(views: Views) -> None:
    for wrong in ({"screen": "nowhere"}, {"columns": ["secret"]}):
        with pytest.raises(Invalid):
            await views.add(ANNA, view("x", **wrong))
    with pytest.raises(Invalid):
        await views.add(LEADER, view("x", role="nobody"))
    with pytest.raises(Invalid):
        await views.add(Visitor("p", "p", "p", None, "east", "320404", session="s"), view("x"))
    for number in range(40):
        await views.add(ANNA, view(f"v{number}"))
    with pytest.raises(Conflict, match="40"):
        await views.add(ANNA, view("too many"))


async def test_the_menu_counts_what_the_list_has(office: Office, views: Views) -> None:
    papers = office.services["paper"]
    for place in ("east", "east", "west"):
        await papers.create(BOSS, PaperFields(title="t", organisation=place))
    await papers.remove(BOSS, (await papers.find(BOSS, RecordQuery())).items[0].id)
    for visitor in (BOSS, ANNA, WEST):
        listed = (await papers.find(visitor, RecordQuery(organisation="east"))).total
        assert await views.badges(visitor) == [Badge(screen="papers", title="文件", count=listed)]
    await views.add(ANNA, view("全部", badge=True))
    everything = (await papers.find(ANNA, RecordQuery())).total
    assert await views.badges(ANNA) == [Badge(screen="papers", title="全部", count=everything)]
    await views.add(BEN, view("旧的", filters={"sort": "gone"}, badge=True))
    assert await views.badges(ANNA, frozenset({"other"})) == [], "what nobody sees is not counted"
    assert [one.screen for one in await views.badges(ANNA, frozenset({"papers", "other"}))] == ["papers"]
    assert await views.badges(BEN) == [], "what the list refuses counts nothing, and breaks no menu"
    assert await papers.count(BOSS, RecordQuery(), most=1) == 1
