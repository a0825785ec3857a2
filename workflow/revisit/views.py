"""What is asked and told of revisits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import When, form
from workflow.revisit.rules import (
    ACCEPTS,
    ANSWERED_BY,
    OUTCOMES,
    RESULTS,
    SATISFACTIONS,
    STATES,
    UNREACHED,
    WHYS,
    Accepts,
    Satisfaction,
    State,
    Unreached,
)
from workflow.tickets.views import CHANNELS, TYPES, Channel, Type

BASE, PLANS, STRATEGIES = "/api/revisits", "/api/revisit_plans", "/api/revisit_strategies"
LANGUAGES = {"zh": "普通话", "en": "英语"}
PLAN_STATES = {"draft": "未开始", "running": "进行中", "paused": "已暂停", "finished": "已结束"}
SOLVED = {"yes": "已解决", "part": "部分解决", "no": "未解决"}
Minutes = Annotated[int, pydantic.Field(ge=1, le=10080)]
Lines = Annotated[int, pydantic.Field(ge=1, le=200)]


class StrategyFields(Body):
    """How citizens are called back."""

    title: str = pydantic.Field(min_length=2, max_length=80, title="名称")
    language: Literal["zh", "en"] = pydantic.Field(
        default="zh", title="回访语种", json_schema_extra=form(options=LANGUAGES)
    )
    calendar: str = pydantic.Field(
        min_length=1, max_length=40, title="工作时间",
        json_schema_extra=form(options_from=f"{STRATEGIES}/options/calendars", help="只在该日历的时间内拨打"),
    )  # fmt: skip
    lines: Lines = pydantic.Field(
        default=5, title="工作时间同时通话数", json_schema_extra=form(help="不会占用为来电保留的线路")
    )
    rest_calendar: str = pydantic.Field(
        default="", max_length=40, title="非工作时间",
        json_schema_extra=form(options_from=f"{STRATEGIES}/options/calendars", help="另外可拨打的时段；不选则不拨打"),
    )  # fmt: skip
    rest_lines: Lines = pydantic.Field(
        default=2, title="非工作时间同时通话数", json_schema_extra=form(help="选了非工作时间的日历才有效")
    )
    a_minute: int = pydantic.Field(default=10, ge=1, le=600, title="每分钟最多拨打")
    ring: int = pydantic.Field(default=30, ge=10, le=90, title="振铃秒数")
    attempts: int = pydantic.Field(default=3, ge=1, le=10, title="每张工单最多拨打次数")
    busy_minutes: Minutes = pydantic.Field(default=15, title="占线后几分钟再拨")
    no_answer_minutes: Minutes = pydantic.Field(default=120, title="无人接听后几分钟再拨")
    other_minutes: Minutes = pydantic.Field(default=60, title="其他失败后几分钟再拨")
    shown: str = pydantic.Field(
        default="", max_length=24, title="外显号码",
        json_schema_extra=form(options_from=f"{STRATEGIES}/options/shown", help="不选则显示本机构的默认号码"),
    )  # fmt: skip
    accepts: Accepts = pydantic.Field(default="good", title="结果的采用", json_schema_extra=form(options=ACCEPTS))
    unreached: Unreached = pydantic.Field(
        default="human", title="多次未接通", json_schema_extra=form(options=UNREACHED)
    )
    by_sms: bool = pydantic.Field(
        default=False, title="多次未接通后发送短信链接",
        json_schema_extra=form(
            help="市民在网页上评价，填写一次后失效；人工回访前都有效", when=When(key="unreached", among=("human",))
        ),
    )  # fmt: skip


class StrategyView(RecordView):
    """A strategy."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=200))
    language: str = pydantic.Field(title="回访语种", json_schema_extra=form(kind="choice", options=LANGUAGES))
    calendar: str = pydantic.Field(title="工作时间")
    lines: int = pydantic.Field(title="同时通话数")
    rest_calendar: str = pydantic.Field(title="非工作时间", json_schema_extra=form(none="不拨打"))
    rest_lines: int = pydantic.Field(title="非工作时间同时通话数")
    a_minute: int = pydantic.Field(title="每分钟最多拨打")
    ring: int = pydantic.Field(title="振铃秒数")
    attempts: int = pydantic.Field(title="最多拨打次数")
    busy_minutes: int = pydantic.Field(title="占线后几分钟再拨")
    no_answer_minutes: int = pydantic.Field(title="无人接听后几分钟再拨")
    other_minutes: int = pydantic.Field(title="其他失败后几分钟再拨")
    shown: str = pydantic.Field(title="外显号码", json_schema_extra=form(none="默认号码"))
    accepts: str = pydantic.Field(title="结果的采用", json_schema_extra=form(kind="choice", options=ACCEPTS))
    unreached: str = pydantic.Field(title="多次未接通", json_schema_extra=form(kind="choice", options=UNREACHED))
    by_sms: bool = pydantic.Field(title="短信链接")


class PlanFields(Body):
    """A plan."""

    title: str = pydantic.Field(min_length=2, max_length=80, title="名称")
    strategy: str = pydantic.Field(min_length=1, max_length=80, title="回访策略")
    flow: str = pydantic.Field(
        default="revisit", min_length=1, max_length=60, title="故事板",
        json_schema_extra=form(options_from=f"{PLANS}/options/flows", help="在“流程”中编辑的通话流程"),
    )  # fmt: skip
    begins_at: pydantic.AwareDatetime = pydantic.Field(title="开始时间")
    ends_at: pydantic.AwareDatetime = pydantic.Field(title="结束时间")
    type: Type | Literal[""] = pydantic.Field(
        default="", title="诉求类型", json_schema_extra=form(options=TYPES, help="不选则全部")
    )
    channel: Channel | Literal[""] = pydantic.Field(
        default="", title="受理来源", json_schema_extra=form(options=CHANNELS, help="不选则全部")
    )
    category: str = pydantic.Field(
        default="", max_length=26, title="诉求分类",
        json_schema_extra=form(options_from="/api/tickets/options/categories", help="不选则全部"),
    )  # fmt: skip
    lead: str = pydantic.Field(
        default="", max_length=40, title="主办单位",
        json_schema_extra=form(options_from="/api/tickets/options/units", help="不选则全部"),
    )  # fmt: skip
    since_days: int = pydantic.Field(default=90, ge=1, le=3650, title="最近几天登记的工单")
    human_share: int = pydantic.Field(
        default=0,
        ge=0,
        le=100,
        title="人工回访比例（%）",
        json_schema_extra=form(help="这一部分直接转人工回访"),
    )


class PlanView(RecordView):
    """A plan, with how far it is."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=200))
    strategy: str = pydantic.Field(title="回访策略")
    flow: str = pydantic.Field(title="故事板")
    begins_at: datetime = pydantic.Field(title="开始时间")
    ends_at: datetime = pydantic.Field(title="结束时间")
    type: str = pydantic.Field(title="诉求类型", json_schema_extra=form(kind="choice", options=TYPES, none="全部"))
    channel: str = pydantic.Field(
        title="受理来源", json_schema_extra=form(kind="choice", options=CHANNELS, none="全部")
    )
    category: str = pydantic.Field(title="诉求分类", json_schema_extra=form(none="全部"))
    lead: str = pydantic.Field(title="主办单位", json_schema_extra=form(none="全部"))
    since_days: int = pydantic.Field(title="最近几天登记的工单")
    human_share: int = pydantic.Field(title="人工回访比例（%）")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=PLAN_STATES,
            tones={"draft": "off", "running": "ready", "paused": "break", "finished": "off"},
        ),
    )  # fmt: skip
    rate: str = pydantic.Field(
        default="", title="满意率和答复占比", json_schema_extra=form(none="还没有答复", width=260)
    )
    by_phone: int = pydantic.Field(default=0, title="电话答复")
    by_link: int = pydantic.Field(default=0, title="短信链接答复")
    total: int = pydantic.Field(default=0, title="已取工单")
    left: int = pydantic.Field(default=0, title="待拨打")
    talking: int = pydantic.Field(default=0, title="正在拨打")
    proposed: int = pydantic.Field(default=0, title="待核实")
    accepted: int = pydantic.Field(default=0, title="已采用")
    human: int = pydantic.Field(default=0, title="转人工")
    failed: int = pydantic.Field(default=0, title="未联系上")


class PlanQuery(RecordQuery):
    """Filters of the list."""

    state: Literal["draft", "running", "paused", "finished"] | None = None


class Outlook(pydantic.BaseModel):
    """How many tickets a plan would take now, and the first of them; `words` are for people."""

    total: int
    words: str


class RevisitFields(Body):
    """Nobody makes one by hand."""


class RevisitView(RecordView):
    """A revisit, and what came of it."""

    plan: str = pydantic.Field(title="回访计划")
    ticket: str = pydantic.Field(title="工单", json_schema_extra=form(link="tickets"))
    ticket_number: str = pydantic.Field(title="工单编号", json_schema_extra=form(width=190))
    about: str = pydantic.Field(title="诉求标题", json_schema_extra=form(width=220))
    number: str = pydantic.Field(title="联系电话", json_schema_extra=form(kind="phone", width=140))
    name: str = pydantic.Field(title="诉求人")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=STATES,
            tones={
                "waiting": "off", "dialling": "ring", "talking": "talk", "proposed": "break", "accepted": "ready",
                "human": "break", "failed": "off", "stopped": "off", "elsewhere": "off",
            },
        ),
    )  # fmt: skip
    attempts: int = pydantic.Field(title="已拨次数")
    due_at: datetime = pydantic.Field(title="下次拨打")
    last_at: datetime | None = pydantic.Field(title="最近拨打")
    result: str = pydantic.Field(title="最近一次拨打", json_schema_extra=form(kind="choice", options=RESULTS))
    attempt: str = pydantic.Field(title="最近通话", json_schema_extra=form(link="calls"))
    outcome: str = pydantic.Field(title="通话结果", json_schema_extra=form(kind="choice", options=OUTCOMES))
    medium: str = pydantic.Field(title="答复渠道", json_schema_extra=form(kind="choice", options=ANSWERED_BY))
    solved: str = pydantic.Field(title="是否解决", json_schema_extra=form(kind="choice", options=SOLVED))
    satisfaction: str = pydantic.Field(
        title="对办理结果",
        json_schema_extra=form(
            kind="choice", options=SATISFACTIONS,
            tones={"satisfied": "ready", "basically": "ready", "unsatisfied": "ring"},
        ),
    )  # fmt: skip
    hotline: str = pydantic.Field(title="对热线服务", json_schema_extra=form(kind="choice", options=SATISFACTIONS))
    why: str = pydantic.Field(title="不满意原因", json_schema_extra=form(kind="choice", options=WHYS))
    reason: str = pydantic.Field(title="市民原话", json_schema_extra=form(kind="long"))
    said: str = pydantic.Field(title="通话文字", json_schema_extra=form(kind="long"))
    verified_by: str = pydantic.Field(title="核实人")
    verified_at: datetime | None = pydantic.Field(title="核实时间")
    note: str = pydantic.Field(title="备注")


class RevisitQuery(RecordQuery):
    """Filters of the list; `search` is a ticket's number, a telephone number or its last four digits."""

    plan: str = pydantic.Field(default="", max_length=26)
    state: State | None = None
    satisfaction: Satisfaction | None = None
    medium: Literal["phone", "sms"] | None = None


class Verified(Body):
    """What the citizen said, as somebody found who compared words and sound. Empty fields stay as they were heard."""

    satisfaction: Satisfaction = pydantic.Field(title="对办理结果", json_schema_extra=form(options=SATISFACTIONS))
    hotline: Satisfaction = pydantic.Field(title="对热线服务", json_schema_extra=form(options=SATISFACTIONS))
    solved: Literal["yes", "part", "no"] = pydantic.Field(title="是否解决", json_schema_extra=form(options=SOLVED))
    why: Literal["not_solved", "slow", "attitude", "untrue", "demand", "other"] | None = pydantic.Field(
        default=None, title="不满意原因",
        json_schema_extra=form(options=WHYS, when=When(key="satisfaction", among=("unsatisfied",)), needed=True),
    )  # fmt: skip
    note: str = pydantic.Field(default="", max_length=500, title="核实说明", json_schema_extra=form(kind="long"))


class ToHuman(Body):
    """Why a person should ask again."""

    note: str = pydantic.Field(min_length=2, max_length=500, title="原因", json_schema_extra=form(kind="long"))
