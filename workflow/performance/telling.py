"""Who is told what: those who are scored of their scores, those who decide of what waits, and of decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.office.messages import Filled, Messages, Persons, Template, WithRight
from cti.office.messages.whom import Whom
from workflow.performance.models import PeriodRow, ScoreRow
from workflow.performance.rules import SEE

KIND = "performance"
WORDS = {"事项": "考核期、申诉、不计考核的名称", "说明": "说明"}
TEMPLATES = tuple(
    Template(f"performance_{name}", KIND, title, subject, "{说明}", WORDS)
    for name, title, subject in (
        ("published", "绩效结果发布", "{事项}已发布"),
        ("withdrawn", "绩效结果撤回", "{事项}已撤回"),
        ("to_decide", "绩效待办", "请处理：{事项}"),
        ("decided", "绩效申诉和认定结果", "{事项}"),
    )
)
"""What is said; a city may word it anew."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(KIND, "绩效考核")
    return messages.templates.add(*TEMPLATES)


class Telling:
    """Tells in the transaction of what happened."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def published(
        self, session: AsyncSession, row: PeriodRow, scores: Sequence[ScoreRow], until: datetime
    ) -> None:
        """All who were scored: people themselves, of units those who see its performance."""
        why = f"请查看得分和名次；有异议请在 {until.astimezone(ZONE):%m-%d %H:%M} 前申诉。"
        await self._scored(session, row, scores, "published", why)

    async def withdrawn(self, session: AsyncSession, row: PeriodRow, scores: Sequence[ScoreRow], reason: str) -> None:
        """The same, when it is taken back."""
        await self._scored(session, row, scores, "withdrawn", f"{reason}；重新发布后再查看。")

    async def _scored(
        self, session: AsyncSession, row: PeriodRow, scores: Sequence[ScoreRow], name: str, why: str
    ) -> None:
        people = sorted({one.person for one in scores if one.person})
        if people:
            await self._say(session, Persons(tuple(people)), name, row.title, why, "/performance_own")
        for unit in sorted({one.organisation for one in scores if not one.person}):
            await self._say(session, WithRight(SEE, organisation=unit), name, row.title, why, "/performance_own")

    async def to_decide(
        self, session: AsyncSession, permission: str, organisation: str, what: str, why: str, link: str, by: str
    ) -> None:
        """Those who decide in an organisation."""
        await self._say(session, WithRight(permission, organisation=organisation), "to_decide", what, why, link, by)

    async def decided(self, session: AsyncSession, person: str, what: str, why: str, link: str, by: str) -> None:
        """Who asked."""
        if person:
            await self._say(session, Persons((person,)), "decided", what, why, link, by)

    async def _say(
        self, session: AsyncSession, whom: Whom, name: str, what: str, why: str, link: str, by: str = ""
    ) -> None:
        said = {"事项": what, "说明": why}
        await self._messages.tell(session, whom, Filled(f"performance_{name}", said), link=link, by=by)
