"""What the console shows of questions and corrections."""

from __future__ import annotations

from typing import Any

from cti.office.processes.records import CaseRecords
from cti.office.records.describing import part_tabs, record_create, record_form, reference_filter
from cti.office.screens import (
    Action,
    Detail,
    Empty,
    Filter,
    List,
    Screen,
    Tab,
    columns_of,
    fields_of,
    options_of,
)
from workflow.knowledge.asking.corrections import Corrections
from workflow.knowledge.asking.questions import Questions
from workflow.knowledge.asking.views import (
    ASKED,
    CORRECTIONS,
    KINDS,
    MENDING,
    QUESTIONS,
    WrongFields,
)
from workflow.knowledge.categories import BASE
from workflow.knowledge.menu import READING
from workflow.knowledge.rules import ASK, SEE, WRITE
from workflow.knowledge.views import PUBLISHED

ASKED_FORM = tuple(one for one in record_form(Questions) if one.key != "call")
ASKING = Action(
    name="ask", title="知识提问", permission=ASK, kind="form", path=f"{BASE}/calls/{{call}}/questions",
    form=ASKED_FORM, done="已提问，回答后会通知您",
)  # fmt: skip
CORRECTING = Action(
    name="correct", title="纠错", permission=SEE, kind="form", path=f"{PUBLISHED}/{{id}}/corrections",
    form=fields_of(WrongFields), done="已提交，感谢您的纠错",
)  # fmt: skip
TO_ARTICLE = Action(
    name="to_article", title="形成知识", permission=WRITE, kind="confirm", path=f"{QUESTIONS}/{{id}}/article",
    confirm="用问题和回答新建一条问答知识，进入采编流程？", told=True, tone="primary", done="已形成知识草稿",
)  # fmt: skip
MINE = Filter(kind="flag", key="mine", title="我提交的")


def _detail(
    service: type[CaseRecords[Any, Any, Any, Any]], base: str, title: str, actions: tuple[Action, ...],
    about: tuple[str, ...],
) -> Detail:  # fmt: skip
    one = f"{base}/{{id}}"
    return Detail(
        source=one,
        title=title,
        subtitle="number",
        marks=("stage", "due_at"),
        actions=actions,
        offers=f"{one}/offers",
        tabs=(
            Tab(name="about", title=service.title, kind="fields", fields=columns_of(service.view, *about)),
            *part_tabs(service, base),
        ),
    )


SCREENS = (
    Screen(
        name="knowledge_questions",
        title="知识提问",
        group=READING,
        icon="messages-square",
        order=24,
        permission=Questions.see,
        kind="list",
        list=List(
            source=QUESTIONS,
            records=Questions.kind,
            badge={"stage": "answering", "overdue": "false"},
            columns=columns_of(
                Questions.view, "title", "stage", "holder", "due_at", "overdue", "urgent", "created_at",
                aside=("answered_by", "category", "created_by", "number"),
            ),
            filters=(
                Filter(kind="text", key="search", title="提问编号，或问题、回答中的字词", wide=True),
                Filter(kind="choice", key="stage", title="状态", options=options_of(ASKED)),
                reference_filter(Questions, "category", "归口"),
                reference_filter(Questions, "holder", "回答单位"),
                Filter(kind="flag", key="overdue", title="已超时"),
                MINE,
            ),
            sort=Questions.sort,
            sorts=("updated_at", "created_at"),
            empty=Empty(title="没有提问", text="知识库里查不到的，向责任单位提问；回答会通知提问人，也可以形成知识。"),
            export=f"{QUESTIONS}/export",
            export_permission=Questions.export_permission,
            row=(TO_ARTICLE,),
        ),
        create=record_create(Questions, QUESTIONS).model_copy(update={"title": "提问", "form": ASKED_FORM}),
        detail=_detail(
            Questions, QUESTIONS, "title", (TO_ARTICLE,),
            ("title", "content", "answer", "reason", "holder", "answered_by", "answered_at", "article",
             "category", "unit", "urgent", "call", "created_by", "created_at"),
        ),
    ),
    Screen(
        name="knowledge_corrections",
        title="知识纠错",
        group=READING,
        icon="badge-check",
        order=26,
        permission=Corrections.see,
        kind="list",
        list=List(
            source=CORRECTIONS,
            records=Corrections.kind,
            badge={"stage": "review"},
            columns=columns_of(
                Corrections.view, "name", "kind", "content", "stage", "step", "created_at", "handled_at",
                aside=("unit", "due_at", "created_by", "number"),
            ),
            filters=(
                Filter(kind="text", key="search", title="知识名称、描述中的字词，或纠错编号", wide=True),
                Filter(kind="choice", key="kind", title="问题分类", options=options_of(KINDS)),
                Filter(kind="choice", key="stage", title="处理状态", options=options_of(MENDING)),
                reference_filter(Corrections, "unit", "责任单位"),
                MINE,
            ),
            sort=Corrections.sort,
            sorts=("updated_at", "created_at"),
            empty=Empty(title="没有纠错", text="查阅知识时发现问题，点“纠错”提交；处理结果会通知您。"),
            export=f"{CORRECTIONS}/export",
            export_permission=Corrections.export_permission,
        ),
        detail=_detail(
            Corrections, CORRECTIONS, "name", (),
            ("article", "edition", "kind", "content", "reply", "unit", "handled_by", "handled_at", "created_by",
             "created_at"),
        ),
    ),
)  # fmt: skip
