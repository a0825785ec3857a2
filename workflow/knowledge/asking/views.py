"""What is asked and told of questions and corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from cti.office.screens.description import Tone
from workflow.knowledge.categories import BASE

QUESTIONS, CORRECTIONS = f"{BASE}/questions", f"{BASE}/corrections"

Asked = Literal["assigning", "answering", "answered", "refused"]
Mending = Literal["review", "mending", "mended", "rejected"]
Kind = Literal["outdated", "wrong", "missing", "unclear", "other"]
ASKED = {"assigning": "待分派", "answering": "待回答", "answered": "已回答", "refused": "不予回答"}
ASKED_TONES: dict[str, Tone] = {"assigning": "break", "answering": "talk", "answered": "ready", "refused": "off"}
MENDING = {"review": "待审核", "mending": "待修改", "mended": "已改正", "rejected": "不属实"}
MENDING_TONES: dict[str, Tone] = {"review": "break", "mending": "talk", "mended": "ready", "rejected": "off"}
KINDS = {"outdated": "内容过期", "wrong": "内容有误", "missing": "内容不全", "unclear": "表述不清", "other": "其他"}


class AskedFields(Body):
    """A question as it is asked; without a unit the knowledge desk says whose it is."""

    title: str = pydantic.Field(min_length=2, max_length=200, title="问题")
    content: str = pydantic.Field(
        default="",
        max_length=4000,
        title="详细说明",
        json_schema_extra=form(kind="long", help="市民的情况、已查过的知识"),
    )
    category: str = pydantic.Field(default="", max_length=700, title="归口")
    unit: str = pydantic.Field(
        default="", max_length=40, title="回答单位", json_schema_extra=form(help="不清楚的留空，由知识管理岗分派")
    )
    urgent: bool = pydantic.Field(
        default=False, title="紧急", json_schema_extra=form(help="市民在等，半个工作日内回答")
    )


class QuestionFields(AskedFields):
    """With the call in which it came up."""

    call: str = pydantic.Field(
        default="", max_length=26, pattern=r"^([0-9A-Z]{26})?$", title="来电", json_schema_extra=form(hidden=True)
    )


class QuestionView(RecordView):
    """A question that somebody asked the editors, and how it stands."""

    number: str = pydantic.Field(title="提问编号", json_schema_extra=form(width=205))
    title: str = pydantic.Field(title="问题", json_schema_extra=form(width=260))
    content: str = pydantic.Field(title="详细说明", json_schema_extra=form(kind="long", none=""))
    category: str = pydantic.Field(title="归口", json_schema_extra=form(none=""))
    unit: str = pydantic.Field(title="建议回答单位", json_schema_extra=form(none=""))
    urgent: bool = pydantic.Field(title="紧急")
    call: str = pydantic.Field(title="来电", json_schema_extra=form(link="calls", none=""))
    step: str = pydantic.Field(title="环节")
    stage: str = pydantic.Field(title="状态", json_schema_extra=form(options=ASKED, tones=ASKED_TONES))
    holder: str = pydantic.Field(title="回答单位")
    due_at: datetime | None = pydantic.Field(title="回答期限", json_schema_extra=form(none=""))
    overdue: bool = pydantic.Field(title="已超时")
    answer: str = pydantic.Field(title="回答", json_schema_extra=form(kind="long", none="还没有回答"))
    answered_by: str = pydantic.Field(title="回答人", json_schema_extra=form(none=""))
    answered_at: datetime | None = pydantic.Field(title="回答时间", json_schema_extra=form(none=""))
    reason: str = pydantic.Field(title="退回或拒绝原因", json_schema_extra=form(none=""))
    article: str = pydantic.Field(title="形成的知识", json_schema_extra=form(link="knowledge_articles", none=""))


class QuestionQuery(RecordQuery):
    """Filters of the list."""

    stage: Asked | None = None
    category: str = pydantic.Field(default="", max_length=26)
    holder: str = pydantic.Field(default="", max_length=40)
    mine: bool | None = None
    overdue: bool | None = None


class WrongFields(Body):
    """What is wrong in an article that somebody reads."""

    kind: Kind = pydantic.Field(default="outdated", title="问题分类", json_schema_extra=form(options=KINDS))
    content: str = pydantic.Field(
        min_length=2, max_length=2000, title="问题描述",
        json_schema_extra=form(kind="long", help="哪里不对，正确的是什么，依据在哪里"),
    )  # fmt: skip


class CorrectionFields(WrongFields):
    """What is wrong, and in which article."""

    article: str = pydantic.Field(min_length=1, max_length=26, title="知识")


class CorrectionView(RecordView):
    """A correction that somebody proposed, and how it stands."""

    number: str = pydantic.Field(title="纠错编号", json_schema_extra=form(width=205))
    article: str = pydantic.Field(title="知识", json_schema_extra=form(link="knowledge_articles"))
    name: str = pydantic.Field(title="知识名称", json_schema_extra=form(width=220))
    edition: int = pydantic.Field(title="所见版次")
    unit: str = pydantic.Field(title="责任单位")
    kind: str = pydantic.Field(title="问题分类", json_schema_extra=form(options=KINDS))
    content: str = pydantic.Field(title="问题描述", json_schema_extra=form(kind="long"))
    step: str = pydantic.Field(title="下一步操作")
    stage: str = pydantic.Field(title="处理状态", json_schema_extra=form(options=MENDING, tones=MENDING_TONES))
    due_at: datetime | None = pydantic.Field(title="处理期限", json_schema_extra=form(none=""))
    reply: str = pydantic.Field(title="处理意见", json_schema_extra=form(kind="long", none=""))
    handled_by: str = pydantic.Field(title="处理人", json_schema_extra=form(none=""))
    handled_at: datetime | None = pydantic.Field(title="处理日期", json_schema_extra=form(none=""))
    created_at: datetime = pydantic.Field(title="提交时间")


class CorrectionQuery(RecordQuery):
    """Filters of the list: by name of the article and class (D11)."""

    stage: Mending | None = None
    kind: Kind | None = None
    unit: str = pydantic.Field(default="", max_length=40)
    mine: bool | None = None
