"""What people do with flows beside what the workshop does with every file: figures, the picture, where prompts are."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from cti.base.clock import Clock
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.workshop.service import FileSummary, Workshop
from cti.store.engine import Store
from ivr.definition.flow import Flow
from ivr.figures.statistics import Figures, FlowStatistics
from ivr.lint.names import said_by
from ivr.rights import READ
from ivr.workshop import pictures
from ivr.workshop.library import FlowLibrary
from ivr.workshop.owning import Owning
from ivr.workshop.pictures import Graph
from ivr.workshop.uses import FlowUses


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSummary(FileSummary):
    """A flow in a list.

    `now`, `today` and `lost` count calls: inside now, begun today, hung up inside today.
    """

    type: str
    note: str
    nodes: int
    now: int
    today: int
    lost: int


class FlowService(Workshop[Flow]):
    """Every function first checks the visitor's permission, and whose flow it is."""

    def __init__(
        self,
        library: FlowLibrary,
        statistics: FlowStatistics,
        clock: Clock,
        store: Store,
        audit: Audit,
        owning: Owning,
        uses: FlowUses,
    ) -> None:
        super().__init__(library, clock, store, audit, owning, uses.of)
        self._library = library
        self._statistics = statistics

    def today(self) -> date:
        """The day of now in the hotline's time zone."""
        return self._clock.wall().astimezone(ZONE).date()

    def flows(self, visitor: Visitor) -> list[FlowSummary]:
        """All flows, also those that are only drafts, or files that were refused."""
        return [self._summary(visitor, name) for name in self.names(visitor)]

    def _summary(self, visitor: Visitor, name: str) -> FlowSummary:
        flow, about = self._library.flows.get(name) or self._library.withdrawn.get(name), self.about(visitor, name)
        counts = self.may_count(visitor, name)
        figures = self._statistics.of(name, since=self.today(), until=self.today()) if counts else {}
        began = figures.get(flow.head.start) if flow is not None else None
        return FlowSummary(
            **{one.name: getattr(about, one.name) for one in fields(about)},
            type=flow.head.type if flow is not None else "",
            note=flow.head.note if flow is not None else "",
            nodes=len(flow.nodes) if flow is not None else 0,
            now=sum(self._statistics.now(name).values()) if counts else 0,
            today=began.entered if began is not None else 0,
            lost=sum(one.hangups for one in figures.values()),
        )

    def summary(self, visitor: Visitor, name: str) -> FlowSummary:
        """One flow, or one that is only a draft."""
        self.need_known(visitor, name)
        return self._summary(visitor, name)

    def figures(self, visitor: Visitor, name: str, *, since: date, until: date, revision: int | None = None) -> Figures:
        """The figures of a flow's nodes over days, both included."""
        self.found(visitor, name, revision)
        if not self.may_count(visitor, name):
            return {}
        return self._statistics.of(name, since=since, until=until, revision=revision)

    def graph(self, visitor: Visitor, name: str, *, since: date, until: date, revision: int | None = None) -> Graph:
        """The picture of a flow with the figures of some days and the calls that are there now."""
        flow = self.found(visitor, name, revision)
        if not self.may_count(visitor, name):
            return pictures.picture(flow, {}, {}, self._library.texts)
        figures = self._statistics.of(name, since=since, until=until, revision=revision)
        return pictures.picture(flow, figures, self._statistics.now(name), self._library.texts)

    def uses_of_prompt(self, visitor: Visitor, prompt: str) -> list[tuple[str, str]]:
        """Where a prompt is used in published flows: flow and node."""
        visitor.need(READ)
        return [
            (flow.name, name)
            for flow in self._library.flows.values()
            for name, node in flow.nodes.items()
            if any(found == prompt for _, piece in said_by(node) for _, found in piece.prompts)
        ]
