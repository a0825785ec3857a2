"""Routes of the public site by which surveys are answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.clock import Clock
from cti.base.http.routes import PUBLIC, Exchange, Route
from cti.base.rates import Rate
from cti.base.refusal import Invalid, NotFound, Refusal, TooMany
from workflow.publishing.surveys import page
from workflow.publishing.surveys.answering import Answering
from workflow.publishing.surveys.questions import Answer, Question, asked

AT = "/publishing/surveys/{id}"
TITLE = "问卷调查"
THANKS = "已收到您的答卷，感谢参与！"
PER_HOUR = 30
"""Answers from one address: a family, an office; not a flood."""
LIMIT = 200_000
Citizens = Callable[[Exchange], Awaitable[Citizen | None]]
"""Who is signed in on the public site."""


class SurveyPages:
    """The form, and taking what was filled in."""

    def __init__(self, answering: Answering, citizens: Citizens, clock: Clock) -> None:
        self._answering, self._citizens = answering, citizens
        self._rate = Rate(clock, PER_HOUR / 3600, PER_HOUR)

    def routes(self) -> list[Route]:
        """Those of the public site."""
        return [
            Route("GET", AT, self.show, PUBLIC, "问卷", outside=True),
            Route("POST", AT, self.take, PUBLIC, "提交问卷", outside=True),
        ]

    async def show(self, id: str, exchange: Exchange) -> web.Response:
        """The questions that everybody is asked; what can be said instead stands on a page of its own."""
        try:
            row = await self._answering.open(id)
        except Refusal as refusal:
            return _answer(page.message(TITLE, refusal.detail), 404 if isinstance(refusal, NotFound) else 200)
        if row.audience == "once" and await self._citizens(exchange) is None:
            return _answer(page.message(row.title, "请先在网站用手机号码登录，再回到本页填写。"), 401)
        questions = [Question.model_validate(one) for one in row.questions]
        return _answer(page.form(row, questions, asked(questions, {}), {}, {}))

    async def take(self, id: str, exchange: Exchange) -> web.Response:
        """Take the form, or show it again with what is still to be asked, or wrong."""
        if (exchange.request.content_length or 0) > LIMIT:
            return _answer(page.message(TITLE, "内容过长，请减少文字后重试"), 413)
        sent = await exchange.request.post()
        try:
            row = await self._answering.open(id)
            questions = [Question.model_validate(one) for one in row.questions]
            given = {number: _said(questions[number - 1], sent, number) for number in range(1, len(questions) + 1)}
            seen = {int(one) for one in str(sent.get("seen", "")).split(",") if one.isdecimal()}
            now = asked(questions, given)
            if not set(now) <= seen:
                return _answer(page.form(row, questions, now, given, {}))
            self._rate.take(exchange.address)
            await self._answering.answer(id, given, await self._citizens(exchange))
        except Invalid as refusal:
            wrong = {int(number): str(why) for number, why in dict(refusal.more.get("wrong", {})).items()}  # type: ignore[call-overload] # by `Answering`
            return _answer(page.form(row, questions, now, given, wrong), 422)
        except TooMany as refusal:
            return _answer(page.message(TITLE, refusal.detail), 429)
        except Refusal as refusal:
            return _answer(page.message(TITLE, refusal.detail), 404 if isinstance(refusal, NotFound) else 409)
        return _answer(page.message(row.title, THANKS))


def _said(one: Question, sent: Mapping[str, object], number: int) -> Answer:
    found = [str(part) for part in sent.getall(f"q{number}", [])]  # type: ignore[attr-defined] # a MultiDict
    return found if one.kind == "multiple" else (found[0] if found else "")


def _answer(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)
