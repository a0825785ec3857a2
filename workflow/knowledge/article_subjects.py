"""Articles as those who watch time limits know them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages import WithRight
from cti.office.messages.whom import Whom
from cti.office.processes.case import Case
from cti.office.processes.watching import Described, Part
from workflow.knowledge import rules
from workflow.knowledge.models import ArticleRow


class ArticleSubjects:
    """A review that takes too long gets a card."""

    title = "知识"

    async def described(self, session: AsyncSession, record: str) -> Described:
        """By number and title."""
        row = await session.get_one(ArticleRow, record)
        return Described(f"{row.number} {row.title}", f"/knowledge_articles/{row.id}", row.number)

    def part(self, case: Case, clock: str) -> Part:
        """Reviews are the knowledge desk's."""
        return "editor"

    def handlers(self, case: Case) -> list[Whom]:
        """Whoever may review there."""
        return [WithRight(rules.REVIEW, organisation=case.organisation)]
