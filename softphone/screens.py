"""What the console shows of the desk and the board beside their own pages: tiles."""

from __future__ import annotations

from cti.office.screens import Figure, Link, Screen, Tile

SCREENS: tuple[Screen, ...] = ()
"""The desk, the board and the call log are pages of the console's own."""

TODAY, MINE = "/api/board/today", "/api/agent/today"
CALLS = {"from": "{today}"}

TILES = (
    Tile(
        name="calls_today",
        title="今日来电",
        order=5,
        permission="board.see",
        figures=(
            Figure(title="来电", source=TODAY, key="arrived", link=Link(screen="calls", query=CALLS)),
            Figure(title="接听", source=TODAY, key="answered", link=Link(screen="calls", query=CALLS)),
            Figure(
                title="放弃", source=TODAY, key="abandoned",
                link=Link(screen="calls", query={**CALLS, "reason": "abandoned"}),
            ),
            Figure(title="已评价", source=TODAY, key="rated", link=Link(screen="calls", query=CALLS)),
        ),
        every=20,
        width=2,
    ),
    Tile(
        name="my_day",
        title="我的今日话务",
        order=6,
        agent=True,
        permission="agent.work",
        figures=(
            Figure(
                title="接听", source=MINE, key="answered",
                link=Link(screen="calls", query={**CALLS, "agent": "{agent_no}"}),
            ),
            Figure(
                title="通话时长", source=MINE, key="talk_seconds", kind="duration",
                link=Link(screen="calls", query={**CALLS, "agent": "{agent_no}"}),
            ),
        ),
        width=2,
    ),
)  # fmt: skip
