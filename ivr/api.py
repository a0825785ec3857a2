"""Flows over HTTP: read, check, try out, publish; see `/api/openapi.json`. Findings come in Chinese."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Annotated, Any

import pydantic

from cti.base.findings import Finding
from cti.base.parts import NAME
from cti.base.sentences import in_chinese
from cti.identity.visitor import Visitor
from cti.number import NumberKind
from cti.refusal import Invalid
from cti.web.routes import Body, Query, Route
from ivr.checking import FlowChecks, Inspection
from ivr.drafts import Draft
from ivr.owning import EDIT, PUBLISH, READ
from ivr.pictures import Graph
from ivr.prompts.catalogue import DEFAULT_LANGUAGE
from ivr.proving import Proof
from ivr.revisions import Revision
from ivr.routing_desk import RoutingDesk, Table
from ivr.service import FlowService, FlowSummary
from ivr.statistics import NodeFigures
from ivr.trials import Trial

MOST_DAYS = 400
TEXT_LIMIT = 1024 * 1024
"""Bytes of a body with a text: a flow of 1,000 nodes has 80,000."""


class _Whole(Body, str_strip_whitespace=False):
    """A body whose text must stay as it is, its last line end too."""


class TextBody(_Whole):
    """A flow's text."""

    text: str


class DraftBody(TextBody):
    """A draft: on which revision it is `base`d, and the digest of the draft that was `seen` before (empty: none)."""

    base: int = pydantic.Field(default=0, ge=0)
    seen: str | None = pydantic.Field(default=None, max_length=64)


class SeenQuery(Query):
    """The digest of the draft that was seen."""

    seen: str | None = pydantic.Field(default=None, max_length=64)


class PublishBody(TextBody):
    """What is published, why, and on which revision it is based."""

    message: str = pydantic.Field(min_length=1, max_length=500)
    base: int | None = pydantic.Field(default=None, ge=0)


class RollBackBody(Body):
    """The revision that comes back, and why."""

    revision: int = pydantic.Field(ge=1)
    message: str = pydantic.Field(default="", max_length=500)


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


class RevisionsQuery(Query):
    """Two revisions to compare."""

    older: int = pydantic.Field(ge=1)
    newer: int = pydantic.Field(ge=1)


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


class FlowsApi:
    """The handlers."""

    def __init__(self, flows: FlowService, checks: FlowChecks, routing: RoutingDesk) -> None:
        self._flows = flows
        self._checks = checks
        self._routing = routing

    def routes(self) -> list[Route]:
        """The table."""
        return [
            Route("GET", "/api/flows", self.flows, READ, "语音流程列表"),
            Route("POST", "/api/flows/lint", self.lint, READ, "检查流程文本并画图", limit=TEXT_LIMIT),
            Route("POST", "/api/flows/try", self.try_out, READ, "试运行流程文本", limit=TEXT_LIMIT),
            Route("POST", "/api/flows/test", self.test, READ, "运行流程自带的测试", limit=TEXT_LIMIT),
            Route("GET", "/api/flows/{flow}", self.flow, READ, "一个流程：文本、草稿"),
            Route("GET", "/api/flows/{flow}/graph", self.graph, READ, "流程图与节点数据"),
            Route("GET", "/api/flows/{flow}/figures", self.figures, READ, "节点统计"),
            Route("PUT", "/api/flows/{flow}/draft", self.save_draft, EDIT, "保存草稿", limit=TEXT_LIMIT),
            Route("DELETE", "/api/flows/{flow}/draft", self.drop_draft, EDIT, "删除草稿"),
            Route("POST", "/api/flows/{flow}/publish", self.publish, PUBLISH, "发布", limit=TEXT_LIMIT),
            Route("POST", "/api/flows/{flow}/roll_back", self.roll_back, PUBLISH, "回退到以前的版本"),
            Route("GET", "/api/flows/{flow}/revisions", self.revisions, READ, "版本列表"),
            Route("GET", "/api/flows/{flow}/revisions/{revision}", self.revision, READ, "某一版本的文本"),
            Route("GET", "/api/flows/{flow}/diff", self.diff, READ, "比较两个版本"),
            Route("GET", "/api/flow_routing", self.routing, READ, "号码与时段路由表"),
            Route("PUT", "/api/flow_routing", self.change_routing, PUBLISH, "修改路由表"),
        ]

    # ── looking ──

    async def flows(self, visitor: Visitor) -> list[FlowSummary]:
        """All flows."""
        return [_summary(one) for one in self._flows.flows(visitor)]

    async def flow(self, visitor: Visitor, flow: str) -> dict[str, Any]:
        """One flow with its published text and its draft."""
        summary, draft = self._flows.summary(visitor, flow), self._flows.draft(visitor, flow)
        return {
            **asdict(_summary(summary)),
            "text": self._flows.text(visitor, flow) if summary.revision else "",
            "draft": _draft(draft) if draft is not None else None,
        }

    async def graph(self, visitor: Visitor, flow: str, query: Period) -> Graph:
        """The picture with the figures of a period."""
        since, until = self._period(query)
        return self._flows.graph(visitor, flow, since=since, until=until, revision=query.revision)

    async def figures(self, visitor: Visitor, flow: str, query: Period) -> dict[str, Any]:
        """The figures of a period: all of it by node, and day by day."""
        since, until = self._period(query)
        nodes = self._flows.figures(visitor, flow, since=since, until=until, revision=query.revision)
        start = self._flows.graph(visitor, flow, since=since, until=since).start
        days = []
        for number in range((until - since).days + 1):
            day = since + timedelta(days=number)
            found = self._flows.figures(visitor, flow, since=day, until=day, revision=query.revision)
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

    async def revisions(self, visitor: Visitor, flow: str) -> list[Revision]:
        """All revisions, the newest first."""
        return self._flows.history(visitor, flow)

    async def revision(self, visitor: Visitor, flow: str, revision: int) -> dict[str, Any]:
        """The text of a revision."""
        return {"revision": revision, "text": self._flows.text(visitor, flow, revision)}

    async def diff(self, visitor: Visitor, flow: str, query: RevisionsQuery) -> dict[str, Any]:
        """What differs: lines as a unified diff, and names of nodes."""
        lines, nodes = self._flows.diff(visitor, flow, query.older, query.newer)
        return {"lines": lines, "nodes": asdict(nodes)}

    # ── a text that is not published ──

    async def lint(self, visitor: Visitor, body: TextBody) -> Inspection:
        """What is wrong with a text, and its picture."""
        found = await self._checks.inspect(visitor, body.text)
        return Inspection(_chinese(found.findings), found.graph)

    async def try_out(self, visitor: Visitor, body: TrialBody) -> dict[str, Any]:
        """A dry run by the real interpreter."""
        trial = Trial(name="trial", **body.model_dump(exclude={"text", "pauses"}))
        return (await self._checks.try_out(visitor, body.text, trial, pauses=body.pauses)).as_json()

    async def test(self, visitor: Visitor, body: TextBody) -> list[Proof]:
        """The flow's own tests."""
        proofs = await self._checks.prove(visitor, body.text)
        return [replace(one, failures=tuple(map(in_chinese, one.failures))) for one in proofs]

    async def save_draft(self, visitor: Visitor, flow: str, body: DraftBody) -> dict[str, Any]:
        """Keep a draft; what lint says of it comes back."""
        draft = await self._flows.save_draft(visitor, flow, body.text, base=body.base, seen=body.seen)
        inspection = await self._checks.inspect(visitor, body.text)
        return {"draft": _draft(draft), "findings": [asdict(one) for one in _chinese(inspection.findings)]}

    async def drop_draft(self, visitor: Visitor, flow: str, query: SeenQuery) -> None:
        """Forget the draft."""
        await self._flows.drop_draft(visitor, flow, seen=query.seen)

    # ── publishing ──

    async def publish(self, visitor: Visitor, flow: str, body: PublishBody) -> Revision:
        """Check, test and publish; refused with `findings`."""
        return await self._flows.publish(visitor, flow, body.text, body.message.strip(), base=body.base)

    async def roll_back(self, visitor: Visitor, flow: str, body: RollBackBody) -> Revision:
        """Publish an older revision again."""
        return await self._flows.roll_back(visitor, flow, body.revision, body.message)

    # ── routing ──

    async def routing(self, visitor: Visitor) -> Table:
        """The table, and who answers now."""
        return _table(self._routing.table(visitor))

    async def change_routing(self, visitor: Visitor, body: RoutingBody) -> Table:
        """Another table; refused with `findings`."""
        routes = [one.model_dump(mode="json", exclude_none=True) for one in body.routes]
        return _table(await self._routing.change(visitor, routes, body.seen))


def _chinese(findings: list[Finding]) -> list[Finding]:
    return [one.in_chinese for one in findings]


def _summary(summary: FlowSummary) -> FlowSummary:
    return replace(summary, problems=_chinese(summary.problems))


def _table(table: Table) -> Table:
    return replace(table, findings=_chinese(table.findings))


def _draft(draft: Draft) -> dict[str, Any]:
    return {**asdict(draft), "digest": draft.digest}


def _figures(figures: NodeFigures) -> dict[str, Any]:
    return {**asdict(figures), "hangups": figures.hangups}
