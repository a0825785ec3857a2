"""What the tests of isolation know of quality: rows of the other county, and what its changes are sent with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cti.base.call import Call
from cti.base.ids import new_id
from cti.store.engine import Store
from workflow.quality.models import CalibrationRow, DrawRow, PlanRow, ReviewRow

WORDS = "the same words for everybody"
MAKES = "makes a row in one's own county"
CONDITIONS = ("quality/plans", "quality/reviews", "quality/calibrations")
LISTED: dict[str, str] = {
    **dict.fromkeys(("GET /api/quality/options/queues", "GET /api/quality/options/groups"), WORDS),
    "GET /api/quality/options/sheets": "sheets of the house and of one's own county, as a test of the sheets holds",
    **dict.fromkeys(("GET /api/quality/own", "GET /api/quality/desk"), "one's own alone, as tests of reviews hold"),
}
CHANGES: dict[str, str] = dict.fromkeys(("POST /api/quality/plans", "POST /api/quality/calibrations"), MAKES)
QUERIES = {"GET /api/quality/reviews/{id}/comments/people": "search=x"}
BODIES: dict[str, Any] = {
    "PUT /api/quality/plans/{id}": {
        "title": "xx", "kind": "daily", "sheet": "service", "inspectors": ["x"], "version": 1,
    },
    "PUT /api/quality/calibrations/{id}": {
        "title": "xx", "recording": "x" * 26, "sheet": "service", "inspectors": ["x", "y"], "version": 1,
    },
    "POST /api/quality/reviews/{id}/files": {"tokens": ["a-token-of-somebody"]},
    "PUT /api/quality/reviews/{id}/files/{file}": {"name": "x"},
    "POST /api/quality/reviews/{id}/comments": {"text": "x"},
    "PUT /api/quality/reviews/{id}/comments/{comment}": {"text": "x"},
    "POST /api/quality/reviews/{id}/score": {"version": 1, "revision": 1, "answers": []},
    "POST /api/quality/reviews/{id}/void": {"why": "other", "note": "xx"},
    "POST /api/quality/reviews/{id}/hand_over": {"inspector": "x"},
    "POST /api/quality/reviews/{id}/appeal": {"appeal": "分数不对，请复核"},
    "POST /api/quality/reviews/{id}/decide": {"granted": "no", "opinion": "维持"},
}  # fmt: skip


async def quality_of(store: Store, call: Call, person: str) -> dict[str, str]:
    """A plan that has drawn, a talk that was scored, and one that several score."""
    at = call.arrived_at - timedelta(hours=12)
    plan, review, calibration = new_id(), new_id(), new_id()
    owned = {"organisation": "there", "region": "320413"}
    kept: dict[str, Any] = {**owned, "created_at": at, "updated_at": at, "version": 1}
    rows = [
        PlanRow(
            id=plan, title="邻县质检", kind="daily", sheet="service", groups=[], agents=[], queues=[], min_seconds=None,
            max_seconds=None, place="", level="", satisfactions=[], began_from="", began_to="", ended_from="",
            ended_to="", silence=None, words="", since=None, until=None, each=1, most=10, inspectors=[person],
            appeal_days=3, state="running", drawn_until=None, **kept,
        ),
        DrawRow(id=new_id(), plan=plan, at=at, since=at, until=at, seed="邻县", found=1, drawn=1, ungiven=0, **owned),
        ReviewRow(
            id=review, plan=plan, calibration="", recording=new_id(), call=call.id, agent="3001", person=person,
            group="", queue="far", talk_at=at, seconds=60.0, satisfaction="", inspector="", sheet="service",
            revision=1, appeal_days=3, state="scored", answers=[], faults=[], score=90.0, passed=True, fatal=False,
            comment="邻县", coaching="", good=False, scored_at=at, appeal_until=at, read_at=None, appeal="",
            appealed_at=None, score_before=None, opinion="", decided_by="", decided_at=None, void_why="",
            void_note="", **kept,
        ),
        CalibrationRow(
            id=calibration, title="邻县校准", recording=new_id(), sheet="service", inspectors=[person], state="open",
            kappa=None, agreed=None, average=None, spread=None, **kept,
        ),
    ]  # fmt: skip
    async with store.writing() as session:
        session.add_all(rows)
    return {
        "/api/quality/plans id": plan,
        "/api/quality/reviews id": review,
        "/api/quality/calibrations id": calibration,
    }
