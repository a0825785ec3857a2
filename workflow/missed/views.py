"""What is asked and told of callers who must be called back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form

Reason = Literal["voicemail", "abandoned", "closed"]
State = Literal["open", "taken", "done"]
Result = Literal["reached", "no_answer", "wrong_number", "not_needed"]

REASONS = {"voicemail": "留言", "abandoned": "排队中放弃", "closed": "非服务时间来电"}
STATES = {"open": "待回电", "taken": "处理中", "done": "已完成"}
RESULTS = {"reached": "已联系", "no_answer": "无人接听", "wrong_number": "号码有误", "not_needed": "无需回电"}
ENDED = {**RESULTS, "called_again": "市民再次来电已接通"}
"""Results that people give, and the one that comes by itself."""


class MissedDone(Body):
    """What came of it."""

    result: Result = pydantic.Field(title="结果", json_schema_extra=form(options=RESULTS))
    note: str = pydantic.Field(default="", max_length=500, title="备注", json_schema_extra=form(kind="long"))


class MissedView(RecordView):
    """A caller who must be called back."""

    reason: Reason = pydantic.Field(
        title="原因",
        json_schema_extra=form(
            kind="choice", options=REASONS, tones={"voicemail": "talk", "abandoned": "break", "closed": "off"}
        ),
    )
    number: str = pydantic.Field(title="来电号码", json_schema_extra=form(kind="phone", none="匿名"))
    queue: str = pydantic.Field(title="队列")
    call: str = pydantic.Field(title="来电编号")
    sound: dict[str, Any] | None = pydantic.Field(title="留言", json_schema_extra=form(kind="sound", width=230))
    seconds: float | None = pydantic.Field(title="留言时长", json_schema_extra=form(kind="duration"))
    calls: int = pydantic.Field(title="来电次数")
    last_at: datetime = pydantic.Field(title="最近来电")
    state: State = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=STATES, tones={"open": "break", "taken": "talk", "done": "ready"}
        ),
    )
    taken_name: str = pydantic.Field(title="处理人")
    dialled_at: datetime | None = pydantic.Field(title="最近拨打")
    result: str = pydantic.Field(title="结果", json_schema_extra=form(kind="choice", options=ENDED))
    note: str = pydantic.Field(title="备注")
    done_at: datetime | None = pydantic.Field(title="完成时间")


class MissedQuery(RecordQuery):
    """Filters of the list; `search` is a whole number or its last four digits."""

    reason: Reason | None = None
    state: State | None = None
    queue: str = pydantic.Field(default="", max_length=60)
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class MissedFigure(pydantic.BaseModel):
    """How many callers of a queue were missed, by why, and how many of them still wait."""

    queue: str
    voicemail: int
    abandoned: int
    closed: int
    waiting: int
