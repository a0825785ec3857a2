"""What is asked and told of callers who must be called back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import When, form
from cti.telephony.redialling import ENDS
from workflow.missed.rules import ENDED, RESULTS, STATES, Result, State

Reason = Literal["voicemail", "message", "abandoned", "unserved", "closed"]

REASONS = {
    "voicemail": "留言", "message": "在线留言", "abandoned": "排队中放弃", "unserved": "无座席接听",
    "closed": "非服务时间来电",
}  # fmt: skip


class MissedDone(Body):
    """What came of it."""

    result: Result = pydantic.Field(title="结果", json_schema_extra=form(options=RESULTS))
    due_at: pydantic.AwareDatetime | None = pydantic.Field(
        default=None, title="约定时间", json_schema_extra=form(when=When(key="result", among=("later",)), needed=True)
    )
    note: str = pydantic.Field(default="", max_length=500, title="备注", json_schema_extra=form(kind="long"))


class MissedView(RecordView):
    """A caller who must be called back."""

    reason: Reason = pydantic.Field(
        title="原因",
        json_schema_extra=form(
            kind="choice",
            options=REASONS,
            tones={"voicemail": "talk", "message": "talk", "abandoned": "break", "unserved": "break", "closed": "off"},
        ),
    )
    number: str = pydantic.Field(title="来电号码", json_schema_extra=form(kind="phone", none="匿名"))
    queue: str = pydantic.Field(title="队列")
    call: str = pydantic.Field(title="来电编号")
    sound: dict[str, Any] | None = pydantic.Field(title="留言", json_schema_extra=form(kind="sound", width=230))
    said: str = pydantic.Field(default="", title="留言文字", json_schema_extra=form(kind="long", width=280))
    seconds: float | None = pydantic.Field(title="留言时长", json_schema_extra=form(kind="duration"))
    calls: int = pydantic.Field(title="来电次数")
    last_at: datetime = pydantic.Field(title="最近来电")
    state: State = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice",
            options=STATES,
            tones={
                "open": "break",
                "offered": "ring",
                "taken": "talk",
                "dialling": "ring",
                "talked": "talk",
                "done": "ready",
            },
        ),
    )
    taken_name: str = pydantic.Field(title="处理人")
    attempts: int = pydantic.Field(title="已拨次数")
    due_at: datetime = pydantic.Field(title="下次拨打")
    dialled_at: datetime | None = pydantic.Field(title="最近拨打")
    last_result: str = pydantic.Field(title="最近拨打结果", json_schema_extra=form(kind="choice", options=ENDS))
    called_back: str = pydantic.Field(title="回拨通话", json_schema_extra=form(link="calls"))
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
    message: int
    abandoned: int
    unserved: int
    closed: int
    waiting: int
