"""Questions of a survey, which of them somebody is asked, and whether his answers fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import pydantic

from cti.base.refusal import Faults, Invalid
from cti.office.screens import form

Kind = Literal["single", "multiple", "scale", "text"]
KINDS = {"single": "单选", "multiple": "多选", "scale": "打分（1至5分）", "text": "文字"}
SCALE = ("1", "2", "3", "4", "5")
LONGEST_TEXT = 1000
Answer = str | list[str]


class Question(pydantic.BaseModel):
    """A question; it is asked of all, or of those alone who chose `chosen` in question `after` (counted from 1)."""

    title: str = pydantic.Field(min_length=1, max_length=200, title="题目")
    kind: Kind = pydantic.Field(default="single", title="题型", json_schema_extra=form(kind="choice", options=KINDS))
    options: list[str] = pydantic.Field(
        default=[], max_length=30, title="选项", json_schema_extra=form(kind="tags", help="单选和多选填写")
    )
    required: bool = pydantic.Field(default=True, title="必答")
    after: int | None = pydantic.Field(default=None, ge=1, le=100, title="仅当第几题")
    chosen: str = pydantic.Field(default="", max_length=100, title="选了（选项）")

    @pydantic.field_validator("options")
    @classmethod
    def _plain(cls, options: list[str]) -> list[str]:
        return list(dict.fromkeys(" ".join(one.split())[:100] for one in options if one.strip()))

    @property
    def choices(self) -> Sequence[str]:
        """What can be chosen; nothing for a text."""
        return SCALE if self.kind == "scale" else self.options if self.kind != "text" else ()


def check_questions(questions: Sequence[Question]) -> None:
    """Invalid names each question that does not hold together."""
    faults = Faults()
    if not questions:
        faults.found(Invalid("no_questions", "请至少设置一道题", "questions"))
    for number, one in enumerate(questions, start=1):
        if wrong := _wrong(questions, number, one):
            faults.found(Invalid("question", f"第 {number} 题：{wrong}", "questions"))
    faults.refuse()


def _wrong(questions: Sequence[Question], number: int, one: Question) -> str:
    if one.kind in ("single", "multiple") and len(one.options) < 2:
        return "至少要有两个选项"
    if one.after is None:
        return "填写了“选了”，请同时填写“仅当第几题”" if one.chosen else ""
    if one.after >= number:
        return "“仅当第几题”应是前面的题"
    before = questions[one.after - 1]
    if one.chosen not in before.choices:
        return f"第 {one.after} 题没有选项“{one.chosen}”"
    return ""


def asked(questions: Sequence[Question], answers: Mapping[int, Answer]) -> list[int]:
    """The numbers of the questions that somebody with these answers is asked, from 1 on."""
    found: list[int] = []
    for number, one in enumerate(questions, start=1):
        said = answers.get(one.after, "") if one.after in found else ""
        if one.after is None or one.chosen == said or (isinstance(said, list) and one.chosen in said):
            found.append(number)
    return found


def checked(questions: Sequence[Question], given: Mapping[int, Answer]) -> tuple[dict[int, Answer], dict[int, str]]:
    """The answers to what is asked, and what is wrong by the question's number; what was not asked is left out."""
    answers: dict[int, Answer] = {}
    wrong: dict[int, str] = {}
    for number, one in enumerate(questions, start=1):
        if number not in asked(questions[:number], answers):
            continue
        said = given.get(number, [] if one.kind == "multiple" else "")
        fits, found = _fitting(one, said)
        if found:
            wrong[number] = found
        elif fits:
            answers[number] = fits
        elif one.required:
            wrong[number] = "请回答这道题"
    return answers, wrong


def _fitting(one: Question, said: Answer) -> tuple[Answer, str]:
    if one.kind == "multiple":
        several = list(dict.fromkeys([said] if isinstance(said, str) and said else said))
        return several, "" if all(part in one.options for part in several) else "没有这个选项"
    text = (said[0] if said else "") if isinstance(said, list) else said
    if one.kind == "text":
        text = text.strip()
        return text, "" if len(text) <= LONGEST_TEXT else f"最多 {LONGEST_TEXT} 字"
    return text, "" if not text or text in one.choices else "没有这个选项"


def title_of(one: Question, option: str) -> str:
    """An option as people read it."""
    if one.kind != "scale":
        return option
    return {"1": "1 分（很不满意）", "5": "5 分（很满意）"}.get(option, f"{option} 分")
