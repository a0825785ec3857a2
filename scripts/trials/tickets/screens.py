"""Each role's main screens, kept as pictures when the day's work is done."""

from __future__ import annotations

from collections.abc import Mapping

from trials.browsers import Browsers
from trials.hands import Hands

MAIN = {
    "1001": ("home", "tickets_mine", "tickets"),
    "8001": ("home", "tickets", "known_events", "tickets_ruling", "outcomes"),
    "reviewer1": ("home", "tickets_review", "tickets_result", "tickets_objected"),
    "difficult": ("home", "tickets_difficult"),
    "inspector": ("home", "supervision_red", "supervisions", "supervision_figures", "tickets_verify"),
    "water1": ("home", "tickets_sign", "tickets_handle", "tickets_task_done"),
    "water_head": ("home", "tickets_task_done", "supervisions"),
    "east_review": ("home", "tickets_sign", "tickets_handle"),
    "east_roads1": ("home", "tickets_handle", "tickets_task_done"),
}


async def look(browsers: Browsers, there: Mapping[str, Hands], ticket: str, at_telephones: tuple[str, ...]) -> None:
    """Open them, and a ticket's page, as each role; who was at a screen before is `there`."""
    for who, screens in MAIN.items():
        hands = there.get(who) or await browsers.shared(who, small=who in at_telephones)
        await hands.page.bring_to_front()
        for screen in screens:
            await hands.look(f"/{screen}", screen)
        await hands.look(ticket, "ticket")
