"""A recording as an old platform's table has it."""

from __future__ import annotations

from typing import Literal

import pydantic

from cti.office.screens import form

KINDS = {"talk": "通话", "voicemail": "留言"}
SATISFACTION = {"1": "非常满意", "2": "满意", "3": "基本满意", "4": "不满意", "5": "非常不满意"}


class OldRecording(pydantic.BaseModel):
    """A row. The titles are the columns of our own template."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)

    old: str = pydantic.Field(min_length=1, max_length=80, title="原录音编号")
    file: str = pydantic.Field(min_length=1, max_length=400, title="录音文件")
    started_at: pydantic.AwareDatetime = pydantic.Field(title="开始时间")
    kind: Literal["talk", "voicemail"] = pydantic.Field(
        default="talk", title="类型", json_schema_extra=form(options=KINDS)
    )
    agent: str = pydantic.Field(default="", max_length=16, pattern=r"^\w*$", title="座席工号")
    number: str = pydantic.Field(default="", max_length=32, pattern=r"^[+\d][\d -]*$|^$", title="来电号码")
    called: str = pydantic.Field(default="", max_length=40, pattern=r"^[+\d][\d -]*$|^$", title="拨打号码")
    queue: str = pydantic.Field(default="", max_length=60, title="队列")
    organisation: str = pydantic.Field(default="", max_length=80, title="机构")
    satisfaction: Literal["", "1", "2", "3", "4", "5"] = pydantic.Field(
        default="", title="满意度", json_schema_extra=form(options=SATISFACTION)
    )
    ticket: str = pydantic.Field(default="", max_length=60, title="原工单编号")
    note: str = pydantic.Field(default="", max_length=400, title="备注")
