"""What the console shows of the question bank."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list, reference_filter
from cti.office.screens import Action, Empty, Filter, Screen, fields_of, options_of
from cti.office.tree.describing import tree_screen
from workflow.training.bank.categories import CATEGORIES, Categories
from workflow.training.bank.questions import QUESTIONS, Questions
from workflow.training.bank.views import USES
from workflow.training.exams.into_paper import Into
from workflow.training.rules import EDIT, KINDS, STARS

INTO_PAPER = Action(
    name="into_paper", title="加入试卷", permission=EDIT, kind="form", path=f"{QUESTIONS}/bulk/into_paper",
    preview=f"{QUESTIONS}/bulk/into_paper/preview", form=fields_of(Into), done="已加入试卷",
)  # fmt: skip

LOAD = Action(
    name="agent_course", title="载入座席课程", permission=EDIT, kind="confirm", path=f"{QUESTIONS}/agent_course",
    confirm="把随系统提供的座席操作课程载入本机构：60 道题、一份阅读资料和一份试卷。已有的不变。", shows="words",
)  # fmt: skip
BANK = record_list(
    Questions,
    QUESTIONS,
    columns=("text", "kind", "category", "stars", "answer", "used_for"),
    aside=("keywords", "updated_at"),
    search="题干、选项、解析或关键词",
    filters=(
        reference_filter(Questions, "category", "类别"),
        Filter(kind="choice", key="kind", title="题型", options=options_of(KINDS)),
        Filter(kind="choice", key="stars", title="难度", options=options_of(STARS)),
        Filter(kind="choice", key="used_for", title="用途", options=options_of(USES)),
    ),
    bulk=(INTO_PAPER,),
    empty=Empty(
        title="题库中还没有题目", text="可以逐题新增，也可以下载导入模板填写后一次导入，或载入随系统提供的座席课程。"
    ),
)

SCREENS = (
    tree_screen(
        Categories, CATEGORIES, name="training_categories", title="题库类别", group="training_exams", order=50,
        empty=Empty(title="还没有类别", text="题目、课程和学习资料都按类别存放，可以有多级，也可以按路径导入。"),
    ),
    Screen(
        name="training_questions",
        title="在线题库",
        group="training_exams",
        icon="book-text",
        order=51,
        permission=Questions.see,
        kind="list",
        list=BANK.model_copy(update={"actions": (*BANK.actions, LOAD)}),
        create=record_create(Questions, QUESTIONS),
        detail=record_detail(
            Questions,
            QUESTIONS,
            title="text",
            about=("category", "kind", "text", "option_a", "option_b", "option_c", "option_d", "option_e", "option_f",
                   "answer", "explanation", "stars", "keywords", "used_for", "created_by", "updated_at"),
        ),
    ),
)  # fmt: skip
