"""What the console shows of surveys."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Action, Empty, Screen, Tab
from workflow.publishing.rules import EXPORT, WRITE
from workflow.publishing.surveys.api import ONE, SURVEYS
from workflow.publishing.surveys.service import Surveys

COPY = Action(
    name="copy", title="复制", permission=WRITE, kind="confirm", path=f"{ONE}/copy",
    confirm="用同样的题目建立一份新问卷？", done="已复制", opens="surveys",
)  # fmt: skip
SHEET = Action(
    name="sheet", title="导出答卷", permission=EXPORT, kind="download", method="GET", path=f"{ONE}/answers.xlsx"
)
RESULTS = Tab(
    name="results", title="结果", kind="component", component="publishing/SurveyResults", source=f"{ONE}/results"
)
QUESTIONS = Tab(name="questions", title="题目", kind="component", component="publishing/SurveyQuestions", source=ONE)
SURVEY_DETAIL = record_detail(
    Surveys, SURVEYS, title="title", tabs=(QUESTIONS, RESULTS), actions=(SHEET, COPY),
    about=("intro", "audience", "address", "opens_at", "closes_at", "state", "answers", "created_by", "created_at"),
)  # fmt: skip


def survey_screen(group: str) -> Screen:
    """The list of surveys, and the page of one."""
    return Screen(
        name="surveys",
        title="问卷调查",
        group=group,
        icon="list-checks",
        order=40,
        permission=Surveys.see,
        kind="list",
        list=record_list(
            Surveys,
            SURVEYS,
            imports=False,
            columns=("title", "state", "answers", "audience", "opens_at", "closes_at", "updated_at"),
            aside=("created_by",),
            search="标题或说明",
            empty=Empty(title="还没有问卷", text="设置题目后发布，公众在网站填写，结果随时可看。"),
        ),
        create=record_create(Surveys, SURVEYS),
        detail=SURVEY_DETAIL.model_copy(update={"marks": ("state", "answers")}),
    )
