"""The hotline's own time: tables keep UTC, people and days go by the clock on their wall."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
QUARTER = 900
"""Seconds of the least step of any zone: days begin at a whole one."""


def day_of(at: datetime) -> str:
    """The day on which an aware time falls, such as `2026-10-01`."""
    return _day(int(at.timestamp() // QUARTER))


def start_of_day(at: datetime) -> datetime:
    """When the day began on which an aware time falls."""
    return at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


@lru_cache(maxsize=256)
def _day(quarter: int) -> str:
    # Each event of each call asks: a conversion costs ten times as much as finding it.
    return datetime.fromtimestamp(quarter * QUARTER, ZONE).date().isoformat()
