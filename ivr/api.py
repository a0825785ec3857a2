"""Flows over HTTP: read, check, try out, publish; see `/api/openapi.json`. Findings come in Chinese."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Annotated, Any

import pydantic

from cti.base.files.parts import NAME
from cti.base.http.routes import Body, Query, Route
from cti.base.numbers.number import NumberKind
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, TextBody, chinese, chinese_proofs, chinese_summary
from ivr.definition.flow import Flow
from ivr.definition.trials import Trial
from ivr.figures.statistics import NodeFigures
from ivr.prompts.catalogue import DEFAULT_LANGUAGE
from ivr.rights import FLOWS, PUBLISH, READ
from ivr.service import FlowService, FlowSummary
from ivr.trying.tests import FlowProof
from ivr.workshop.checking import FlowChecks, Inspection
from ivr.workshop.pictures import Graph
from ivr.workshop.routing_desk import RoutingDesk, Table

MOST_DAYS = 400


class TrialBody(TextBody):
    """A dry run: `do` is a script (see `ivr.script`); with `pauses` it stops where the flow waits for the next step."""

    do: str = pydantic.Field(default="", max_length=8000)
    caller: str = pydantic.Field(default="13800000001", max_length=32)
    at: str = pydantic.Field(default="2026-03-03 10:00", max_length=40)
    medium: str = pydantic.Field(default="phone", pattern="^(phone|chat)$")
    kind: NumberKind | None = None
    tags: list[Annotated[str, pydantic.Field(max_length=40)]] = pydantic.Field(default=[], max_length=20)
    called: str = pydantic.Field(default="12345", max_length=32)
    language: str = pydantic.Field(default=DEFAULT_LANGUAGE, max_length=20)
    arguments: dict[str, Any] = pydantic.Field(default={})
    services: dict[str, Any] = pydantic.Field(default={})
    pauses: bool = False


class Period(Query):
    """Business days, both included (default: today), and perhaps one revision only."""

    since: date | None = None
    until: date | None = None
    revision: int | None = pydantic.Field(default=None, ge=1)


FlowName = Annotated[str, pydantic.Field(pattern=NAME)]


class ChoiceBody(Body):
    """A flow with its arguments, and while which state of which calendar it answers; without one it always does."""

    flow: FlowName
    arguments: dict[str, Any] = pydantic.Field(default={})
    calendar: FlowName | None = None
    during: str | None = pydantic.Field(default=None, pattern="^(open|closed|holiday)$")


class RouteBody(Body):
    """Numbers called, and the choices for them in order."""

    number: list[Annotated[str, pydantic.Field(max_length=32)]] = pydantic.Field(min_length=1, max_length=200)
    choose: list[ChoiceBody] = pydantic.Field(min_length=1, max_length=50)


class RoutingBody(Body):
    """The whole table, and the digest of the one that was seen."""

    routes: list[RouteBody] = pydantic.Field(max_length=500)
    seen: str = pydantic.Field(max_length=64)


class FlowsApi(FilesApi[Flow]):
    """What files of every kind have, and tries flows, keeps the assignment of numbers, and counts per node."""

    parts = "nodes"

    def __init__(self, flows: FlowService, checks: FlowChecks, routing: RoutingDesk) -> None:
        super().__init__(flows)
        self._flows = flows
        self._checks = checks
        self._routing = routing

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("POST", "/api/flows/lint", self.lint, READ, "检查流程文本并画图", limit=TEXT_LIMIT),
            Route("POST", "/api/flows/try", self.try_out, READ, "试运行流程文本", limit=TEXT_LIMIT),
            Route("GET", "/api/flows/{name}/graph", self.graph, READ, "流程图与节点数据"),
            Route("GET", "/api/flows/{name}/figures", self.figures, READ, "节点统计"),
            *self.file_routes("/api/flows", FLOWS),
            self.withdrawal_route("/api/flows", FLOWS),
            Route("GET", "/api/flow_routing", self.routing, READ, "号码与时段路由表"),
            Route("PUT", "/api/flow_routing", self.change_routing, PUBLISH, "修改路由表"),
        ]

    # ── looking ──

    async def summaries(self, visitor: Visitor) -> list[FlowSummary]:
        """All flows that the visitor may see, and how they stand."""
        return [chinese_summary(one) for one in self._flows.flows(visitor)]

    def summary_of(self, visitor: Visitor, name: str) -> FlowSummary:
        """What is told of one flow."""
        return chinese_summary(self._flows.summary(visitor, name))

    async def graph(self, visitor: Visitor, name: str, query: Period) -> Graph:
        """The picture with the figures of a period."""
        since, until = self._period(query)
        return self._flows.graph(visitor, name, since=since, until=until, revision=query.revision)

    async def figures(self, visitor: Visitor, name: str, query: Period) -> dict[str, Any]:
        """The figures of a period: all of it by node, and day by day."""
        since, until = self._period(query)
        nodes = self._flows.figures(visitor, name, since=since, until=until, revision=query.revision)
        start = self._flows.graph(visitor, name, since=since, until=since).start
        days = []
        for number in range((until - since).days + 1):
            day = since + timedelta(days=number)
            found = self._flows.figures(visitor, name, since=day, until=day, revision=query.revision)
            days.append(
                {
                    "day": day.isoformat(),
                    "entered": found[start].entered if start in found else 0,
                    "hangups": sum(one.hangups for one in found.values()),
                    "invalid": sum(one.invalid for one in found.values()),
                }
            )
        return {
            "since": since.isoformat(),
            "until": until.isoformat(),
            "nodes": {name: _figures(one) for name, one in nodes.items()},
            "days": days,
        }

    def _period(self, query: Period) -> tuple[date, date]:
        until = query.until or self._flows.today()
        since = query.since or until
        if not 0 <= (until - since).days < MOST_DAYS:
            raise Invalid("bad_period", f"日期范围应为 1 到 {MOST_DAYS} 天", "since")
        return since, until

    # ── a text that is not published ──

    async def lint(self, visitor: Visitor, body: TextBody) -> Inspection:
        """What is wrong with a text, and its picture."""
        found = await self._checks.inspect(visitor, body.text)
        return Inspection(chinese(found.findings), found.graph)

    async def try_out(self, visitor: Visitor, body: TrialBody) -> dict[str, Any]:
        """A dry run by the real interpreter."""
        trial = Trial(name="trial", **body.model_dump(exclude={"text", "pauses"}))
        return (await self._checks.try_out(visitor, body.text, trial, pauses=body.pauses)).as_json()

    async def test(self, visitor: Visitor, body: TextBody) -> list[FlowProof]:
        """The flow's own tests."""
        return chinese_proofs(await self._checks.prove(visitor, body.text))

    # ── routing ──

    async def routing(self, visitor: Visitor) -> Table:
        """The table, and who answers now."""
        return _table(self._routing.table(visitor))

    async def change_routing(self, visitor: Visitor, body: RoutingBody) -> Table:
        """Another table; refused with `findings`."""
        routes = [one.model_dump(mode="json", exclude_none=True) for one in body.routes]
        return _table(await self._routing.change(visitor, routes, body.seen))


def _table(table: Table) -> Table:
    return replace(table, findings=chinese(table.findings))


def _figures(figures: NodeFigures) -> dict[str, Any]:
    return {**asdict(figures), "hangups": figures.hangups}
