"""Answers of the public: taken once by a person where that is asked, counted in the same transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.citizen import Citizen
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound, NotSignedIn
from cti.office.identity import regions
from cti.office.records import Office
from workflow.publishing.surveys.models import SurveyAnswerRow, SurveyRow, SurveyTallyRow
from workflow.publishing.surveys.questions import Answer, Question, checked

HASH = 32
MOST = 20
"""Open surveys that are listed."""


class Answering:
    """The service for the public site and other channels."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def open(self, id: str) -> SurveyRow:
        """A survey that can be answered now. NotFound; Conflict before its time and after it."""
        async with self._office.store.reading() as session:
            return self._open(await session.get(SurveyRow, id))

    async def all_open(self) -> Sequence[SurveyRow]:
        """Those that can be answered now, the newest first."""
        now = self._office.clock.wall()
        limits = (
            SurveyRow.state == "open",
            SurveyRow.removed_at.is_(None),
            SurveyRow.opens_at.is_(None) | (SurveyRow.opens_at <= now),
            SurveyRow.closes_at.is_(None) | (SurveyRow.closes_at > now),
            SurveyRow.region.in_(regions.above(self._office.region)),
        )
        wanted = select(SurveyRow).where(*limits).order_by(SurveyRow.updated_at.desc(), SurveyRow.id).limit(MOST)
        async with self._office.store.reading() as session:
            return (await session.scalars(wanted)).all()

    def _open(self, row: SurveyRow | None) -> SurveyRow:
        now = self._office.clock.wall()
        if row is None or row.removed_at is not None or row.state == "draft":
            raise NotFound("no_survey", "没有这份问卷")
        if row.state == "closed" or (row.closes_at is not None and row.closes_at <= now):
            raise Conflict("over", "问卷已结束，感谢您的关注")
        if row.opens_at is not None and row.opens_at > now:
            raise Conflict("not_yet", "问卷还没有开始")
        return row

    async def answer(
        self, id: str, given: Mapping[int, Answer], citizen: Citizen | None, channel: str = "portal"
    ) -> None:
        """Take somebody's answers. NotSignedIn; Invalid names the questions; Conflict for a second time."""
        try:
            async with self._office.store.writing() as session:
                await self._take(session, id, given, citizen, channel)
        except IntegrityError:
            raise Conflict("answered", "您已填写过这份问卷，感谢参与") from None

    async def _take(
        self, session: AsyncSession, id: str, given: Mapping[int, Answer], citizen: Citizen | None, channel: str
    ) -> None:
        # One at a time for a survey: its counts are those of its answers.
        row = self._open(await session.get(SurveyRow, id, with_for_update=True))
        if row.audience == "once" and citizen is None:
            raise NotSignedIn("not_signed_in", "请先用手机号码登录，再填写问卷")
        questions = [Question.model_validate(one) for one in row.questions]
        answers, wrong = checked(questions, given)
        if wrong:
            words = "；".join(f"第 {number} 题：{why}" for number, why in wrong.items())
            raise Invalid("answers", words, f"q{next(iter(wrong))}", more={"wrong": wrong})
        once = citizen if row.audience == "once" else None
        session.add(
            SurveyAnswerRow(
                id=new_id(), survey=id, respondent=self._respondent(id, once), at=self._office.clock.wall(),
                said={str(number): said for number, said in answers.items()}, channel=channel,
            )
        )  # fmt: skip
        await session.flush()
        await session.execute(update(SurveyRow).where(SurveyRow.id == id).values(answers=SurveyRow.answers + 1))
        for number, said in answers.items():
            chosen = said if isinstance(said, list) else [said] if questions[number - 1].choices else []
            for option in ("", *chosen):
                await self._count(session, id, number, option)

    async def _count(self, session: AsyncSession, id: str, number: int, option: str) -> None:
        row = await session.get(SurveyTallyRow, (id, number, option))
        if row is None:
            row = SurveyTallyRow(survey=id, question=number, option=option, times=0)
            session.add(row)
        row.times += 1

    def _respondent(self, id: str, citizen: Citizen | None) -> str:
        if citizen is None:
            return secrets.token_hex(HASH // 2)
        said = f"{id} {citizen.number.digits}".encode()
        return self._office.store.cipher.mac("respondent of a survey", said)[:HASH]
