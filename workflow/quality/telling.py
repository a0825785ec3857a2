"""Who is told what: inspectors of their work, agents of their scores, those who decide of appeals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.office.messages import Filled, Messages, Persons, Template, WithRight
from cti.office.messages.whom import Whom
from workflow.quality.models import PlanRow, ReviewRow
from workflow.quality.rules import DECIDE, PLAN

KIND = "quality"
WORDS = {"计划": "质检计划", "数量": "通话数", "通话": "通话的时间和座席", "得分": "得分", "说明": "申诉理由或裁定意见"}
TEMPLATES = tuple(
    Template(f"quality_{name}", KIND, title, subject, text, WORDS)
    for name, title, subject, text in (
        ("drawn", "质检任务", "{计划}：{数量} 条录音待评分", "请在“质检评分”中评分。"),
        ("ungiven", "质检任务未分派", "{计划}：{数量} 条录音没有质检员", "质检员都是被质检的座席本人，请另行分派。"),
        (
            "scored",
            "质检结果",
            "您的通话质检得分 {得分}（{通话}）",
            "请查看评语和辅导建议并确认；有异议可在期限内申诉。",
        ),
        ("appealed", "质检申诉", "质检申诉（{通话}）", "{说明}"),
        ("decided", "质检申诉裁定", "质检申诉已裁定，得分 {得分}（{通话}）", "{说明}"),
        ("given", "质检任务", "分派给您 {数量} 条录音待评分", "请在“质检评分”中评分。"),
    )
)
"""What is said; a city may word it anew."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(KIND, "质检")
    return messages.templates.add(*TEMPLATES)


class Telling:
    """Tells in the transaction of what happened."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def drawn(self, session: AsyncSession, plan: PlanRow, counts: Mapping[str, int], ungiven: int) -> None:
        """Each inspector hears how many talks are his now; who plans, how many are nobody's."""
        for person, count in counts.items():
            if count:
                said = {"计划": plan.title, "数量": str(count)}
                await self._say(session, Persons((person,)), "drawn", said, "/quality_desk")
        if ungiven:
            said = {"计划": plan.title, "数量": str(ungiven)}
            whom = WithRight(PLAN, organisation=plan.organisation)
            await self._say(session, whom, "ungiven", said, f"/quality_plans/{plan.id}")

    async def given(self, session: AsyncSession, person: str, count: int) -> None:
        """Somebody was given talks by hand."""
        await self._say(session, Persons((person,)), "given", {"数量": str(count)}, "/quality_desk")

    async def scored(self, session: AsyncSession, row: ReviewRow) -> None:
        """The agent hears his score."""
        if row.person:
            await self._say(session, Persons((row.person,)), "scored", _about(row), _page(row))

    async def appealed(self, session: AsyncSession, row: ReviewRow, by: str) -> None:
        """Those who decide hear of it."""
        whom = WithRight(DECIDE, organisation=row.organisation)
        await self._say(session, whom, "appealed", {**_about(row), "说明": row.appeal}, _page(row), by)

    async def decided(self, session: AsyncSession, row: ReviewRow, by: str) -> None:
        """The agent and the inspector hear the decision."""
        whom = Persons(tuple(one for one in (row.person, row.inspector) if one))
        await self._say(session, whom, "decided", {**_about(row), "说明": row.opinion}, _page(row), by)

    async def _say(
        self, session: AsyncSession, whom: Whom, name: str, said: Mapping[str, str], link: str, by: str = ""
    ) -> None:
        filled = {key: said.get(key, "") for key in WORDS}
        await self._messages.tell(session, whom, Filled(f"quality_{name}", filled), link=link, by=by)


def _page(row: ReviewRow) -> str:
    return f"/quality_reviews/{row.id}"


def _about(row: ReviewRow) -> dict[str, str]:
    talk = f"{row.talk_at.astimezone(ZONE):%m-%d %H:%M}，工号 {row.agent}"
    return {"通话": talk, "得分": f"{row.score:g}" if row.score is not None else ""}
