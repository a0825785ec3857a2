"""How agents spent each day, from the statistics of the matching: today's rows are written anew every few minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from acd.figures.figures import AgentFigures
from acd.matching.states import AgentState
from acd.reports.archive import Archive
from acd.service import Acd
from cti.base.times.business_time import ZONE
from cti.office.identity.directory import known_organisations
from cti.office.identity.people import People
from cti.office.records import Office
from cti.store.upsert import insert_or_change
from workflow.floor.models import AgentDayRow

EVERY_SECONDS = 300.0
CHANGED = (
    "organisation", "region", "group", "signed_in", "ready", "occupied", "wrapup", "breaks", "offered", "answered",
    "planned", "kept",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Seconds for which an agent was planned on a day, and those of them in which he was at work."""

    planned: float
    kept: float


class Roster(Protocol):
    """Offered by whoever plans shifts: what of a day each of these agents was planned for, and kept."""

    async def planned(self, agents: Collection[str], day: date) -> Mapping[str, DayPlan]:
        """By agent number; who has no plan is left out. Of today it is what is over."""


class AgentDays:
    """Keeps the rows. `roster` is asked each time, and may be nobody's."""

    def __init__(self, office: Office, people: People, acd: Acd, archive: Archive) -> None:
        self._office, self._people, self._acd, self._archive = office, people, acd, archive
        self.roster: Roster | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.write()
            await asyncio.sleep(EVERY_SECONDS)

    async def write(self) -> None:
        """Yesterday's rows and today's, as they are now."""
        today = self._office.clock.wall().astimezone(ZONE).date()
        for day in (today - timedelta(days=1), today):
            await self._write(day)

    async def _write(self, day: date) -> None:
        figures = await self._archive.agents(day, day, self._acd.matching.clock.now())
        agents = await self._people.some_agents(set(figures))
        planned = await self.roster.planned(list(agents), day) if self.roster is not None else {}
        async with self._office.store.writing() as session:
            tree = await known_organisations(session)
            rows = [
                {
                    "id": f"{day.isoformat()} {number}", "agent": number, "organisation": person.organisation,
                    "region": tree[person.organisation].region, "group": self._group(number),
                    "day": datetime.combine(day, time(), ZONE), **spent(figures[number], planned.get(number)),
                }
                for number, person in agents.items()
            ]  # fmt: skip
            if rows:
                await session.execute(insert_or_change(AgentDayRow, ("id",), *CHANGED), rows)

    def _group(self, agent: str) -> str:
        names = self._acd.agent(agent).groups
        return names[0] if names else ""


def spent(one: AgentFigures, plan: DayPlan | None) -> dict[str, float | int | None]:
    """An agent's day as columns; `plan` is what was planned of it, if anything."""
    ready = one.states.get(AgentState.READY, 0.0)
    serving = (AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING, AgentState.WRAPUP)
    return {
        "signed_in": one.signed_in, "ready": ready, "occupied": sum(one.states.get(state, 0.0) for state in serving),
        "wrapup": one.states.get(AgentState.WRAPUP, 0.0), "breaks": one.states.get(AgentState.BREAK, 0.0),
        "offered": one.offered, "answered": one.answered, "planned": None if plan is None else plan.planned,
        "kept": None if plan is None else plan.kept,
    }  # fmt: skip
