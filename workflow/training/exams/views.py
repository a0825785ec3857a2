"""What is asked and told of papers and exams."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import When, form
from workflow.training.bank.categories import CATEGORIES
from workflow.training.participants import PEOPLE_OPTIONS, ROLE_OPTIONS, UNIT_OPTIONS
from workflow.training.rules import BASE, KINDS, STARS

PAPERS, EXAMS = f"{BASE}/papers", f"{BASE}/exams"
WAYS = {"drawn": "按规则抽题", "picked": "手动选题"}
PURPOSES = {"exam": "考试", "practice": "练习"}
TELLS = {"at_once": "交卷后即可查看", "released": "公布成绩后查看"}
STATES = {"draft": "未发布", "open": "已发布", "closed": "已结束", "released": "成绩已公布", "cancelled": "已取消"}
Points = Annotated[float, pydantic.Field(gt=0, le=100)]
EXAM_ONLY = When(key="purpose", among=("exam",))


class Picked(Body):
    """A question of a paper and what it is worth."""

    question: str = pydantic.Field(
        min_length=1, max_length=26, title="题目",
        json_schema_extra=form(kind="choice", options_from=f"{BASE}/questions/choices", options_search=True),
    )  # fmt: skip
    points: Points = pydantic.Field(default=2, title="分值")


class Rule(Body):
    """So many questions of a category, a kind and a difficulty, each worth so much."""

    category: str = pydantic.Field(
        default="", max_length=26, title="类别",
        json_schema_extra=form(kind="tree", options_from=f"{CATEGORIES}/tree"),
    )  # fmt: skip
    kind: Literal["single", "multiple", "judge", "essay"] = pydantic.Field(
        default="single", title="题型", json_schema_extra=form(options=KINDS)
    )
    stars: Literal["", "1", "2", "3", "4", "5"] = pydantic.Field(
        default="", title="难度", json_schema_extra=form(options={"": "不限", **STARS})
    )
    count: int = pydantic.Field(default=10, ge=1, le=200, title="题数")
    points: Points = pydantic.Field(default=2, title="每题分值")


class PaperFields(Body):
    """A paper."""

    title: str = pydantic.Field(min_length=2, max_length=120, title="名称")
    way: Literal["drawn", "picked"] = pydantic.Field(
        default="drawn", title="组卷方式", json_schema_extra=form(options=WAYS)
    )
    drawn: list[Rule] = pydantic.Field(
        default=[], max_length=30, title="抽题规则",
        json_schema_extra=form(
            kind="rows", when=When(key="way", among=("drawn",)), help="类别含其下级；不选类别即从全部题目中抽取"
        ),
    )  # fmt: skip
    picked: list[Picked] = pydantic.Field(
        default=[], max_length=200, title="题目",
        json_schema_extra=form(
            kind="rows", when=When(key="way", among=("picked",)), help="也可在在线题库中勾选题目后“加入试卷”"
        ),
    )  # fmt: skip
    note: str = pydantic.Field(default="", max_length=500, title="说明")


class PaperView(RecordView):
    """A paper."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=260))
    way: str = pydantic.Field(title="组卷方式", json_schema_extra=form(options=WAYS))
    count: int = pydantic.Field(title="题数")
    points: float = pydantic.Field(title="总分")
    note: str = pydantic.Field(title="说明", json_schema_extra=form(none=""))
    drawn: list[Rule] = pydantic.Field(default=[], title="抽题规则", json_schema_extra=form(hidden=True))
    picked: list[Picked] = pydantic.Field(default=[], title="题目", json_schema_extra=form(hidden=True))


class PaperLine(pydantic.BaseModel):
    """What a paper has at a place: a question, or a rule with how many questions there are for it."""

    id: str
    place: int = pydantic.Field(title="序号")
    what: str = pydantic.Field(title="内容", json_schema_extra=form(width=420))
    kind: str = pydantic.Field(title="题型", json_schema_extra=form(options=KINDS))
    stars: str = pydantic.Field(title="难度")
    count: int = pydantic.Field(title="题数")
    available: int = pydantic.Field(title="题库现有")
    points: float = pydantic.Field(title="每题分值")


class ExamFields(Body):
    """An exam, or practice that people are told to do."""

    purpose: Literal["exam", "practice"] = pydantic.Field(
        default="exam", title="性质", json_schema_extra=form(options=PURPOSES, fixed=True)
    )
    title: str = pydantic.Field(min_length=2, max_length=120, title="名称")
    paper: str = pydantic.Field(min_length=1, max_length=120, title="试卷")
    each: bool = pydantic.Field(
        default=False, title="每人抽不同的题", json_schema_extra=form(help="只对按规则抽题的试卷有效")
    )
    shuffled: bool = pydantic.Field(default=True, title="打乱题目和选项顺序")
    begins_at: pydantic.AwareDatetime = pydantic.Field(title="开始时间", json_schema_extra=form(section="时间"))
    ends_at: pydantic.AwareDatetime = pydantic.Field(title="结束时间")
    minutes: int = pydantic.Field(default=60, ge=1, le=600, title="答题分钟数")
    attempts: int = pydantic.Field(
        default=1, ge=1, le=100, title="可参加次数", json_schema_extra=form(help="多次参加的以最高分为准")
    )
    organisations: list[str] = pydantic.Field(
        default=[], max_length=200, title="参加机构",
        json_schema_extra=form(kind="choices", options_from=UNIT_OPTIONS, section="参加人员", help="含其下级"),
    )  # fmt: skip
    roles: list[str] = pydantic.Field(
        default=[], max_length=50, title="参加角色", json_schema_extra=form(kind="choices", options_from=ROLE_OPTIONS)
    )
    people: list[str] = pydantic.Field(
        default=[], max_length=500, title="参加人员",
        json_schema_extra=form(
            kind="choices", options_from=PEOPLE_OPTIONS, options_search=True,
            help="同时选了机构和角色时，为这些机构中有该角色的人；单独列出的人员一律参加",
        ),
    )  # fmt: skip
    pass_percent: int = pydantic.Field(
        default=60, ge=0, le=100, title="及格线（%）", json_schema_extra=form(section="规则")
    )
    tells: Literal["at_once", "released"] = pydantic.Field(
        default="released", title="何时可看成绩", json_schema_extra=form(options=TELLS)
    )
    full_screen: bool = pydantic.Field(default=False, title="要求全屏作答", json_schema_extra=form(when=EXAM_ONLY))
    leaves: int = pydantic.Field(
        default=0, ge=0, le=50, title="离开页面几次后自动交卷",
        json_schema_extra=form(help="0 为只记录、不自动交卷", when=EXAM_ONLY),
    )  # fmt: skip
    difference: int = pydantic.Field(
        default=20, ge=0, le=100, title="两评分差上限（%）",
        json_schema_extra=form(help="主观题由两人评分，分差超过题目分值的这个比例时由第三人评分", when=EXAM_ONLY),
    )  # fmt: skip
    appeal_days: int = pydantic.Field(
        default=3, ge=0, le=60, title="成绩申诉期（天）",
        json_schema_extra=form(help="公布成绩后几天内可以申诉，0 为不接受申诉", when=EXAM_ONLY),
    )  # fmt: skip


class ExamView(RecordView):
    """An exam, with how many sat it and what came of it."""

    purpose: str = pydantic.Field(title="性质", json_schema_extra=form(options=PURPOSES))
    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=220))
    paper: str = pydantic.Field(title="试卷", json_schema_extra=form(link="training_papers"))
    each: bool = pydantic.Field(title="每人抽不同的题")
    shuffled: bool = pydantic.Field(title="打乱题目和选项顺序")
    begins_at: datetime = pydantic.Field(title="开始时间")
    ends_at: datetime = pydantic.Field(title="结束时间")
    minutes: int = pydantic.Field(title="答题分钟数")
    attempts: int = pydantic.Field(title="可参加次数")
    organisations: list[str] = pydantic.Field(title="参加机构")
    roles: list[str] = pydantic.Field(title="参加角色")
    people: list[str] = pydantic.Field(title="参加人员")
    pass_percent: int = pydantic.Field(title="及格线（%）")
    tells: str = pydantic.Field(title="何时可看成绩", json_schema_extra=form(options=TELLS))
    full_screen: bool = pydantic.Field(title="要求全屏作答")
    leaves: int = pydantic.Field(title="离开页面几次后自动交卷")
    difference: int = pydantic.Field(title="两评分差上限（%）")
    appeal_days: int = pydantic.Field(title="成绩申诉期（天）")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            options=STATES,
            tones={"draft": "off", "open": "talk", "closed": "wrapup", "released": "ready", "cancelled": "off"},
        ),
    )
    released_at: datetime | None = pydantic.Field(title="成绩公布时间", json_schema_extra=form(none=""))
    invited: int = pydantic.Field(default=0, title="应参加")
    sat: int = pydantic.Field(default=0, title="已参加")
    unmarked: int = pydantic.Field(default=0, title="待阅卷")
    passed: int = pydantic.Field(default=0, title="及格")
    average: float | None = pydantic.Field(default=None, title="平均分", json_schema_extra=form(none="—"))


class ExamQuery(RecordQuery):
    """Filters of the list; `search` is a part of the title."""


class More(Body):
    """People who sit it, too."""

    people: list[str] = pydantic.Field(
        min_length=1, max_length=500, title="人员",
        json_schema_extra=form(kind="choices", options_from=PEOPLE_OPTIONS, options_search=True),
    )  # fmt: skip
