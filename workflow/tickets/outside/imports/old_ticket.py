"""A ticket as an old system's table has it, and whoever reads such a row."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

import pydantic

from cti.office.imports.reader import TableReader
from cti.office.screens import form
from cti.office.screens.forms import fields_of
from workflow.tickets.views import ANSWER_BY, CHANNELS, GENDERS, SATISFACTION, TYPES, AnswerBy, Channel, Type

STATES = {"archived": "已办结", "open": "办理中", "withdrawn": "已撤回", "voided": "已作废"}
ENTRY = re.compile(r"(?:^|\n)\s*(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?)[ 　:：]*")
"""A line of a trail begins with its time."""


class OldTicket(pydantic.BaseModel):
    """A row. The titles are the columns of our own template."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)

    number: str = pydantic.Field(min_length=1, max_length=40, pattern=r"^[!-~]+$", title="原工单编号")
    state: Literal["archived", "open", "withdrawn", "voided"] = pydantic.Field(
        default="archived", title="状态", json_schema_extra=form(options=STATES)
    )
    created_at: pydantic.AwareDatetime = pydantic.Field(title="登记时间")
    ended_at: pydantic.AwareDatetime | None = pydantic.Field(default=None, title="办结时间")
    registrar: str = pydantic.Field(default="", max_length=80, title="登记人")
    type: Type = pydantic.Field(default="help", title="诉求类型", json_schema_extra=form(options=TYPES))
    title: str = pydantic.Field(min_length=2, max_length=100, title="标题")
    content: str = pydantic.Field(
        min_length=2, max_length=10_000, title="诉求内容", json_schema_extra=form(kind="long")
    )
    place: str = pydantic.Field(default="", pattern=r"^(\d{6})?$", title="事发地区划代码")
    address: str = pydantic.Field(default="", max_length=200, title="详细地址")
    category: str = pydantic.Field(default="", max_length=200, title="诉求分类")
    urgent: bool = pydantic.Field(default=False, title="紧急")
    confidential: bool = pydantic.Field(default=False, title="保密")
    enterprise: bool = pydantic.Field(default=False, title="涉企诉求")
    caller_name: str = pydantic.Field(default="", max_length=80, title="姓名")
    caller_gender: Literal["", "male", "female"] = pydantic.Field(
        default="", title="性别", json_schema_extra=form(options=GENDERS)
    )
    contact: str = pydantic.Field(default="", max_length=32, title="联系电话")
    answer_by: AnswerBy = pydantic.Field(
        default="phone", title="希望答复方式", json_schema_extra=form(options=ANSWER_BY)
    )
    channel: Channel = pydantic.Field(default="phone", title="受理来源", json_schema_extra=form(options=CHANNELS))
    lead: str = pydantic.Field(default="", max_length=80, title="主办单位")
    answer: str = pydantic.Field(default="", max_length=10_000, title="答复内容", json_schema_extra=form(kind="long"))
    satisfaction: Literal["", "satisfied", "basically", "unsatisfied", "unreached"] = pydantic.Field(
        default="", title="满意度", json_schema_extra=form(options=SATISFACTION)
    )
    trail: str = pydantic.Field(
        default="", max_length=30_000, title="办理过程",
        json_schema_extra=form(kind="long", help="每条以时间开头，各占一行"),
    )  # fmt: skip
    files: str = pydantic.Field(default="", max_length=2000, title="附件名称")


FIELDS = {one.key: one for one in fields_of(OldTicket)}


class Reader(TableReader[OldTicket]):
    """Reads the rows of one table of tickets."""

    model: ClassVar[type[pydantic.BaseModel]] = OldTicket
    key: ClassVar[str] = "number"


def entries_of(trail: str) -> list[tuple[str, str]]:
    """The lines of a trail: when (as it is written, empty for none), and what."""
    found = list(ENTRY.finditer(trail))
    if not found:
        return [("", trail.strip())] if trail.strip() else []
    before = trail[: found[0].start()].strip()
    ends = [*(one.start() for one in found[1:]), len(trail)]
    dated = [(one[1], trail[one.end() : end].strip()) for one, end in zip(found, ends, strict=True)]
    return [*([("", before)] if before else []), *((at, words) for at, words in dated if words)]
