"""What programs ask and are told of tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body, Query
from workflow.tickets.views import TicketFields

External = Annotated[str, pydantic.Field(min_length=1, max_length=120, pattern=r"^[!-~]+$")]
"""An id that a program gives: printable, without blanks."""
EXTERNAL = "调用方编号"
ONCE = "调用方自己的编号；同一编号再次提交不会重复处理，内容不同则拒绝"


class NewTicket(TicketFields):
    """A request that a program registers."""

    external: External = pydantic.Field(title=EXTERNAL, description=ONCE)
    category: str | None = pydantic.Field(
        default=None, max_length=200, title="诉求分类", description="分类编号，或“一级/二级/三级”名称"
    )
    channel: Literal["phone", "voicemail", "chat", "web", "wechat", "app", "letter", "transferred"] = pydantic.Field(
        default="transferred", title="受理来源"
    )
    submit: bool = pydantic.Field(default=True, title="送审", description="登记后立即送审；否则留在登记环节")


class Addition(Body):
    """What a citizen adds to his request."""

    external: External = pydantic.Field(title=EXTERNAL, description=ONCE)
    kind: Literal["supplement", "remind"] = pydantic.Field(
        default="supplement", title="类别", description="supplement 补充诉求，remind 催单"
    )
    note: str = pydantic.Field(min_length=1, max_length=2000, title="说明")


class Answering(Body):
    """An answer: the reply of a department to its task, else that of the hotline to the citizen."""

    external: External = pydantic.Field(title=EXTERNAL, description=ONCE)
    answer: str = pydantic.Field(
        min_length=1, max_length=4000, title="答复内容", description="承办单位反馈至少 10 个字"
    )
    contacted: bool = pydantic.Field(default=False, title="已联系市民", description="承办单位反馈时填写")
    no_contact: str = pydantic.Field(default="", max_length=500, title="未联系的原因")
    citations: list[Annotated[str, pydantic.Field(max_length=120)]] = pydantic.Field(
        default=[], max_length=20, title="引用的知识"
    )


class StateQuery(Query):
    """From where on to read: what the answer before said."""

    cursor: str = pydantic.Field(
        default="", max_length=60, title="游标", description="上一页返回的 next；空则从 from 起"
    )
    since: datetime | None = pydantic.Field(
        default=None, alias="from", title="起始时间", description="没有游标时，从此时间以后的变化开始"
    )
    own: bool = pydantic.Field(default=False, title="只看本方登记", description="只返回由本密钥所属人员登记的工单")
    size: int = pydantic.Field(default=100, ge=1, le=500, title="每页条数")


class TicketState(pydantic.BaseModel):
    """Where a ticket stands."""

    id: str = pydantic.Field(title="编号")
    number: str = pydantic.Field(title="工单编号")
    external: str = pydantic.Field(title=EXTERNAL, description="由本密钥所属人员登记时所给的编号，否则为空")
    title: str = pydantic.Field(title="标题")
    type: str = pydantic.Field(title="诉求类型")
    stage: str = pydantic.Field(title="阶段", description="registered、review、handling、archived 等")
    words: str = pydantic.Field(title="进度", description="可告知市民的说法")
    lead: str = pydantic.Field(title="主办单位")
    due_at: datetime | None = pydantic.Field(title="下一时限")
    card: str = pydantic.Field(title="时限状态", description="green 正常、yellow 即将超时、red 已超时")
    answer: str = pydantic.Field(title="答复内容", description="审核通过以后才有")
    satisfaction: str = pydantic.Field(title="满意度")
    outcome: str = pydantic.Field(title="办结结果", description="空为未办结")
    registered_at: datetime = pydantic.Field(title="登记时间")
    changed_at: datetime = pydantic.Field(title="变化时间")
    ended_at: datetime | None = pydantic.Field(title="办结时间")
    again: bool = pydantic.Field(default=False, title="重复提交", description="此前已处理过同一编号")


class States(pydantic.BaseModel):
    """Tickets that changed, in the order of their changes."""

    items: list[TicketState]
    next: str = pydantic.Field(title="下一游标", description="下次从这里开始；没有变化时与所给的相同")
    more: bool = pydantic.Field(title="还有", description="还有变化没有返回，请立即取下一页")
