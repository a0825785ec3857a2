"""Who is told of what happens with publications: reviewers, and who submitted it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages import Filled, Messages, Persons, Template, WithRight
from cti.office.messages.whom import Whom
from workflow.publishing.models import PublicationRow
from workflow.publishing.rules import REVIEW

KIND = "publishing"
WORDS = {"信息": "编号和标题", "说明": "说明"}
TEMPLATES = tuple(
    Template(f"publishing_{name}", KIND, title, subject, "{说明}", WORDS)
    for name, title, subject in (
        ("submitted", "信息待审核", "待审核 {信息}"),
        ("sent_back", "信息被退回", "退回修改 {信息}"),
        ("approved", "信息审核通过", "审核通过 {信息}"),
        ("over", "信息到期撤下", "到期撤下 {信息}"),
    )
)
"""What is said; a city may word it anew."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(KIND, "信息发布")
    return messages.templates.add(*TEMPLATES)


class Telling:
    """Tells in the transaction of what happened."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def reviewers(self, session: AsyncSession, row: PublicationRow, by: str) -> None:
        """Somebody is to look at it."""
        to = WithRight(REVIEW, organisation=row.organisation)
        await self._tell(session, row, "submitted", to, row.summary or row.title, by)

    async def author(
        self, session: AsyncSession, row: PublicationRow, name: str, person: str, said: str, by: str
    ) -> None:
        """Whoever submitted it hears what came of that."""
        if person:
            await self._tell(session, row, name, Persons((person,)), said, by)

    async def _tell(self, session: AsyncSession, row: PublicationRow, name: str, to: Whom, said: str, by: str) -> None:
        about = f"{row.number} {row.title}"[:200]
        what = Filled(f"publishing_{name}", {"信息": about, "说明": said[:500]})
        await self._messages.tell(session, to, what, link=f"/publications/{row.id}", by=by)
