"""Who is told of what happens with articles: reviewers, editors of the unit that is responsible."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages import Filled, Messages, Persons, Template, Urgency, WithRight
from cti.office.messages.whom import Whom
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.rules import REVIEW, WRITE

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
        what = Filled(f"knowledge_{name}", {"知识": f"{row.number} {row.title}", "说明": said})
        link = f"/knowledge_articles/{row.id}"
        await self._messages.tell(session, to, what, link=link, urgency=Urgency.NORMAL, key=key, by=by)
