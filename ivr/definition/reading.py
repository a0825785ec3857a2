"""From a YAML document to a flow: every fault with its place, and a hint where one can be given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic

from cti.base.files import documents
from cti.base.files.documents import Document, DocumentError, Where
from cti.base.files.findings import Finding, close_to, explain
from ivr.definition.flow import Flow, FlowHead
from ivr.findings.sentences import say
from ivr.nodes import KINDS
from ivr.nodes.node import Node


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a document: a flow with those nodes that are right, and all faults found."""

    flow: Flow | None
    findings: tuple[Finding, ...]


def read(document: Document, revision: int = 0) -> Reading:
    """Read as much of a flow as is right."""
    data = document.data
    if not isinstance(data, dict):
        return Reading(None, (Finding.at(document, (), say("flow-shape")),))
    findings: list[Finding] = []
    nodes = _nodes(document, data.get("nodes"), findings)
    head = _head(document, {key: value for key, value in data.items() if key != "nodes"}, findings)
    if head is None:
        return Reading(None, tuple(findings))
    return Reading(Flow.of(head, nodes, document, revision), tuple(findings))


def load(path: Path, revision: int = 0) -> Flow:
    """The flow of a file; raises DocumentError with every fault."""
    return flow_of(documents.load(path), revision)


def flow_of(document: Document, revision: int = 0) -> Flow:
    """The flow of a document; raises DocumentError with every fault of its form. Lint finds more."""
    reading = read(document, revision)
    if reading.flow is None or reading.findings:
        raise DocumentError(reading.findings)
    return reading.flow


def _head(document: Document, data: dict[Any, Any], findings: list[Finding]) -> FlowHead | None:
    try:
        return FlowHead.model_validate(data)
    except pydantic.ValidationError as error:
        findings.extend(explain(document, (), one, FlowHead) for one in error.errors())
        return None


def _nodes(document: Document, data: Any, findings: list[Finding]) -> dict[str, Node]:
    if not isinstance(data, dict) or not data:
        findings.append(Finding.at(document, ("nodes",), say("nodes-shape")))
        return {}
    found: dict[str, Node] = {}
    for name, value in data.items():
        where: Where = ("nodes", name)
        kind = _kind(document, where, value, findings)
        if kind is None:
            continue
        try:
            found[str(name)] = kind.model_validate(value)
        except pydantic.ValidationError as error:
            findings.extend(explain(document, where, one, kind) for one in error.errors())
    return found


def _kind(document: Document, where: Where, value: Any, findings: list[Finding]) -> type[Node] | None:
    if not isinstance(value, dict):
        findings.append(Finding.at(document, where, say("node-shape")))
        return None
    # Some names of kinds are also ways out of others (`message`, `callback`, `call`); a node's kind comes first.
    named = [str(key) for key in value if str(key) in KINDS]
    kinds = [name for name in named if not any(name in KINDS[other].model_fields for other in named if other != name)]
    if len(kinds) == 1:
        return KINDS[kinds[0]]
    if kinds:
        words = say("node-kinds", kinds=" and ".join(kinds))
        findings.append(Finding.at(document, (*where, kinds[1]), words))
        return None
    hint = next(
        (hint for key in value if (hint := close_to(str(key), KINDS))), say("hint-kinds", kinds=", ".join(KINDS))
    )
    findings.append(Finding.at(document, where, say("node-kind", node=where[-1]), suggestion=hint))
    return None
