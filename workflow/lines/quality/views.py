"""What is asked and told of the quality of lines."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Page
from cti.office.screens import form

QUALITY = "/api/lines/quality"
SEE = "lines.quality"
Kind = Literal["line", "agent", "network"]
Grade = Literal["good", "bad", "silent"]
KINDS = {"line": "中继", "agent": "座席", "network": "网段"}
GRADES = {"good": "正常", "bad": "质量差", "silent": "没有声音"}
PARTIES = {
    "caller": "市民", "agent": "座席", "consulted": "被咨询方", "supervisor": "班长", "outside": "外线",
    "browser": "座席的浏览器",
}  # fmt: skip


class SumsQuery(Page):
    """Lines, agents or networks in a period of whole days; by default the last seven."""

    kind: Kind | None = None
    search: str = pydantic.Field(default="", max_length=64)
    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class LegsQuery(Page):
    """Single legs."""

    grade: Grade | None = None
    line: str = pydantic.Field(default="", max_length=64)
    agent: str = pydantic.Field(default="", max_length=16)
    network: str = pydantic.Field(default="", max_length=50)
    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class SumsView(pydantic.BaseModel):
    """How a line, an agent or a network was. Shares are percent, times milliseconds."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    kind: Kind = pydantic.Field(title="对象", json_schema_extra=form(kind="choice", options=KINDS))
    name: str = pydantic.Field(title="名称")
    legs: int = pydantic.Field(title="通话段数")
    bad: int = pydantic.Field(title="质量差的段数")
    bad_percent: float = pydantic.Field(title="质量差占比（%）")
    silent: int = pydantic.Field(title="没有声音的段数")
    mos: float = pydantic.Field(title="平均评分（MOS）")
    loss_percent: float = pydantic.Field(title="平均丢包（%）")
    jitter_ms: int = pydantic.Field(title="最大抖动（毫秒）")
    round_trip_ms: int = pydantic.Field(title="最大往返时延（毫秒）")
    advice: str = pydantic.Field(
        title="处理建议", json_schema_extra=form(kind="long", none="—", width=360)
    )  # fmt: skip


class LegView(pydantic.BaseModel):
    """How a leg was; shares are percent, times milliseconds."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    at: datetime = pydantic.Field(title="结束时间")
    call: str = pydantic.Field(title="通话", json_schema_extra=form(link="calls"))
    party: str = pydantic.Field(title="通话方", json_schema_extra=form(kind="choice", options=PARTIES))
    line: str = pydantic.Field(title="中继或话机")
    agent: str = pydantic.Field(title="工号", json_schema_extra=form(none="—"))
    far: str = pydantic.Field(title="对端地址", json_schema_extra=form(none="—"))
    codec: str = pydantic.Field(title="编码")
    grade: Grade = pydantic.Field(
        title="质量",
        json_schema_extra=form(
            kind="choice", options=GRADES, tones={"good": "ready", "bad": "break", "silent": "ring"}
        ),
    )
    mos: float = pydantic.Field(title="评分（MOS）")
    loss_percent: float = pydantic.Field(title="收到丢包（%）")
    far_loss_percent: float | None = pydantic.Field(title="发出丢包（%）", json_schema_extra=form(none="—"))
    jitter_ms: int | None = pydantic.Field(title="收到抖动（毫秒）", json_schema_extra=form(none="—"))
    far_jitter_ms: int | None = pydantic.Field(title="发出抖动（毫秒）", json_schema_extra=form(none="—"))
    round_trip_ms: int | None = pydantic.Field(title="往返时延（毫秒）", json_schema_extra=form(none="—"))
    where: str = pydantic.Field(default="", title="判断", json_schema_extra=form(none="—"))
