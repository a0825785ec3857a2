"""Who is told of what happens with articles: reviewers, editors of the unit that is responsible."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages import Filled, Messages, Persons, Template, Urgency, WithRight
from cti.office.messages.whom import Whom
from workflow.knowledge.asking.models import CorrectionRow, QuestionRow
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.rules import ANSWER, MANAGE, REVIEW, WRITE

KIND = "knowledge"
WORDS = {"知识": "编号和标题", "说明": "说明"}
TEMPLATES = tuple(
    Template(f"knowledge_{name}", KIND, title, subject, "{说明}", WORDS)
    for name, title, subject in (
        ("submitted", "知识待审核", "待审核 {知识}"),
        ("sent_back", "知识被退回", "退回修改 {知识}"),
        ("approved", "知识审核通过", "审核通过 {知识}"),
        ("soon", "知识即将到期", "即将到期下架 {知识}"),
        ("over", "知识已下架", "已下架 {知识}"),
        ("confirm", "知识待确认", "请确认内容是否仍然有效 {知识}"),
        ("asked", "知识提问", "请回答提问 {知识}"),
        ("unassigned", "知识提问待分派", "请分派提问 {知识}"),
        ("answered", "提问已回答", "已回答 {知识}"),
        ("unanswered", "提问不予回答", "不予回答 {知识}"),
        ("corrected", "知识纠错", "请审核纠错 {知识}"),
        ("to_mend", "知识待改正", "请改正 {知识}"),
        ("thanks", "感谢纠错", "感谢您的纠错，已改正 {知识}"),
        ("not_so", "纠错不属实", "已核实，未发现问题 {知识}"),
    )
)
"""What is said; a city may word it anew."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(KIND, "知识库")
    return messages.templates.add(*TEMPLATES)


class Telling:
    """Tells in the transaction of what happened."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def reviewers(self, session: AsyncSession, row: ArticleRow, by: str) -> None:
        """Somebody is to look at it."""
        to = WithRight(REVIEW, organisation=row.organisation)
        await self._say(session, row, "submitted", to, row.summary or row.title, by)

    async def author(self, session: AsyncSession, row: ArticleRow, name: str, person: str, said: str, by: str) -> None:
        """Whoever submitted it hears what came of that."""
        if person:
            await self._say(session, row, name, Persons((person,)), said, by)

    async def editors(self, session: AsyncSession, row: ArticleRow, name: str, said: str) -> None:
        """Those of the unit that is responsible, and who wrote it."""
        to = [WithRight(WRITE, organisation=row.unit or row.organisation)]
        whom: list[Whom] = [*to, *([Persons((row.created_by,))] if row.created_by else [])]
        await self._say(session, row, name, whom, said, "", key=f"article:{row.id}:{name}")

    async def _say(
        self, session: AsyncSession, row: ArticleRow, name: str, to: Whom | list[Whom], said: str, by: str, *,
        key: str = "",
    ) -> None:  # fmt: skip
        await self._tell(session, f"{row.number} {row.title}", f"/knowledge_articles/{row.id}", name, to, said, by, key)

    # ── questions and corrections ────────────────────────────────────────────────────────────────────────────────

    async def question(self, session: AsyncSession, row: QuestionRow, by: str) -> None:
        """The unit that is to answer, or the knowledge desk that is to say whose it is."""
        is_given = row.stage == "answering"
        to = (
            WithRight(ANSWER, organisation=row.holder) if is_given else WithRight(MANAGE, organisation=row.organisation)
        )
        said = row.reason or row.content or row.title
        await self._asked(session, row, "asked" if is_given else "unassigned", to, said, by)

    async def asker(self, session: AsyncSession, row: QuestionRow, answered: bool, by: str) -> None:
        """Who asked hears the answer, or why there is none."""
        said = row.answer if answered else row.reason
        await self._asked(session, row, "answered" if answered else "unanswered", Persons((row.created_by,)), said, by)

    async def _asked(self, session: AsyncSession, row: QuestionRow, name: str, to: Whom, said: str, by: str) -> None:
        link, urgency = f"/knowledge_questions/{row.id}", Urgency.URGENT if row.urgent else Urgency.NORMAL
        await self._tell(session, f"{row.number} {row.title}", link, name, to, said, by, urgency=urgency)

    async def correction(self, session: AsyncSession, row: CorrectionRow, name: str, by: str) -> None:
        """Who reviews it (`corrected`), or who mends it (`to_mend`): who wrote the article, and the unit's editors."""
        to: list[Whom] = [WithRight(REVIEW, organisation=row.organisation)]
        if name == "to_mend":
            author = await session.scalar(select(ArticleRow.created_by).where(ArticleRow.id == row.article))
            to = [WithRight(WRITE, organisation=row.unit), *([Persons((author,))] if author else [])]
        await self._tell(session, row.name, f"/knowledge_corrections/{row.id}", name, to, row.content, by)

    async def reporter(self, session: AsyncSession, row: CorrectionRow, name: str, by: str) -> None:
        """Who reported it is thanked, or hears why it is not so."""
        if row.created_by:
            to, link = Persons((row.created_by,)), f"/knowledge_corrections/{row.id}"
            await self._tell(session, row.name, link, name, to, row.reply or "知识已有新版", by)

    async def _tell(
        self, session: AsyncSession, about: str, link: str, name: str, to: Whom | list[Whom], said: str, by: str,
        key: str = "", urgency: Urgency = Urgency.NORMAL,
    ) -> None:  # fmt: skip
        what = Filled(f"knowledge_{name}", {"知识": about[:200], "说明": said[:500]})
        await self._messages.tell(session, to, what, link=link, urgency=urgency, key=key, by=by)
