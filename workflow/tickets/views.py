"""What is asked and told of tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body, Page
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from cti.office.screens.description import Tone

TYPES = {
    "enquiry": "咨询", "help": "求助", "complaint": "投诉", "report": "举报", "suggestion": "建议", "praise": "表扬",
    "other": "其他",
}  # fmt: skip
CHANNELS = {
    "phone": "电话", "voicemail": "语音留言", "chat": "在线交流", "web": "门户网站", "wechat": "微信", "app": "移动端",
    "letter": "来信来访", "transferred": "其他平台转办",
}  # fmt: skip
ANSWER_BY = {"phone": "电话", "sms": "短信", "web": "网上查询", "none": "无需答复"}
CARDS = {"green": "正常", "yellow": "即将超时", "red": "已超时"}
CARD_TONES: dict[str, Tone] = {"green": "ready", "yellow": "break", "red": "ring"}
SATISFACTION = {
    "satisfied": "满意", "basically": "基本满意", "unsatisfied": "不满意", "unreached": "未联系上", "": "—",
}  # fmt: skip
SOLVED = {"yes": "已解决", "no": "未解决", "": "没有问到"}
STAGES = {
    "registered": "登记", "review": "派审", "final": "终审", "difficult": "疑难办理", "handling": "部门办理",
    "again": "不满意重办", "province": "省级办理", "result": "结果审核", "revisit": "回访", "later": "待再次回访",
    "judged": "不满意", "ruling": "值班长裁定", "archiving": "待归档", "archived": "已归档", "merged": "合并处办",
    "withdrawn": "已撤单", "voided": "已作废",
}  # fmt: skip
TASK_STAGES = {
    "sign": "待签收", "handle": "办理中", "gather": "下级办理中", "tracking": "跟踪办理", "objected": "退单待裁定",
    "replied": "已反馈", "returned": "已退单", "county_review": "区县派审", "county_handling": "区县部门办理",
    "county_result": "区县结果审核",
}  # fmt: skip
ROLES = {"lead": "主办", "joint": "共同办理", "assisting": "协办", "unit": "下级承办"}
GENDERS = {"": "未填", "male": "男", "female": "女"}
PENDING = {"": "—", "extension": "申请延时", "tracking": "申请跟踪"}

Type = Literal["enquiry", "help", "complaint", "report", "suggestion", "praise", "other"]
Channel = Literal["phone", "voicemail", "chat", "web", "wechat", "app", "letter", "transferred"]
AnswerBy = Literal["phone", "sms", "web", "none"]
Tag = Annotated[str, pydantic.Field(min_length=1, max_length=20)]
Id = Annotated[str, pydantic.Field(max_length=26)]


class TicketFields(Body):
    """A request as it is registered. A name or number of which only the masked form is known is sent back so."""

    type: Type = pydantic.Field(default="help", title="诉求类型", json_schema_extra=form(options=TYPES))
    title: str = pydantic.Field(min_length=2, max_length=100, title="标题")
    content: str = pydantic.Field(
        min_length=2, max_length=10_000, title="诉求内容", json_schema_extra=form(kind="long")
    )
    place: str = pydantic.Field(
        default="", pattern=r"^(\d{6})?$", title="事发地",
        json_schema_extra=form(options_from="/api/options/regions", options_search=True),
    )  # fmt: skip
    address: str = pydantic.Field(default="", max_length=200, title="详细地址")
    point: str = pydantic.Field(
        default="", max_length=60, title="地图位置",
        json_schema_extra=form(kind="point", outline="/api/bigscreen/outline"),
    )  # fmt: skip
    category: Id | None = pydantic.Field(
        default=None, title="诉求分类",
        json_schema_extra=form(help="可用拼音首字母查找"),
    )  # fmt: skip
    urgent: bool = pydantic.Field(default=False, title="紧急")
    confidential: bool = pydantic.Field(
        default=False, title="保密", json_schema_extra=form(help="承办单位看不到诉求人的姓名、电话和标出的位置")
    )
    enterprise: bool = pydantic.Field(default=False, title="涉企诉求")
    caller_name: str = pydantic.Field(default="", max_length=80, title="姓名", json_schema_extra=form(section="诉求人"))
    caller_gender: Literal["", "male", "female"] = pydantic.Field(
        default="", title="性别", json_schema_extra=form(options=GENDERS)
    )
    contact: str = pydantic.Field(default="", max_length=32, title="联系电话", json_schema_extra=form(kind="phone"))
    anonymous: bool = pydantic.Field(default=False, title="匿名")
    answer_by: AnswerBy = pydantic.Field(
        default="phone", title="希望答复方式", json_schema_extra=form(options=ANSWER_BY)
    )
    channel: Channel = pydantic.Field(
        default="phone", title="受理来源", json_schema_extra=form(options=CHANNELS, only_new=True)
    )
    call: Id = pydantic.Field(default="", title="来电编号", json_schema_extra=form(only_new=True))


class TicketView(RecordView):
    """A ticket, personal data as the visitor may see it."""

    number: str = pydantic.Field(title="工单编号", json_schema_extra=form(width=205))
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=260))
    type: str = pydantic.Field(title="诉求类型", json_schema_extra=form(kind="choice", options=TYPES, width=90))
    content: str = pydantic.Field(title="诉求内容", json_schema_extra=form(kind="long"))
    place: str = pydantic.Field(title="事发地")
    address: str = pydantic.Field(title="详细地址")
    point: str = pydantic.Field(default="", title="地图位置", json_schema_extra=form(kind="point", none=""))
    category: str | None = pydantic.Field(title="诉求分类编号")
    category_path: str = pydantic.Field(title="诉求分类")
    urgent: bool = pydantic.Field(
        title="紧急", json_schema_extra=form(options={"true": "紧急", "false": ""}, tones={"true": "ring"}, width=70)
    )
    confidential: bool = pydantic.Field(
        title="保密", json_schema_extra=form(options={"true": "保密", "false": ""}, tones={"true": "break"})
    )
    enterprise: bool = pydantic.Field(title="涉企")
    anonymous: bool = pydantic.Field(title="匿名")
    caller_name: str = pydantic.Field(title="诉求人", json_schema_extra=form(none="未登记"))
    caller_gender: str = pydantic.Field(title="性别", json_schema_extra=form(kind="choice", options=GENDERS))
    contact: str = pydantic.Field(title="联系电话", json_schema_extra=form(kind="phone", none="无"))
    answer_by: str = pydantic.Field(title="希望答复方式", json_schema_extra=form(kind="choice", options=ANSWER_BY))
    channel: str = pydantic.Field(title="受理来源", json_schema_extra=form(kind="choice", options=CHANNELS))
    call: str = pydantic.Field(title="来电编号")
    extra_text: str = pydantic.Field(title="附加信息", json_schema_extra=form(kind="long", none=""))
    registrar: str = pydantic.Field(title="登记人编号")
    registrar_name: str = pydantic.Field(title="登记人")
    tags: list[str] = pydantic.Field(title="操作标签")
    tag_note: str = pydantic.Field(title="操作备注", json_schema_extra=form(none=""))
    master: str | None = pydantic.Field(title="合并到")
    step: str = pydantic.Field(title="环节", json_schema_extra=form(width=120))
    stage: str = pydantic.Field(title="阶段", json_schema_extra=form(kind="choice", options=STAGES))
    person: str = pydantic.Field(title="当前办理人编号")
    lead: str = pydantic.Field(title="主办单位编号")
    lead_title: str = pydantic.Field(title="主办单位")
    card: str = pydantic.Field(
        title="时限", json_schema_extra=form(kind="choice", options=CARDS, tones=CARD_TONES, width=100)
    )
    due_at: datetime | None = pydantic.Field(title="下一时限")
    answer: str = pydantic.Field(title="答复内容", json_schema_extra=form(kind="long", none=""))
    citations: list[str] = pydantic.Field(title="引用的知识", json_schema_extra=form(none=""))
    satisfaction: str = pydantic.Field(title="满意度", json_schema_extra=form(kind="choice", options=SATISFACTION))
    reminders: int = pydantic.Field(title="催单次数")
    outcome: str = pydantic.Field(title="办结结果")
    ended_at: datetime | None = pydantic.Field(title="办结时间")
    why: str = pydantic.Field(default="", title="流转原因", json_schema_extra=form(width=230, none=""))


Duty = Literal[
    "", "registered", "review", "final", "difficult", "handling", "result", "revisit", "ruling", "archiving", "open",
    "archived", "near", "over", "mine",
]  # fmt: skip
DUTIES = {
    "registered": "待提交", "review": "待派审", "final": "待终审", "difficult": "疑难", "handling": "办理中",
    "result": "待结果审核", "revisit": "待回访", "ruling": "待裁定", "archiving": "待归档", "open": "未办结",
    "near": "即将超时", "over": "已超时", "archived": "已归档", "mine": "我登记的",
}  # fmt: skip


class TicketQuery(RecordQuery):
    """Filters of the list; `search` is a ticket's number, words of its texts, or a telephone number or its end."""

    duty: Duty = ""
    stage: str = pydantic.Field(default="", max_length=40)
    type: Type | None = None
    channel: Channel | None = None
    card: Literal["green", "yellow", "red"] | None = None
    category: str = pydantic.Field(default="", max_length=26)
    lead: str = pydantic.Field(default="", max_length=40)
    urgent: bool | None = None
    enterprise: bool | None = None
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


TaskDuty = Literal["sign", "handle", "sent_back", "near", "over", "objected", "pending", "returned", "done", "open"]
TASK_DUTIES = {
    "sign": "待签收", "handle": "办理中", "sent_back": "被退回", "near": "即将超时", "over": "已超时",
    "objected": "退单待裁定", "pending": "待审批", "returned": "已退单", "done": "已反馈", "open": "未办结",
}  # fmt: skip


class TaskQuery(Page):
    """Filters of the tasks."""

    organisation: str = pydantic.Field(default="", max_length=40)
    search: str = pydantic.Field(default="", max_length=60)


class TaskView(pydantic.BaseModel):
    """A department's task of a ticket."""

    id: str = pydantic.Field(title="任务编号")
    ticket: str = pydantic.Field(title="工单")
    number: str = pydantic.Field(title="工单编号", json_schema_extra=form(width=205))
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=240))
    type: str = pydantic.Field(title="诉求类型", json_schema_extra=form(kind="choice", options=TYPES))
    urgent: bool = pydantic.Field(
        title="紧急", json_schema_extra=form(options={"true": "紧急", "false": ""}, tones={"true": "ring"}, width=70)
    )
    organisation: str = pydantic.Field(title="承办单位编号")
    unit: str = pydantic.Field(title="承办单位", json_schema_extra=form(width=170))
    role: str = pydantic.Field(title="角色", json_schema_extra=form(kind="choice", options=ROLES))
    step: str = pydantic.Field(title="环节")
    stage: str = pydantic.Field(title="阶段", json_schema_extra=form(kind="choice", options=TASK_STAGES))
    pending: str = pydantic.Field(title="待审批", json_schema_extra=form(kind="choice", options=PENDING))
    card: str = pydantic.Field(
        title="时限", json_schema_extra=form(kind="choice", options=CARDS, tones=CARD_TONES, width=100)
    )
    due_at: datetime | None = pydantic.Field(title="下一时限")
    begun_at: datetime = pydantic.Field(title="交办时间")
    ended_at: datetime | None = pydantic.Field(title="办结时间")
    why: str = pydantic.Field(default="", title="原因", json_schema_extra=form(width=230, none=""))


class HistoryLine(pydantic.BaseModel):
    """An earlier ticket of a number, or one that is alike."""

    id: str
    number: str = pydantic.Field(title="工单编号")
    title: str = pydantic.Field(title="标题")
    type: str = pydantic.Field(title="诉求类型", json_schema_extra=form(kind="choice", options=TYPES))
    stage: str
    step: str = pydantic.Field(title="环节")
    place: str
    address: str = pydantic.Field(title="地址")
    answer: str = pydantic.Field(title="答复", json_schema_extra=form(kind="long"))
    created_at: datetime = pydantic.Field(title="登记时间")


class TagsBody(Body):
    """Operation tags: for the hotline's own people only."""

    tags: list[Tag] = pydantic.Field(default=[], max_length=20, title="操作标签")
    tag_note: str = pydantic.Field(default="", max_length=500, title="操作备注", json_schema_extra=form(kind="long"))
    version: int = pydantic.Field(ge=1, le=2**31 - 1)


class CallerBody(Body):
    """Another citizen with the same request."""

    name: str = pydantic.Field(default="", max_length=80, title="姓名")
    contact: str = pydantic.Field(min_length=3, max_length=32, title="联系电话", json_schema_extra=form(kind="phone"))
    note: str = pydantic.Field(default="", max_length=500, title="说明", json_schema_extra=form(kind="long"))
    call: Id = pydantic.Field(default="", title="来电编号")


class CallerView(pydantic.BaseModel):
    """One of several who ask for the same."""

    id: str
    at: datetime = pydantic.Field(title="时间")
    name: str = pydantic.Field(title="姓名")
    contact: str = pydantic.Field(title="联系电话", json_schema_extra=form(kind="phone"))
    note: str = pydantic.Field(title="说明")
    by: str = pydantic.Field(title="登记人")
