"""Lint of what may be asked in between, and of examples: those that are taken for something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cti.base.files.documents import Where
from cti.base.files.findings import Finding, close_to
from ivr.definition.flow import Flow
from ivr.findings.sentences import say
from ivr.lint.known import Known
from ivr.nodes import Ask
from ivr.nodes.asides import SAID, Asides
from ivr.understanding.intents import meant
from ivr.understanding.understanding import Wanted

SURE = 0.5
"""From where an example counts as taken for something else."""


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """All findings about asides and examples."""
    for name, aside in flow.head.asides.items():
        where: Where = ("asides", name, "flow")
        called = known.flows.get(aside.flow)
        if called is None:
            words, hint = say("flow-unknown", name=aside.flow), close_to(aside.flow, known.flows)
            yield Finding.at(flow.document, where, words, suggestion=hint)
            continue
        for missing in called.missing([SAID]):
            yield Finding.at(flow.document, where, say("flow-needs", flow=aside.flow, name=missing))
    if sum(one.otherwise for one in flow.head.asides.values()) > 1:
        yield Finding.at(flow.document, ("asides",), say("asides-otherwise"))
    yield from _examples(flow)


def _examples(flow: Flow) -> Iterator[Finding]:
    """Each example is tried without itself; once for each set of intents that stand against each other."""
    asides = {one.intent: one for one in Asides(tuple(flow.head.asides.items())).wanted}
    places: dict[str, Where] = {Asides.intent(name): ("asides", name, "examples") for name in flow.head.asides}
    yield from _taken_for_others(flow, list(asides.values()), places, asides)
    for node_name, node in flow.nodes.items():
        if isinstance(node, Ask) and any(one.examples for one in node.intents.values()):
            own = {name: ("nodes", node_name, "intents", name, "examples") for name in node.intents}
            yield from _taken_for_others(flow, [*node.wanted, *asides.values()], own, asides)


def _taken_for_others(
    flow: Flow, wanted: Sequence[Wanted], places: Mapping[str, Where], asides: Mapping[str, Wanted]
) -> Iterator[Finding]:
    for index, one in enumerate(wanted):
        if one.intent not in places:
            continue
        for number, example in enumerate(one.examples):
            rest = (*one.examples[:number], *one.examples[number + 1 :])
            others = [*wanted[:index], replace(one, examples=rest), *wanted[index + 1 :]]
            intent, sure = meant(example, others)
            if intent not in ("", one.intent) and sure >= SURE:
                words = say("example-taken", example=example, other=Asides.name(intent) if intent in asides else intent)
                yield Finding.at(flow.document, (*places[one.intent], number), words, severity="warning")
