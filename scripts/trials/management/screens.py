"""Every page of roster, training, quality and performance, as each role has it in its menu, at both sizes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from trials.api import Api
from trials.hands import Hands

OURS = ("roster", "my_shifts", "training", "quality", "performance", "shift_types", "sheets", "schemes")
ADMIN = ("shift_types", "sheets", "schemes")
"""Of the administrator's pages those that nobody else has kept."""


async def look(
    people: Mapping[str, Api], at: Callable[[str], Awaitable[Hands]], roles: tuple[str, ...], records: Mapping[str, str]
) -> int:
    """Open all that the menu of each role offers, and one record of each screen in `records`; returns how many."""
    seen = 0
    for who in roles:
        hands = await at(who)
        await hands.page.bring_to_front()
        menu = await people[who].ask("GET", "/api/screens")
        names = [one["name"] for one in menu["screens"] if one["name"].startswith(OURS)]
        for name in (one for one in names if who != "admin" or one in ADMIN):
            seen += await _page(hands, f"/{name}", name)
            if name in records:
                seen += await _page(hands, f"/{name}/{records[name]}", f"{name}-one")
    return seen


async def _page(hands: Hands, path: str, name: str) -> int:
    await hands.open(path)
    await hands.page.wait_for_load_state("networkidle")
    await hands.both(name)
    return 1
