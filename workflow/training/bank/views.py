"""What is asked and told of questions."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import When, form
from workflow.training.rules import KINDS

USES = {"both": "考试和练习", "exam": "仅考试", "practice": "仅练习"}
CHOICE = When(key="kind", among=("single", "multiple"))
Kind = Literal["single", "multiple", "judge", "essay"]
Word = Annotated[str, pydantic.Field(min_length=1, max_length=20)]


def _option(letter: str) -> str:
    field: str = pydantic.Field(
        default="", max_length=500, title=f"选项{letter}", json_schema_extra=form(kind="text", when=CHOICE)
    )
    return field


class QuestionFields(Body):
    """A question, as a form and a spreadsheet have it."""

    category: str = pydantic.Field(
        min_length=1,
        max_length=700,
        title="类别",
        json_schema_extra=form(help="导入时填类别的完整路径，如 业务知识/派单"),
    )
    kind: Kind = pydantic.Field(title="题型", json_schema_extra=form(options=KINDS))
    text: str = pydantic.Field(min_length=2, max_length=2000, title="题干")
    option_a: str = _option("A")
    option_b: str = _option("B")
    option_c: str = _option("C")
    option_d: str = _option("D")
    option_e: str = _option("E")
    option_f: str = _option("F")
    answer: str = pydantic.Field(
        default="", max_length=4000, title="答案",
        json_schema_extra=form(kind="long", help="单选、多选填选项字母，如 A 或 ACD；判断填 对 或 错；主观填参考答案"),
    )  # fmt: skip
    explanation: str = pydantic.Field(default="", max_length=2000, title="解析")
    stars: int = pydantic.Field(
        default=3, ge=1, le=5, title="难度", json_schema_extra=form(help="1 至 5 星，数字越大难度越大")
    )
    keywords: list[Word] = pydantic.Field(default=[], max_length=20, title="关键词")
    used_for: Literal["both", "exam", "practice"] = pydantic.Field(
        default="both", title="用途", json_schema_extra=form(options=USES, help="仅考试的题目不会在练习中出现")
    )


class QuestionView(RecordView):
    """A question with its answer: for who keeps the bank."""

    category: str = pydantic.Field(title="类别", json_schema_extra=form(width=170))
    kind: str = pydantic.Field(title="题型", json_schema_extra=form(options=KINDS, width=80))
    text: str = pydantic.Field(title="题干", json_schema_extra=form(kind="long", width=380))
    option_a: str = pydantic.Field(title="选项A", json_schema_extra=form(none=""))
    option_b: str = pydantic.Field(title="选项B", json_schema_extra=form(none=""))
    option_c: str = pydantic.Field(title="选项C", json_schema_extra=form(none=""))
    option_d: str = pydantic.Field(title="选项D", json_schema_extra=form(none=""))
    option_e: str = pydantic.Field(title="选项E", json_schema_extra=form(none=""))
    option_f: str = pydantic.Field(title="选项F", json_schema_extra=form(none=""))
    answer: str = pydantic.Field(title="答案", json_schema_extra=form(kind="long", width=110))
    explanation: str = pydantic.Field(title="解析", json_schema_extra=form(kind="long", none=""))
    stars: int = pydantic.Field(title="难度", json_schema_extra=form(width=80))
    keywords: list[str] = pydantic.Field(title="关键词")
    used_for: str = pydantic.Field(title="用途", json_schema_extra=form(options=USES, width=100))


class QuestionQuery(RecordQuery):
    """Filters of the list; `search` are words of the question, its options, its explanation and its keywords."""
