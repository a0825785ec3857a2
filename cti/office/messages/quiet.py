"""Quiet hours: when nobody wants to be woken for what can wait."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from cti.base.times.business_time import ZONE


def after_quiet(now: datetime, begin: str, end: str) -> datetime:
    """When something may be sent: now, or at the end of the quiet hours in which now lies.

    They begin and end at times of day in the house's time zone (`21:00`, `08:00`), mostly past midnight; where one is
    empty or both are the same there are none.
    """
    if not begin or not end or begin == end:
        return now
    here = now.astimezone(ZONE)
    first, last, at = time.fromisoformat(begin), time.fromisoformat(end), here.time()
    over_night = first > last
    if not (at >= first or at < last if over_night else first <= at < last):
        return now
    day = here.date() + timedelta(days=over_night and at >= first)
    return datetime.combine(day, last, ZONE).astimezone(now.tzinfo)
