"""Flows, nodes and intents by their names for people."""

from __future__ import annotations

from dataclasses import dataclass

from cti.office.screens import Option
from ivr.definition.flow import Flow
from ivr.nodes import Ask
from ivr.nodes.asides import Asides
from ivr.workshop.library import FlowLibrary

LONGEST = 30


@dataclass(frozen=True, slots=True)
class Titles:
    """As the published flows have them; what is gone keeps its bare name."""

    library: FlowLibrary

    def flow(self, name: str) -> str:
        """A flow's."""
        found = self.library.flows.get(name)
        return (found.title or name) if found is not None else name

    def node(self, flow: str, name: str) -> str:
        """A node's: its note."""
        found = self.library.flows.get(flow)
        node = found.nodes.get(name) if found is not None else None
        return (node.note or name) if node is not None else name

    def intent(self, flow: str, node: str, intent: str) -> str:
        """An intent's: its button, what it means, or the first sentence for it."""
        found = self.library.flows.get(flow)
        return title_of(found, node, intent) if found is not None else intent

    def intents(self, flow: Flow, node: str) -> list[Option]:
        """Those that can be taught at a node: its own, and what may be asked in between."""
        found = flow.nodes.get(node)
        own = list(found.intents) if isinstance(found, Ask) else []
        asides = [Asides.intent(name) for name, one in flow.head.asides.items() if one.words or one.examples]
        return [Option(value=one, title=title_of(flow, node, one)) for one in (*own, *asides)]

    def targets(self, flow: Flow) -> list[Option]:
        """Where an intent may lead."""
        return [Option(value=name, title=node.note or name) for name, node in flow.nodes.items()]


def title_of(flow: Flow, node: str, intent: str) -> str:
    """An intent's name for people."""
    found, aside = flow.nodes.get(node), flow.head.asides.get(Asides.name(intent))
    known = found.intents.get(intent) if isinstance(found, Ask) else None
    if known is not None:
        shown = known.title or next(iter((*known.words, *known.examples)), "")
        return shown[:LONGEST] or intent
    if aside is not None:
        return f"{next(iter((*aside.words, *aside.examples)), intent)[:LONGEST]}（中途提问）"
    return intent
