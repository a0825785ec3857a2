"""What leaders and readers of recordings see of the morning."""

from __future__ import annotations

from playwright.async_api import expect

from trials.api import Api
from trials.course import Failed
from trials.desk.keys import SIZES
from trials.hands import PATIENCE, Hands

SCREENS = ("board", "wall", "reports", "reports/floor_queues_day", "reports/floor_agents_day", "recordings", "calls")


async def look(leader: Hands, recording: str) -> None:
    """Each screen, and the player, at each size."""
    for path in (*SCREENS, f"recordings/{recording}"):
        name = "player" if recording in path else path.replace("/", "-")
        await leader.open(f"/{path}")
        await _whole(leader)
        for size in SIZES:
            await leader.page.set_viewport_size(size)
            await leader.picture(f"{name}-{size['width']}")
            over = await leader.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                leader.faults.append(f"{path} at {size['width']}: {over} px wider than the screen")


async def _whole(leader: Hands) -> None:
    """Until nothing is still on its way: rows, figures, the recording's sound."""
    await leader.page.wait_for_load_state("networkidle")
    await expect(leader.page.locator(".el-skeleton:visible")).to_have_count(0, timeout=PATIENCE)
    await expect(leader.page.get_by_text("/ 00:00")).to_have_count(0, timeout=PATIENCE)


async def agree(leader: Api) -> None:
    """The board's tile and its queues say the same of who gave up, and the call log has as many. Failed."""
    today = await leader.ask("GET", "/api/board/today")
    listed = (await leader.ask("GET", "/api/calls?reason=abandoned&size=1"))["total"]
    if today["abandoned"] != listed:
        raise Failed(f"the tile has {today['abandoned']} who gave up, the call log {listed}")
