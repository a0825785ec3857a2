"""What is asked and told of campaigns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import When, form
from workflow.campaigns.rules import RESULTS, STATES

BASE, TARGETS, DO_NOT_CALL = "/api/campaigns", "/api/campaign_targets", "/api/campaign_do_not_call"
SOURCES = "/api/campaign_sources"
MODES = {"preview": "预览外呼", "progressive": "渐进外呼"}
CAMPAIGN_STATES = {"draft": "未开始", "running": "进行中", "paused": "已暂停", "finished": "已结束"}
CODES = {
    "reached": "已联系",
    "refused": "拒绝配合",
    "later": "约定再拨",
    "wrong_number": "号码有误",
    "do_not_call": "要求不再拨打",
    "not_reached": "未联系上",
}
Minutes = Annotated[int, pydantic.Field(ge=1, le=10080)]
Code = Literal["reached", "refused", "later", "wrong_number", "do_not_call", "not_reached"]


class CampaignFields(Body):
    """A campaign."""

    title: str = pydantic.Field(min_length=2, max_length=80, title="名称")
    mode: Literal["preview", "progressive"] = pydantic.Field(
        default="preview",
        title="外呼方式",
        json_schema_extra=form(
            options=MODES, help="预览：座席先看资料再拨；渐进：有座席空闲时自动拨打下一位，来电优先于外呼"
        ),
    )
    queue: str = pydantic.Field(
        min_length=1, max_length=60, title="座席队列", json_schema_extra=form(options_from=f"{BASE}/options/queues")
    )
    calendar: str = pydantic.Field(
        min_length=1,
        max_length=40,
        title="外呼时间",
        json_schema_extra=form(
            options_from=f"{BASE}/options/calendars", help="只在该日历的工作时间内拨打，按外呼对象所在区划计"
        ),
    )
    attempts: int = pydantic.Field(default=3, ge=1, le=20, title="每人最多拨打次数")
    busy_minutes: Minutes = pydantic.Field(default=15, title="占线后几分钟再拨")
    no_answer_minutes: Minutes = pydantic.Field(default=120, title="无人接听后几分钟再拨")
    other_minutes: Minutes = pydantic.Field(default=60, title="其他失败后几分钟再拨")
    shown: str = pydantic.Field(
        default="", max_length=24, title="外显号码",
        json_schema_extra=form(options_from=f"{BASE}/options/shown", help="不选则显示本机构的默认号码"),
    )  # fmt: skip
    script: str = pydantic.Field(
        default="", max_length=4000, title="话术", json_schema_extra=form(kind="long", help="通话时显示在座席工作台上")
    )
    form: str = pydantic.Field(
        default="", max_length=60, title="问卷",
        json_schema_extra=form(
            options_from=f"{BASE}/options/forms", help="座席通话时在工作台填写；由管理员维护，名称以 campaign_ 开头"
        ),
    )  # fmt: skip


class CampaignView(RecordView):
    """A campaign, with how far it is."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=200))
    mode: str = pydantic.Field(title="外呼方式", json_schema_extra=form(kind="choice", options=MODES))
    queue: str = pydantic.Field(title="座席队列")
    calendar: str = pydantic.Field(title="外呼时间")
    attempts: int = pydantic.Field(title="每人最多拨打次数")
    busy_minutes: int = pydantic.Field(title="占线后几分钟再拨")
    no_answer_minutes: int = pydantic.Field(title="无人接听后几分钟再拨")
    other_minutes: int = pydantic.Field(title="其他失败后几分钟再拨")
    shown: str = pydantic.Field(title="外显号码", json_schema_extra=form(none="默认号码"))
    script: str = pydantic.Field(title="话术", json_schema_extra=form(kind="long"))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice",
            options=CAMPAIGN_STATES,
            tones={"draft": "off", "running": "ready", "paused": "break", "finished": "off"},
        ),
    )
    total: int = pydantic.Field(default=0, title="名单人数")
    left: int = pydantic.Field(default=0, title="待拨打")
    reached: int = pydantic.Field(default=0, title="已接通")
    failed: int = pydantic.Field(default=0, title="未联系上")
    form: str = pydantic.Field(title="问卷", json_schema_extra=form(none="没有问卷"))


class CampaignQuery(RecordQuery):
    """Filters of the list; `search` is what the title contains."""

    state: Literal["draft", "running", "paused", "finished"] | None = None
    mode: Literal["preview", "progressive"] | None = None


class TargetFields(Body):
    """Somebody who is to be called."""

    campaign: str = pydantic.Field(min_length=1, max_length=80, title="外呼活动", json_schema_extra=form(fixed=True))
    number: str = pydantic.Field(
        min_length=2, max_length=32, title="号码", json_schema_extra=form(kind="phone", fixed=True)
    )
    name: str = pydantic.Field(default="", max_length=80, title="姓名")
    about: str = pydantic.Field(
        default="", max_length=1000, title="说明", json_schema_extra=form(kind="long", help="座席拨打前看到的资料")
    )
    place: str = pydantic.Field(
        default="", max_length=80, title="所在区划",
        json_schema_extra=form(help="按该区划的外呼时间拨打；不填则按活动所属区划"),
    )  # fmt: skip


class TargetView(RecordView):
    """Somebody who is to be called, and what came of it so far."""

    campaign: str = pydantic.Field(title="外呼活动")
    number: str = pydantic.Field(title="号码", json_schema_extra=form(kind="phone", width=150))
    name: str = pydantic.Field(title="姓名")
    about: str = pydantic.Field(title="说明")
    place: str = pydantic.Field(title="所在区划", json_schema_extra=form(none=""))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice",
            options=STATES,
            tones={
                "waiting": "off",
                "given": "ring",
                "taken": "break",
                "dialling": "ring",
                "talked": "talk",
                "done": "ready",
                "failed": "break",
                "stopped": "off",
            },
        ),
    )
    attempts: int = pydantic.Field(title="已拨次数")
    due_at: datetime = pydantic.Field(title="下次拨打")
    last_at: datetime | None = pydantic.Field(title="最近拨打")
    result: str = pydantic.Field(title="最近结果", json_schema_extra=form(kind="choice", options=RESULTS))
    call: str = pydantic.Field(title="最近通话", json_schema_extra=form(link="calls"))
    agent: str = pydantic.Field(title="座席编号")
    agent_name: str = pydantic.Field(title="座席")
    code: str = pydantic.Field(title="外呼结果", json_schema_extra=form(kind="choice", options=CODES))
    note: str = pydantic.Field(title="备注")
    answers: str = pydantic.Field(default="", title="问卷", json_schema_extra=form(kind="long"))
    script: str = pydantic.Field(default="", title="话术", json_schema_extra=form(kind="long"))


class TargetQuery(RecordQuery):
    """Filters of the list; `search` is a whole number or its last four digits, or what the name contains."""

    mine: bool | None = None


class TargetDone(Body):
    """What came of it, as the agent says."""

    code: Code = pydantic.Field(title="外呼结果", json_schema_extra=form(options=CODES))
    due_at: pydantic.AwareDatetime | None = pydantic.Field(
        default=None, title="约定时间", json_schema_extra=form(when=When(key="code", among=("later",)), needed=True)
    )
    note: str = pydantic.Field(default="", max_length=500, title="备注", json_schema_extra=form(kind="long"))


class TargetFilled(TargetDone):
    """The same with what the campaign's script asks."""

    model_config = pydantic.ConfigDict(extra="allow", str_strip_whitespace=True)

    @property
    def answers(self) -> dict[str, Any]:
        """What was filled in of the script."""
        return dict(self.model_extra or {})


class FromMissed(Body):
    """Callers of the list 待回电 who come on the list of a campaign."""

    reason: Literal["all", "voicemail", "abandoned", "closed"] = pydantic.Field(
        default="all",
        title="原因",
        json_schema_extra=form(
            options={"all": "全部", "voicemail": "留言", "abandoned": "排队中放弃", "closed": "非服务时间来电"}
        ),
    )
    days: int = pydantic.Field(default=7, ge=1, le=90, title="最近几天的来电")


class Added(pydantic.BaseModel):
    """How many came on a list; `words` are for people."""

    added: int
    words: str


class SourceFields(Body):
    """A saved view whose people come on a campaign's list; later only its name can be changed."""

    campaign: str = pydantic.Field(min_length=1, max_length=80, title="外呼活动", json_schema_extra=form(fixed=True))
    view: str = pydantic.Field(
        default="", max_length=26, title="视图",
        json_schema_extra=form(options_from=f"{BASE}/options/views", only_new=True),
    )  # fmt: skip
    title: str = pydantic.Field(
        default="", max_length=120, title="名称", json_schema_extra=form(help="不填则用视图的名称")
    )


class SourceView(RecordView):
    """A source of a campaign's list."""

    campaign: str = pydantic.Field(title="外呼活动")
    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=260))
    of: str = pydantic.Field(title="业务")
    matched: int = pydantic.Field(title="上次符合条件")
    added: int = pydantic.Field(title="累计加入")
    taken_at: datetime | None = pydantic.Field(title="最近加入", json_schema_extra=form(none="还没有"))


class SourceQuery(RecordQuery):
    """Filters of the list."""


class FromView(Body):
    """A saved view for the list of this campaign."""

    view: str = pydantic.Field(
        min_length=1, max_length=26, title="视图",
        json_schema_extra=form(
            options_from=f"{BASE}/options/views",
            help="先在工单、市民档案、待回电等列表中筛选并保存视图，如“上周办结、未回访”；添加后先预览再加入",
        ),
    )  # fmt: skip
    title: str = pydantic.Field(
        default="", max_length=120, title="名称", json_schema_extra=form(help="不填则用视图的名称")
    )


class DoNotCallFields(Body):
    """A number and why."""

    number: str = pydantic.Field(min_length=2, max_length=32, title="号码", json_schema_extra=form(kind="phone"))
    reason: str = pydantic.Field(default="", max_length=200, title="原因")


class DoNotCallView(RecordView):
    """A number that campaigns do not call."""

    number: str = pydantic.Field(title="号码", json_schema_extra=form(kind="phone"))
    reason: str = pydantic.Field(title="原因")
