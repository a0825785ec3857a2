"""Cards follow their time limits: given when one turns yellow or red, lifted when the work is done or the limit moved.

What a card says is what the limit's own events say. It is given in the transaction in which the case is told that time
is nearly over, or over; a limit that is not overdue any more, such as after a correction of the calendar, takes its red
card back by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from cti.office.deadlines.deadline import DeadlineEvent, Extended, Paused
from cti.office.identity.directory import load_organisations
from cti.office.processes.case import Case, DeadlineMissed, DeadlineNear, Moved
from cti.office.processes.encoding import clock_data
from cti.office.processes.service import Cases
from cti.office.processes.time_limits import TimeLimit
from cti.office.processes.watching import Limit, Subjects
from workflow.supervision.models import CardRow
from workflow.supervision.points import Points
from workflow.supervision.telling import Telling

DONE, TURNED, LATER = "已办理", "已转红牌", "时限已变更"
"""Why a card is lifted."""


class Giving:
    """Hears of every family of cases, in its transaction."""

    def __init__(self, cases: Cases, clock: Clock, points: Points, telling: Telling) -> None:
        self._cases, self._clock, self._points, self._telling = cases, clock, points, telling

    async def hear(self, session: AsyncSession, about: str, moved: Moved) -> None:
        """Bring the cards of a family into line."""
        lit = await self._lit(session, moved.root)
        turned = [one for one in moved.events if isinstance(one, DeadlineNear | DeadlineMissed)]
        subjects = self._cases.watching.subjects(about)
        if (not lit and not turned) or subjects is None:
            return
        limits = {(one.case, one.clock): one for one in moved.limits}
        for row in lit:
            await self._follow(session, row, moved.cases[row.case], limits[row.case, row.clock])
        for event in turned:
            case, limit = moved.cases[event.case], limits[event.case, event.clock]
            colour = "red" if isinstance(event, DeadlineMissed) else "yellow"
            await self._give(session, about, moved, case, limit, colour, subjects)

    async def _lit(self, session: AsyncSession, root: str) -> Sequence[CardRow]:
        wanted = select(CardRow).where(CardRow.root == root, CardRow.lifted_at.is_(None))
        return (await session.scalars(wanted.order_by(CardRow.id).with_for_update())).all()

    async def _follow(self, session: AsyncSession, row: CardRow, case: Case, limit: TimeLimit) -> None:
        """A card that holds, after a change of its case."""
        now = self._clock.wall()
        if row.person != case.person and not case.is_over:
            row.person, row.updated_at = case.person, now
        if limit.state == "ended" or limit.started_at != row.started_at:
            why = DONE
        elif row.colour == "yellow" and limit.missed:
            why = TURNED
        elif not (limit.missed if row.colour == "red" else limit.warned):
            why = LATER
        else:
            return
        row.lifted_at = row.updated_at = (limit.ended_at or now) if why == DONE else now
        row.lifted_why = why
        if why == LATER and row.colour == "red":
            row.state, row.opinion, row.decided_by = "withdrawn", "时限已变更，不再超时，由系统撤销", "系统"
        await self._telling.over(session, row)

    async def _give(
        self,
        session: AsyncSession,
        about: str,
        moved: Moved,
        case: Case,
        limit: TimeLimit,
        colour: str,
        subjects: Subjects,
    ) -> None:
        now = self._clock.wall()
        root, part = moved.cases[moved.root], subjects.part(case, limit.clock)
        described = await subjects.described(session, moved.record)
        facts = (await self._cases.about_of(session, await self._cases.family(session, moved.root))).facts
        urgent = bool(facts.get("urgent"))
        point = self._points.of(Limit(about, case.process, limit.clock, part, urgent, case.organisation, case.region))
        row = await self._of_round(session, case, limit, colour)
        if row is None:
            holder = (await load_organisations(session)).get(case.holder)
            row = CardRow(
                id=new_id(), organisation=root.organisation, region=root.region, created_at=now, kind=about,
                record=moved.record, number=described.number, name=described.name[:260], link=described.link,
                root=moved.root, case=case.id, clock=limit.clock, clock_title=limit.title, process=case.process,
                part=part, colour=colour, unit=case.holder,
                unit_region=holder.region if holder is not None else case.region, started_at=limit.started_at,
                situation="", ground="", appeal="", checked="", opinion="", decided_by="", escalated=0,
            )  # fmt: skip
            session.add(row)
        events = case.clocks[limit.clock]
        row.person, row.point, row.due_at, row.given_at, row.updated_at = case.person, point.id, limit.due_at, now, now
        row.lifted_at, row.lifted_why, row.state, row.reason = None, "", "open", reason_of(limit, events, colour)
        row.events = [clock_data(one) for one in events]
        await session.flush()
        await self._telling.given(session, row, point, subjects.handlers(case))

    @staticmethod
    async def _of_round(session: AsyncSession, case: Case, limit: TimeLimit, colour: str) -> CardRow | None:
        """The card that this round of the limit had already, such as before an extension."""
        found: CardRow | None = await session.scalar(
            select(CardRow).where(
                CardRow.case == case.id, CardRow.clock == limit.clock, CardRow.started_at == limit.started_at,
                CardRow.colour == colour,
            )
        )  # fmt: skip
        return found


def reason_of(limit: TimeLimit, events: Sequence[DeadlineEvent], colour: str) -> str:
    """Why a card was given, in words: when the limit began and falls due, and what happened to it meanwhile."""
    said = [f"{limit.title}自{_moment(limit.started_at)}起计，应于{_moment(limit.due_at)}前完成"]
    for kind, words in ((Paused, "暂停"), (Extended, "延时")):
        if count := sum(isinstance(one, kind) for one in events):
            said.append(f"其间{words}{count}次")
    said.append("到期未完成" if colour == "red" else "即将到期")
    return "，".join(said)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y年%m月%d日 %H:%M}"
