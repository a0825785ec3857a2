"""What the tests of isolation know of learning: rows of the other county, and what its changes are sent with."""

from __future__ import annotations

from typing import Any

from cti.base.call import Call
from cti.base.ids import new_id
from cti.store.engine import Store
from workflow.learning.models import BotTalkRow, BotTurnRow, FlowChangeRow, TurnGroupRow

CONDITIONS = ("learning/groups", "learning/turns", "learning/changes")
BODIES: dict[str, Any] = {
    "POST /api/learning/groups/{id}/example": {"intent": "water", "words": "没水"},
    "POST /api/learning/groups/{id}/word": {"intent": "water", "words": "没水"},
    "POST /api/learning/groups/{id}/intent": {"title": "停水", "target": "begin", "words": "没水"},
    "POST /api/learning/groups/{id}/ask": {"title": "为什么没水"},
}


async def learning_of(store: Store, call: Call) -> dict[str, str]:
    """A talk with a bot, what was said in it, its group, and a change that this asks for."""
    at = call.arrived_at
    turn, group, change = new_id(), new_id(), new_id()
    owned = {"organisation": "there", "region": "320413"}
    kept: dict[str, Any] = {**owned, "created_at": at, "updated_at": at, "version": 1}
    where = {"flow": "far", "node": "begin"}
    rows = [
        BotTalkRow(
            id=call.id, medium="phone", flow="far", revision=1, began_at=at, turns=1, missed=1, intent="water",
            handed=True, over=True, score=60, **owned,
        ),
        BotTurnRow(
            id=turn, talk=call.id, medium="phone", at=at, revision=1, said="邻县没水", how="unknown", intent="water",
            sure=0.1, reason="unknown", group=group, handed=True, score=60, **where, **kept,
        ),
        TurnGroupRow(
            id=group, said="邻县没水", count=1, reason="unknown", last_at=at, near="water", near_sure=0.1, article="",
            state="open", **where, **kept,
        ),
        FlowChangeRow(
            id=change, group=group, kind="example", intent="water", title="", target="", words="邻县没水", base=1,
            stories=0, broken=0, mended=0, recognised=1, asked=1, compared=0, altered=0, effect="", state="proposed",
            published=0, **where, **kept,
        ),
    ]  # fmt: skip
    async with store.writing() as session:
        session.add_all(rows)
    return {
        "/api/learning/groups id": group,
        "/api/learning/turns id": turn,
        "/api/learning/changes id": change,
    }
