"""What people are told: a roster published or changed, swaps and leave to be decided, decisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages import Filled, Messages, Persons, Template, WithRight
from cti.office.messages.whom import Whom
from workflow.roster.rules import APPROVE

KIND = "roster"
WORDS = {"事项": "值班表、申请的名称", "说明": "说明"}
TEMPLATES = tuple(
    Template(f"roster_{name}", KIND, title, subject, "{说明}", WORDS)
    for name, title, subject in (
        ("published", "值班表发布", "{事项}已发布"),
        ("changed", "班次变动", "您的班次有变动：{事项}"),
        ("asked", "代班调班申请", "请您确认：{事项}"),
        ("to_decide", "待审批的申请", "待审批：{事项}"),
        ("decided", "申请结果", "{事项}"),
        ("vacant", "班次空缺", "班次空缺：{事项}"),
    )
)
"""What is said; a city may word it anew."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(KIND, "排班考勤")
    return messages.templates.add(*TEMPLATES)


class Telling:
    """Tells in the transaction of what happened."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def people(
        self, session: AsyncSession, name: str, people: Collection[str], what: str, why: str, link: str, key: str = ""
    ) -> None:
        """These people."""
        if people:
            await self._tell(session, [Persons(tuple(sorted(people)))], name, what, why, link, key)

    async def approvers(self, session: AsyncSession, organisation: str, what: str, why: str, link: str) -> None:
        """Those who decide for the people of an organisation."""
        await self.holders(session, APPROVE, organisation, "to_decide", what, why, link)

    async def holders(
        self, session: AsyncSession, right: str, organisation: str, name: str, what: str, why: str, link: str
    ) -> None:
        """Those who have a right for an organisation."""
        await self._tell(session, [WithRight(right, organisation=organisation)], name, what, why, link, "")

    async def _tell(
        self, session: AsyncSession, whom: Sequence[Whom], name: str, what: str, why: str, link: str, key: str
    ) -> None:
        filled = Filled(f"roster_{name}", {"事项": what, "说明": why})
        await self._messages.tell(session, whom, filled, link=link, key=key)
