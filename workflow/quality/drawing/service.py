"""Draws: each working day for daily plans, once for special ones; what is drawn is given to inspectors and kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from cti.base.times.calendars import Calendars
from cti.base.visitor import system
from cti.office.identity.directory import known_organisations, subtree
from cti.office.identity.people import People
from cti.office.jobs.kinds import JobKind
from cti.office.jobs.service import Jobs
from cti.office.records import Office
from workflow.quality.drawing.candidates import Candidate, Candidates
from workflow.quality.drawing.draw import Orders, Talk, drawn, given, orders
from workflow.quality.inspectors import inspectors
from workflow.quality.models import DrawRow, PlanRow, ReviewRow
from workflow.quality.plans import DRAW, Plans
from workflow.quality.telling import Telling

log = structlog.get_logger(__name__)

BY = system("质检抽取")
AT_ONCE = 500
LONGEST = timedelta(days=14)
"""So far back a daily plan looks that has not drawn for long."""
TIMEOUT = 3600.0


class Drawing:
    """A draw is stored whole or not at all: one that was broken off is done again, with the same seed."""

    def __init__(
        self,
        office: Office,
        plans: Plans,
        candidates: Candidates,
        people: People,
        jobs: Jobs,
        telling: Telling,
        calendars: Calendars,
    ) -> None:
        self._office, self._plans, self._candidates, self._people = office, plans, candidates, people
        self._jobs, self._telling, self._calendars = jobs, telling, calendars
        self.kind = JobKind(DRAW, "质检抽取", self._work, timeout=TIMEOUT)

    async def due(self, session: AsyncSession, at: datetime) -> None:
        """The morning of a day: on a working day all daily plans in use draw what is over."""
        day = at.astimezone(ZONE).date()
        if not self._calendars.is_workday(day):
            return
        used = PlanRow.kind == "daily", PlanRow.state == "running", PlanRow.removed_at.is_(None)
        for plan in (await session.scalars(select(PlanRow.id).where(*used).order_by(PlanRow.id))).all():
            await self._jobs.add(session, DRAW, {"plan": plan, "day": day.isoformat()}, key=f"{plan}:{day}")

    async def _work(self, data: dict[str, Any]) -> None:
        day = date.fromisoformat(data["day"]) if data["day"] else None
        await self.draw(str(data["plan"]), day)

    async def draw(self, plan: str, day: date | None = None) -> int:
        """Draw for a plan, a daily one what is over on the morning of `day`; returns how many were drawn."""
        async with self._office.store.reading() as session:
            row = await session.get(PlanRow, plan)
            if row is None or row.removed_at is not None or row.state != "running":
                return 0
            organisations = subtree(dict(await known_organisations(session)), row.organisation)
        before = self._workday_before(day) if day is not None else None
        if (span := span_of(row, day, before)) is None:
            return 0
        since, until = span
        found = await self._candidates.find(row, organisations, since, until)
        found = await self._unscored(found)
        seed = f"{row.id}:{until.astimezone(ZONE):%Y-%m-%d %H:%M}"
        by_agent = orders((Talk(one.recording.id, one.recording.agent) for one in found), seed)
        talks = drawn(await self._heard(row, by_agent, found), row.each, row.most)
        async with self._office.store.writing() as session:
            locked = await session.get(PlanRow, plan, with_for_update=True, populate_existing=True)
            if locked is None or locked.state != "running" or span_of(locked, day, before) != span:
                return 0
            await self._keep(session, locked, {one.recording.id: one for one in found}, talks, seed, span)
        await self._plans.changed([plan])
        log.info("talks drawn", plan=plan, found=len(found), drawn=len(talks))
        return len(talks)

    def _workday_before(self, day: date) -> date:
        found = day - timedelta(days=1)
        while not self._calendars.is_workday(found) and day - found < LONGEST:
            found -= timedelta(days=1)
        return found

    async def _heard(self, row: PlanRow, by_agent: Orders, found: Collection[Candidate]) -> Orders:
        if row.silence is None:
            return by_agent
        recordings = {one.recording.id: one.recording for one in found}
        return await self._candidates.silent(by_agent, recordings, row.silence, row.each)

    async def _unscored(self, found: list[Candidate]) -> list[Candidate]:
        """Without what was drawn before, by whatever plan."""
        known: set[str] = set()
        async with self._office.store.reading() as session:
            for at in range(0, len(found), AT_ONCE):
                ids = [one.recording.id for one in found[at : at + AT_ONCE]]
                wanted = select(ReviewRow.recording).where(ReviewRow.recording.in_(ids), ReviewRow.calibration == "")
                known |= set(await session.scalars(wanted))
        return [one for one in found if one.recording.id not in known]

    async def _keep(
        self,
        session: AsyncSession,
        plan: PlanRow,
        found: dict[str, Candidate],
        talks: list[Talk],
        seed: str,
        span: tuple[datetime, datetime],
    ) -> None:
        now = self._office.clock.wall()
        may = await inspectors(session, plan.inspectors)
        loads = select(ReviewRow.inspector, func.count()).where(
            ReviewRow.inspector.in_([one.id for one in may]), ReviewRow.state == "open",
            ReviewRow.removed_at.is_(None),
        )  # fmt: skip
        load = dict((await session.execute(loads.group_by(ReviewRow.inspector))).tuples().all())
        ids = [one.id for one in may]
        whose = given(talks, ids, load, {one.id: one.agent for one in may if one.agent}, seed)
        agents = await self._people.some_agents({one.agent for one in talks})
        for talk in talks:
            one = found[talk.recording]
            person = agents[talk.agent].id if talk.agent in agents else ""
            session.add(review(one, plan, whose[talk.recording], person, now))
        ungiven = sum(not one for one in whose.values())
        session.add(
            DrawRow(
                id=new_id(), organisation=plan.organisation, region=plan.region, plan=plan.id, at=now, since=span[0],
                until=span[1], seed=seed, found=len(found), drawn=len(talks), ungiven=ungiven,
            )
        )  # fmt: skip
        plan.drawn_until, plan.updated_at = span[1], now
        if plan.kind == "special":
            plan.state = "finished"
        await session.flush()
        after = {"since": span[0].isoformat(), "until": span[1].isoformat(), "found": len(found), "drawn": len(talks)}
        await self._plans.audit(session, BY, "drawn", plan.id, after=after)
        counts = {one: sum(who == one for who in whose.values()) for one in ids}
        await self._telling.drawn(session, plan, counts, ungiven)


def span_of(plan: PlanRow, day: date | None, before: date | None) -> tuple[datetime, datetime] | None:
    """From and to which moment a plan draws on the morning of a day; None when there is nothing left to draw.

    A daily plan goes on where it ended; for the first time it begins with the working day `before`.
    """
    if plan.kind == "special":
        return (plan.since, plan.until) if plan.since is not None and plan.until is not None else None
    if day is None or before is None:
        return None
    until = datetime.combine(day, time.min, ZONE)
    since = datetime.combine(before, time.min, ZONE)
    if plan.drawn_until is not None:
        since = max(plan.drawn_until.astimezone(ZONE), until - LONGEST)
    return (since, until) if since < until else None


def review(one: Candidate, plan: PlanRow, inspector: str, person: str, now: datetime) -> ReviewRow:
    """A talk that is to be scored."""
    recording = one.recording
    return ReviewRow(
        id=new_id(), organisation=recording.organisation, region=recording.region, version=1, created_by="",
        created_at=now, updated_at=now, plan=plan.id, sheet=plan.sheet, appeal_days=plan.appeal_days,
        inspector=inspector, **about(one, person), **UNSCORED,
    )  # fmt: skip


def about(one: Candidate, person: str) -> dict[str, Any]:
    """What is known of the talk itself."""
    recording, call = one.recording, one.call
    return {
        "recording": recording.id, "call": recording.call, "agent": recording.agent, "person": person,
        "group": one.group, "queue": call.queue, "talk_at": recording.started_at, "seconds": recording.seconds or 0.0,
        "satisfaction": call.satisfaction,
    }  # fmt: skip


UNSCORED: dict[str, Any] = {
    "calibration": "", "revision": 0, "state": "open", "answers": [], "faults": [], "score": None, "passed": None,
    "fatal": False, "comment": "", "coaching": "", "good": False, "scored_at": None, "appeal_until": None,
    "read_at": None, "appeal": "", "appealed_at": None, "score_before": None, "opinion": "", "decided_by": "",
    "decided_at": None, "void_why": "", "void_note": "",
}  # fmt: skip
"""What nobody has said of a talk that was just drawn."""
