"""What is asked and told of matters, words and rises."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body, Page
from cti.office.screens import form

BASE = "/api/trends"
KINDS = {"matter": "热点事项", "category": "诉求分类", "talk": "通话话题"}
STATES = {"open": "待处理", "handled": "已处理"}
SOURCES = {"tickets": "工单", "talks": "通话"}


class MatterQuery(Page):
    """Matters of which tickets were registered in a period, by default the last seven days."""

    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")
    search: str = pydantic.Field(default="", max_length=40)
    least: int = pydantic.Field(default=2, ge=1, le=1000)
    sort: Literal["-count", "-grown", "-last_at"] = "-count"


class MatterView(pydantic.BaseModel):
    """A matter as far as the visitor reaches: how often it was told in the period, and in as long a time before it."""

    id: str
    title: str = pydantic.Field(title="事项", json_schema_extra=form(width=280))
    count: int = pydantic.Field(title="件数")
    before: int = pydantic.Field(title="上期件数")
    grown: int = pydantic.Field(title="增减")
    places: str = pydantic.Field(title="主要区域")
    first_at: datetime = pydantic.Field(title="首次反映")
    last_at: datetime = pydantic.Field(title="最近反映")


class DayCount(pydantic.BaseModel):
    """How many tickets a day had."""

    day: str
    count: int


class MatterPage(MatterView):
    """A matter with its days, the last sixty at most."""

    days: list[DayCount]


class MatterTicketView(pydantic.BaseModel):
    """A ticket about a matter."""

    ticket: str
    number: str = pydantic.Field(title="工单编号", json_schema_extra=form(width=190))
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=360))
    at: datetime = pydantic.Field(title="登记时间")
    place: str = pydantic.Field(title="事发地")
    by_hand: bool = pydantic.Field(title="人工指定")


class TopicTalkView(pydantic.BaseModel):
    """A talk about a topic."""

    call: str
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=260))
    account: str = pydantic.Field(title="市民说的事", json_schema_extra=form(kind="long", width=420))
    at: datetime = pydantic.Field(title="通话时间")
    agent: str = pydantic.Field(title="工号")
    place: str = pydantic.Field(title="区域")
    by_hand: bool = pydantic.Field(title="人工指定")


class TopicView(MatterView):
    """A topic of talks."""

    title: str = pydantic.Field(title="话题", json_schema_extra=form(width=280))
    count: int = pydantic.Field(title="通话数")
    before: int = pydantic.Field(title="上期通话数")


class JoinedTopic(Body):
    """Which topic another is a part of."""

    matter: str = pydantic.Field(
        min_length=1,
        max_length=26,
        title="并入",
        json_schema_extra=form(kind="choice", options_from=f"{BASE}/topic-choices"),
    )


class MatterName(Body):
    """What a matter is to be called."""

    name: str = pydantic.Field(min_length=2, max_length=60, title="名称")


class Joined(Body):
    """Which matter another is a part of."""

    matter: str = pydantic.Field(
        min_length=1, max_length=26, title="并入", json_schema_extra=form(kind="choice", options_from=f"{BASE}/choices")
    )


class RiseQuery(Page):
    """Rises, perhaps of a state, kind and period."""

    state: Literal["open", "handled"] | None = None
    kind: Literal["matter", "category", "talk"] | None = None
    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class RiseView(pydantic.BaseModel):
    """A sudden rise."""

    model_config = pydantic.ConfigDict(from_attributes=True)

    id: str
    kind: str = pydantic.Field(title="对象", json_schema_extra=form(kind="choice", options=KINDS))
    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=240))
    count: int = pydantic.Field(title="一小时内")
    usual: float = pydantic.Field(title="平时")
    most: int = pydantic.Field(title="平时最多")
    began_at: datetime = pydantic.Field(title="发现时间")
    ended_at: datetime | None = pydantic.Field(title="回落时间", json_schema_extra=form(none="仍在高位"))
    state: str = pydantic.Field(
        title="处理", json_schema_extra=form(kind="choice", options=STATES, tones={"open": "ring", "handled": "ready"})
    )
    note: str = pydantic.Field(title="处理说明")
    handled_by: str = pydantic.Field(title="处理人")
    handled_at: datetime | None = pydantic.Field(title="处理时间", json_schema_extra=form(none=""))


class Handled(Body):
    """What was done about a rise."""

    note: str = pydantic.Field(min_length=1, max_length=300, title="处理说明", json_schema_extra=form(kind="long"))


class WordQuery(Page):
    """Words of the last days in tickets or talks; `search` is a part of them."""

    source: Literal["tickets", "talks"] = "tickets"
    days: Literal["1", "7", "30"] = "7"
    search: str = pydantic.Field(default="", max_length=12)
    sort: Literal["-sure", "-count"] = "-sure"


class WordView(pydantic.BaseModel):
    """A word, in how many tickets or talks, and in how many it would be if all were as in as long a time before."""

    word: str = pydantic.Field(title="热词")
    count: int = pydantic.Field(title="件数")
    expected: float = pydantic.Field(title="按上期应有")
    sure: float = pydantic.Field(title="上升程度")
