"""The place of a request as a point: kept with the ticket, told to who handles it, and to nobody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.store.engine import Store
from tests.workflow.bigscreen.test_maps import collection, region
from tests.workflow.portal.open_portal import Portal, Visitor, figures_of, open_portal
from tests.workflow.portal.test_portal import LI, WANG, send
from tests.workflow.tickets.ticket_town import AGENT, LEADER, REVIEWER, WATER
from workflow.bigscreen import maps
from workflow.bigscreen.walls import Walls
from workflow.tickets.points import Point

HERE = {"longitude": "119.97371", "latitude": "31.81124"}
PAIR, WORDS = "31.81124,119.97371", "北纬 31.81124°，东经 119.97371°"


@pytest.fixture
async def portal(sqlite_store: Store) -> AsyncIterator[Portal]:
    async with open_portal(sqlite_store) as found:
        yield found


async def given_to_water(portal: Portal, number: str) -> str:
    id = await portal.id_of(number)
    await portal.town.acts.act(REVIEWER, id, "dispatch", {"lead": "water", "joint": [], "assisting": []})
    return id


async def test_it_stands_with_the_ticket_for_the_citizen_the_hotline_and_the_department(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        number = await send(li, **HERE)
        id = await given_to_water(portal, number)
        for visitor in (AGENT, LEADER, WATER):
            assert (await portal.town.get(visitor, id)).point == PAIR, visitor.name
        page = (await li.get(f"/mine/requests/{number}")).text
        assert f'href="geo:{PAIR}"' in page and WORDS in page
        exported = json.loads((await li.post("/mine/account/export")).text)
        assert exported["诉求"][0]["point"] == {"longitude": 119.97371, "latitude": 31.81124}


async def test_of_a_confidential_request_the_department_does_not_learn_it(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        id = await given_to_water(portal, await send(li, confidential="yes", **HERE))
        assert (await portal.town.get(WATER, id)).point == "****"
        assert (await portal.town.get(REVIEWER, id)).point == "****", "nor who of the hotline may not know who asks"
        assert (await portal.town.get(LEADER, id)).point == PAIR


async def test_who_follows_a_neighbours_request_does_not_learn_it(portal: Portal) -> None:
    async with Visitor.of(portal) as li, Visitor.of(portal) as wang:
        await li.enter(LI)
        number = await send(li, address="人民路18号", **HERE)
        await wang.enter(WANG)
        alike = await wang.post(
            "/request/new", key="k", type="complaint", content="人民路18号小区停水两天，请尽快恢复供水", sure=""
        )
        assert "附近已有类似诉求" in alike.text and "31.811" not in alike.text
        followed = await wang.post(
            "/request/new", key="k", type="complaint", content="人民路18号小区停水两天，请尽快恢复供水",
            follow=await portal.id_of(number),
        )  # fmt: skip
        assert followed.status == 303
        page = (await wang.get(f"/mine/requests/{number}")).text
        assert "您关注的他人诉求" in page and "31.811" not in page and "119.97" not in page


@pytest.mark.parametrize(
    "said",
    [{"longitude": "181", "latitude": "31"}, {"longitude": "119", "latitude": "91"}, {"longitude": "x"},
     {"longitude": "nan", "latitude": "nan"}],
)  # fmt: skip
async def test_what_is_no_place_is_refused_and_nothing_is_lost(portal: Portal, said: dict[str, str]) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        form = await li.get("/request/new?type=complaint")
        sent = {"key": form.hidden("key"), "type": "complaint", "content": "人民路18号停水两天", "sure": "yes", **said}
        answer = await li.post("/request/new", **sent)
        assert answer.status == 422 and "位置" in answer.text and "人民路18号停水两天" in answer.text


@pytest.mark.parametrize("said", [{}, {"longitude": "119.9"}, {"longitude": "", "latitude": ""}])
async def test_without_one_or_with_half_of_one_the_request_is_registered(portal: Portal, said: dict[str, str]) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        number = await send(li, **said)
        assert (await portal.town.get(LEADER, await portal.id_of(number))).point == ""
        assert "地图位置" not in (await li.get(f"/mine/requests/{number}")).text


async def test_a_draft_keeps_it(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        await li.post("/request/draft", type="complaint", content="停水了", **HERE)
        again = await li.get("/request/new?type=complaint&draft=true")
        assert (again.hidden("longitude"), again.hidden("latitude")) == (HERE["longitude"], HERE["latitude"])


async def test_the_page_of_the_form_alone_may_ask_where_the_device_is(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        form, mine = await li.get("/request/new?type=complaint"), await li.get("/mine")
        assert "geolocation=(self)" in form.headers["Permissions-Policy"]
        assert "geolocation=()" in mine.headers["Permissions-Policy"]


async def test_the_outline_is_that_of_the_big_screen_and_says_where_on_the_earth_it_is(
    portal: Portal, tmp_path: Path
) -> None:
    async with Visitor.of(portal) as anybody:
        assert (await anybody.get("/request/map")).status == 404
        walls = Walls(figures_of(portal.town), portal.town.clock, tmp_path)
        undo = portal.pages.outline.take(walls)
        assert (await anybody.get("/request/map")).status == 404, "no map is loaded"
        await walls.take_map(
            maps.drawn(collection(region("320404", 119.9, 31.7), region("320411", 119.9, 32.1)), "320400")
        )
        found = json.loads((await anybody.get("/request/map")).text)
        assert [one["title"][-3:] for one in found["shapes"]] == ["钟楼区", "新北区"]
        by = {one.region: one for one in walls.map.shapes}
        east, north = found["west"] + by["320404"].x / found["across"], found["north"] - by["320404"].y / found["down"]
        assert abs(east - 119.9) < 0.001 and abs(north - 31.7) < 0.001, "the middle of the region is where it was"
        undo()
        assert (await anybody.get("/request/map")).status == 404


def test_a_place_in_words() -> None:
    assert Point(-70.6, -33.4).words == "南纬 33.40000°，西经 70.60000°"
