"""Tiles of the home pages: what waits, what is late, how it is spread."""

from __future__ import annotations

from cti.office.screens import (
    Chart,
    Count,
    Empty,
    Link,
    Series,
    Tile,
    columns_of,
)
from workflow.tickets.api import BASE
from workflow.tickets.duties import DUTY_PERMISSIONS
from workflow.tickets.rules import SEE
from workflow.tickets.views import (
    TicketView,
)

COUNT = (Series(key="count", title="工单"),)
TILES = (
    Tile(
        name="ticket_work",
        title="待办工单",
        order=10,
        permission=SEE,
        counts=(
            *(Count(screen=f"tickets_{name}") for name in ("registered", "review", "final", "difficult", "result")),
            *(Count(screen=f"tickets_{name}") for name in ("revisit", "ruling", "archiving", "objected", "pending")),
            *(Count(screen=f"tickets_{name}") for name in ("sign", "handle", "task_sent_back")),
        ),
        width=4,
    ),
    Tile(
        name="ticket_limits",
        title="时限",
        order=12,
        permission=SEE,
        counts=(
            Count(screen="tickets_over", tone="ring"),
            Count(screen="tickets_near", tone="break"),
            Count(screen="tickets_task_over", tone="ring"),
            Count(screen="tickets_task_near", tone="break"),
        ),
        width=2,
    ),
    Tile(
        name="ticket_stages",
        title="未办结工单的阶段",
        order=40,
        permission=SEE,
        chart=Chart(
            title="未办结工单的阶段", kind="bar", source=f"{BASE}/tally/stage?duty=open", x="title", series=COUNT,
            unit="件", link=Link(screen="tickets", query={"stage": "{value}", "duty": "open"}),
        ),
    ),
    Tile(
        name="ticket_types",
        title="未办结工单的类型",
        order=42,
        permission=SEE,
        chart=Chart(
            title="未办结工单的类型", kind="pie", source=f"{BASE}/tally/type?duty=open", x="title", series=COUNT,
            unit="件", link=Link(screen="tickets", query={"type": "{value}", "duty": "open"}),
        ),
    ),
    Tile(
        name="ticket_overdue",
        title="已超时的工单",
        order=30,
        permission=DUTY_PERMISSIONS["over"],
        source=f"{BASE}/duty/over",
        columns=columns_of(TicketView, "number", "title", "lead_title", "due_at"),
        opens="/tickets/{id}",
        link=Link(screen="tickets_over"),
        empty=Empty(title="没有超时的工单"),
    ),
    Tile(
        name="ticket_mine",
        title="我登记的工单",
        order=32,
        permission=DUTY_PERMISSIONS["mine"],
        source=f"{BASE}/duty/mine",
        columns=columns_of(TicketView, "number", "title", "step", "card"),
        opens="/tickets/{id}",
        link=Link(screen="tickets_mine"),
        empty=Empty(title="还没有登记过工单"),
    ),
)  # fmt: skip
