"""What the tests of flows walk: nodes, and ways out of them, intents among these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.definition.flow import Flow
from ivr.trying.dry_run import Report


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a flow is walked. `never` are the nodes that no test enters, `untaken` the ways that none takes."""

    nodes: int
    ways: int
    never: tuple[str, ...]
    untaken: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        walked, taken = self.nodes - len(self.never), self.ways - len(self.untaken)
        return f"{walked} of {self.nodes} nodes, {taken} of {self.ways} ways"


def coverage(flow: Flow, tried: Iterable[tuple[Flow, Report]]) -> Coverage:
    """What of `flow` was walked by dry runs, each of the flow with which it began."""
    nodes: set[str] = set()
    ways: set[tuple[str, str]] = set()
    for first, report in tried:
        nodes |= {own for one in report.nodes if (own := _own(flow, first, one)) is not None}
        ways |= {(own, _named(flow, own, way)) for one, way in report.ways if (own := _own(flow, first, one))}
    every = [(name, way) for name, found in flow.ways.items() for way in found]
    return Coverage(
        len(flow.nodes),
        len(every),
        tuple(name for name in flow.nodes if name not in nodes),
        tuple(one for one in every if one not in ways),
    )


def _own(flow: Flow, first: Flow, node: str) -> str | None:
    """The flow's own name of a node in a report, which names those of other flows with the flow before it."""
    own = node.removeprefix(f"{flow.name}.") if first.name != flow.name else node
    foreign = own == node and first.name != flow.name
    return None if foreign or own not in flow.nodes else own


def _named(flow: Flow, node: str, way: str) -> str:
    """The way that stands in for one that is not named."""
    if way.startswith("end ") and way not in flow.ways[node]:
        # How a sub-flow ended, if that has no way of its own.
        return "next"
    named: str | None = way
    while named is not None and named not in flow.ways[node]:
        named = flow.nodes[node].INSTEAD.get(named)
    return named or way
