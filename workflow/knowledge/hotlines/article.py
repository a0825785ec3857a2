"""An article as a merged hotline's table has it, and whoever reads such a row."""

from __future__ import annotations

import hashlib
from typing import ClassVar, Literal

import msgspec
import pydantic

from cti.office.imports.reader import TableReader
from cti.office.rich.text import RichText
from cti.office.screens import form
from workflow.knowledge.views import AUDIENCES, Words


class HotlineArticle(pydantic.BaseModel):
    """A row. The titles are the columns of our own template."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)

    origin: str = pydantic.Field(min_length=1, max_length=80, title="原编号")
    title: str = pydantic.Field(min_length=2, max_length=200, title="标题")
    body: RichText = pydantic.Field(default="", title="内容", json_schema_extra=form(kind="long"))
    summary: str = pydantic.Field(default="", max_length=500, title="摘要")
    category: str = pydantic.Field(default="", max_length=300, title="原分类")
    industry: str = pydantic.Field(default="", max_length=700, title="行业")
    life_event: str = pydantic.Field(default="", max_length=700, title="人生事件")
    unit: str = pydantic.Field(default="", max_length=80, title="责任单位")
    audience: Literal["", "inside", "public"] = pydantic.Field(
        default="", title="使用范围", json_schema_extra=form(options=AUDIENCES)
    )
    keywords: Words = pydantic.Field(default=[], max_length=30, title="关键词", json_schema_extra=form(kind="tags"))
    questions: Words = pydantic.Field(default=[], max_length=30, title="常见问法", json_schema_extra=form(kind="tags"))
    contact: str = pydantic.Field(default="", max_length=120, title="联系方式")
    valid_from: pydantic.AwareDatetime | None = pydantic.Field(default=None, title="生效时间")
    valid_until: pydantic.AwareDatetime | None = pydantic.Field(default=None, title="失效时间")

    @property
    def digest(self) -> str:
        """By this one knows whether the row says the same as before."""
        # Rows that were taken in before there were life events say the same as they did.
        said = self.model_dump(mode="json", exclude=None if self.life_event else {"life_event"})
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


class Reader(TableReader[HotlineArticle]):
    """Reads the rows of one table of articles."""

    model: ClassVar[type[pydantic.BaseModel]] = HotlineArticle
    key: ClassVar[str] = "origin"
