"""Lint of expressions: their types, and variables that may be read before they are set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cti.base.expressions import Expression, Type
from cti.base.expressions.types import ANY, NAMED, NONE, NUMBER, TEXT, fits, record, type_of
from cti.base.files.documents import Where
from cti.base.files.findings import Finding
from cti.base.files.sentences import Words
from ivr.definition.flow import Flow
from ivr.findings.sentences import say
from ivr.lint.known import Known
from ivr.nodes import Ask, Call, Collect, End, Fill, Http, Lookup, Node, Record, Set
from ivr.nodes.walk import SCOPE

IN_EXPRESSION = ("{words}, in {expression}", "{words}（表达式 {expression}）")

RECORDING = record({"recording": TEXT, "seconds": NUMBER})


@dataclass(slots=True)
class _Typing:
    """Types of variables found so far, and where each was first seen."""

    types: dict[str, Type]
    places: dict[str, Where] = field(default_factory=dict)
    clashes: dict[Where, Words] = field(default_factory=dict)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """All findings about expressions and variables."""
    typing = _types(flow, known)
    for where, words in typing.clashes.items():
        yield Finding.at(flow.document, where, words)
    for name in set(flow.head.variables) | set(flow.head.arguments) | set(typing.places):
        if name in SCOPE or name == "value":
            yield Finding.at(flow.document, typing.places.get(name, ("variables", name)), say("name-taken", name=name))
    for name, node in flow.nodes.items():
        yield from _expressions(flow, name, node, typing, known)
    yield from _unset(flow, set(typing.types))


def type_named(name: str) -> Type:
    """The type that a flow file names."""
    return NAMED.get(name, ANY)


def _types(flow: Flow, known: Known) -> _Typing:
    typing = _Typing({name: type_of(value) for name, value in flow.head.variables.items()})
    typing.types |= {name: type_named(kind) for name, kind in flow.head.arguments.items()}
    for name, named in flow.head.arguments.items():
        if name in flow.head.variables and not fits(type_of(flow.head.variables[name]), type_named(named)):
            typing.clashes["variables", name] = say("variable-type", name=name, wanted=type_named(named))
    # A `set` may read what another sets: types settle after a few rounds.
    for _ in range(8):
        before = dict(typing.types)
        for name, node in flow.nodes.items():
            for place, variable, kind in _assignments(node, {**SCOPE, **typing.types}, known):
                _assign(typing, ("nodes", name, *place), variable, kind)
        if typing.types == before:
            break
    return typing


def _assign(typing: _Typing, where: Where, variable: str, kind: Type) -> None:
    found = typing.types.get(variable)
    typing.places.setdefault(variable, where)
    if found is None or found in (ANY, NONE):
        typing.types[variable] = kind
    elif not fits(kind, found):
        typing.clashes[where] = say("variable-types", name=variable, kind=kind, other=found)


def _assignments(node: Node, names: Mapping[str, Type], known: Known) -> Iterator[tuple[Where, str, Type]]:
    """The variables that a node sets: place, name, type."""
    match node:
        case Set():
            for name, expression in node.set.items():
                yield ("set", name), name, expression.type(names, lambda message, at: None)
        case Collect():
            yield ("into",), node.into, TEXT
        case Ask():
            if node.into is not None:
                yield ("into",), node.into, TEXT
            for name in node.slots:
                yield ("slots", name), name, TEXT
        case Fill():
            for name in node.wants:
                yield ("wants", name), name, TEXT
        case Lookup():
            service = known.services.get(node.lookup) if known.services is not None else None
            yield ("into",), node.into, service.gives if service is not None else ANY
        case Record():
            yield ("into",), node.into, RECORDING
        case Http():
            for name, taken in node.take.items():
                yield ("take", name), name, type_named(taken.type)
        case Call():
            called = known.flows.get(node.call)
            for mine, theirs in node.results.items():
                named = called.head.results.get(theirs, "any") if called is not None else "any"
                yield ("results", mine), mine, type_named(named)
        case _:
            return


def _expressions(flow: Flow, name: str, node: Node, typing: _Typing, known: Known) -> Iterator[Finding]:
    names = {**SCOPE, **typing.types}
    for place, expression, wanted in node.expressions():
        where: Where = ("nodes", name, *place)
        faults: list[Words] = []
        scope = {**names, "value": TEXT} if place[-1] == "check" else names
        kind = expression.type(scope, lambda words, at: faults.append(words))  # noqa: B023
        if not faults and wanted is not None and not fits(kind, wanted):
            faults.append(say("type-needed", wanted=wanted, found=kind))
        hint = _quote_hint(expression, scope)
        for fault in faults:
            words = fault.under(name).inside(*IN_EXPRESSION, expression=repr(expression.text))
            suggestion = hint if fault.code == "variable-unknown" else ""
            yield Finding.at(flow.document, where, words, suggestion=suggestion)
        if not faults:
            yield from _argument(flow, where, node, place, kind, known)


def _quote_hint(expression: Expression, names: Mapping[str, Type]) -> str:
    text = expression.text
    return say("hint-quotes", text=f"\"'{text}'\"") if text not in names and text.isidentifier() else ""


def _argument(flow: Flow, where: Where, node: Node, place: Where, kind: Type, known: Known) -> Iterator[Finding]:
    """Arguments of services and sub-flows, results of a sub-flow's end."""
    wanted: Type | None = None
    if isinstance(node, Lookup) and place[0] == "arguments" and known.services is not None:
        service = known.services.get(node.lookup)
        wanted = service.takes.get(str(place[1])) if service is not None else None
    elif isinstance(node, Call) and place[0] == "arguments" and node.call in known.flows:
        named = known.flows[node.call].head.arguments.get(str(place[1]))
        wanted = type_named(named) if named is not None else None
    elif isinstance(node, End) and place[0] == "results":
        named = flow.head.results.get(str(place[1]))
        if named is None:
            words = say("result-unnamed", name=place[1])
            yield Finding.at(flow.document, where, words, suggestion=say("hint-results"))
        else:
            wanted = type_named(named)
    if wanted is not None and not fits(kind, wanted):
        yield Finding.at(flow.document, where, say("argument-type", name=place[1], wanted=wanted, found=kind))


# ── read before set ──


def _sets(node: Node, way: str) -> set[str]:
    """The variables that are set for sure when a node is left by `way`."""
    match node:
        case Set() if way == "next":
            return set(node.set)
        case Collect() | Lookup() if way == "next":
            return {node.into}
        case Record() if way != "exhausted":
            return {node.into}
        case Http() if way == "next":
            return set(node.take)
        case Ask() if way not in ("failed", "hangup", "exhausted"):
            return {*node.slots, *([node.into] if node.into is not None else [])}
        case Fill() if way not in ("failed", "hangup", "exhausted"):
            return set(node.wants)
        case Call() if way == "next" or way.startswith("end "):
            return set(node.results)
        case _:
            return set()


def _unset(flow: Flow, known: set[str]) -> Iterator[Finding]:
    if flow.head.start not in flow.nodes:
        return
    first = frozenset(flow.head.variables) | frozenset(flow.head.arguments)
    everything = frozenset(known)
    at_entry: dict[str, frozenset[str]] = {}
    came_from: dict[tuple[str, str], tuple[str, str]] = {}
    waiting = [flow.head.start]
    at_entry[flow.head.start] = first
    if flow.head.hangup in flow.nodes and flow.head.hangup is not None:
        at_entry[flow.head.hangup] = first & at_entry.get(flow.head.hangup, everything)
        waiting.append(flow.head.hangup)
    while waiting:
        name = waiting.pop()
        node = flow.nodes[name]
        for way, target, _ in flow.neighbours(name):
            if target not in flow.nodes:
                continue
            leaving = at_entry[name] | _sets(node, way)
            before = at_entry.get(target, everything)
            after = before & leaving
            for lost in before - after:
                came_from[target, lost] = (name, way)
            if after != before or target not in at_entry:
                at_entry[target] = after
                waiting.append(target)
    for name, node in flow.nodes.items():
        if name in at_entry:
            yield from _reads_unset(flow, name, node, at_entry[name], known, came_from)


def _reads_unset(
    flow: Flow,
    name: str,
    node: Node,
    there: frozenset[str],
    known: set[str],
    came_from: Mapping[tuple[str, str], tuple[str, str]],
) -> Iterator[Finding]:
    have = set(there) | (set(node.wants) if isinstance(node, Fill) else set())
    for place, expression, _ in node.expressions():
        for variable in sorted(expression.names & known - have):
            before = came_from.get((name, variable))
            by = say("coming-by", node=before[0], way=before[1]) if before else ""
            yield Finding.at(
                flow.document, ("nodes", name, *place), say("variable-unset", node=name, name=variable, by=by),
                suggestion=say("hint-first-value", name=variable),
            )  # fmt: skip
        if isinstance(node, Set):
            have.add(str(place[1]))
