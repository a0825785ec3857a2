"""Figures counted once more, by plain SQL that knows nothing of their definitions; and the list behind each."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cti.base.times.business_time import ZONE
from trials.api import Api
from trials.house import House

CALLS = "FROM calls WHERE outgoing = 0 AND arrived_at >= :since AND arrived_at < :until"
ASKED = f"{CALLS} AND queue <> ''"
TICKETS = "FROM tickets WHERE removed_at IS NULL AND created_at >= :since AND created_at < :until"
ENDED = (
    "FROM tickets WHERE removed_at IS NULL AND outcome = 'archived' AND ended_at >= :since AND ended_at < :until"
)  # fmt: skip
TASKS = "FROM ticket_tasks WHERE role <> 'unit'"
RATED = f"{CALLS} AND agents <> '[]' AND satisfaction <> ''"
REPLIED = f"{TASKS} AND outcome = 'replied' AND ended_at >= :since AND ended_at < :until"
GIVEN = "id IN (SELECT ticket FROM ticket_tasks)"
RETURNED = "id IN (SELECT ticket FROM ticket_tasks WHERE outcome = 'returned')"
JUDGED = f"{ENDED} AND satisfaction IN ('satisfied', 'basically', 'unsatisfied')"


def _share(part: str, of: str) -> str:
    return f"SELECT 100.0 * SUM({part}) / COUNT(*) {of}"


def _kept(clock: str) -> str:
    """Of the time limits that ran out in the period: those that were kept."""
    kept = "100.0 * SUM(state = 'ended' AND NOT missed) / SUM(state = 'ended' OR missed)"
    return f"SELECT {kept} FROM case_deadlines WHERE clock = '{clock}' AND due_at >= :since AND due_at < :until"  # noqa: S608


PLAIN: Mapping[str, str] = {
    "calls_arrived": f"SELECT COUNT(*) {CALLS}",
    "answer_rate": _share("agents <> '[]'", ASKED),
    "answered_in_15": _share("agents <> '[]' AND wait_seconds <= 15", ASKED),
    "abandoned_rate": _share("reason = 'abandoned' AND agents = '[]'", ASKED),
    "average_wait": f"SELECT AVG(wait_seconds) {CALLS} AND agents <> '[]'",
    "average_talk": f"SELECT AVG(talk_seconds) {CALLS} AND agents <> '[]'",
    "call_satisfaction": _share("satisfaction IN ('1', '2', '3')", RATED),
    "tickets_registered": f"SELECT COUNT(*) {TICKETS}",
    "complaints_registered": f"SELECT COUNT(*) {TICKETS} AND type = 'complaint'",
    "phone_share": _share("channel IN ('phone', 'voicemail')", TICKETS),
    "internet_share": _share("channel IN ('web', 'wechat', 'app', 'chat')", TICKETS),
    "reminded_rate": _share("reminders > 0", TICKETS),
    "tickets_finished": f"SELECT COUNT(*) {ENDED}",
    "satisfaction": _share("satisfaction <> 'unsatisfied'", JUDGED),
    "solved_rate": _share("solved = 'yes'", f"{ENDED} AND solved <> ''"),
    "direct_answer_rate": _share(f"NOT {GIVEN}", ENDED),
    "dispatch_accuracy": _share(f"NOT {RETURNED}", f"{ENDED} AND {GIVEN}"),
    "handling_hours": f"SELECT AVG(julianday(ended_at) - julianday(created_at)) * 24 {ENDED}",
    "unit_tasks_given": f"SELECT COUNT(*) {TASKS} AND begun_at >= :since AND begun_at < :until",
    "unit_tasks_done": f"SELECT COUNT(*) {REPLIED}",
    "returned_rate": _share("outcome = 'returned'", f"{TASKS} AND ended_at >= :since AND ended_at < :until"),
    "extended_rate": _share("extensions > 0", REPLIED),
    "dispatched_on_time": _kept("review"),
    "signed_on_time": _kept("sign"),
    "units_on_time": _kept("handle"),
    "finished_on_time": _kept("whole"),
    "revisited_on_time": _kept("revisit"),
}  # fmt: skip
"""Each as somebody counts it who has the tables and a pencil."""
SUMS = ("average_wait", "average_talk", "handling_hours")


def periods(today: date) -> dict[str, tuple[date, date]]:
    """First and last day of what is compared: the twelve months of the walls, the month before, a single week."""
    this = today.replace(day=1)
    before = this - timedelta(days=1)
    months = today.year * 12 + today.month - 12
    return {
        "twelve months": (date(months // 12, months % 12 + 1, 1), today),
        "the month before": (before.replace(day=1), before),
        "seven days": (today - timedelta(days=6), today),
    }


def _plain(house: House, first: date, last: date) -> dict[str, float | None]:
    at = {"since": _stored(first), "until": _stored(last + timedelta(days=1))}
    with closing(sqlite3.connect(f"file:{house.data / 'hotline.db'}?mode=ro", uri=True, timeout=30)) as books:
        return {name: books.execute(sql, at).fetchone()[0] for name, sql in PLAIN.items()}


def _stored(day: date) -> str:
    """Midnight in the city, as the tables have moments."""
    return f"{datetime.combine(day, time(), ZONE).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


async def compare(house: House, api: Api) -> tuple[int, list[str]]:
    """How many values were compared, each with its lists; and what does not agree."""
    wrong: list[str] = []
    compared = 0
    for name, (first, last) in periods(datetime.now(ZONE).date()).items():
        plain = _plain(house, first, last)
        period = f"period=own&since={first}&until={last}"
        for figure, expected in plain.items():
            found = (await api.ask("GET", f"/api/figures/{figure}/value?{period}"))["total"]["now"]
            compared += 1
            if not _same(found["value"], expected):
                wrong.append(f"{figure} of {name}: {found['value']}, by hand {expected}")
            wrong += await _lists(api, figure, period, found)
    return compared, wrong


def _same(value: float | None, expected: float | None) -> bool:
    if value is None or expected is None:
        return value == expected
    return abs(value - expected) <= 1e-6 * max(1.0, abs(expected))


async def _lists(api: Api, figure: str, period: str, found: Mapping[str, Any]) -> list[str]:
    """Each count of a figure leads to exactly its rows; sums are no counts."""
    wrong = []
    for count in ("numerator", "denominator", "pending"):
        said = found[count]
        if said is None or said != int(said) or (count == "numerator" and figure in SUMS):
            continue
        rows = (await api.ask("GET", f"/api/figures/{figure}/rows?{period}&count={count}&size=1"))["total"]
        if rows != said:
            wrong.append(f"{figure}: {count} is {said}, its list has {rows}")
    return wrong
