"""How much room recordings have, over HTTP."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from recorder.api import MANAGE
from recorder.room import GIGABYTE, Rooms
from recorder.settings import RoomSettings


class RoomView(pydantic.BaseModel):
    """Gigabytes taken here, left, and taken by a day as of late; `days` that the rest lasts, `percent` taken."""

    taken: float
    left: float
    a_day: float
    days: int | None
    percent: int


def routes(rooms: Rooms, settings: RoomSettings) -> list[Route]:
    """The route, for whoever looks after the machine: it is one for the whole house."""

    async def look(visitor: Visitor) -> RoomView:
        found = await rooms.look(settings)
        return RoomView(
            taken=round(found.taken / GIGABYTE, 2),
            left=round(found.left / GIGABYTE, 2),
            a_day=round(found.a_day / GIGABYTE, 3),
            days=None if found.days is None else int(found.days),
            percent=round(found.share * 100),
        )

    return [Route("GET", "/api/recordings/room", look, MANAGE, "录音空间与预计可用天数")]
