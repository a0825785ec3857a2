"""What is asked and told of periods and scores."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import pydantic

from cti.base.http.routes import Body, Page
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from cti.office.screens.description import Tone
from workflow.performance.rules import EVERY, OF, PERIOD_STATES, PERIODS

TONES: dict[str, Tone] = {
    "draft": "off", "counting": "wrapup", "ready": "break", "published": "talk", "final": "ready",
}  # fmt: skip


class PeriodFields(Body):
    """A period of a scheme."""

    scheme: str = pydantic.Field(
        min_length=1, max_length=60, title="考核方案",
        json_schema_extra=form(options_from=f"{PERIODS}/schemes", only_new=True),
    )  # fmt: skip
    month: str = pydantic.Field(
        pattern=r"^20\d\d-(0[1-9]|1[0-2])$", title="月份",
        json_schema_extra=form(
            help="例如 2026-11；季度方案填季度中的任一个月", wrong="请写成 2026-11 这样", only_new=True
        ),
    )  # fmt: skip


class PeriodView(RecordView):
    """A period, with how far it is."""

    title: str = pydantic.Field(title="考核期", json_schema_extra=form(width=240))
    scheme: str = pydantic.Field(title="方案编号")
    revision: int = pydantic.Field(title="方案版本", json_schema_extra=form(width=90))
    of: str = pydantic.Field(title="考核对象", json_schema_extra=form(kind="choice", options=OF, width=90))
    every: str = pydantic.Field(title="周期", json_schema_extra=form(kind="choice", options=EVERY, width=80))
    first: date = pydantic.Field(title="开始日期")
    last: date = pydantic.Field(title="结束日期")
    state: Literal["draft", "counting", "ready", "published", "final"] = pydantic.Field(
        title="状态", json_schema_extra=form(kind="choice", options=PERIOD_STATES, tones=TONES, width=90)
    )
    scored: int = pydantic.Field(title="对象数", json_schema_extra=form(width=80))
    unscored: int = pydantic.Field(title="没有得分", json_schema_extra=form(width=90))
    average: float | None = pydantic.Field(title="平均分", json_schema_extra=form(none="—", width=80))
    excluded: int = pydantic.Field(title="不计考核", json_schema_extra=form(width=90))
    counted_at: datetime | None = pydantic.Field(title="计算时间")
    published_at: datetime | None = pydantic.Field(title="发布时间")
    appeal_until: datetime | None = pydantic.Field(title="申诉截止")
    trouble: str = pydantic.Field(title="计算未成的原因", json_schema_extra=form(none=""))
    newer: str = pydantic.Field(default="", title="提示", json_schema_extra=form(none="", width=260))


class ScoreView(RecordView):
    """What somebody, or a unit, got in a period."""

    name: str = pydantic.Field(title="考核对象", json_schema_extra=form(width=170))
    agent: str = pydantic.Field(title="工号", json_schema_extra=form(none="", width=80))
    of: str = pydantic.Field(title="类别", json_schema_extra=form(kind="choice", options=OF, width=90))
    period: str = pydantic.Field(title="考核期编号")
    period_title: str = pydantic.Field(title="考核期", json_schema_extra=form(width=220))
    scheme: str = pydantic.Field(title="方案编号")
    revision: int = pydantic.Field(title="方案版本", json_schema_extra=form(width=90))
    first: date = pydantic.Field(title="考核期开始")
    state: str = pydantic.Field(
        title="状态", json_schema_extra=form(kind="choice", options=PERIOD_STATES, tones=TONES, width=90)
    )
    total: float | None = pydantic.Field(title="总分", json_schema_extra=form(none="未评分", width=80))
    score: float | None = pydantic.Field(title="指标得分", json_schema_extra=form(none="—", width=90))
    adjusted: float = pydantic.Field(title="加减分", json_schema_extra=form(width=80))
    rank: int | None = pydantic.Field(title="名次", json_schema_extra=form(none="—", width=70))
    ranked: int = pydantic.Field(title="参加排名", json_schema_extra=form(width=90))
    counted: float = pydantic.Field(title="计入权重（%）", json_schema_extra=form(width=110))
    excluded: int = pydantic.Field(title="不计考核", json_schema_extra=form(width=90))
    corrected: bool = pydantic.Field(title="申诉改正", json_schema_extra=form(width=90))
    worst: str = pydantic.Field(default="", title="拉低最多", json_schema_extra=form(none="", width=190))


class ScoreQuery(RecordQuery):
    """Filters of the list."""

    own: bool = pydantic.Field(default=False, title="本人、本单位")


class PointView(pydantic.BaseModel):
    """A period of the trend."""

    title: str
    first: date
    total: float | None
    rank: int | None
    ranked: int
    here: bool


class AppealedView(pydantic.BaseModel):
    """What was said against a score, and what came of it."""

    id: str
    kpi_title: str
    reason: str
    state: str
    before: float | None
    after: float | None
    opinion: str
    at: datetime


class AdjustedView(pydantic.BaseModel):
    """Points by hand that count."""

    id: str
    points: float
    reason: str


class SheetView(pydantic.BaseModel):
    """A score with all that it is made of."""

    score: ScoreView
    lines: list[dict[str, Any]]
    trend: list[PointView]
    adjustments: list[AdjustedView]
    appeals: list[AppealedView]
    appeal_until: datetime | None
    may_ask: bool
    """Whether the visitor may ask that something does not count."""


class Withdrawn(Body):
    """Why what was published is taken back; all who were scored are told."""

    reason: str = pydantic.Field(min_length=5, max_length=500, title="撤回原因", json_schema_extra=form(kind="long"))


class RowsQuery(Page):
    """The rows behind a number of a score."""

    kpi: str = pydantic.Field(max_length=60)
    part: str = pydantic.Field(max_length=40)
    count: Literal["numerator", "denominator", "lost", "excluded"] = "denominator"


class Tried(pydantic.BaseModel):
    """A scheme tried on a period: nothing is kept."""

    title: str
    scored: int
    unscored: int
    average: float | None
    rows: list[TriedRow]


class TriedRow(pydantic.BaseModel):
    """Somebody of it."""

    id: str
    name: str
    total: float | None
    rank: int | None
    worst: str


Tried.model_rebuild()
