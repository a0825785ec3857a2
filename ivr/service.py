"""What people do with flows: who may, what is written to the audit. No HTTP here."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from cti.identity.audit import Audit
from cti.identity.visitor import Visitor
from cti.refusal import Conflict, Invalid, NotFound
from cti.store.engine import Store
from ivr import differences, script, tryout
from ivr.calendars import Calendars
from ivr.flow import Flow
from ivr.library import FlowLibrary, Overlay, Refused
from ivr.lint.names import said_by
from ivr.reading import Finding
from ivr.revisions import Conflict as Outdated
from ivr.revisions import Revision, Revisions
from ivr.speech import PromptTexts
from ivr.statistics import FlowStatistics, NodeFigures
from ivr.trials import Trial

READ, EDIT, PUBLISH = "flows.read", "flows.edit", "flows.publish"


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """A published flow in a list. `problems` are why the watched file was refused."""

    name: str
    title: str
    revision: int
    nodes: int
    published_at: str
    author: str
    message: str
    has_draft: bool
    problems: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node of the picture, with its figures; `line` is where it stands in the text."""

    name: str
    kind: str
    note: str
    line: int
    entered: int
    hangups: int
    invalid: int
    seconds: float
    now: int


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A way of the picture; `is_default`: it is not named and falls back to the flow's default."""

    source: str
    target: str
    way: str
    count: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """A flow as a picture."""

    flow: str
    revision: int
    start: str
    nodes: list[GraphNode]
    edges: list[GraphEdge]


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    return asdict(finding)


class FlowService:
    """Every function first checks the visitor's permission."""

    def __init__(
        self,
        library: FlowLibrary,
        statistics: FlowStatistics,
        texts: PromptTexts,
        calendars: Calendars,
        store: Store,
        audit: Audit,
    ) -> None:
        self._library = library
        self._statistics = statistics
        self._texts = texts
        self._calendars = calendars
        self._store = store
        self._audit = audit

    @property
    def _revisions(self) -> Revisions:
        assert self._library.revisions is not None
        return self._library.revisions

    def _flow(self, name: str, revision: int | None = None) -> Flow:
        try:
            return self._library.current(name) if revision is None else self._library.revision(name, revision)
        except KeyError:
            raise NotFound("no_flow", "没有这个流程或版本") from None

    def flows(self, visitor: Visitor) -> list[FlowSummary]:
        """All published flows."""
        visitor.need(READ)
        return [self._summary(name) for name in self._library.names]

    def _summary(self, name: str) -> FlowSummary:
        flow, history = self._flow(name), self._revisions.history(name)
        last = history[-1]
        return FlowSummary(
            name, flow.head.title, flow.revision, len(flow.nodes), last.at, last.author, last.message,
            self._revisions.draft(name) is not None,
            [finding_data(one) for one in self._library.refused.get(name, [])],
        )  # fmt: skip

    def history(self, visitor: Visitor, name: str) -> list[Revision]:
        """All revisions, the newest first."""
        visitor.need(READ)
        self._flow(name)
        return list(reversed(self._revisions.history(name)))

    def text(self, visitor: Visitor, name: str, revision: int | None = None) -> str:
        """The text of a revision, by default of the newest."""
        visitor.need(READ)
        flow = self._flow(name, revision)
        return self._revisions.text(name, flow.revision)

    def draft(self, visitor: Visitor, name: str) -> str | None:
        """The draft, if there is one."""
        visitor.need(READ)
        self._known(name)
        return self._revisions.draft(name)

    def _known(self, name: str) -> None:
        try:
            self._revisions.file(name, 0)
        except KeyError:
            raise Invalid("bad_name", "流程名称只能用小写字母、数字、下划线和连字符，以字母开头", "name") from None

    async def save_draft(self, visitor: Visitor, name: str, text: str) -> list[Finding]:
        """Keep a draft, however unfinished; returns what lint says."""
        visitor.need(EDIT)
        self._known(name)
        await asyncio.to_thread(self._revisions.save_draft, name, text)
        return self.lint(visitor, text)

    def lint(self, visitor: Visitor, text: str) -> list[Finding]:
        """What lint says of a text."""
        visitor.need(READ)
        return self._library.check(text, "flow")[1]

    async def try_out(self, visitor: Visitor, text: str, trial: Trial) -> tryout.Report:
        """Run a text with a scripted caller; raises Invalid with what is wrong."""
        visitor.need(READ)
        flow, findings = self._library.check(text, "flow")
        if flow is None or any(one.severity == "error" for one in findings):
            raise Invalid("bad_flow", "流程有错误：" + "；".join(str(one) for one in findings[:5]), "text")
        try:
            script.parse(trial.do)
            return await asyncio.to_thread(
                tryout.run_now, Overlay(self._library, flow), flow.name, trial, self._texts, calendars=self._calendars
            )
        except ValueError as error:
            raise Invalid("bad_trial", f"试运行脚本有误：{error}", "do") from None

    async def publish(self, visitor: Visitor, name: str, text: str, message: str, base: int | None = None) -> Revision:
        """Publish a text; raises Invalid (with the findings) or Conflict (somebody else was first)."""
        visitor.need(PUBLISH)
        self._known(name)
        return await self._publish(
            visitor, name, "flow.publish",
            lambda: self._library.publish(text, author=visitor.login, message=message, name=name, base=base),
        )  # fmt: skip

    async def roll_back(self, visitor: Visitor, name: str, revision: int, message: str = "") -> Revision:
        """Publish an older revision again."""
        visitor.need(PUBLISH)
        self._flow(name, revision)
        return await self._publish(
            visitor, name, "flow.roll_back",
            lambda: self._library.roll_back(name, revision, author=visitor.login, message=message),
        )  # fmt: skip

    async def _publish(self, visitor: Visitor, name: str, action: str, work: Any) -> Revision:
        before = self._library.current(name).revision if name in self._library.names else 0
        try:
            revision: Revision = await asyncio.to_thread(work)
        except Refused as error:
            raise Invalid("refused", "；".join(str(one) for one in error.findings[:20]), "text") from None
        except Outdated:
            raise Conflict("outdated", "流程已被他人发布，请对比后重新提交") from None
        await asyncio.to_thread(self._revisions.drop_draft, name)
        async with self._store.writing() as session:
            await self._audit.write(session, visitor, action, f"flow:{name}", {"revision": before}, asdict(revision))
        return revision

    def diff(self, visitor: Visitor, name: str, older: int, newer: int) -> tuple[str, differences.Changes]:
        """What differs between two revisions: by lines, and by nodes."""
        visitor.need(READ)
        before, after = self._flow(name, older), self._flow(name, newer)
        lines = differences.by_lines(
            self._revisions.text(name, older), self._revisions.text(name, newer),
            before_name=f"{name}@{older}", after_name=f"{name}@{newer}",
        )  # fmt: skip
        return lines, differences.by_nodes(before, after)

    def graph(self, visitor: Visitor, name: str, *, since: date, until: date, revision: int | None = None) -> Graph:
        """The picture of a flow with the figures of some days and the calls that are there now."""
        visitor.need(READ)
        flow = self._flow(name, revision)
        figures = self._statistics.of(name, since=since, until=until, revision=revision)
        here = self._statistics.now(name)
        nodes: list[GraphNode] = []
        edges: list[GraphEdge] = []
        for node_name in flow.nodes:
            found = figures.get(node_name)
            nodes.append(self._graph_node(flow, node_name, found or NodeFigures(), here.get(node_name, 0)))
            for way, target, _ in flow.neighbours(node_name):
                count = found.ways.get(way, 0) if found else 0
                edges.append(GraphEdge(node_name, target, way, count, way not in flow.ways[node_name]))
        return Graph(name, flow.revision, flow.head.start, nodes, edges)

    def _graph_node(self, flow: Flow, name: str, figures: NodeFigures, now: int) -> GraphNode:
        node, line = flow.nodes[name], flow.document.problem(("nodes", name), "").line
        return GraphNode(
            name=name, kind=node.KIND, note=node.note, line=line, now=now,
            entered=figures.entered, hangups=figures.hangups, invalid=figures.invalid, seconds=figures.seconds,
        )  # fmt: skip

    def uses_of_prompt(self, visitor: Visitor, prompt: str) -> list[tuple[str, str]]:
        """Where a prompt is used in published flows: flow and node."""
        visitor.need(READ)
        return [
            (flow.name, name)
            for flow in self._library.flows.values()
            for name, node in flow.nodes.items()
            if any(found == prompt for _, piece in said_by(node) for _, found in piece.prompts)
        ]
