"""What is asked and told of automatic dispatch."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from workflow.assistant.dispatching.gate import THRESHOLDS
from workflow.assistant.rules import BASE

DISPATCHES = f"{BASE}/dispatches"
RULE = f"{BASE}/dispatch_rule"
STATES = {"sent": "已派出", "answered": "单位已办结", "missed": "派错"}
REVIEWS = {"waiting": "待抽查", "right": "抽查正确", "wrong": "抽查有误"}
VERDICTS = {"right": "派单正确", "wrong": "派单有误"}


class RuleFields(Body):
    """By which rule tickets are dispatched by themselves."""

    is_on: bool = pydantic.Field(
        title="启用自动派单",
        json_schema_extra=form(help="送审后没有人领取的工单，按概率自动交办；紧急和保密的工单始终由人派审"),
    )
    threshold: Literal["0.8", "0.9", "0.95"] = pydantic.Field(
        title="概率不低于",
        json_schema_extra=form(kind="choice", options=THRESHOLDS, help="低于它的工单由人派审，交办时列出推荐单位"),
    )
    share: int = pydantic.Field(
        ge=1, le=100, title="抽查比例（%）", json_schema_extra=form(help="自动派出的工单中随机抽取，由班长判断是否派对")
    )


class RuleEdit(RuleFields):
    """`version` is the one that was read."""

    version: int


class RuleView(RuleFields):
    """The rule, and what stands against it: `lacks`, in words."""

    version: int
    changed_by: str
    lacks: list[str]


class RuleNote(pydantic.BaseModel):
    """How it stands, in a sentence above the list."""

    words: str
    good: bool


class DispatchFields(Body):
    """Nobody makes one by hand."""


class DispatchView(RecordView):
    """A ticket that was dispatched by itself."""

    ticket: str = pydantic.Field(title="工单编号（系统）")
    number: str = pydantic.Field(title="工单编号")
    title: str = pydantic.Field(default="", title="标题", json_schema_extra=form(width=240, none="（保密）"))
    unit: str = pydantic.Field(title="派往单位")
    probability: str = pydantic.Field(title="概率")
    words: str = pydantic.Field(title="依据", json_schema_extra=form(width=200, none=""))
    others: str = pydantic.Field(title="其他可能", json_schema_extra=form(width=200, none="无"))
    model: int = pydantic.Field(title="模型版本")
    state: str = pydantic.Field(
        title="结果",
        json_schema_extra=form(
            kind="choice", options=STATES, tones={"sent": "talk", "answered": "ready", "missed": "ring"}
        ),
    )
    review: str = pydantic.Field(
        title="抽查",
        json_schema_extra=form(
            kind="choice", options=REVIEWS, none="", tones={"waiting": "break", "right": "ready", "wrong": "ring"}
        ),
    )
    note: str = pydantic.Field(title="抽查意见", json_schema_extra=form(none=""))


class DispatchQuery(RecordQuery):
    """Filters of the list."""

    unit: str = pydantic.Field(default="", max_length=40)
    state: str = pydantic.Field(default="", max_length=12)
    review: str = pydantic.Field(default="", max_length=8)
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class Verdict(Body):
    """What a supervisor says of a sampled ticket."""

    verdict: Literal["right", "wrong"] = pydantic.Field(
        title="结论", json_schema_extra=form(kind="choice", options=VERDICTS)
    )
    note: str = pydantic.Field(default="", max_length=300, title="意见", json_schema_extra=form(kind="long"))
