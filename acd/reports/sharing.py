"""Staff of each queue, proposed from its load so that all wait alike (客服分配机制): a page over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import pydantic

from acd.figures.figures import QueueFigures
from acd.matching.states import AgentState
from acd.reports.api import PREFIX, SEE
from acd.reports.archive import Archive
from acd.service import Acd
from acd.settings.owners import may_see
from acd.staffing.erlang import agents_needed
from acd.staffing.sharing import Load, shared
from cti.base.http.routes import Page, Paged, Route
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.people import People
from cti.office.screens.forms import form

WEEKS = 4
HOUR = 3600.0
TALK, PATIENCE = 150.0, 180.0
"""Mean seconds where nobody talked or gave up yet."""
LEAST_PATIENCE, MOST_PATIENCE = 20.0, 1800.0
GOAL = 0.8
"""The share of calls that should be answered within the queue's threshold."""
DAYS = {"workday": "周一至周五", "weekend": "周六、周日"}
HOURS_OF_DAY = {str(hour): f"{hour:02}:00–{hour + 1:02}:00" for hour in range(24)}
PEOPLE = {"present": "已签入", "all": "全部"}
STATES = {"none": "没有来电", "enough": "足够", "lacking": "缺员"}


class SharingQuery(Page):
    """Of which days of the last weeks (such as today), of which hour (this one), and among whom (who is signed in)."""

    days: Literal["", "workday", "weekend"] = ""
    hour: str = pydantic.Field(default="", pattern=r"^(|1?\d|2[0-3])$")
    people: Literal["present", "all"] = "present"


class SharingView(pydantic.BaseModel):
    """A queue: what comes within the hour, who can serve it, and which of them should."""

    id: str = pydantic.Field(title="标识", json_schema_extra=form(hidden=True))
    queue_title: str = pydantic.Field(title="队列", json_schema_extra=form(width=120))
    state: Literal["none", "enough", "lacking"] = pydantic.Field(
        title="人手",
        json_schema_extra=form(
            kind="choice", options=STATES, tones={"none": "off", "enough": "ready", "lacking": "ring"}, width=90
        ),
    )
    agents: int = pydantic.Field(title="建议座席", json_schema_extra=form(width=90))
    who: str = pydantic.Field(title="建议名单", json_schema_extra=form(none="—", width=190))
    wait: float = pydantic.Field(title="预计平均等待", json_schema_extra=form(kind="duration", width=110))
    level: float | None = pydantic.Field(title="预计达标率%", json_schema_extra=form(none="—", width=110))
    needed: int = pydantic.Field(title="达标所需", json_schema_extra=form(width=90))
    lacking: int = pydantic.Field(title="还缺", json_schema_extra=form(width=60))
    able: int = pydantic.Field(title="可服务座席", json_schema_extra=form(width=100))
    calls: float = pydantic.Field(title="每小时来电", json_schema_extra=form(width=100))
    handling: float = pydantic.Field(title="平均处理", json_schema_extra=form(kind="duration", width=100))


@dataclass(frozen=True, slots=True)
class _Queue:
    """A queue with its load."""

    id: str
    title: str
    within: float
    load: Load


class SharingApi:
    """Answers the proposal."""

    def __init__(self, acd: Acd, archive: Archive, people: People) -> None:
        self._acd, self._archive, self._people = acd, archive, people

    def routes(self) -> list[Route]:
        """Its one route."""
        return [Route("GET", f"{PREFIX}/sharing", self.proposed, SEE, "各队列建议座席数")]

    async def proposed(self, visitor: Visitor, query: SharingQuery) -> Paged[SharingView]:
        """The queues within reach, who waits longest first; agents within reach alone are shared."""
        figures, hours = await self._hour(query)
        settings, house = self._acd.settings, self._acd.organisation
        queues = [
            _Queue(name, one.title or name, one.threshold, _load(figures.get(name, QueueFigures()), hours, one.wrapup))
            for name, one in settings.queues.items()
            if may_see(visitor, SEE, settings, name, house)
        ]
        able = await self._able(visitor, [one.id for one in queues], query.people)
        rows = await asyncio.to_thread(_rows, queues, able)
        return Paged.cut(rows, query)

    async def _hour(self, query: SharingQuery) -> tuple[Mapping[str, QueueFigures], int]:
        """What came to each queue within that hour of such days of the last weeks, and how many days those are."""
        now = self._acd.matching.clock.wall().astimezone(ZONE)
        begin = now.replace(hour=int(query.hour or now.hour), minute=0, second=0, microsecond=0)
        found: dict[str, QueueFigures] = {}
        days = [begin - timedelta(days=back) for back in range(1, WEEKS * 7 + 1)]
        days = [one for one in days if _is_such(one, query.days or _kind(now))]
        for day in days:
            for row in await self._archive.intervals(day, day + timedelta(hours=1)):
                found.setdefault(row.queue, QueueFigures()).add(row.figures)
        return found, len(days)

    async def _able(self, visitor: Visitor, queues: list[str], people: str) -> dict[str, list[str]]:
        matching = self._acd.matching
        present = {number for number, one in matching.roster.agents.items() if one.state is not AgentState.SIGNED_OUT}
        found = {}
        for number, _ in await self._people.agents_within(visitor, SEE):
            if people == "all" or number in present:
                own = matching.fitting.settings_of(number)
                found[number] = [name for name in queues if name in matching.queues and matching.queues[name].mask(own)]
        return found


def _kind(day: datetime) -> str:
    return "weekend" if day.weekday() >= 5 else "workday"


def _is_such(day: datetime, kind: str) -> bool:
    return _kind(day) == kind


def _load(figures: QueueFigures, days: int, wrapup: float) -> Load:
    """Per second; who gives up is taken to have had patience that fades at one pace (its maximum likelihood)."""
    given_up = figures.abandoned + figures.short_abandoned
    patience = (figures.answered_wait + figures.abandoned_wait) / given_up if given_up else PATIENCE
    talk = figures.average_talk
    return Load(
        figures.entered / (days * HOUR) if days else 0.0,
        (TALK if talk is None else talk) + wrapup,
        min(max(patience, LEAST_PATIENCE), MOST_PATIENCE),
    )


def _rows(queues: list[_Queue], able: Mapping[str, list[str]]) -> list[SharingView]:
    given = shared({one.id: one.load for one in queues}, able)
    rows = [_row(one, given[one.id], sum(one.id in some for some in able.values())) for one in queues]
    return sorted(rows, key=lambda one: (-one.wait, one.id))


def _row(queue: _Queue, given: Sequence[str], able: int) -> SharingView:
    load, agents = queue.load, len(given)
    level = load.level(agents, queue.within)
    needed = agents_needed(load.rate, load.handling, load.patience, GOAL, queue.within)
    about: dict[str, Any] = {"id": queue.id, "queue_title": queue.title, "able": able, "agents": agents}
    return SharingView(
        **about, calls=round(load.rate * HOUR, 1), handling=round(load.handling, 1),
        wait=round(load.wait(agents), 1), level=None if level is None else round(level * 100, 1),
        needed=needed, lacking=max(needed - agents, 0), who="、".join(given),
        state="lacking" if needed > agents else "enough" if load.rate else "none",
    )  # fmt: skip
