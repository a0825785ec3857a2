"""What is asked and told of whether articles helped."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from workflow.knowledge.categories import BASE
from workflow.knowledge.views import AUDIENCES, PUBLISHED, Audience

HELPFUL = f"{BASE}/helpful"
ONE = f"{PUBLISHED}/{{id}}/helpful"
LEAST = {"5": "至少 5 人评价", "20": "至少 20 人评价"}


class VoteFields(Body):
    """Whether the edition that somebody has before him helped; None takes back what he said."""

    edition: int = pydantic.Field(ge=1, title="版次")
    helped: bool | None = pydantic.Field(default=None, title="有帮助")


class Counted(pydantic.BaseModel):
    """How many an edition helped."""

    edition: int
    helped: int
    unhelped: int
    said: int


class Helped(pydantic.BaseModel):
    """What a reader has said of the edition that there is now, and whether also why it did not help.

    `counted` is for its editors: this edition and the one before it, as far as somebody said something.
    """

    mine: bool | None
    explained: bool
    counted: list[Counted] | None = None


class HelpfulView(RecordView):
    """An article by whether it helped."""

    article: str = pydantic.Field(title="知识", json_schema_extra=form(hidden=True))
    number: str = pydantic.Field(title="知识编号", json_schema_extra=form(width=215))
    name: str = pydantic.Field(title="知识标题", json_schema_extra=form(width=260))
    edition: int = pydantic.Field(title="版次", json_schema_extra=form(width=72))
    category: str = pydantic.Field(title="归口", json_schema_extra=form(width=150))
    unit: str = pydantic.Field(title="责任单位", json_schema_extra=form(width=150))
    audience: str = pydantic.Field(title="使用范围", json_schema_extra=form(options=AUDIENCES))
    share: int = pydantic.Field(title="有用率（%）", json_schema_extra=form(width=110))
    helped: int = pydantic.Field(title="有帮助", json_schema_extra=form(width=88))
    unhelped: int = pydantic.Field(title="没帮助", json_schema_extra=form(width=88))
    votes: int = pydantic.Field(title="评价人数", json_schema_extra=form(width=100))
    said: int = pydantic.Field(title="说明原因", json_schema_extra=form(width=100))
    updated_at: datetime = pydantic.Field(title="最近评价")


class HelpfulQuery(RecordQuery):
    """Filters of the list; `past` asks for editions that readers see no more."""

    category: str = pydantic.Field(default="", max_length=26)
    unit: str = pydantic.Field(default="", max_length=40)
    audience: Audience | None = None
    least: Literal["", "5", "20"] = ""
    past: bool | None = None
