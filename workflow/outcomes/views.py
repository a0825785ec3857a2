"""What is asked and told of outcomes and their reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form

BASE, REASONS = "/api/outcomes", "/api/outcome_reasons"
How = Literal["", "reason", "ticket", "addition", "handling"]
Proposal = Literal["", "open", "accepted", "declined"]
HOW = {"": "未填写", "reason": "无需工单", "ticket": "新建工单", "addition": "补充工单", "handling": "办理工单"}
PROPOSALS = {"": "", "open": "待审核", "accepted": "已列入黑名单", "declined": "未列入"}


class ReasonFields(Body):
    """A reason that agents choose from after a talk."""

    title: str = pydantic.Field(min_length=1, max_length=20, title="名称")
    place: int = pydantic.Field(
        default=50, ge=1, le=999, title="顺序", json_schema_extra=form(help="前九个在话后处理时可按 1 至 9 选择")
    )
    nuisance: bool = pydantic.Field(default=False, title="可申请将来电号码列入黑名单")
    noted: bool = pydantic.Field(default=False, title="须填写备注")


class ReasonView(RecordView):
    """A reason as lists and its page show it."""

    title: str = pydantic.Field(title="名称")
    place: int = pydantic.Field(title="顺序")
    nuisance: bool = pydantic.Field(title="可申请黑名单")
    noted: bool = pydantic.Field(title="须填备注")


class OutcomeFields(Body):
    """What an agent says of a talk that makes no ticket."""

    reason: str = pydantic.Field(
        min_length=1,
        max_length=26,
        title="原因",
        json_schema_extra=form(kind="choice", options_from=f"{REASONS}/choices"),
    )
    note: str = pydantic.Field(default="", max_length=500, title="备注", json_schema_extra=form(kind="long"))
    propose: bool = pydantic.Field(
        default=False, title="申请将号码列入黑名单", json_schema_extra=form(help="限骚扰来电，由班长审核后生效")
    )


class Accepted(Body):
    """For how long a number stands on the black list, and why."""

    reason: str = pydantic.Field(min_length=1, max_length=200, title="原因")
    until: pydantic.AwareDatetime | None = pydantic.Field(
        default=None, title="失效时间", json_schema_extra=form(help="不填则长期有效")
    )


class OutcomeView(RecordView):
    """A talk and what it came to."""

    call: str = pydantic.Field(title="来电编号", json_schema_extra=form(link="calls"))
    talked_at: datetime = pydantic.Field(title="通话时间")
    agent: str = pydantic.Field(title="工号")
    agent_name: str = pydantic.Field(title="座席")
    queue: str = pydantic.Field(title="队列")
    number: str = pydantic.Field(title="来电号码", json_schema_extra=form(kind="phone", dial=True, none="匿名"))
    seconds: float | None = pydantic.Field(title="通话时长", json_schema_extra=form(kind="duration"))
    how: How = pydantic.Field(
        title="结果",
        json_schema_extra=form(
            kind="choice",
            width=96,
            options=HOW,
            tones={"": "ring", "reason": "off", "ticket": "ready", "addition": "talk", "handling": "talk"},
        ),
    )
    reason: str = pydantic.Field(title="原因编号")
    reason_title: str = pydantic.Field(title="原因")
    note: str = pydantic.Field(title="备注", json_schema_extra=form(kind="long"))
    record: str = pydantic.Field(title="工单编号")
    record_title: str = pydantic.Field(title="工单", json_schema_extra=form(width=340))
    filled_at: datetime | None = pydantic.Field(title="填写时间")
    filled_name: str = pydantic.Field(title="填写人")
    proposal: Proposal = pydantic.Field(
        title="黑名单申请",
        json_schema_extra=form(
            kind="choice", options=PROPOSALS, tones={"open": "break", "accepted": "ready", "declined": "off"}
        ),
    )
    decided_name: str = pydantic.Field(title="审核人")
    decided_at: datetime | None = pydantic.Field(title="审核时间")


class OutcomeQuery(RecordQuery):
    """Filters; `how` is `none` where nobody said anything; `search` is a number or its last four digits."""

    how: Literal["none", "reason", "ticket", "addition", "handling"] | None = None
    proposal: Literal["open", "accepted", "declined"] | None = None
    reason: str = pydantic.Field(default="", max_length=26)
    agent: str = pydantic.Field(default="", max_length=16)
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")
