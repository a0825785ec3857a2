"""Who is told of exams, courses and their ends: in the transaction of what happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.office.messages import Filled, Messages, Persons, Template, Urgency
from cti.office.messages.whom import Whom
from workflow.training.exams.models import ExamRow

KIND = "training"
WORDS = {"名称": "考试、练习或课程的名称", "说明": "时间或结果"}
TEMPLATES = tuple(
    Template(f"training_{name}", KIND, title, subject, "{说明}", WORDS)
    for name, title, subject in (
        ("exam", "考试通知", "考试通知：{名称}"),
        ("practice", "练习通知", "练习任务：{名称}"),
        ("released", "成绩公布", "成绩已公布：{名称}"),
        ("exam_soon", "考试即将截止", "尚未参加，即将截止：{名称}"),
        ("appealed", "成绩申诉待处理", "成绩申诉：{名称}"),
        ("decided", "成绩申诉结果", "成绩申诉已处理：{名称}"),
        ("course", "培训通知", "培训课程：{名称}"),
        ("course_soon", "培训即将到期", "培训即将到期：{名称}"),
        ("good_talk", "优秀录音待上架", "优秀录音待上架：{名称}"),
        ("certificate", "获得证书", "您已获得证书：{名称}"),
        ("certificate_soon", "证书即将到期", "证书即将到期：{名称}"),
    )
)
"""What is said; a city may word it anew."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(KIND, "考试培训")
    return messages.templates.add(*TEMPLATES)


class Telling:
    """Tells."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def announced(self, session: AsyncSession, exam: ExamRow, people: Sequence[str], by: str) -> None:
        """Who is to sit it."""
        begins, ends = (one.astimezone(ZONE).strftime("%m月%d日 %H:%M") for one in (exam.begins_at, exam.ends_at))
        said = f"{begins} 至 {ends}，答题时间 {exam.minutes} 分钟"
        link = "/training_my_exams" if exam.purpose == "exam" else "/training_my_practice"
        await self.say(session, exam.purpose, people, exam.title, said, link, key=f"exam:{exam.id}", by=by)

    async def released(self, session: AsyncSession, exam: ExamRow, people: Sequence[str], by: str) -> None:
        """Who sat it."""
        said = f"可查看成绩和答案，{exam.appeal_days} 天内可以申诉" if exam.appeal_days else "可查看成绩和答案"
        await self.say(session, "released", people, exam.title, said, "/training_my_exams", by=by)

    async def decided(
        self, session: AsyncSession, title: str, person: str, place: int, points: tuple[float, float], reply: str
    ) -> None:
        """Who appealed: his points before and after."""
        said = f"第 {place} 题：{points[0]:g} 分 → {points[1]:g} 分。{reply}"
        await self.say(session, "decided", [person], title, said, "/training_my_exams")

    async def to(self, session: AsyncSession, name: str, whom: Whom, title: str, said: str, link: str) -> None:
        """One message to whoever is meant."""
        what = Filled(f"training_{name}", {"名称": title[:100], "说明": said[:500]})
        await self._messages.tell(session, whom, what, link=link)

    async def course(
        self, session: AsyncSession, course: str, title: str, due_at: datetime | None, people: Sequence[str]
    ) -> None:
        """Who is to take a course."""
        said = f"请在 {due_at.astimezone(ZONE):%m月%d日 %H:%M} 前完成" if due_at is not None else "请及时学习"
        await self.say(session, "course", people, title, said, "/training_my_courses", key=f"course:{course}")

    async def say(
        self, session: AsyncSession, name: str, people: Sequence[str], title: str, said: str, link: str, *,
        key: str = "", by: str = "", urgent: bool = False,
    ) -> None:  # fmt: skip
        """One message to people; nothing for nobody."""
        if people:
            what = Filled(f"training_{name}", {"名称": title[:100], "说明": said[:500]})
            urgency = Urgency.URGENT if urgent else Urgency.NORMAL
            await self._messages.tell(
                session, Persons(tuple(people)), what, link=link, key=key, by=by, urgency=urgency
            )  # fmt: skip
