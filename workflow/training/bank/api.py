"""Routes of the question bank."""

from __future__ import annotations

import pydantic
from sqlalchemy import select

from cti.base.http.routes import Query, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.screens import Choice
from cti.office.tree.api import tree_routes
from workflow.training.bank.categories import CATEGORIES, Categories
from workflow.training.bank.models import CategoryRow
from workflow.training.bank.questions import QUESTIONS, Questions
from workflow.training.rules import BASE, KINDS, LEARN, SEE, learnable

MOST_CHOICES = 30


class ChoiceQuery(Query):
    """Words of what is chosen."""

    search: str = pydantic.Field(default="", max_length=80)


class LearnCategory(pydantic.BaseModel):
    """A category as those who learn see it."""

    id: str
    parent: str | None
    name: str
    path: str


def routes(categories: Categories, questions: Questions) -> list[Route]:
    """The table."""

    async def choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        found = await questions.find(visitor, questions.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=f"{KINDS[row.kind]} {row.text[:60]}") for row in found.items]

    async def to_learn(visitor: Visitor) -> list[LearnCategory]:
        async with questions.office.store.reading() as session:
            limits = [*await learnable(session, visitor, CategoryRow), CategoryRow.off.is_(False)]
            rows = (await session.scalars(select(CategoryRow).where(*limits).order_by(CategoryRow.place))).all()
        return [LearnCategory(id=row.id, parent=row.parent, name=row.name, path=row.path) for row in rows]

    return [
        Route("GET", f"{QUESTIONS}/choices", choices, SEE, "可选的题目"),
        Route("GET", f"{BASE}/mine/categories", to_learn, LEARN, "可以学习的类别"),
        *tree_routes(categories, CATEGORIES),
        *record_routes(categories, CATEGORIES),
        *record_routes(questions, QUESTIONS),
    ]
