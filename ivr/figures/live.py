"""The live topic `flows`: calls of now and losses of today, of each node. A snapshot first, then single nodes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cti.base.visitor import Visitor
from cti.web.hub import Hub
from ivr.figures.presence import Spot
from ivr.figures.statistics import FlowStatistics
from ivr.topics import FLOWS, FlowNodeNow, FlowNodesNow


class FlowLive:
    """Makes snapshots and tells changes. `may_count`: whether a visitor sees a flow's counts."""

    def __init__(
        self,
        statistics: FlowStatistics,
        hub: Hub,
        may_count: Callable[[Visitor, str], bool],
        today: Callable[[], date],
    ) -> None:
        self._statistics = statistics
        self._hub = hub
        self._may_count = may_count
        self._today = today

    def snapshot(self, visitor: Visitor) -> FlowNodesNow:
        """All nodes that somebody is in now or was in today."""
        day = self._today()
        spots = set(self._statistics.presence.spots)
        for flow, nodes in self._statistics.seen(day).items():
            spots |= {(flow, node) for node in nodes}
        visible = {flow for flow in {flow for flow, _ in spots} if self._may_count(visitor, flow)}
        return {"nodes": [self._node(spot, day) for spot in sorted(spots) if spot[0] in visible]}

    def sees(self, visitor: Visitor, _key: str, data: FlowNodeNow) -> bool:
        """Whether the visitor may see a change."""
        return self._may_count(visitor, data["flow"])

    def changed(self, spot: Spot) -> None:
        """Tell a node; several changes of it within a tenth of a second are one."""
        if self._hub.clients:
            FLOWS.tell(self._hub, "/".join(spot), self._node(spot, self._today()))

    def _node(self, spot: Spot, day: date) -> FlowNodeNow:
        flow, node = spot
        figures = self._statistics.on(day, flow, node)
        return {
            "flow": flow,
            "node": node,
            "now": self._statistics.presence.count(spot),
            "entered": figures.entered,
            "hangups": figures.hangups,
            "invalid": figures.invalid,
        }
