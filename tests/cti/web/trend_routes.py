"""What the tests of isolation know of trends: a matter and a rise of the other county."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cti.base.call import Call
from cti.base.ids import new_id
from cti.store.engine import Store
from workflow.trends.models import MatterTalkRow, MatterTicketRow, RiseRow

LISTED = {"GET /api/trends/words": "words of titles and talks within reach, as a test of trends holds"}
BODIES: dict[str, Any] = {
    "POST /api/trends/matters/{id}/name": {"name": "停水"},
    "POST /api/trends/matters/{id}/join": {"matter": "x"},
    "POST /api/trends/topics/{id}/name": {"name": "停水"},
    "POST /api/trends/topics/{id}/join": {"matter": "x"},
    "POST /api/trends/rises/{id}/handle": {"note": "x"},
}


async def trends_of(store: Store, call: Call) -> dict[str, str]:
    """A matter of two tickets, and its rise."""
    at = call.arrived_at - timedelta(hours=1)
    first, second, rise = new_id(), new_id(), new_id()
    owned = {"organisation": "there", "region": "320413"}
    tickets = [
        MatterTicketRow(
            ticket=one, matter=first, at=at, changed_at=at, number=f"GD{one}", title="邻县停水", place="320413",
            category="", by_hand=False, **owned,
        )
        for one in (first, second)
    ]  # fmt: skip
    talks = [
        MatterTalkRow(
            call=one, matter=first, at=at, changed_at=at, title="邻县停水", account="邻县停水三天", address="",
            place="320413", category="", agent="3001", by_hand=False, **owned,
        )
        for one in (first, second)
    ]  # fmt: skip
    async with store.writing() as session:
        session.add_all([*tickets, *talks])
        session.add(
            RiseRow(
                id=rise, kind="matter", subject=first, title="邻县停水", began_at=at, ended_at=None, count=9, usual=0.0,
                most=0, state="open", note="", handled_by="", handled_at=None, **owned,
            )
        )  # fmt: skip
    return {
        "/api/trends/matters id": first, "/api/trends/tickets ticket": second,
        "/api/trends/topics id": first, "/api/trends/talks call": second, "/api/trends/rises id": rise,
    }  # fmt: skip
