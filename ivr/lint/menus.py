"""Lint of menus: overlapping keys, and too many keys before a human can be reached."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from cti.base.files.documents import Where
from cti.base.files.findings import Finding
from ivr.definition.flow import Flow
from ivr.findings.sentences import say
from ivr.lint.known import Known
from ivr.nodes import Ask, Menu, Queue, Transfer
from ivr.nodes.keys import KeyRange
from ivr.nodes.node import FAILED, Node

STANDARD = say("hint-standard")


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """All findings about keys."""
    for name, node in flow.nodes.items():
        if isinstance(node, Menu | Ask):
            yield from _overlaps(flow, name, node)
    if not flow.head.arguments and not flow.head.results:
        yield from _before_a_human(flow, known)


def _overlaps(flow: Flow, name: str, node: Menu | Ask) -> Iterator[Finding]:
    keys = [(key, KeyRange.read(key)) for key in node.keys]
    for index, (key, one) in enumerate(keys):
        for other_key, other in keys[:index]:
            where: Where = ("nodes", name, "keys", key)
            where = where if where in flow.document.places else ("nodes", name, "keys")
            if one.overlaps(other):
                yield Finding.at(flow.document, where, say("keys-overlap", node=name, key=key, other=other_key))
            elif one.begins(other) or other.begins(one):
                yield Finding.at(
                    flow.document, where, say("keys-alike", node=name, key=key, other=other_key), severity="warning",
                    suggestion=say("hint-keys"),
                )  # fmt: skip


def is_human(node: Node) -> bool:
    """Whether a node leads to people."""
    return isinstance(node, Queue) or (isinstance(node, Transfer) and node.transfer.flow is None)


def _before_a_human(flow: Flow, known: Known) -> Iterator[Finding]:
    allowed = flow.head.allowed_keys if flow.head.allowed_keys is not None else known.allowed_keys
    presses: dict[str, int] = {flow.head.start: 0} if flow.head.start in flow.nodes else {}
    waiting = deque(presses)
    nearest: int | None = None
    while waiting:
        name = waiting.popleft()
        if is_human(flow.nodes[name]):
            nearest = presses[name] if nearest is None else min(nearest, presses[name])
            continue
        for way, target, driven in flow.neighbours(name):
            if way == FAILED and way not in flow.ways[name]:
                continue
            needed = presses[name] + driven
            if target in flow.nodes and needed < presses.get(target, 1_000_000):
                presses[target] = needed
                (waiting.append if driven else waiting.appendleft)(target)
    for name in presses:
        node = flow.nodes[name]
        if isinstance(node, Menu) and len(node.keys) > allowed:
            words = say("keys-many", node=name, count=len(node.keys), allowed=allowed)
            yield Finding.at(flow.document, ("nodes", name, "keys"), words, severity="warning", suggestion=STANDARD)
    if nearest is not None and nearest > known.allowed_presses:
        words = say("presses-many", count=nearest, allowed=known.allowed_presses)
        yield Finding.at(flow.document, ("start",), words, severity="warning", suggestion=STANDARD)
