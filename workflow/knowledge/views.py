"""What is asked and told of articles."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.rich.text import RichText
from cti.office.screens import form
from cti.office.screens.description import Tone
from workflow.knowledge.categories import BASE

ARTICLES, PUBLISHED = f"{BASE}/articles", f"{BASE}/published"
TYPES = f"{BASE}/types"

Audience = Literal["inside", "public"]
Stage = Literal["draft", "review", "published", "withdrawn"]
State = Literal["none", "waiting", "live", "withdrawn"]

AUDIENCES = {"inside": "内部使用", "public": "公众可见"}
AUDIENCE_TONES: dict[str, Tone] = {"inside": "off", "public": "ready"}
STAGES = {"draft": "采编中", "review": "待审核", "published": "已审核", "withdrawn": "已下架"}
STAGE_TONES: dict[str, Tone] = {"draft": "break", "review": "talk", "published": "ready", "withdrawn": "off"}
STATES = {"none": "未上架", "waiting": "待生效", "live": "已上架", "withdrawn": "已下架"}
STATE_TONES: dict[str, Tone] = {"none": "off", "waiting": "talk", "live": "ready", "withdrawn": "ring"}

Words = list[str]


class ArticleFields(Body):
    """What an editor writes; what the type asks besides is filled in on the article's page."""

    type: str = pydantic.Field(
        default="knowledge_text", max_length=60, title="知识类型", json_schema_extra=form(options_from=TYPES)
    )
    title: str = pydantic.Field(min_length=2, max_length=200, title="标题")
    category: str = pydantic.Field(default="", max_length=700, title="归口")
    industry: str = pydantic.Field(default="", max_length=700, title="行业")
    life_event: str = pydantic.Field(default="", max_length=700, title="人生事件")
    unit: str = pydantic.Field(
        default="", max_length=40, title="责任单位", json_schema_extra=form(help="负责内容准确的单位，默认为本单位")
    )
    audience: Audience = pydantic.Field(default="inside", title="使用范围", json_schema_extra=form(options=AUDIENCES))
    summary: str = pydantic.Field(
        default="",
        max_length=500,
        title="摘要",
        json_schema_extra=form(kind="long", help="一两句话说清楚，列表和座席先看到它"),
    )
    body: RichText = pydantic.Field(default="", title="内容", json_schema_extra=form(kind="rich"))
    keywords: Words = pydantic.Field(
        default=[], max_length=30, title="关键词和同义词", json_schema_extra=form(kind="tags", section="便于查找")
    )
    questions: Words = pydantic.Field(
        default=[], max_length=30, title="常见问法", json_schema_extra=form(kind="tags", help="市民会怎样问，逐条填写")
    )
    contact: str = pydantic.Field(default="", max_length=120, title="联系方式", json_schema_extra=form(section="发布"))
    valid_from: datetime | None = pydantic.Field(
        default=None, title="生效时间", json_schema_extra=form(help="空为审核通过后立即上架")
    )
    valid_until: datetime | None = pydantic.Field(
        default=None, title="失效时间", json_schema_extra=form(help="到期前提醒，到期自动下架；空为长期有效")
    )

    @pydantic.field_validator("keywords", "questions")
    @classmethod
    def _plain(cls, words: list[str]) -> list[str]:
        found = [" ".join(one.split())[:200] for one in words]
        return list(dict.fromkeys(one for one in found if one))

    @pydantic.model_validator(mode="after")
    def _in_order(self) -> ArticleFields:
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError("失效时间应晚于生效时间")
        return self


class BegunFields(ArticleFields):
    """What begins as a template, or as another article: it says the same as others until somebody writes on."""


class Line(pydantic.BaseModel):
    """One of the things that an article's type asks for, in words."""

    title: str
    text: str


class TextsView(RecordView):
    """What an article says."""

    number: str = pydantic.Field(title="知识编号", json_schema_extra=form(width=215))
    type: str = pydantic.Field(title="知识类型")
    type_title: str = pydantic.Field(title="类型")
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=260))
    summary: str = pydantic.Field(title="摘要", json_schema_extra=form(kind="long", none=""))
    body: str = pydantic.Field(title="内容", json_schema_extra=form(kind="rich"))
    lines: list[Line] = pydantic.Field(default=[], title="要素", json_schema_extra=form(hidden=True))
    category: str = pydantic.Field(title="归口", json_schema_extra=form(width=150))
    industry: str = pydantic.Field(title="行业", json_schema_extra=form(none=""))
    life_event: str = pydantic.Field(default="", title="人生事件", json_schema_extra=form(none=""))
    unit: str = pydantic.Field(title="责任单位", json_schema_extra=form(width=120))
    audience: str = pydantic.Field(title="使用范围", json_schema_extra=form(options=AUDIENCES, tones=AUDIENCE_TONES))
    contact: str = pydantic.Field(title="联系方式", json_schema_extra=form(none=""))
    keywords: Words = pydantic.Field(title="关键词", json_schema_extra=form(kind="tags", none=""))
    questions: Words = pydantic.Field(title="常见问法", json_schema_extra=form(kind="tags", none=""))
    valid_from: datetime | None = pydantic.Field(title="生效时间", json_schema_extra=form(none=""))
    valid_until: datetime | None = pydantic.Field(title="失效时间", json_schema_extra=form(none="长期有效"))
    edition: int = pydantic.Field(title="版次")
    hotline: str = pydantic.Field(default="", title="来源热线", json_schema_extra=form(none="", width=130))
    origin: str = pydantic.Field(default="", title="来源编号", json_schema_extra=form(none="", width=130))


class ArticleView(TextsView):
    """An article as those who make it see it."""

    source: str = pydantic.Field(title="来源", json_schema_extra=form(none=""))
    step: str = pydantic.Field(title="环节")
    stage: str = pydantic.Field(title="办理阶段", json_schema_extra=form(options=STAGES, tones=STAGE_TONES, width=96))
    opinion: str = pydantic.Field(title="审核意见", json_schema_extra=form(none=""))
    state: str = pydantic.Field(title="上架状态", json_schema_extra=form(options=STATES, tones=STATE_TONES, width=96))
    published_at: datetime | None = pydantic.Field(title="上架时间", json_schema_extra=form(none=""))
    withdrawn_at: datetime | None = pydantic.Field(title="下架时间", json_schema_extra=form(none=""))
    confirmed_at: datetime | None = pydantic.Field(title="最近确认", json_schema_extra=form(none=""))
    confirm_by: datetime | None = pydantic.Field(title="应确认时间", json_schema_extra=form(none="不需要确认"))


class ArticleQuery(RecordQuery):
    """Filters of the editors' list."""

    stage: Stage | None = None
    state: State | None = None
    audience: Audience | None = None
    type: str = pydantic.Field(default="", max_length=60)
    category: str = pydantic.Field(default="", max_length=26)
    industry: str = pydantic.Field(default="", max_length=26)
    life_event: str = pydantic.Field(default="", max_length=26)
    unit: str = pydantic.Field(default="", max_length=40)
    hotline: str = pydantic.Field(default="", max_length=26)
    mine: bool | None = None
    due: bool | None = None


class PublishedView(TextsView):
    """An article as readers see it."""

    publisher: str = pydantic.Field(title="发布人")
    published_at: datetime = pydantic.Field(title="发布时间")
    overdue: bool = pydantic.Field(title="确认已过期")
    favourite: bool = pydantic.Field(default=False, title="已收藏")


class PublishedQuery(RecordQuery):
    """Filters of the readers' list."""

    audience: Audience | None = None
    type: str = pydantic.Field(default="", max_length=60)
    category: str = pydantic.Field(default="", max_length=26)
    industry: str = pydantic.Field(default="", max_length=26)
    life_event: str = pydantic.Field(default="", max_length=26)
    unit: str = pydantic.Field(default="", max_length=40)
    hotline: str = pydantic.Field(default="", max_length=26)
    favourite: bool | None = None
    seen: bool | None = None
