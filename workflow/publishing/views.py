"""What is asked and told of publications."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.rich.text import RichText
from cti.office.screens import form
from workflow.publishing.rules import CHANNELS, MATTERS, SECTIONS, STAGE_TONES, STAGES, STATE_TONES, STATES

Section = Literal["news", "notice", "about", "topic", "case"]
Matter = Literal["", "policy", "service", "event", "emergency", "other"]
Channel = Literal["portal", "wechat", "app"]
Stage = Literal["draft", "review", "published", "withdrawn"]
State = Literal["none", "waiting", "live", "withdrawn"]


class PublicationFields(Body):
    """What an editor writes."""

    section: Section = pydantic.Field(
        default="news", title="栏目", json_schema_extra=form(kind="choice", options=SECTIONS)
    )
    matter: Matter = pydantic.Field(
        default="", title="公告类别", json_schema_extra=form(kind="choice", options=MATTERS, help="通知公告须选择类别")
    )
    title: str = pydantic.Field(min_length=2, max_length=100, title="标题")
    summary: str = pydantic.Field(
        default="", max_length=300, title="摘要",
        json_schema_extra=form(kind="long", help="列表中显示；空为内容的开头"),
    )  # fmt: skip
    body: RichText = pydantic.Field(default="", title="内容", json_schema_extra=form(kind="rich"))
    author: str = pydantic.Field(
        default="", max_length=80, title="来源",
        json_schema_extra=form(section="发布", help="如发布单位、转载出处；空为本单位"),
    )  # fmt: skip
    channels: list[Channel] = pydantic.Field(
        default=["portal", "wechat", "app"], min_length=1, title="发布渠道",
        json_schema_extra=form(kind="choices", options=CHANNELS),
    )  # fmt: skip
    show_from: datetime | None = pydantic.Field(
        default=None, title="定时发布", json_schema_extra=form(help="空为审核通过后立即发布")
    )
    show_until: datetime | None = pydantic.Field(
        default=None, title="到期撤下", json_schema_extra=form(help="到期自动撤下；空为长期有效")
    )

    @pydantic.field_validator("channels")
    @classmethod
    def _once(cls, channels: list[Channel]) -> list[Channel]:
        return list(dict.fromkeys(channels))

    @pydantic.model_validator(mode="after")
    def _fits(self) -> PublicationFields:
        if self.section == "notice" and not self.matter:
            raise ValueError("通知公告请选择公告类别")
        if self.section != "notice":
            self.matter = ""
        if self.show_from and self.show_until and self.show_until <= self.show_from:
            raise ValueError("到期撤下的时间应晚于定时发布的时间")
        return self


class Doubt(pydantic.BaseModel):
    """A stretch of a case's text that may tell who somebody is, with what stands around it."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    kind: str = pydantic.Field(title="疑似")
    text: str = pydantic.Field(title="内容")
    around: str = pydantic.Field(title="上下文")


class PublicationView(RecordView):
    """A publication as those who make it see it."""

    number: str = pydantic.Field(title="编号", json_schema_extra=form(width=190))
    section: str = pydantic.Field(title="栏目", json_schema_extra=form(kind="choice", options=SECTIONS, width=100))
    matter: str = pydantic.Field(title="公告类别", json_schema_extra=form(kind="choice", options=MATTERS, none=""))
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=300))
    summary: str = pydantic.Field(title="摘要", json_schema_extra=form(none=""))
    body: str = pydantic.Field(title="内容", json_schema_extra=form(kind="rich"))
    author: str = pydantic.Field(title="来源", json_schema_extra=form(none=""))
    channels: list[str] = pydantic.Field(title="发布渠道", json_schema_extra=form(kind="choices", options=CHANNELS))
    show_from: datetime | None = pydantic.Field(title="定时发布", json_schema_extra=form(none="审核通过后立即"))
    show_until: datetime | None = pydantic.Field(title="到期撤下", json_schema_extra=form(none="长期有效"))
    source: str = pydantic.Field(title="采编自", json_schema_extra=form(none=""))
    checked_by: str = pydantic.Field(title="个人信息核对人", json_schema_extra=form(none=""))
    step: str = pydantic.Field(title="环节")
    stage: str = pydantic.Field(
        title="办理阶段", json_schema_extra=form(kind="choice", options=STAGES, tones=STAGE_TONES, width=96)
    )
    opinion: str = pydantic.Field(title="审核意见", json_schema_extra=form(none=""))
    state: str = pydantic.Field(
        title="发布状态", json_schema_extra=form(kind="choice", options=STATES, tones=STATE_TONES, width=96)
    )
    edition: int = pydantic.Field(title="版次")
    published_at: datetime | None = pydantic.Field(title="发布时间", json_schema_extra=form(none=""))
    withdrawn_at: datetime | None = pydantic.Field(title="撤下时间", json_schema_extra=form(none=""))


class PublicationQuery(RecordQuery):
    """Filters of the editors' list."""

    section: Section | None = None
    stage: Stage | None = None
    state: State | None = None
    mine: bool = False


class ShownFields(Body):
    """Nobody writes one: it comes from an approval."""


class ShownView(RecordView):
    """A publication as it is public now, with how often it was read."""

    number: str = pydantic.Field(title="编号", json_schema_extra=form(width=190))
    section: str = pydantic.Field(title="栏目", json_schema_extra=form(kind="choice", options=SECTIONS, width=100))
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=320))
    channels: list[str] = pydantic.Field(title="发布渠道", json_schema_extra=form(kind="choices", options=CHANNELS))
    edition: int = pydantic.Field(title="版次")
    published_at: datetime = pydantic.Field(title="发布时间")
    show_until: datetime | None = pydantic.Field(title="到期撤下", json_schema_extra=form(none="长期有效"))
    pinned: bool = pydantic.Field(title="置顶")
    hot_at: datetime | None = pydantic.Field(title="推送热点", json_schema_extra=form(none=""))
    reads: int = pydantic.Field(title="阅读次数", json_schema_extra=form(width=96))


class ShownQuery(RecordQuery):
    """Filters of what is public."""

    section: Section | None = None
    pinned: bool | None = None
    hot: bool = False
