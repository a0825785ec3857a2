"""Spans of days that move with today, in the hotline's time zone: 今天, 近7天, 本月."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from cti.base.times.business_time import ZONE

Span = tuple[date, date]
"""The first day, and the day after the last."""


def _week(today: date, back: int = 0) -> Span:
    first = today - timedelta(days=today.weekday() + 7 * back)
    return first, first + timedelta(days=7)


def _month(today: date, back: int = 0) -> Span:
    months = today.year * 12 + today.month - 1 - back
    begin, end = (date(one // 12, one % 12 + 1, 1) for one in (months, months + 1))
    return begin, end


def _last(days: int) -> Callable[[date], Span]:
    return lambda today: (today - timedelta(days=days - 1), today + timedelta(days=1))


SPANS: Mapping[str, tuple[str, Callable[[date], Span]]] = {
    "today": ("今天", _last(1)),
    "yesterday": ("昨天", lambda today: (today - timedelta(days=1), today)),
    "last_7": ("近 7 天", _last(7)),
    "last_30": ("近 30 天", _last(30)),
    "this_week": ("本周", _week),
    "last_week": ("上周", lambda today: _week(today, 1)),
    "this_month": ("本月", _month),
    "last_month": ("上月", lambda today: _month(today, 1)),
    "this_year": ("今年", lambda today: (date(today.year, 1, 1), date(today.year + 1, 1, 1))),
    "next_7": ("今后 7 天", lambda today: (today, today + timedelta(days=7))),
}
"""By their names, with their words. Weeks begin on Monday (GB/T 7408)."""


def span(name: str, now: datetime) -> tuple[datetime, datetime]:
    """From when, and until when exclusive, in UTC. KeyError."""
    first, end = SPANS[name][1](now.astimezone(ZONE).date())
    return start_of(first), start_of(end)


def start_of(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)
