"""Surveys for citizens: what is open, and a form whose further questions come with the answers that they follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from cti.base.clock import Clock
from cti.base.http.forms import Form
from cti.base.http.routes import PUBLIC, Exchange, Route
from cti.base.rates import AddressRate
from cti.base.refusal import Invalid, NotSignedIn
from workflow.portal.menu import Block, Line
from workflow.portal.rendering import Pages
from workflow.publishing.surveys.answering import Answering
from workflow.publishing.surveys.models import SurveyRow
from workflow.publishing.surveys.questions import LONGEST_TEXT, Answer, Question, asked, title_of

AT = "/surveys"
TITLE = "问卷调查"
PER_HOUR = 30
"""Answers from one address: a family, an office; not a flood."""


class SurveyPages:
    """The routes, and the block of the first page."""

    def __init__(self, answering: Answering, pages: Pages, clock: Clock) -> None:
        self._answering, self._pages = answering, pages
        self._rate = AddressRate(clock, PER_HOUR / 3600, PER_HOUR)

    def routes(self) -> list[Route]:
        """Those that anybody may ask; a survey that wants to know its people leads them to sign in."""
        one = f"{AT}/{{id}}"
        return [
            Route("GET", AT, self.list, PUBLIC, "可以填写的问卷", outside=True, page=True),
            Route("GET", one, self.show, PUBLIC, "问卷", outside=True, page=True),
            Route("POST", one, self.take, PUBLIC, "提交问卷", outside=True, page=True),
        ]

    async def list(self, exchange: Exchange) -> web.Response:
        """Those that can be answered now."""
        return self._pages.page(exchange, "publishing/surveys.html", TITLE, found=await self._answering.all_open())

    async def block(self) -> Block | None:
        """The same on the first page."""
        found = await self._answering.all_open()
        lines = tuple(Line(f"{AT}/{one.id}", one.title) for one in found)
        return Block(TITLE, lines, AT) if lines else None

    async def show(self, id: str, exchange: Exchange) -> web.Response:
        """The questions that everybody is asked."""
        row = await self._answering.open(id)
        if row.audience == "once" and exchange.citizen is None:
            raise NotSignedIn("not_signed_in", "请先用手机号码登录，再填写问卷")
        questions = _questions(row)
        return self._form(exchange, row, questions, asked(questions, {}), {})

    async def take(self, id: str, exchange: Exchange) -> web.Response:
        """Take the form, or show it again with what is still to be asked, or wrong."""
        row = await self._answering.open(id)
        questions, form = _questions(row), exchange.form
        given = {number: _said(one, form, number) for number, one in enumerate(questions, start=1)}
        now = asked(questions, given)
        seen = {int(one) for one in form.get("seen").split(",") if one.isdecimal()}
        if not set(now) <= seen:
            return self._form(exchange, row, questions, now, given)
        self._rate.take(exchange.address)
        try:
            await self._answering.answer(id, given, exchange.citizen)
        except Invalid as refusal:
            wrong = refusal.more.get("wrong")
            if not isinstance(wrong, dict):
                raise
            return self._form(exchange, row, questions, now, given, wrong)
        return self._pages.page(exchange, "publishing/survey_done.html", row.title, private=True)

    def _form(
        self, exchange: Exchange, row: SurveyRow, questions: Sequence[Question], now: Sequence[int],
        given: Mapping[int, Answer], wrong: Mapping[int, str] | None = None,
    ) -> web.Response:  # fmt: skip
        shown = [
            {"place": place, "name": f"q{number}", "about": questions[number - 1],
             "options": [(one, title_of(questions[number - 1], one)) for one in questions[number - 1].choices],
             "said": _list(given.get(number, "")), "wrong": (wrong or {}).get(number, "")}
            for place, number in enumerate(now, start=1)
        ]  # fmt: skip
        follows = bool(given) and not wrong
        return self._pages.page(
            exchange, "publishing/survey.html", row.title, survey=row, questions=shown, follows=follows,
            seen=",".join(str(one) for one in now), wrong=bool(wrong), longest=LONGEST_TEXT,
            status=422 if wrong else 200,
        )  # fmt: skip


def _questions(row: SurveyRow) -> list[Question]:
    return [Question.model_validate(one) for one in row.questions]


def _said(one: Question, form: Form, number: int) -> Answer:
    return form.all(f"q{number}") if one.kind == "multiple" else form.get(f"q{number}")


def _list(said: Answer) -> list[str]:
    return said if isinstance(said, list) else [said] if said else []
