"""What is told and asked of learning."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from workflow.learning.rules import CHANGE_STATES, HOWS, KINDS, MEDIA, REASONS, STATES, ChangeState, Reason, State


class NotByHand(Body):
    """Nobody makes one by hand."""


class TurnView(RecordView):
    """Something that a citizen said to a bot."""

    at: datetime = pydantic.Field(title="时间", json_schema_extra=form(width=160))
    said: str = pydantic.Field(title="市民原话", json_schema_extra=form(width=320))
    medium: str = pydantic.Field(title="渠道", json_schema_extra=form(kind="choice", options=MEDIA))
    flow: str = pydantic.Field(title="流程")
    flow_title: str = pydantic.Field(default="", title="流程名称")
    revision: int = pydantic.Field(title="版本")
    node: str = pydantic.Field(title="节点")
    how: str = pydantic.Field(title="识别结果", json_schema_extra=form(kind="choice", options=HOWS))
    intent: str = pydantic.Field(title="意图", json_schema_extra=form(none=""))
    sure: float = pydantic.Field(title="把握")
    reason: str = pydantic.Field(
        title="列入原因", json_schema_extra=form(kind="choice", options=REASONS, none="")
    )  # fmt: skip
    group: str = pydantic.Field(title="同类问题", json_schema_extra=form(link="bot_questions", none=""))
    talk: str = pydantic.Field(title="通话或会话编号", json_schema_extra=form(width=240))
    score: int | None = pydantic.Field(title="满意度", json_schema_extra=form(none=""))


class TurnQuery(RecordQuery):
    """Filters of the list."""

    reason: Reason | None = None
    group: str = pydantic.Field(default="", max_length=26)
    flow: str = pydantic.Field(default="", max_length=60)
    talk: str = pydantic.Field(default="", max_length=26)


class GroupView(RecordView):
    """Turns that say the same."""

    said: str = pydantic.Field(title="市民原话", json_schema_extra=form(width=300))
    count: int = pydantic.Field(title="次数", json_schema_extra=form(width=80))
    reason: str = pydantic.Field(title="列入原因", json_schema_extra=form(kind="choice", options=REASONS))
    flow: str = pydantic.Field(title="流程编号")
    flow_title: str = pydantic.Field(default="", title="流程", json_schema_extra=form(width=150))
    node: str = pydantic.Field(title="节点编号")
    node_title: str = pydantic.Field(default="", title="节点", json_schema_extra=form(width=150))
    near: str = pydantic.Field(title="最接近的意图编号")
    near_title: str = pydantic.Field(
        default="", title="最接近的意图", json_schema_extra=form(width=180, none="没有接近的")
    )
    near_sure: float = pydantic.Field(title="接近程度")
    article: str = pydantic.Field(title="最接近的知识", json_schema_extra=form(width=200, none="没有接近的"))
    last_at: datetime = pydantic.Field(title="最近一次", json_schema_extra=form(width=160))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=STATES,
            tones={"open": "break", "learned": "ready", "asked": "talk", "dismissed": "off"},
        ),
    )  # fmt: skip


class GroupQuery(RecordQuery):
    """Filters of the list."""

    state: State | None = None
    reason: Reason | None = None
    flow: str = pydantic.Field(default="", max_length=60)


class ChangeView(RecordView):
    """A change of a flow, with what it does."""

    words: str = pydantic.Field(title="加入的话", json_schema_extra=form(width=260))
    kind: str = pydantic.Field(title="修改方式", json_schema_extra=form(kind="choice", options=KINDS))
    flow: str = pydantic.Field(title="流程编号")
    flow_title: str = pydantic.Field(default="", title="流程", json_schema_extra=form(width=150))
    node: str = pydantic.Field(title="节点编号")
    intent: str = pydantic.Field(title="意图编号")
    intent_title: str = pydantic.Field(default="", title="意图", json_schema_extra=form(width=150))
    target: str = pydantic.Field(title="转到的节点", json_schema_extra=form(none=""))
    group: str = pydantic.Field(title="同类问题", json_schema_extra=form(link="bot_questions"))
    base: int = pydantic.Field(title="所依据的版本")
    recognised_words: str = pydantic.Field(default="", title="本组能听懂", json_schema_extra=form(width=110))
    stories_words: str = pydantic.Field(default="", title="保留的对话", json_schema_extra=form(width=200))
    turns_words: str = pydantic.Field(default="", title="以往的说话", json_schema_extra=form(width=200))
    effect: str = pydantic.Field(title="影响明细", json_schema_extra=form(kind="long", none="没有其他影响"))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=CHANGE_STATES, tones={"proposed": "break", "published": "ready", "dropped": "off"}
        ),
    )
    published: int = pydantic.Field(title="发布为版本", json_schema_extra=form(none=""))


class ChangeQuery(RecordQuery):
    """Filters of the list."""

    state: ChangeState | None = None
    group: str = pydantic.Field(default="", max_length=26)


class Taught(Body):
    """A sentence or a word for an intent that there is; without words the group's own sentence."""

    kind: Literal["example", "word"] = "example"
    intent: str = pydantic.Field(min_length=1, max_length=80, title="意图")
    words: str = pydantic.Field(default="", max_length=200, title="加入的话")


class NewIntent(Body):
    """An intent that there is not yet."""

    title: str = pydantic.Field(min_length=1, max_length=20, title="意图名称")
    target: str = pydantic.Field(min_length=1, max_length=80, title="转到的节点")
    words: str = pydantic.Field(default="", max_length=200, title="例句")


class ToKnowledge(Body):
    """A question for whoever keeps the knowledge base."""

    title: str = pydantic.Field(min_length=2, max_length=200, title="问题")
    content: str = pydantic.Field(default="", max_length=2000, title="详细说明", json_schema_extra=form(kind="long"))
