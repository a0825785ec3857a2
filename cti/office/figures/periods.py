"""Periods of figures, in the house's time zone: calendar days, weeks, months, quarters, years, or days of one's own."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, Text, cast, func

from cti.base.times.business_time import ZONE

Kind = Literal["day", "week", "month", "quarter", "year", "own"]
KINDS: dict[str, str] = {"day": "日", "week": "周", "month": "月", "quarter": "季", "year": "年", "own": "自定义"}
NAMED: dict[str, tuple[Kind, int]] = {
    "today": ("day", 0), "yesterday": ("day", -1), "this_week": ("week", 0), "last_week": ("week", -1),
    "this_month": ("month", 0), "last_month": ("month", -1), "this_quarter": ("quarter", 0),
    "last_quarter": ("quarter", -1), "this_year": ("year", 0), "last_year": ("year", -1),
}  # fmt: skip
"""Periods that are told by where they lie from now."""
NAMES: dict[str, str] = {
    "today": "今天", "yesterday": "昨天", "this_week": "本周", "last_week": "上周", "this_month": "本月",
    "last_month": "上月", "this_quarter": "本季度", "last_quarter": "上季度", "this_year": "今年", "last_year": "去年",
}  # fmt: skip
STEPS: dict[str, str] = {
    "hour": "时段", "day": "日", "week": "周", "month": "月", "quarter": "季度", "year": "年",
}  # fmt: skip
"""What time can be split by; an hour is that of the day."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included; `cut` is the moment at which it ends before, if it does."""

    kind: Kind
    first: date
    last: date
    cut: datetime | None = None

    @classmethod
    def around(cls, kind: Kind, day: date) -> Period:
        """The calendar period in which a day lies."""
        match kind:
            case "week":
                first = day - timedelta(days=day.weekday())
                return cls(kind, first, first + timedelta(days=6))
            case "month" | "quarter" | "year":
                count = _MONTHS[kind]
                first = date(day.year, (day.month - 1) // count * count + 1, 1)
                return cls(kind, first, _months(first, count) - timedelta(days=1))
            case _:
                return cls(kind, day, day)

    @classmethod
    def named(cls, name: str, now: datetime) -> Period:
        """One of `NAMED` at a moment; KeyError."""
        kind, back = NAMED[name]
        found = cls.around(kind, now.astimezone(ZONE).date())
        return found.before() if back else found

    @property
    def since(self) -> datetime:
        """Its first moment, UTC."""
        return datetime.combine(self.first, time(), ZONE).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The first moment that is no longer in it, UTC."""
        end = datetime.combine(self.last + timedelta(days=1), time(), ZONE).astimezone(UTC)
        return min(end, self.cut) if self.cut is not None else end

    @property
    def title(self) -> str:
        """The period in Chinese, as tables and reports are headed."""
        first, last = self.first, self.last
        match self.kind:
            case "year":
                return f"{first.year}年"
            case "quarter":
                return f"{first.year}年第{(first.month + 2) // 3}季度"
            case "month":
                return f"{first.year}年{first.month}月"
            case "day":
                return f"{first:%Y-%m-%d}"
            case _:
                return f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}"

    def before(self) -> Period:
        """The one before it: the calendar's, or as many days."""
        if self.kind == "own":
            days = (self.last - self.first).days + 1
            return Period("own", self.first - timedelta(days=days), self.first - timedelta(days=1))
        return Period.around(self.kind, self.first - timedelta(days=1))

    def year_ago(self) -> Period:
        """The same of the year before; a week is the one 52 weeks earlier, 29 February the 28th."""
        if self.kind == "week":
            return Period("week", self.first - timedelta(weeks=52), self.last - timedelta(weeks=52))
        first, last = _months(self.first, -12), _months(self.last, -12)
        if self.kind in _MONTHS:
            return Period.around(self.kind, first)
        return Period(self.kind, first, last)

    def so_far(self, other: Period, now: datetime) -> Period:
        """`other`, cut where this one stands now: what is not over is compared with as much of what is."""
        if not self.since <= now < self.until:
            return other
        return Period(other.kind, other.first, other.last, min(other.since + (now - self.since), other.until))


def _months(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def step_of(moment: SQLColumnExpression[Any], step: str, *, sqlite: bool) -> ColumnElement[str]:
    """The hour, day, week (its Monday), month, quarter or year of a moment, as text that sorts by time."""
    if sqlite:
        # The zone has had one offset since 1991: what SQLite adds is what the zone says.
        def local(form: str, *more: str) -> ColumnElement[Any]:
            return func.strftime(form, moment, "+8 hours", *more)

        match step:
            case "hour":
                return local("%H")
            case "day":
                return local("%Y-%m-%d")
            case "week":
                return local("%Y-%m-%d", "weekday 0", "-6 days")
            case "quarter":
                return local("%Y-Q").concat(cast((cast(local("%m"), Integer) + 2) // 3, Text))
            case "month":
                return local("%Y-%m")
            case _:
                return local("%Y")
    zoned = func.timezone(ZONE.key, moment)
    if step == "week":
        return func.to_char(func.date_trunc("week", zoned), "YYYY-MM-DD")
    forms = {"hour": "HH24", "day": "YYYY-MM-DD", "month": "YYYY-MM", "quarter": 'YYYY"-Q"Q', "year": "YYYY"}
    return func.to_char(zoned, forms[step])


def step_title(step: str, value: str) -> str:
    """A step in words."""
    match step:
        case "hour":
            return f"{value}:00"
        case "week":
            return f"{value} 起一周"
        case "quarter":
            return f"{value[:4]}年第{value[-1]}季度"
        case "year":
            return f"{value}年"
        case _:
            return value
