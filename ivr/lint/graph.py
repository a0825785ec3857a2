"""Lint of the graph: dangling and unreachable nodes, missing ways out, loops without a limit, recursion."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from cti.base.files.documents import Where
from cti.base.files.findings import Finding, close_to
from ivr.definition.flow import Flow
from ivr.findings.sentences import say
from ivr.lint.known import Known
from ivr.nodes import Call, End, Record, Transfer
from ivr.nodes.node import EXHAUSTED, FAILED, HANGUP, HUMAN_WAY, Edge


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """All findings about nodes and ways."""
    yield from dangling(flow, flow.nodes)
    yield from _missing_ways(flow)
    reached = reachable(flow)
    for name in flow.nodes:
        if name not in reached:
            yield Finding.at(
                flow.document, ("nodes", name), say("node-unreached", node=name), severity="warning",
                suggestion=say("hint-lead"),
            )  # fmt: skip
    yield from _dead_ends(flow)
    yield from _loops(flow)
    yield from _hangup(flow)
    yield from _recursion(flow, known.flows)


def named_nodes(flow: Flow) -> set[str]:
    """The names of all nodes in the file, also of those that cannot be read."""
    nodes = flow.document.data.get("nodes") if isinstance(flow.document.data, dict) else None
    return {str(name) for name in nodes} if isinstance(nodes, dict) else set()


def dangling(flow: Flow, exist: Collection[str]) -> Iterator[Finding]:
    """Ways that lead to no node."""
    for key in ("start", "default", HUMAN_WAY, HANGUP):
        target = getattr(flow.head, key)
        if target is not None and target not in exist:
            yield Finding.at(
                flow.document, (key,), say("node-unknown", node=target), suggestion=close_to(target, exist)
            )
    urgent = flow.head.emergency
    if urgent is not None and urgent.next not in exist:
        yield Finding.at(
            flow.document, ("emergency", "next"), say("node-unknown", node=urgent.next),
            suggestion=close_to(urgent.next, exist),
        )  # fmt: skip
    for name, node in flow.nodes.items():
        for edge in node.edges():
            if edge.target not in exist:
                hint = close_to(edge.target, exist)
                words = say("way-dangling", node=name, way=edge.way, target=edge.target)
                yield Finding.at(flow.document, ("nodes", name, *edge.where), words, suggestion=hint)


def _missing_ways(flow: Flow) -> Iterator[Finding]:
    for name, node in flow.nodes.items():
        missing = [way for way in node.fails() if flow.way(name, way) is None]
        # What fails in the default node itself goes to a human: there is nothing better to name.
        if name == flow.head.default:
            missing = [way for way in missing if way not in (FAILED, "invalid")]
        if missing:
            yield Finding.at(
                flow.document, ("nodes", name), say("way-missing", node=name, ways=", ".join(missing)),
                suggestion=say("hint-default"),
            )  # fmt: skip
        # The default is where faults go; that a call has been here often enough is none.
        if node.at_most is not None and flow.named(name, EXHAUSTED) is None:
            words = say("way-missing", node=name, ways=EXHAUSTED)
            yield Finding.at(flow.document, ("nodes", name, "at_most"), words, suggestion=say("hint-exhausted"))


def _successors(flow: Flow, name: str) -> Iterator[str]:
    for _, target, _ in flow.neighbours(name):
        if target in flow.nodes:
            yield target


def reachable(flow: Flow, *starts: str) -> set[str]:
    """The nodes that can be reached from `starts`, or from where a flow begins."""
    urgent = flow.head.emergency.next if flow.head.emergency is not None else None
    begins = starts or (flow.head.start, flow.head.human, flow.head.hangup, urgent)
    waiting = [one for one in begins if one is not None and one in flow.nodes]
    found = set(waiting)
    while waiting:
        for target in _successors(flow, waiting.pop()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _dead_ends(flow: Flow) -> Iterator[Finding]:
    """Nodes from which no end can be reached."""
    before: dict[str, set[str]] = {name: set() for name in flow.nodes}
    for name in flow.nodes:
        for target in _successors(flow, name):
            before[target].add(name)
    waiting = [
        name
        for name, node in flow.nodes.items()
        if isinstance(node, End) or (isinstance(node, Transfer) and node.transfer.flow is not None)
    ]
    good = set(waiting)
    while waiting:
        for name in before[waiting.pop()] - good:
            good.add(name)
            waiting.append(name)
    bad = [name for name in flow.nodes if name not in good]
    if bad:
        # One complaint for the whole knot: each of its nodes has the same fault.
        others = say("and-others", count=len(bad) - 1) if len(bad) > 1 else ""
        yield Finding.at(
            flow.document, ("nodes", bad[0]), say("end-missing", node=bad[0], others=others),
            suggestion=say("hint-end"),
        )  # fmt: skip


def _undriven(flow: Flow, name: str) -> Iterator[Edge]:
    node = flow.nodes[name]
    if node.at_most is not None:
        return
    for edge in node.edges():
        if not edge.driven and edge.way != HANGUP and edge.target in flow.nodes:
            yield edge


def _loops(flow: Flow) -> Iterator[Finding]:
    """Circles that a call can go round without any act of the citizen and without `at_most`."""
    graph = {name: list(_undriven(flow, name)) for name in flow.nodes}
    for knot in _knots({name: [edge.target for edge in edges] for name, edges in graph.items()}):
        inside = set(knot)
        name = min(inside, key=list(flow.nodes).index)
        edge = next(edge for edge in graph[name] if edge.target in inside)
        circle = " → ".join([*sorted(inside, key=list(flow.nodes).index)[:6], "…"] if len(inside) > 1 else [name, name])
        yield Finding.at(
            flow.document, ("nodes", name, *edge.where), say("loop-endless", circle=circle),
            suggestion=say("hint-at-most", node=name),
        )  # fmt: skip


def _knots(graph: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Strongly connected parts with a circle in them (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    knot: list[str] = []
                    while not knot or knot[-1] != name:
                        knot.append(stack.pop())
                        on_stack.discard(knot[-1])
                    if len(knot) > 1 or name in graph[name]:
                        yield knot


def _hangup(flow: Flow) -> Iterator[Finding]:
    """What runs after a hang-up must need nobody on the line; a voicemail must know what to do after one."""
    starts: list[tuple[Where, str]] = [((HANGUP,), flow.head.hangup)] if flow.head.hangup else []
    starts += [(("nodes", name, HANGUP), node.hangup) for name, node in flow.nodes.items() if node.hangup]
    for where, start in starts:
        waiting, seen = [start], {start}
        while waiting:
            name = waiting.pop()
            node = flow.nodes.get(name)
            if node is None:
                continue
            if node.SPEAKS or (isinstance(node, End) and node.say):
                yield Finding.at(flow.document, where, say("hangup-speaks", node=name))
                break
            for edge in node.edges():
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
    for name, node in flow.nodes.items():
        if isinstance(node, Record) and node.hangup is None and flow.head.hangup is None:
            yield Finding.at(
                flow.document, ("nodes", name), say("hangup-missing", node=name), severity="warning",
                suggestion=say("hint-hangup"),
            )  # fmt: skip


def _recursion(flow: Flow, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    every = {**flows, flow.name: flow}

    def called(name: str) -> set[str]:
        return {node.call for node in every[name].nodes.values() if isinstance(node, Call)} if name in every else set()

    for name, node in flow.nodes.items():
        if not isinstance(node, Call):
            continue
        waiting, seen = [node.call], {node.call}
        while waiting:
            one = waiting.pop()
            if one == flow.name:
                words = say("flow-recursion", node=name, called=node.call, flow=flow.name)
                yield Finding.at(flow.document, ("nodes", name, "call"), words)
                break
            for other in called(one) - seen:
                seen.add(other)
                waiting.append(other)
