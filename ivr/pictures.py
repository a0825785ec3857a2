"""A flow as a picture: nodes and ways with their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.flow import Flow
from ivr.statistics import NodeFigures


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node with its figures, and how many calls are there now; `line` is where it stands in the text."""

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


def picture(flow: Flow, figures: Mapping[str, NodeFigures], now: Mapping[str, int]) -> Graph:
    """Draw a flow with its nodes' figures and the calls that are there now; ways that lead nowhere are left out."""
    nodes: list[GraphNode] = []
    edges: list[GraphEdge] = []
    for name, node in flow.nodes.items():
        found = figures.get(name, NodeFigures())
        line = flow.document.problem(("nodes", name), "").line
        nodes.append(
            GraphNode(
                name=name,
                kind=node.KIND,
                note=node.note,
                line=line,
                now=now.get(name, 0),
                entered=found.entered,
                hangups=found.hangups,
                invalid=found.invalid,
                seconds=found.seconds,
            )
        )
        for way, target, _ in flow.neighbours(name):
            if target in flow.nodes:
                edges.append(GraphEdge(name, target, way, found.ways.get(way, 0), way not in flow.ways[name]))
    return Graph(flow.name, flow.revision, flow.head.start, nodes, edges)
