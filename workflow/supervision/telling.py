"""Who is told of cards and supervisions: those whom the point names, the unit, the inspectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.office.messages import Filled, Leaders, Messages, Persons, Template, Urgency, WithRight
from cti.office.messages.whom import Whom
from cti.office.processes.case import Case
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from workflow.supervision.models import CardRow, SupervisionRow
from workflow.supervision.points import USUAL, Point, Points
from workflow.supervision.rules import ANSWER, INSPECT

KIND = "supervision"
ESCALATION = "supervision.escalate"
WORDS = {"事项": "编号和标题", "时限": "时限的名称", "依据": "发牌依据", "编号": "督办编号", "说明": "说明"}
TEMPLATES = tuple(
    Template(f"supervision_{name}", KIND, title, subject, text, WORDS)
    for name, title, subject, text in (
        ("yellow", "黄牌", "{时限}即将到期 {事项}", "{依据}"),
        ("red", "红牌", "{时限}已超时 {事项}", "{依据}"),
        ("above", "红牌升级", "红牌未处理 {事项}", "{依据}"),
        ("appealed", "红黄牌申诉", "红黄牌申诉 {事项}", "{说明}"),
        ("decided", "申诉裁定", "申诉裁定 {事项}", "{说明}"),
        ("issued", "督办", "督办 {编号} {事项}", "{说明}"),
        ("moved", "督办进展", "督办进展 {编号} {事项}", "{说明}"),
    )
)
"""What is said; a city may word it anew."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(KIND, "督办")
    return messages.templates.add(*TEMPLATES)


class Telling:
    """Tells in the transaction of what happened; red cards of which nobody takes care are told further up."""

    def __init__(self, messages: Messages, timers: Timers, clock: Clock, points: Points) -> None:
        self._messages, self._timers, self._clock, self._points = messages, timers, clock, points
        self._undo = timers.register(TimerKind(ESCALATION, "红牌升级", self._escalate))

    def close(self) -> None:
        """Let escalations wait for the next one who serves them."""
        self._undo()

    # ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def given(self, session: AsyncSession, row: CardRow, point: Point, handlers: Sequence[Whom]) -> None:
        """A card was given: whom its point names, and when it is told further."""
        to = point.red_to if row.colour == "red" else point.yellow_to
        urgency = Urgency.URGENT if row.colour == "red" else Urgency.NORMAL
        await self._say(session, row, row.colour, whom(row, to, handlers), urgency, key=_key(row))
        if row.colour == "red" and point.after:
            await self._timers.set(session, ESCALATION, row.id, row.given_at + timedelta(minutes=point.after))

    async def over(self, session: AsyncSession, row: CardRow) -> None:
        """It holds no more: who has not read of it need not."""
        await self._messages.withdraw(session, _key(row))
        await self._timers.drop(session, ESCALATION, row.id)

    async def handled(self, session: AsyncSession, row: CardRow) -> None:
        """Somebody takes care: it is told no further."""
        await self._timers.drop(session, ESCALATION, row.id)

    async def appealed(self, session: AsyncSession, row: CardRow, by: str) -> None:
        """An appeal came in: tell the inspectors, who decide."""
        await self.handled(session, row)
        await self._say(session, row, "appealed", whom(row, ("inspector",)), said=row.appeal, by=by)

    async def decided(self, session: AsyncSession, row: CardRow, by: str) -> None:
        """The unit and the handler hear it."""
        words = f"{'同意，已撤销' if row.state == 'withdrawn' else '不同意'}。{row.opinion}"
        await self._say(session, row, "decided", whom(row, ("handler", "unit")), said=words, by=by)

    async def _escalate(self, session: AsyncSession, due: Sequence[Due]) -> None:
        for one in due:
            row = await session.get(CardRow, one.key)
            if row is None or row.lifted_at is not None or row.state != "open":
                continue
            point = next((found for found in self._points.current if found.id == row.point), USUAL)
            if row.escalated >= point.times or not point.after:
                continue
            row.escalated += 1
            key = f"{_key(row)}:{row.escalated}"
            await self._say(session, row, "above", whom(row, point.above), Urgency.URGENT, key=key)
            if row.escalated < point.times:
                next_at = self._clock.wall() + timedelta(minutes=point.after)
                await self._timers.set(session, ESCALATION, row.id, next_at)

    async def _say(
        self,
        session: AsyncSession,
        row: CardRow,
        name: str,
        to: Sequence[Whom],
        urgency: Urgency = Urgency.NORMAL,
        *,
        key: str = "",
        said: str = "",
        by: str = "",
    ) -> None:
        if not to:
            return
        values = {"事项": row.name, "时限": row.clock_title, "依据": row.reason, "说明": said}
        link = f"/supervision_cards/{row.id}"
        what = Filled(f"supervision_{name}", values)
        await self._messages.tell(session, to, what, link=link, urgency=urgency, key=key, by=by)

    # ── supervisions by hand ─────────────────────────────────────────────────────────────────────────────────────

    async def issued(self, session: AsyncSession, row: SupervisionRow) -> None:
        """The unit hears that it is supervised."""
        urgency = Urgency.URGENT if row.urgent else Urgency.NORMAL
        to = WithRight(ANSWER, organisation=row.unit)
        await self._manual(session, row, "issued", to, row.opinion, row.issued_by, urgency)

    async def moved(self, session: AsyncSession, row: SupervisionRow, *, to_unit: bool, by: str) -> None:
        """The other side hears what was done."""
        to: Whom = WithRight(ANSWER, organisation=row.unit) if to_unit else Persons((row.created_by,))
        words = row.decision if to_unit else row.reply or row.appeal
        await self._manual(session, row, "moved", to, f"{row.step}。{words}", by)

    async def _manual(
        self,
        session: AsyncSession,
        row: SupervisionRow,
        name: str,
        to: Whom,
        said: str,
        by: str,
        urgency: Urgency = Urgency.NORMAL,
    ) -> None:
        values = {"事项": row.ticket_name, "编号": row.number, "说明": said}
        link = f"/supervisions/{row.id}"
        what = Filled(f"supervision_{name}", values)
        await self._messages.tell(session, to, what, link=link, urgency=urgency, by=by)


def whom(row: CardRow, receivers: Sequence[str], handlers: Sequence[Whom] = ()) -> list[Whom]:
    """People by the words of a point."""
    found: list[Whom] = []
    for one in receivers:
        match one:
            case "handler":
                found += handlers or ([Persons((row.person,))] if row.person else [])
            case "leader" if row.person:
                found.append(Leaders((row.person,)))
            case "unit":
                found.append(WithRight(ANSWER, organisation=row.unit))
            case "inspector":
                found.append(WithRight(INSPECT, organisation=row.organisation))
    return found


def _key(row: CardRow) -> str:
    return f"card:{row.id}"


def handlers_of(case: Case) -> list[Whom]:
    """Whose turn it is in a supervision by hand."""
    if case.step == "issued":
        return [WithRight(ANSWER, organisation=case.holder)]
    return [WithRight(INSPECT, organisation=case.organisation)]
