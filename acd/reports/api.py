"""Statistics of queues and agents over HTTP: by interval and day, as a list, a chart and a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Literal

import pydantic
from aiohttp import web

from acd.figures.figures import AgentFigures, QueueFigures
from acd.matching.states import AgentState
from acd.reports.archive import Archive, Interval, by_day, together
from acd.service import Acd
from acd.settings.owners import may_see
from cti.base.http.routes import Page, Paged, Query, Route
from cti.base.refusal import Invalid
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.people import People
from cti.office.records.routes import file_answer
from cti.office.screens.forms import form
from cti.office.sheets import writing

SEE, EXPORT = "board.see", "statistics.export"
PREFIX = "/api/acd"
MOST_DAYS = 400
FIRST_YEAR, LAST_YEAR = 2000, 2200
SPLITS = {"interval": "时段", "day": "日", "total": "合计"}


def _seconds(title: str) -> Any:
    return pydantic.Field(title=title, json_schema_extra=form(kind="duration", none="—"))


def _share(title: str) -> Any:
    return pydantic.Field(title=title, json_schema_extra=form(none="—"))


class FiguresView(pydantic.BaseModel):
    """What became of those who entered. Shares are percent; empty where there is nothing to divide by."""

    entered: int = pydantic.Field(title="进入")
    answered: int = pydantic.Field(title="接听")
    abandoned: int = pydantic.Field(title="放弃（不含短时）")
    short_abandoned: int = pydantic.Field(title="短时放弃")
    overflowed: int = pydantic.Field(title="溢出")
    left: int = pydantic.Field(title="其他离开")
    messages: int = pydantic.Field(title="留言")
    service_level: float | None = _share("达标率（接听中）%")
    service_level_with_abandons: float | None = _share("达标率（含放弃）%")
    connect_rate: float | None = _share("接通率%")
    average_wait: float | None = _seconds("平均应答")
    longest_wait: float = _seconds("最长等待")
    average_talk: float | None = _seconds("平均通话")


class QueueStatistic(FiguresView):
    """A queue's figures of an interval or a day."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    begin: datetime | None = pydantic.Field(title="开始", json_schema_extra=form(none="合计"))
    queue_title: str = pydantic.Field(title="队列")


class ChartPoint(FiguresView):
    """A point on the axis of a chart; `at` is the hour, or the day."""

    at: str


class Points(pydantic.BaseModel):
    """All points of a chart."""

    items: list[ChartPoint]


class Total(FiguresView):
    """Everything together, with the occupancy of all agents in percent."""

    occupancy: float | None = None


class AgentStatistic(pydantic.BaseModel):
    """An agent's figures over some days."""

    id: str = pydantic.Field(title="工号")
    name: str = pydantic.Field(title="姓名")
    offered: int = pydantic.Field(title="分配")
    answered: int = pydantic.Field(title="接听")
    not_answered: int = pydantic.Field(title="未接")
    talk: float = _seconds("通话")
    wrapup: float = _seconds("话后处理")
    ready: float = _seconds("空闲")
    breaks: float = _seconds("小休")
    signed_in: float = _seconds("签入")
    occupancy: float | None = _share("利用率%")


class Period(Query):
    """From when to when (exclusive), today unless said; perhaps one queue only."""

    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")
    queue: str = pydantic.Field(default="", max_length=40)


class StatisticsQuery(Page, Period):
    """A page of rows, one for each queue and `split`."""

    split: Literal["interval", "day", "total"] = "day"


class StatisticsApi:
    """Answers each statistic as a page, and as a file of the same rows."""

    def __init__(self, acd: Acd, archive: Archive, people: People, audit: Audit) -> None:
        self._acd = acd
        self._archive = archive
        self._people = people
        self._audit = audit

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", f"{PREFIX}/statistics", self.statistics, SEE, "队列统计"),
            Route("GET", f"{PREFIX}/statistics/export", self.export, EXPORT, "导出队列统计"),
            Route("GET", f"{PREFIX}/statistics/chart", self.chart, SEE, "队列统计图"),
            Route("GET", f"{PREFIX}/statistics/total", self.total, SEE, "队列统计合计"),
            Route("GET", f"{PREFIX}/agent_statistics", self.agents, SEE, "座席统计"),
            Route("GET", f"{PREFIX}/agent_statistics/export", self.export_agents, EXPORT, "导出座席统计"),
        ]

    def _period(self, query: Period) -> tuple[datetime, datetime]:
        for moment in (query.since, query.until):
            if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise Invalid("bad_period", f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间", "from")
        today = datetime.combine(self._acd.matching.clock.wall().astimezone(ZONE).date(), time(), ZONE)
        since = query.since or (today if query.until is None else query.until - timedelta(days=1))
        until = query.until or max(today, since) + timedelta(days=1)
        if not timedelta(0) < until - since <= timedelta(days=MOST_DAYS):
            raise Invalid("bad_period", f"时间范围应在 {MOST_DAYS} 天以内", "from")
        return since, until

    async def _rows(self, visitor: Visitor, query: Period, *also: str) -> list[Interval]:
        """Those of queues that the visitor's permissions reach: to see, and what `also` must reach them."""
        since, until = self._period(query)
        acd = self._acd
        return [
            row
            for row in await self._archive.intervals(since, until, query.queue)
            if all(may_see(visitor, one, acd.settings, row.queue, acd.organisation) for one in (SEE, *also))
        ]

    def _title(self, queue: str) -> str:
        found = self._acd.settings.queues.get(queue)
        return (found.title if found else "") or queue

    async def _split(self, visitor: Visitor, query: StatisticsQuery, *also: str) -> list[QueueStatistic]:
        rows: Sequence[Interval] = await self._rows(visitor, query, *also)
        if query.split == "day":
            rows = list(by_day(list(rows)))
        if query.split == "total":
            sums: dict[str, QueueFigures] = {}
            for row in rows:
                sums.setdefault(row.queue, QueueFigures()).add(row.figures)
            return [
                QueueStatistic(id=queue, begin=None, queue_title=self._title(queue), **_figures(figures))
                for queue, figures in sorted(sums.items())
            ]
        return [
            QueueStatistic(
                id=f"{row.queue} {row.begin.isoformat()}",
                begin=row.begin,
                queue_title=self._title(row.queue),
                **_figures(row.figures),
            )
            for row in rows
        ]

    async def statistics(self, visitor: Visitor, query: StatisticsQuery) -> Paged[QueueStatistic]:
        """Rows by interval, day or altogether."""
        return Paged.cut(await self._split(visitor, query), query)

    async def export(self, visitor: Visitor, query: StatisticsQuery) -> web.Response:
        """The same rows as a spreadsheet, all of them."""
        rows = await self._split(visitor, query, EXPORT)
        await self._note(visitor, "queues", query, len(rows))
        return file_answer("队列统计.xlsx", await _sheet(QueueStatistic, rows))

    async def chart(self, visitor: Visitor, query: Period) -> Points:
        """All queues within reach together, or one: by interval within two days, else by day."""
        since, until = self._period(query)
        rows = await self._rows(visitor, query)
        short = until - since <= timedelta(days=2)
        points = together(rows if short else list(by_day(rows)))
        shape = "%H:%M" if until - since <= timedelta(days=1) else "%m-%d %H:%M" if short else "%m-%d"
        return Points(
            items=[
                ChartPoint(at=begin.astimezone(ZONE).strftime(shape), **_figures(figures))
                for begin, figures in sorted(points.items())
            ]
        )

    async def total(self, visitor: Visitor, query: Period) -> Total:
        """The figures of all queues within reach as one."""
        whole = QueueFigures()
        for row in await self._rows(visitor, query):
            whole.add(row.figures)
        everybody = AgentFigures()
        for figures in (await self._of_agents(visitor, query)).values():
            everybody.add(figures)
        return Total(**_figures(whole), occupancy=_percent(everybody.occupancy))

    async def _note(self, visitor: Visitor, what: str, query: Period, rows: int) -> None:
        since, until = self._period(query)
        after = {"since": since.isoformat(), "until": until.isoformat(), "queue": query.queue, "rows": rows}
        await self._audit.note(visitor, "statistics.exported", f"statistics:{what}", after)

    async def _of_agents(self, visitor: Visitor, query: Period, *also: str) -> dict[str, AgentFigures]:
        since, until = self._period(query)
        last = (until - timedelta(microseconds=1)).astimezone(ZONE).date()
        found = await self._archive.agents(since.astimezone(ZONE).date(), last, self._acd.matching.clock.now())
        within = {number for number, _ in await self._people.agents_within(visitor, SEE)}
        for one in also:
            within &= {number for number, _ in await self._people.agents_within(visitor, one)}
        return {agent: figures for agent, figures in sorted(found.items()) if agent in within}

    async def _agents(self, visitor: Visitor, query: Period, *also: str) -> list[AgentStatistic]:
        names = dict(await self._people.agents_within(visitor, SEE))
        rows = []
        for agent, one in (await self._of_agents(visitor, query, *also)).items():
            rows.append(
                AgentStatistic(
                    id=agent,
                    name=names.get(agent, ""),
                    offered=one.offered,
                    answered=one.answered,
                    not_answered=one.not_answered,
                    talk=round(one.talk, 1),
                    wrapup=round(one.states.get(AgentState.WRAPUP, 0.0), 1),
                    ready=round(one.states.get(AgentState.READY, 0.0), 1),
                    breaks=round(one.states.get(AgentState.BREAK, 0.0), 1),
                    signed_in=round(one.signed_in, 1),
                    occupancy=_percent(one.occupancy),
                )
            )
        return rows

    async def agents(self, visitor: Visitor, query: AgentsQuery) -> Paged[AgentStatistic]:
        """Each agent within reach."""
        return Paged.cut(await self._agents(visitor, query), query)

    async def export_agents(self, visitor: Visitor, query: AgentsQuery) -> web.Response:
        """The same as a spreadsheet."""
        rows = await self._agents(visitor, query, EXPORT)
        await self._note(visitor, "agents", query, len(rows))
        return file_answer("座席统计.xlsx", await _sheet(AgentStatistic, rows))


class AgentsQuery(Page, Period):
    """A page of agents."""


def _figures(figures: QueueFigures) -> dict[str, Any]:
    data = figures.as_data()
    shares = ("service_level", "service_level_with_abandons", "connect_rate")
    waits = ("average_wait", "longest_wait", "average_talk")
    counts = ("entered", "answered", "abandoned", "short_abandoned", "overflowed", "left", "messages")
    return {
        **{name: data[name] for name in counts},
        **{name: _percent(data[name]) for name in shares},
        **{name: None if data[name] is None else round(data[name], 1) for name in waits},
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


async def _sheet(model: type[pydantic.BaseModel], rows: Iterable[pydantic.BaseModel]) -> bytes:
    keys = [name for name in model.model_fields if name != "id" or model is AgentStatistic]
    order = sorted(keys, key=lambda name: name not in ("begin", "queue_title", "id", "name"))
    headings = [model.model_fields[name].title or name for name in order]
    return await writing.write(headings, [[_cell(getattr(row, name)) for name in order] for row in rows])


def _cell(value: Any) -> str | int | float | None:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    return value if isinstance(value, str | int | float) else None
