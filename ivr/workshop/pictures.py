"""A flow as a picture: nodes and ways with their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cti.base.expressions import Template
from ivr.definition.flow import Flow
from ivr.figures.statistics import NodeFigures
from ivr.nodes import Ask, Menu, Transfer, When
from ivr.nodes.node import Node
from ivr.speech.spoken_pieces import PromptTexts
from ivr.speech.written_pieces import Said

LONGEST_WORDS = 120
"""Characters that a picture has of what a node says."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node with its figures, and how many calls are there now; `line` is where it stands in the text.

    `about` is what it says, or the name of what it uses: a queue, a flow, a calendar …
    """

    name: str
    kind: str
    note: str
    about: str
    line: int
    entered: int
    hangups: int
    invalid: int
    seconds: float
    now: int


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A way of the picture; `is_default`: it is not named and falls back to the flow's default.

    `hint` is the condition on which it is taken, or the words that lead there.
    """

    source: str
    target: str
    way: str
    count: int
    is_default: bool
    hint: str


@dataclass(frozen=True, slots=True)
class Graph:
    """A flow as a picture."""

    flow: str
    revision: int
    start: str
    nodes: list[GraphNode]
    edges: list[GraphEdge]


def picture(
    flow: Flow, figures: Mapping[str, NodeFigures], now: Mapping[str, int], texts: PromptTexts | None = None
) -> Graph:
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
                about=_about(node, texts),
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
                is_default = way not in flow.ways[name]
                count = found.ways.get(way, 0)
                edges.append(GraphEdge(name, target, way, count, is_default, "" if is_default else _hint(node, way)))
    return Graph(flow.name, flow.revision, flow.head.start, nodes, edges)


def _about(node: Node, texts: PromptTexts | None) -> str:
    if isinstance(node, Transfer):
        ((kind, place),) = node.transfer.model_dump(exclude_unset=True).items()
        return f"{kind} {getattr(place, 'text', place)}"
    found: Any = getattr(node, node.KIND)
    if isinstance(found, Template):
        return found.text[:LONGEST_WORDS]
    if isinstance(found, tuple):
        return "".join(_words(one, texts) for one in found if isinstance(one, Said))[:LONGEST_WORDS]
    return found if isinstance(found, str) else "、".join(found)[:LONGEST_WORDS]


def _words(piece: Said, texts: PromptTexts | None) -> str:
    if piece.text is not None:
        return piece.text.text
    if piece.prompt is None:
        return "…"
    prompt = piece.prompt.text
    try:
        return texts.text(prompt) if texts is not None else prompt
    except KeyError:
        return prompt


def _hint(node: Node, way: str) -> str:
    if isinstance(node, When) and way.isdecimal():
        return node.when[int(way) - 1].condition.text
    if isinstance(node, Menu) and way in node.keys:
        condition = node.keys[way].condition
        return condition.text if condition is not None else ""
    if isinstance(node, Ask) and way in node.intents:
        return "、".join(node.intents[way].words)
    return ""
