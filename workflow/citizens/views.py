"""What is asked and told of citizens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form

GENDERS = {"": "未填", "male": "男", "female": "女"}
MOST_NUMBERS = 8
Tag = Annotated[str, pydantic.Field(min_length=1, max_length=20)]
Text = Annotated[str, pydantic.Field(min_length=3, max_length=32)]


class CitizenFields(Body):
    """What is said of a citizen. A number of which only the masked form is known is sent back as it was shown."""

    name: str = pydantic.Field(default="", max_length=80, title="姓名")
    gender: Literal["", "male", "female"] = pydantic.Field(
        default="", title="性别", json_schema_extra=form(options=GENDERS)
    )
    numbers: list[Text] = pydantic.Field(
        min_length=1,
        max_length=MOST_NUMBERS,
        title="电话号码",
        json_schema_extra=form(kind="tags", help="第一个为常用号码；来电时按号码找到档案"),
    )
    address: str = pydantic.Field(default="", max_length=200, title="地址")
    vip: bool = pydantic.Field(default=False, title="重点服务对象", json_schema_extra=form(help="来电排队时优先"))
    tags: list[Tag] = pydantic.Field(default=[], max_length=20, title="标签")
    notes: str = pydantic.Field(default="", max_length=2000, title="备注")


class CitizenView(RecordView):
    """A citizen, personal data as the visitor may see it."""

    name: str = pydantic.Field(title="姓名", json_schema_extra=form(none="未登记"))
    gender: str = pydantic.Field(title="性别", json_schema_extra=form(kind="choice", options=GENDERS))
    number: str = pydantic.Field(title="常用号码", json_schema_extra=form(kind="phone", dial=True))
    numbers: list[str] = pydantic.Field(title="电话号码", json_schema_extra=form(kind="tags"))
    address: str = pydantic.Field(title="地址")
    notes: str = pydantic.Field(title="备注", json_schema_extra=form(kind="long"))
    tags: list[str] = pydantic.Field(title="标签")
    vip: bool = pydantic.Field(
        title="重点",
        json_schema_extra=form(options={"true": "重点", "false": "—"}, tones={"true": "ring"}),
    )
    calls: int = pydantic.Field(title="来电次数")
    last_call_at: datetime | None = pydantic.Field(title="最近来电")
    merged_into: str | None = pydantic.Field(title="已合并到")


class CitizenQuery(RecordQuery):
    """Filters of the list; `search` is a number, its last four digits, or how a name begins."""

    vip: bool | None = None


class Merge(Body):
    """A double to be taken into this record; `version` and `other_version` are those that were read."""

    other: str = pydantic.Field(
        max_length=26,
        title="重复的档案",
        json_schema_extra=form(options_from="/api/citizens/options", options_search=True,
                               help="它的号码、标签、备注并入本档案，空缺的姓名、地址由它补上；可在已删除中恢复"),
    )  # fmt: skip
    version: int = pydantic.Field(ge=1, le=2**31 - 1)


class CallLine(pydantic.BaseModel):
    """A call of a citizen."""

    id: str = pydantic.Field(title="来电编号")
    arrived_at: datetime = pydantic.Field(title="来电时间")
    called: str = pydantic.Field(title="被叫号码", json_schema_extra=form(kind="phone", dial=True))
    queue: str = pydantic.Field(title="队列")
    agents: list[str] = pydantic.Field(title="座席")
    talk_seconds: float = pydantic.Field(title="通话时长", json_schema_extra=form(kind="duration"))
    reason: str = pydantic.Field(title="结束原因")
    satisfaction: str = pydantic.Field(title="满意度")
