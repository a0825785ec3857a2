"""Walls: numbers and no names, each for whoever looks, links that die, one count for many walls."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cti.base.files.documents import DocumentError
from cti.base.refusal import Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.identity.models import PersonRow, RoleRow
from cti.office.identity.permissions import Reach
from cti.office.records import RecordQuery
from cti.office.screens import lint
from cti.office.workshop.owning import Owning
from cti.process.call_facts import call_facts
from cti.store.comparing import differences, own_tables
from cti.store.engine import Store
from cti.telephony.queue_titles import QueueTitles
from cti.testing.sessions import GivenSessions
from cti.testing.statements import trips
from cti.testing.tables import migrated
from cti.web.host import Web
from tests.office import ROOT
from tests.workflow.tickets.ticket_town import EAST, LEADER, VISITOR, WATER, TicketTown, town_on
from workflow.bigscreen import screens
from workflow.bigscreen.api import routes
from workflow.bigscreen.arranging import Arranging
from workflow.bigscreen.files import FOLDER, SHIPPED, read_walls
from workflow.bigscreen.links import LinkFields, WallLinks
from workflow.bigscreen.walls import Walls
from workflow.tickets.facts import sources

RIGHTS = ("bigscreen.see", "bigscreen.links", "reports.see", "calls.see", "tickets.see")


def looking(visitor: Visitor, *more: str) -> Visitor:
    return replace(visitor, permissions=visitor.permissions | {"bigscreen.see", *more})


CHIEF = replace(looking(LEADER, *RIGHTS), roles=("supervisor",))


class World:
    """A ticket town with its walls."""

    def __init__(self, town: TicketTown, data: Path) -> None:
        library = FigureLibrary(None)
        for source in (*sources(sqlite=town.office.store.is_sqlite), call_facts(QueueTitles())):
            library.offer(source)
        for folder in ("cti/process", "workflow/tickets"):
            library.deliver(ROOT / folder / "figures")
        self.town, self.office = town, town.office
        owning = Owning("city", "320400", FIGURES)
        self.figures = Figures(town.office.store, town.clock, library, owning, town.office.services)
        self.walls = Walls(self.figures, town.clock, data)
        self.links = WallLinks(town.office, self.walls)
        self.arranging = Arranging(self.walls, town.office)

    async def maker(self) -> Visitor:
        """Somebody in the books who may give links."""
        async with self.office.store.writing() as session:
            session.add(RoleRow(name="hall", title="大厅", permissions=list(RIGHTS), reach=Reach.ALL, version=1))
            session.add(
                PersonRow(
                    id=CHIEF.person, login="chief", name="chief", organisation="city", roles=["hall"], version=1,
                    password_hash="", created_at=self.town.clock.wall(),
                )
            )  # fmt: skip
        return CHIEF


async def world_on(store: Store, data: Path) -> World:
    world = World(await town_on(store), data)
    await migrated(store, [ROOT / "workflow" / "bigscreen"])
    await world.walls.read()
    return world


async def test_every_wall_is_counted_and_fills_its_grid(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    found = world.walls.all(CHIEF)
    names = ["synthesis", "leader", "chain", "tracking", "dispatch", "floor", "opinion", "guests"]
    assert [one.wall for one in found] == names
    for wall in found:
        for tile in wall.tiles:
            shown = await world.walls.tile(CHIEF, wall.wall, tile.tile, "")
            assert shown.table is None or shown.table.left_out == [], (wall.wall, tile.tile)
    for wall in read_walls(SHIPPED).values():
        assert sum(one.wide * one.high for one in wall.tiles) == 12 * 12, wall.wall
    with pytest.raises(NotAllowed):
        world.walls.all(VISITOR)
    with pytest.raises(NotFound):
        await world.walls.tile(CHIEF, "synthesis", "nothing", "")
    with pytest.raises(Invalid):
        await world.walls.tile(CHIEF, "synthesis", "map", json.dumps({"registrar": "x"}))
    world.walls.close()


async def test_nothing_personal_reaches_a_wall(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    who = {"caller_name": "欧阳不可见", "contact": "13911223344", "address": "梧桐里9号", "title": "楼道灯不亮"}
    await world.town.dispatched("water", LEADER, **who)
    for wall in world.walls.all(CHIEF):
        for tile in wall.tiles:
            said = (await world.walls.tile(CHIEF, wall.wall, tile.tile, "")).model_dump_json()
            for words in (*who.values(), "3344", LEADER.name, LEADER.person):
                assert words not in said, (wall.wall, tile.tile, words)
    world.walls.close()
    folder = tmp_path / FOLDER
    folder.mkdir()
    for by in ("registrar", "agent", "number", "called", "title"):
        (folder / "own.yaml").write_text(
            "wall: own\ntitle: 自己的\ntiles:\n"
            f"  - {{tile: a, title: 甲, chart: ranking, by: {by}, figures: [tickets_registered]}}\n"
        )
        with pytest.raises(DocumentError, match="may name somebody"):
            read_walls(SHIPPED, folder)


async def test_a_region_on_the_map_narrows_the_others_and_not_the_map(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    for place in ("320404", "320404", "320411"):
        await world.town.add(place=place)
    east = json.dumps({"place": "320404"})
    types = await world.walls.tile(CHIEF, "synthesis", "types", east)
    assert types.table is not None and types.table.total.now[0].value == 2
    places = await world.walls.tile(CHIEF, "synthesis", "map", east)
    assert places.table is not None
    assert {line.by[0]: line.now[0].value for line in places.table.lines} == {"320404": 2, "320411": 1}
    assert {line.by[1] for line in places.table.lines} == {f"{world.town.clock.wall():%Y-%m}"}, "and when"
    topic = places.table.lines[0].by[0]
    assert topic
    world.walls.close()


async def test_ten_walls_cost_one_count_and_each_sees_his_own(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    await world.town.dispatched("water")
    first = await world.walls.tile(CHIEF, "synthesis", "types", "")
    with trips(sqlite_store) as said:
        for _ in range(10):
            assert await world.walls.tile(CHIEF, "synthesis", "types", "") == first
    assert said == []
    own = await world.walls.tile(looking(EAST, "reports.see"), "synthesis", "types", "")
    assert (first.table.total.now[0].value, own.table.total.now[0].value) == (1, 0)
    await world.town.dispatched("roads")
    await world.town.wait(301)
    assert (await world.walls.tile(CHIEF, "synthesis", "types", "")).table.total.now[0].value == 2
    world.walls.close()


async def test_a_wall_for_a_role_is_there_for_that_role_alone(sqlite_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "own.yaml").write_text(
        "wall: own\ntitle: 局长\norder: 1\nroles: [chief]\ntiles:\n"
        "  - {tile: a, title: 甲, figures: [tickets_registered]}\n"
    )
    world = await world_on(sqlite_store, tmp_path)
    assert "own" not in {one.wall for one in world.walls.all(CHIEF)}
    assert world.walls.all(replace(CHIEF, roles=("chief",)))[0].wall == "own"
    assert "floor" in {one.wall for one in world.walls.all(CHIEF)}
    assert "floor" not in {one.wall for one in world.walls.all(replace(CHIEF, roles=("leading",)))}


def test_roles_that_our_walls_name_may_see_walls() -> None:
    grants = tomllib.loads((SHIPPED.parent / "manifest.toml").read_text())["grants"]
    named = {one for wall in read_walls(SHIPPED).values() for one in wall.roles}
    assert named and named <= {role for role, rights in grants.items() if "bigscreen.see" in rights}


async def test_a_link_opens_its_wall_until_it_dies(store: Store, tmp_path: Path) -> None:
    world = await world_on(store, tmp_path)
    chief = await world.maker()
    made = await world.links.create(chief, LinkFields(title="东墙", wall="guests", days=2))
    assert "." not in made.address
    key = made.address.removeprefix("/wall-open/")
    visitor, wall = await world.links.opened(key)
    assert (visitor.person, wall) == (chief.person, "guests")
    assert (await world.walls.tile(visitor, wall, "types", "")).table.figures
    for wrong in (key[:-1], key[:-1] + ("0" if key[-1] != "0" else "1"), made.id, f"{made.id}-", "x-ä", ""):
        with pytest.raises(NotFound):
            await world.links.opened(wrong)
    await world.links.remove(chief, made.id)
    with pytest.raises(NotFound):
        await world.links.opened(key)
    await world.links.restore(chief, made.id)
    async with store.writing() as session:
        await session.execute(update(PersonRow).values(disabled_at=world.town.clock.wall(), version=2))
    with pytest.raises(NotFound):
        await world.links.opened(key)
    async with store.writing() as session:
        await session.execute(update(PersonRow).values(disabled_at=None, version=3))
    await world.links.opened(key)
    await world.town.wait(timedelta(days=2).total_seconds())
    with pytest.raises(NotFound):
        await world.links.opened(key)
    assert (await world.links.get(chief, made.id)).address == ""


async def test_links_are_kept_by_whose_they_are(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    made = await world.links.create(CHIEF, LinkFields(title="东墙", wall="guests"))
    with pytest.raises(Invalid):
        await world.links.create(CHIEF, LinkFields(title="东墙", wall="nothing"))
    with pytest.raises(NotAllowed):
        await world.links.create(WATER, LinkFields(title="东墙", wall="guests"))
    county = looking(EAST, *RIGHTS)
    assert (await world.links.find(county, RecordQuery())).items == []
    with pytest.raises(NotFound):
        await world.links.get(county, made.id)


async def test_screens_fit_routes_and_tables_fit_models(store: Store, tmp_path: Path) -> None:
    world, web = await world_on(store, tmp_path), Web(GivenSessions())
    web.add(routes(world.walls, world.links, world.arranging, world.office))
    assert lint.problems(screens.SCREENS, web.endpoints, components={"bigscreen/WallChoice"}) == []
    async with store.engine.connect() as connection:
        found = await connection.run_sync(differences)
    own = tuple(f"table {name}:" for name in own_tables("workflow.bigscreen"))
    assert own
    assert [one for one in found if one.startswith(own)] == []


async def test_a_month_of_the_map_narrows_what_is_not_split_by_time(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    await world.town.dispatched("water", LEADER)

    async def registered(tile: str, during: str) -> float:
        shown = await world.walls.tile(CHIEF, "synthesis", tile, "", during)
        assert shown.table is not None
        return shown.table.total.now[0].value or 0

    now = world.town.clock.wall()
    for during, expected in ((f"{now:%Y-%m}", 1), (f"{now:%Y-%m-%d}", 1), ("2020-02", 0), ("2020-02-29", 0)):
        assert await registered("types", during) == expected, during
        assert await registered("trend", during) == await registered("map", during) == 1
    with pytest.raises(Invalid, match="某月或某日"):
        await registered("types", "2025-02-29")
    world.walls.close()
