"""Routes of questions and corrections."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.processes.records import case_routes
from cti.office.records import record_routes
from cti.office.records.routes import without_changes
from workflow.knowledge import rules
from workflow.knowledge.asking.corrections import Corrections
from workflow.knowledge.asking.questions import Questions
from workflow.knowledge.asking.views import (
    CORRECTIONS,
    QUESTIONS,
    AskedFields,
    CorrectionView,
    QuestionFields,
    QuestionView,
    WrongFields,
)
from workflow.knowledge.categories import BASE
from workflow.knowledge.views import PUBLISHED

ASK_LIMIT = 40_000
"""Bytes of what is asked or reported."""


def routes(questions: Questions, corrections: Corrections) -> list[Route]:
    """The usual routes and the acts of both processes."""

    async def to_article(visitor: Visitor, id: str) -> QuestionView:
        return await questions.to_article(visitor, id)

    async def ask(visitor: Visitor, call: str, body: AskedFields) -> QuestionView:
        return await questions.create(visitor, QuestionFields(call=call, **body.model_dump()))

    async def correct(visitor: Visitor, id: str, body: WrongFields) -> CorrectionView:
        return await corrections.correct(visitor, id, body)

    asked, reported = (
        record_routes(questions, QUESTIONS, imports=False),
        record_routes(corrections, CORRECTIONS, imports=False),
    )
    return [
        *without_changes(asked, QUESTIONS, made_by=rules.ASK),
        *case_routes(questions, QUESTIONS),
        Route("POST", f"{QUESTIONS}/{{id}}/article", to_article, rules.WRITE, "由回答形成知识"),
        Route("POST", f"{BASE}/calls/{{call}}/questions", ask, rules.ASK, "在通话中提问", 201, limit=ASK_LIMIT),
        Route("POST", f"{PUBLISHED}/{{id}}/corrections", correct, rules.SEE, "知识纠错", 201, limit=ASK_LIMIT),
        *without_changes(reported, CORRECTIONS, made_by=rules.SEE),
        *case_routes(corrections, CORRECTIONS),
    ]
