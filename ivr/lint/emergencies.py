"""Lint of emergencies: nothing is said before 110, 119, 120 or 122 is dialled, and their key works everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from cti.base.files.findings import Finding
from ivr.definition.flow import SILENT, Flow
from ivr.findings.sentences import say
from ivr.lint.known import Known
from ivr.nodes import Call, End, Say, Transfer
from ivr.nodes.node import Node


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A warning for each announcement that comes before the dial; one that no key ends is the worst of them."""
    dialling = {one.name for one in (known.flows or {}).values() if any(map(_dials, one.nodes.values()))}
    for name, node in flow.nodes.items():
        if not isinstance(node, Say) or node.interrupt:
            continue
        if (step := _dialled_after(flow, node.next, dialling)) is not None:
            yield Finding.at(
                flow.document, ("nodes", name), say("emergency-late", node=name, step=step), severity="warning",
                suggestion=say("hint-dial-first"),
            )  # fmt: skip


def _dials(node: Node) -> bool:
    return isinstance(node, Transfer) and node.transfer.emergency is not None


def _dialled_after(flow: Flow, start: str, dialling: set[str]) -> str | None:
    """The node that dials an emergency line, by ways on which a caller notices nothing else; None for none."""
    waiting, seen = [start], {start}
    while waiting:
        name = waiting.pop()
        node = flow.nodes.get(name)
        if node is None:
            continue
        if _dials(node) or (isinstance(node, Call) and node.call in dialling):
            return name
        if (node.KIND in SILENT or isinstance(node, Say)) and not isinstance(node, End):
            for _, target, _ in flow.neighbours(name):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    return None
