"""What is asked and told of the assistant."""

from __future__ import annotations

from datetime import date, datetime

import pydantic

from cti.base.http.routes import Body, Page
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form

FIELDS = {
    "type": "诉求类型", "title": "标题", "content": "诉求内容", "place": "事发地", "address": "详细地址",
    "category": "诉求分类", "urgent": "紧急", "caller_name": "姓名", "caller_gender": "性别", "contact": "联系电话",
    "then_lead": "主办单位", "event_at": "事发时间", "keywords": "关键词",
}  # fmt: skip
"""What is proposed, in the order of the ticket's form; the last two have no field there."""
PURPOSES = {"category": "诉求分类", "department": "主办单位"}
STATES = {"in_use": "在用", "made": "未启用", "replaced": "已被替换"}
LONGEST = 10_000


class ReadBody(Body):
    """What was typed beside a call so far: `notes` on the side, and the content and title of the form."""

    subject: str = pydantic.Field(max_length=60, description="the form of the call")
    notes: str = pydantic.Field(default="", max_length=LONGEST)
    content: str = pydantic.Field(default="", max_length=LONGEST)
    title: str = pydantic.Field(default="", max_length=100)


class Source(pydantic.BaseModel):
    """The words a proposal rests on: of which text (`notes`, `content`, `talk`), and where there; of the talk also from
    when on they were said, and for how many seconds: `/api/calls/{call}/moment` has the sound.
    """

    of: str
    words: str
    start: int
    end: int
    at: datetime | None = None
    seconds: float = 0.0


class ProposalView(pydantic.BaseModel):
    """A value for a field; `shown` is how people read it, `probability` is 0 where nothing says how likely it is."""

    field: str
    title: str
    value: str
    shown: str
    probability: float
    sources: list[Source]


class ReadingView(pydantic.BaseModel):
    """All that was read, best first within a field."""

    proposals: list[ProposalView]
    learned: bool = pydantic.Field(description="whether the categories come from a model of the city's tickets")
    writes: bool = pydantic.Field(default=False, description="whether a language model may be asked")
    trouble: str = pydantic.Field(default="", description="why the language model wrote nothing")


class TriedWriting(pydantic.BaseModel):
    """What came of a try, in words."""

    words: str


class CountQuery(Page):
    """Days, both included; by default the last thirty."""

    since: date | None = pydantic.Field(default=None, alias="from")
    until: date | None = pydantic.Field(default=None, alias="to")


class CountLine(pydantic.BaseModel):
    """What became of the proposals for a field."""

    id: str
    title: str = pydantic.Field(title="字段")
    proposed: int = pydantic.Field(title="提出")
    kept: int = pydantic.Field(title="登记相同")
    changed: int = pydantic.Field(title="登记为其他")
    empty: int = pydantic.Field(title="未登记")
    rate: str = pydantic.Field(title="采用率", json_schema_extra=form(kind="number"))


class ModelFields(Body):
    """Nobody makes a model by hand."""


class ModelView(RecordView):
    """The card of a model."""

    purpose: str = pydantic.Field(title="用途", json_schema_extra=form(kind="choice", options=PURPOSES))
    number: int = pydantic.Field(title="版本")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=STATES, tones={"in_use": "ready", "made": "break", "replaced": "off"}
        ),
    )
    why: str = pydantic.Field(title="说明", json_schema_extra=form(width=260, none=""))
    until: datetime = pydantic.Field(title="学习到的最新工单")
    tickets: int = pydantic.Field(title="学习工单数")
    repeated: int = pydantic.Field(title="重复工单数")
    first_rate: str = pydantic.Field(title="首选准确率", json_schema_extra=form(kind="number"))
    two_rate: str = pydantic.Field(title="前二准确率", json_schema_extra=form(kind="number"))
    five_rate: str = pydantic.Field(title="前五准确率")
    calibration: str = pydantic.Field(title="概率误差")
    sure: str = pydantic.Field(title="概率不低于 0.9 的工单")
    confused: str = pydantic.Field(title="最常混淆", json_schema_extra=form(kind="long", none="无"))
    uncounted: str = pydantic.Field(title="未计入的类别", json_schema_extra=form(kind="long", none="无"))
    compared_words: str = pydantic.Field(title="与在用模型比较", json_schema_extra=form(none="无"))
    seconds: float = pydantic.Field(title="训练用时（秒）")
    megabytes: float = pydantic.Field(title="训练占用内存（MB）")


class ModelQuery(RecordQuery):
    """Filters of the models."""

    purpose: str = pydantic.Field(default="", max_length=20)
    state: str = pydantic.Field(default="", max_length=12)
