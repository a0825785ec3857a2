"""Where citizens said that it is stands on the map of a wall: so coarse that it tells of nobody's house."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import update

from cti.store.engine import Store
from tests.workflow.bigscreen.test_bigscreen import CHIEF, World, world_on
from tests.workflow.bigscreen.test_maps import collection, region
from workflow.bigscreen import maps
from workflow.tickets.models import TicketRow

HERE, NEAR, FAR = (119.9137, 31.7012), (119.9098, 31.7049), (119.95, 31.75)


async def ticket_at(world: World, point: tuple[float, float], **said: object) -> None:
    """A ticket with this point."""
    ticket = await world.town.add(contact="13911223344", **said)
    async with world.office.store.writing() as session:
        degrees = {"longitude": point[0], "latitude": point[1]}
        await session.execute(update(TicketRow).where(TicketRow.id == ticket.id).values(degrees))


async def test_a_spot_is_a_square_kilometre_and_counts_what_is_there(store: Store, tmp_path: Path) -> None:
    world = await world_on(store, tmp_path)
    for place in (HERE, NEAR, FAR):
        await ticket_at(world, place, place="320404")
    await ticket_at(world, FAR, confidential=True)
    await ticket_at(world, (10.0, 50.0))
    await world.town.add()
    assert (await world.walls.tile(CHIEF, "synthesis", "map", "")).spots == [], "no map says where on the earth it is"
    world.walls.close()
    world.walls._kept.clear()
    await world.walls.take_map(maps.drawn(collection(region("320404", 119.9, 31.7)), "320400"))
    shown = await world.walls.tile(CHIEF, "synthesis", "map", "")
    assert [one.count for one in shown.spots] == [2, 1], "of a confidential one and one elsewhere nothing"
    house = world.walls.map
    assert [(one.x, one.y) for one in shown.spots] == [
        tuple(round(part, 1) for part in house.place(*place) or ()) for place in ((119.91, 31.7), (119.95, 31.75))
    ]
    said = shown.model_dump_json()
    for exact in ("119.9137", "31.7012", "13911223344"):
        assert exact not in said
    other = await world.walls.tile(CHIEF, "synthesis", "map", json.dumps({"topic": "another"}))
    assert other.spots == [], "narrowed with the wall"
    world.walls.close()
