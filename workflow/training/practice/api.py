"""Routes of free practice."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from cti.base.http.routes import Exchange, Route
from cti.base.times.business_time import start_of_day
from cti.base.visitor import Visitor
from workflow.training.bank.questions import Questions
from workflow.training.files import file_answer
from workflow.training.practice.service import (
    DayOfPractice,
    Practice,
    PracticeQuestion,
    Standing,
    Told,
    Tried,
    Wanted,
)
from workflow.training.rules import BASE, LEARN

PRACTICE = f"{BASE}/mine/practice"
DAYS = timedelta(days=29)


def routes(practice: Practice) -> list[Route]:
    """The table."""
    office = practice.office

    async def draw(visitor: Visitor, query: Wanted) -> list[PracticeQuestion]:
        return await practice.draw(visitor, query)

    async def answer(visitor: Visitor, question: str, body: Tried) -> Told:
        return await practice.answer(visitor, question, body)

    async def standing(visitor: Visitor) -> Standing:
        return await practice.standing(visitor)

    async def days(visitor: Visitor) -> list[DayOfPractice]:
        return await practice.days(visitor, start_of_day(office.clock.wall() - DAYS))

    async def file(visitor: Visitor, question: str, file: str, exchange: Exchange) -> web.StreamResponse:
        async with office.store.reading() as session:
            await practice.need_usable(session, visitor, question)
        return await file_answer(office, exchange, Questions.kind, question, file)

    return [
        Route("GET", f"{PRACTICE}/questions", draw, LEARN, "练习题"),
        Route("POST", f"{PRACTICE}/questions/{{question}}", answer, LEARN, "练习作答"),
        Route("GET", f"{PRACTICE}/questions/{{question}}/files/{{file}}", file, LEARN, "练习题中的图片和声音"),
        Route("GET", f"{PRACTICE}/standing", standing, LEARN, "我的练习情况"),
        Route("GET", f"{PRACTICE}/days", days, LEARN, "我的练习跟踪"),
    ]
