"""What the roster's table tells and is asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pydantic

from cti.base.http.routes import Body, Page, Query

MOST_DAYS = 42
MOST_MOVES = 200


class TableQuery(Query):
    """Which days of which organisation (empty: one's own): at most six weeks."""

    first: date = pydantic.Field(alias="from")
    last: date = pydantic.Field(alias="to")
    organisation: str = pydantic.Field(default="", max_length=40)

    @pydantic.model_validator(mode="after")
    def _short(self) -> TableQuery:
        if not timedelta() <= self.last - self.first < timedelta(days=MOST_DAYS):
            raise ValueError(f"the table shows 1 to {MOST_DAYS} days")
        return self


class DayView(pydantic.BaseModel):
    """A day: `kind` is workday, sat, sun or holiday, `holiday` its name."""

    day: date
    kind: str
    holiday: str


class SlotView(pydantic.BaseModel):
    """A slot that can be given."""

    key: str
    title: str
    type_title: str
    hours: str
    minutes: int
    night: bool


class PersonView(pydantic.BaseModel):
    """Somebody of the organisation; `target` are the minutes of his contract in the month in which the table begins."""

    id: str
    name: str
    agent_no: str
    target: int | None = None


class ShiftView(pydantic.BaseModel):
    """A shift."""

    id: str
    person: str
    day: date
    slot: str
    title: str
    hours: str
    minutes: int
    night: bool
    tied: bool
    begins_at: datetime
    ends_at: datetime


class NeedView(pydantic.BaseModel):
    """How many a slot needs on a day, and has; who is on leave is not there."""

    day: date
    slot: str
    needed: int
    there: int


class AwayView(pydantic.BaseModel):
    """Somebody is on leave on a day, or asks for it."""

    person: str
    day: date
    title: str
    approved: bool


class WishView(pydantic.BaseModel):
    """Somebody's wish for a day: `off`, or a slot."""

    person: str
    day: date
    wish: str
    reason: str


class MonthView(pydantic.BaseModel):
    """A month's roster that lies within the table; only who plans sees one that is not published."""

    id: str
    month: str
    state: str


class TableView(pydantic.BaseModel):
    """The table of some days. `plans` is whether the visitor may change it."""

    organisation: str
    organisation_title: str
    first: date
    last: date
    days: list[DayView]
    months: list[MonthView]
    slots: list[SlotView]
    people: list[PersonView]
    shifts: list[ShiftView]
    needs: list[NeedView]
    away: list[AwayView]
    wishes: list[WishView]
    plans: bool
    me: str


class MoveBody(pydantic.BaseModel):
    """Somebody works this slot on a day; nothing when it is empty."""

    person: str = pydantic.Field(max_length=26)
    day: date
    slot: str = pydantic.Field(default="", max_length=60)


class MovesBody(Body):
    """Changes that belong together. What breaks a limit is done with a reason only."""

    organisation: str = pydantic.Field(default="", max_length=40)
    moves: list[MoveBody] = pydantic.Field(min_length=1, max_length=MOST_MOVES)
    reason: str = pydantic.Field(default="", max_length=200)


class JudgedView(pydantic.BaseModel):
    """What stands against changes: `faults` always, `warnings` unless a reason is given."""

    faults: list[str]
    warnings: list[str]


class UndoneView(pydantic.BaseModel):
    """What was taken back."""

    words: str


class ChangesQuery(Page):
    """A page of a roster's changes, the newest first."""


class ChangeView(pydantic.BaseModel):
    """A change of a roster."""

    id: str = pydantic.Field(title="编号")
    at: datetime = pydantic.Field(title="时间")
    by_name: str = pydantic.Field(title="操作人")
    before: str = pydantic.Field(title="变动前")
    after: str = pydantic.Field(title="变动后")
    why: str = pydantic.Field(title="原因")
    undone: bool = pydantic.Field(title="已撤销")


class PersonShare(pydantic.BaseModel):
    """What falls to a person in the month, for the page of its explanation."""

    person: str = pydantic.Field(title="人员编号")
    name: str = pydantic.Field(title="姓名")
    shifts: int = pydantic.Field(title="班次")
    hours: float = pydantic.Field(title="工时")
    contract: float = pydantic.Field(title="合同工时")
    beside: float = pydantic.Field(title="超出（小时）")
    nights: int = pydantic.Field(title="夜班")
    weekends: int = pydantic.Field(title="休息日班")
    unmet: int = pydantic.Field(title="未满足意愿")
    breaches: str = pydantic.Field(title="超出限制")


class GapView(pydantic.BaseModel):
    """A need that is not covered, and what stands against each who could."""

    id: str = pydantic.Field(title="编号")
    day: date = pydantic.Field(title="日期")
    title: str = pydantic.Field(title="班次")
    needed: int = pydantic.Field(title="需要")
    there: int = pydantic.Field(title="已有")
    whys: str = pydantic.Field(title="其他人员为何不能安排")
