"""From a YAML document to a flow: every fault with its place, and a hint where one can be given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pydantic

from cti import documents
from cti.documents import Document, DocumentError, Problem, Where
from ivr.flow import Flow, FlowHead
from ivr.nodes import KINDS
from ivr.nodes.node import Node


@dataclass(frozen=True, slots=True)
class Finding(Problem):
    """A complaint with what might be meant."""

    suggestion: str = ""

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}"
        return f"{text}; {self.suggestion}" if self.suggestion else text

    @classmethod
    def at(
        cls, document: Document, where: Where, message: str, *, severity: str = "error", suggestion: str = ""
    ) -> Finding:
        """A complaint about the value at `where`; the index in a list that is written as its single item is skipped."""
        found: Where = ()
        for part in where:
            if (*found, part) in document.places or not isinstance(part, int):
                found = (*found, part)
        place = document.problem(found, message, severity)
        return cls(place.file, place.line, place.column, message, severity, suggestion)


def close_to(word: str, known: Iterable[str]) -> str:
    """A suggestion of the known word that is nearest, or nothing."""
    close = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a document: a flow with those nodes that are right, and all faults found."""

    flow: Flow | None
    findings: tuple[Finding, ...]


def read(document: Document, revision: int = 0) -> Reading:
    """Read as much of a flow as is right."""
    data = document.data
    if not isinstance(data, dict):
        return Reading(None, (Finding.at(document, (), "a flow file is a mapping with flow, start and nodes"),))
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
        findings.extend(_explain(document, (), one, FlowHead) for one in error.errors())
        return None


def _nodes(document: Document, data: Any, findings: list[Finding]) -> dict[str, Node]:
    if not isinstance(data, dict) or not data:
        findings.append(Finding.at(document, ("nodes",), "nodes is a mapping from names to nodes"))
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
            findings.extend(_explain(document, where, one, kind) for one in error.errors())
    return found


def _kind(document: Document, where: Where, value: Any, findings: list[Finding]) -> type[Node] | None:
    if not isinstance(value, dict):
        findings.append(Finding.at(document, where, "a node is a mapping"))
        return None
    # Some names of kinds are also ways out of others (`message`, `callback`, `call`); a node's kind comes first.
    named = [str(key) for key in value if str(key) in KINDS]
    kinds = [name for name in named if not any(name in KINDS[other].model_fields for other in named if other != name)]
    if len(kinds) == 1:
        return KINDS[kinds[0]]
    if kinds:
        message = f"a node has one kind; this one has {' and '.join(kinds)}"
        findings.append(Finding.at(document, (*where, kinds[1]), message))
        return None
    message = f"{where[-1]} has no known kind"
    hint = next((hint for key in value if (hint := close_to(str(key), KINDS))), f"kinds: {', '.join(KINDS)}")
    findings.append(Finding.at(document, where, message, suggestion=hint))
    return None


def _explain(document: Document, where: Where, error: Any, model: type[pydantic.BaseModel]) -> Finding:
    path = [part for part in error["loc"] if part != "[key]" and not str(part).startswith(("function-", "lax-or"))]
    place: Where = (*where, *path)
    name = _name(place)
    match error["type"]:
        case "extra_forbidden":
            fields = _fields_at(model, path[:-1])
            hint = close_to(str(path[-1]), fields) or f"known: {', '.join(sorted(fields))}"
            return Finding.at(document, place, f"{name}: unknown key", suggestion=hint)
        case "missing":
            return Finding.at(document, place[:-1], f"{_name(place[:-1]) or 'flow'}: {path[-1]} is missing")
        case "string_pattern_mismatch":
            message = f"{name}: {str(error['input'])[:60]!r} is no name"
            hint = "names are small letters, digits, _ and -, and begin with a letter"
            return Finding.at(document, place, message, suggestion=hint)
        case "value_error":
            return Finding.at(document, place, f"{name}: {error['ctx']['error']}")
        case kind:
            return Finding.at(document, place, f"{name}: {_wanted(kind, error)}")


def _wanted(kind: str, error: Any) -> str:
    """What should stand there, without the names of our own types."""
    context = error.get("ctx", {})
    match kind:
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            return "a mapping is needed: key, colon, value"
        case "list_type" | "tuple_type" | "set_type" | "frozen_set_type":
            return "a list is needed"
        case "too_short":
            return f"at least {context['min_length']} of them are needed"
        case "too_long":
            return f"at most {context['max_length']} of them are allowed"
    message = str(error["msg"])
    return message[0].lower() + message[1:]


def _name(place: Where) -> str:
    return ".".join(str(part) for part in (place[1:] if place[:1] == ("nodes",) else place))


def _fields_at(model: type[pydantic.BaseModel], path: list[Any]) -> set[str]:
    """The keys that a mapping inside `model` may have, as far as the models tell."""
    here: type[pydantic.BaseModel] | None = model
    for part in path:
        if isinstance(part, int) or here is None:
            continue
        field = next((one for name, one in here.model_fields.items() if part in (name, one.alias)), None)
        if field is not None:
            here = _model_in(field.annotation)
    return {one.alias or name for name, one in here.model_fields.items()} if here is not None else set()


def _model_in(annotation: Any) -> type[pydantic.BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return annotation
    for one in getattr(annotation, "__args__", ()):
        if (found := _model_in(one)) is not None:
            return found
    return _model_in(annotation.__origin__) if hasattr(annotation, "__metadata__") else None
