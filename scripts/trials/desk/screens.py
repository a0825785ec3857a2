"""What leaders and readers of recordings see of the morning."""

from __future__ import annotations

from trials.api import Api
from trials.course import Failed
from trials.desk.keys import SIZES
from trials.hands import Hands

SCREENS = ("board", "wall", "reports", "reports/floor_queues_day", "reports/floor_agents_day", "recordings", "calls")


async def look(leader: Hands, recording: str) -> None:
    """Each screen, and the player, at each size."""
    for path in (*SCREENS, f"recordings/{recording}"):
        name = "player" if recording in path else path.replace("/", "-")
        for size in SIZES:
            await leader.page.set_viewport_size(size)
            await leader.look(f"/{path}", f"{name}-{size['width']}")


async def agree(leader: Api) -> None:
    """The board's tile and its queues say the same of who gave up, and the call log has as many. Failed."""
    today = await leader.ask("GET", "/api/board/today")
    listed = (await leader.ask("GET", "/api/calls?reason=abandoned&size=1"))["total"]
    if today["abandoned"] != listed:
        raise Failed(f"the tile has {today['abandoned']} who gave up, the call log {listed}")
