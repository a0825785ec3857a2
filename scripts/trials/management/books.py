"""The month before: what was really done is put into it, and talks and days of agents are written for it, since nobody
waits for a month."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from trials.house import House
from trials.management.scoring import back

MOVED = {
    "tickets": ("created_at", "updated_at", "ended_at", "due_at"),
    "ticket_tasks": ("begun_at", "ended_at", "due_at"),
    "case_deadlines": ("started_at", "warn_at", "due_at", "ended_at"),
    "case_stays": ("entered_at", "left_at"),
    "quality_reviews": ("talk_at", "scored_at", "decided_at"),
    "quality_item_scores": ("scored_at",),
    "training_exams": ("begins_at", "ends_at"),
    "training_sittings": ("begun_at", "ended_at"),
}
"""Moments by which figures count."""
DAYS, TALKS = 20, 12
"""So many days of the month each agent works, with about so many talks each."""
MIDDLE = 8
"""The day of the month before into which what was done today is put: what falls due days later is within it, too."""


def last_month() -> str:
    """As `2026-10`."""
    return f"{_first():%Y-%m}"


def _first() -> datetime:
    this = datetime.now(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (this - timedelta(days=1)).replace(day=1)


def put_back(house: House, agents: Iterable[str]) -> None:
    """All of it."""
    days = (datetime.now(ZONE) - _first().replace(day=MIDDLE)).days
    draw = random.Random(12345)  # noqa: S311 # the same month at each trial
    with closing(sqlite3.connect(house.data / "hotline.db", timeout=60)) as books, books:
        for table, columns in MOVED.items():
            there = {row[1] for row in books.execute(f"PRAGMA table_info({table})")}
            for column in columns:
                if column in there:
                    books.execute(back(table, column, days))
        for number in agents:
            _a_month(books, draw, number)


def _a_month(books: sqlite3.Connection, draw: random.Random, number: str) -> None:
    whose = books.execute(
        "SELECT o.name, o.region FROM people p JOIN organisations o ON o.name = p.organisation WHERE p.agent_no = ?",
        (number,),
    ).fetchone()
    same = {"agent": number, "group": "", "organisation": whose[0], "region": whose[1]}
    skill = draw.uniform(0.75, 1.0)
    for at in range(DAYS):
        day = (_first() + timedelta(days=at, hours=9)).astimezone(UTC)
        talks = draw.randrange(TALKS - 3, TALKS + 4)
        for place in range(talks):
            _insert(books, "floor_talks", {
                **same, "id": new_id(), "call": new_id(), "queue": "", "half_hour": f"{9 + place // 2:02}:00",
                "began_at": _stored(day + timedelta(minutes=20 * place)), "seconds": draw.randrange(60, 420),
                "waited": draw.randrange(0, 20), "holds": 0, "held": 0, "transferred": "",
                "rating": draw.choice("1112") if draw.random() < skill else draw.choice("345"), "outgoing": 0,
            })  # fmt: skip
        planned = 28_800
        _insert(books, "floor_agent_days", {
            **same, "id": new_id(), "day": _stored(day), "signed_in": 28_000, "ready": 15_000,
            "occupied": talks * 240, "wrapup": talks * draw.randrange(20, 90), "breaks": 2400, "offered": talks + 1,
            "answered": talks, "planned": planned, "kept": int(planned * skill),
        })  # fmt: skip


def _insert(books: sqlite3.Connection, table: str, values: Mapping[str, object]) -> None:
    columns, places = ", ".join(f'"{one}"' for one in values), ", ".join("?" for _ in values)
    books.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(values.values()))  # noqa: S608


def _stored(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"
