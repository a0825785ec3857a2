from typing import Any

from cti.process.watching.commands import story

CALL: dict[str, Any] = {
    "id": "01M8", "arrived_at": "2026-11-28T03:54:26.377+00:00", "caller": "138", "called": "12345", "state": "ended",
    "reason": "completed", "queue": "general", "agents": ["1002"], "wait_seconds": 2.013043,
    "talk_seconds": 20.02, "satisfaction": 1, "recordings": [], "cdr": [],
    "events": [
        {"at": "2026-11-28T03:54:26.385+00:00", "type": "NodeLeft", "details": {"node": "medium", "seconds": 0.00012}},
        {"at": "2026-11-28T03:54:36.703+00:00", "type": "TalkStarted", "details": {"waited": 2.013043, "score": 100}},
    ],
}  # fmt: skip


def test_seconds_are_told_to_the_millisecond() -> None:
    """A node's time read `0.00012993812561035156`."""
    told = story(CALL)
    assert "node medium  seconds 0\n" in told
    assert "waited 2.013  score 100" in told
