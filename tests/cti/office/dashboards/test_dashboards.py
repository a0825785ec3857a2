"""Dashboards: one's own, a role's; which is somebody's home page; counts of tiles are those of their lists."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor, system
from cti.office.dashboards.service import Dashboard, DashboardFields, DashboardService
from cti.office.identity.models import AuditRow
from cti.office.records import Office
from cti.office.records.describing import record_list
from cti.office.records.query import RecordQuery
from cti.office.screens import Count, Empty, Screen, Tile
from cti.office.screens.registry import Screens
from cti.office.views.service import Views
from cti.store.engine import Store
from tests.cti.office.sharing.test_whose import RIGHTS, Own, PaperFields, Papers
from tests.office import office_on

BOSS = system("test")


def person(name: str, place: str, *roles: str, rights: tuple[str, ...] = ()) -> Visitor:
    return Visitor(
        name, name, name, None, place, "320404", roles=roles, permissions=frozenset((*RIGHTS, *rights)),
        scope=Scope(organisations=frozenset({place})), session="s",
    )  # fmt: skip


ANNA, BEN = person("anna", "east", "agent"), person("ben", "east", "agent")
LEADER = person("leader", "east", "supervisor", rights=("dashboards.share",))
CITY = person("boss", "city", "admin", rights=("dashboards.share",))
WEST = person("west", "west", "agent")


@pytest.fixture
async def office(store: Store) -> Office:
    made = await office_on(store)
    async with store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    Papers(made)
    return made


@pytest.fixture
def dashboards(office: Office) -> DashboardService:
    shown = record_list(Papers, "/api/papers", columns=("title",), empty=Empty(title="没有"))
    screens = Screens()
    screens.add(
        [
            Screen(name=name, title="文件", group="work", icon="table", permission=permission, kind="list", list=shown)
            for name, permission in (("papers", "papers.see"), ("secrets", "secrets.see"))
        ],
        tiles=[
            Tile(
                name="mine",
                title="文件",
                permission="papers.see",
                counts=(
                    Count(screen="papers", query={"organisation": "east"}),
                    Count(screen="papers", title="已删除", query={"removed": "true"}, tone="off"),
                    Count(screen="secrets"),
                ),
            ),
            Tile(name="secret", title="秘密", permission="papers.see", counts=(Count(screen="secrets"),)),
        ],
    )
    return DashboardService(office, screens, Views(office, screens))


def board(title: str = "首页", *tiles: str, **more: object) -> DashboardFields:
    return DashboardFields.model_validate({"title": title, "tiles": [{"tile": one} for one in tiles], **more})


async def home_of(dashboards: DashboardService, visitor: Visitor) -> str | None:
    found = await dashboards.all(visitor)
    return next((one.title for one in found.items if one.id == found.home), None)


async def test_the_home_page_is_ones_own_then_that_of_ones_role(dashboards: DashboardService) -> None:
    assert await home_of(dashboards, ANNA) is None
    with pytest.raises(NotAllowed):
        await dashboards.add(ANNA, board("座席首页", "mine", role="agent", home=True))
    await dashboards.add(CITY, board("市座席首页", "mine", role="agent", home=True))
    assert [await home_of(dashboards, one) for one in (ANNA, WEST, LEADER)] == ["市座席首页", "市座席首页", None]
    await dashboards.add(LEADER, board("县座席首页", role="agent", home=True))
    assert [await home_of(dashboards, one) for one in (ANNA, WEST)] == ["县座席首页", "市座席首页"]
    own = await dashboards.add(ANNA, board("我的", "mine", home=True))
    assert [await home_of(dashboards, one) for one in (ANNA, BEN)] == ["我的", "县座席首页"]
    await dashboards.remove(ANNA, own.id)
    assert await home_of(dashboards, ANNA) == "县座席首页"


async def test_one_home_page_for_each_and_nothing_of_others_is_changed(
    office: Office, dashboards: DashboardService
) -> None:
    mine = await dashboards.add(ANNA, board("看板", "mine"))
    shared = await dashboards.add(LEADER, board("组看板", role="agent"))
    await dashboards.add(ANNA, board(home=True))
    with pytest.raises(Conflict, match="首页"):
        await dashboards.add(ANNA, board(home=True))
    for stranger in (BEN, WEST, CITY):
        with pytest.raises(NotFound):
            await dashboards.edit(stranger, mine.id, 1, board())
        with pytest.raises(NotFound):
            await dashboards.remove(stranger, shared.id)
    changed = await dashboards.edit(ANNA, mine.id, 1, board("改了"))
    assert (changed.title, changed.tiles, changed.version) == ("改了", [], 2)
    with pytest.raises(Conflict):
        await dashboards.edit(ANNA, mine.id, 1, board("又改"))
    await dashboards.edit(LEADER, shared.id, 1, board("组看板", "mine", role="agent"))
    found = {one.title: one for one in (await dashboards.all(BEN)).items}
    assert [(one.title, one.mine) for one in found.values()] == [("组看板", False)]
    assert [one.tile for one in found["组看板"].tiles] == ["mine"]
    async with office.store.reading() as session:
        told = await session.scalars(select(AuditRow.action).where(AuditRow.action.startswith("dashboard.")))
        assert told.all() == ["dashboard.added", "dashboard.edited"], "what concerns others stands in the audit"


async def test_what_cannot_be_shown_is_not_kept(dashboards: DashboardService) -> None:
    for who, wrong in ((ANNA, board("x", "gone")), (LEADER, board("x", role="nobody"))):
        with pytest.raises(Invalid):
            await dashboards.add(who, wrong)
    for number in range(20):
        await dashboards.add(ANNA, board(f"v{number}"))
    with pytest.raises(Conflict, match="20"):
        await dashboards.add(ANNA, board("too many"))


async def test_a_tile_counts_what_its_lists_have(office: Office, dashboards: DashboardService) -> None:
    papers = office.services["paper"]
    for place in ("east", "east", "west"):
        await papers.create(BOSS, PaperFields(title="t", organisation=place))
    await papers.remove(BOSS, (await papers.find(BOSS, RecordQuery(organisation="east"))).items[0].id)
    for visitor in (CITY, ANNA, WEST):
        listed = [
            (await papers.find(visitor, query)).total
            for query in (RecordQuery(organisation="east"), RecordQuery(removed=True))
        ]
        counted = await dashboards.counts(visitor, "mine")
        assert [one.count for one in counted] == listed
        assert [(one.screen, one.title, one.tone) for one in counted] == [
            ("papers", "文件", ""), ("papers", "已删除", "off"),
        ]  # fmt: skip
    for name in ("secret", "nothing"):
        with pytest.raises(NotFound):
            await dashboards.counts(ANNA, name)


def test_an_answer_has_what_was_kept() -> None:
    assert set(DashboardFields.model_fields) < set(Dashboard.model_fields)
