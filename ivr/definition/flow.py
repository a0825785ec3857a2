"""A flow: its nodes and the ways between them, as read from a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import pydantic

from cti.base.files.documents import Document
from cti.base.files.parts import NAME, Name, Part, Variable, as_text
from ivr.definition.trials import Trial
from ivr.nodes.asides import Aside
from ivr.nodes.node import Node
from ivr.nodes.node import Target as NodeName

SILENT = frozenset({"when", "hours", "set", "end"})
"""Kinds of nodes of which a caller notices nothing."""
TypeName = Literal["text", "number", "boolean", "date", "moment", "any"]
Initial = pydantic.StrictBool | pydantic.StrictInt | pydantic.StrictFloat | str


class EmergencyKey(Part):
    """The key that leads to `next` at any moment; where a node takes it as an answer of its own, it is that."""

    key: Annotated[str, pydantic.BeforeValidator(as_text), pydantic.Field(pattern=r"^[0-9*#]$")]
    next: NodeName


class FlowHead(Part):
    """A flow file but for its nodes.

    `type` and `note` tell people what it is for.

    `default` is where a call goes when a node fails or has no way for what happened; `human` where whoever writes or
    says that he wants a human goes, from any node of it and of the flows that it calls; `asides` are what he may ask in
    between there; `emergency` is the key for 110, 119, 120 and 122, which works in every state but a talk, also in
    flows that it calls; `hangup` runs when the citizen hangs up. `arguments` are given by the flow that calls it, by
    the routing table, or by whoever has a citizen dialled; `results` go back to the flow that calls it. `variables`
    have their first value. `organisation` is whose flow it is; without one it is the whole house's.
    """

    WORD: ClassVar[str] = "flow"

    flow: Name
    title: str = ""
    type: Annotated[str, pydantic.Field(max_length=20)] = ""
    note: Annotated[str, pydantic.Field(max_length=300)] = ""
    organisation: Annotated[str, pydantic.Field(pattern=NAME)] = ""
    start: NodeName
    default: NodeName | None = None
    human: NodeName | None = None
    hangup: NodeName | None = None
    emergency: EmergencyKey | None = None
    asides: dict[Name, Aside] = pydantic.Field(default={})
    arguments: dict[Variable, TypeName] = pydantic.Field(default={})
    results: dict[Variable, TypeName] = pydantic.Field(default={})
    variables: dict[Variable, Initial] = pydantic.Field(default={})
    allowed_keys: int | None = pydantic.Field(default=None, ge=0, le=20)
    tests: tuple[Trial, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow ready to run; `revision` 0 is a draft.

    `ways` has the target of each named way of each node, `driven` the ways that only the citizen's own act leads to.
    """

    head: FlowHead
    nodes: Mapping[str, Node]
    document: Document
    revision: int = 0
    ways: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    driven: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, head: FlowHead, nodes: Mapping[str, Node], document: Document, revision: int = 0) -> Flow:
        """Make the flow, ways worked out."""
        ways = {name: {edge.way: edge.target for edge in node.edges()} for name, node in nodes.items()}
        driven = {name: frozenset(edge.way for edge in node.edges() if edge.driven) for name, node in nodes.items()}
        return cls(head, nodes, document, revision, ways, driven)

    @property
    def name(self) -> str:
        """What the file calls itself: `flow: NAME`."""
        return self.head.flow

    @property
    def title(self) -> str:
        """Its name for people."""
        return self.head.title

    @property
    def organisation(self) -> str:
        """Whose it is; empty for the whole house's."""
        return self.head.organisation

    @property
    def parts(self) -> Mapping[str, object]:
        """What a comparison names: its nodes."""
        return self.nodes

    def missing(self, given: Collection[str]) -> list[str]:
        """The arguments that it needs and that are not among those given."""
        return [name for name in self.head.arguments if name not in given and name not in self.head.variables]

    @property
    def is_silent(self) -> bool:
        """Whether nothing comes of it for a caller: it only decides, and ends without a word."""
        return all(node.KIND in SILENT and not getattr(node, "say", None) for node in self.nodes.values())

    def named(self, node: str, way: str) -> str | None:
        """Where `way` out of `node` leads by its own name, or by the one that stands in for it."""
        ways, instead = self.ways[node], self.nodes[node].INSTEAD
        wanted: str | None = way
        while wanted is not None and wanted not in ways:
            wanted = instead.get(wanted)
        return ways[wanted] if wanted is not None else None

    def way(self, node: str, way: str) -> str | None:
        """Where `way` out of `node` leads, be it the flow's default."""
        default = self.head.default if node != self.head.default else None
        return self.named(node, way) or default

    def neighbours(self, node: str) -> Iterator[tuple[str, str, bool]]:
        """Every way out of `node` that can be taken, defaults included: way, target, and whether it is driven."""
        for edge in self.nodes[node].edges():
            yield edge.way, edge.target, edge.driven
        for way in self.nodes[node].fails():
            if way not in self.ways[node] and (target := self.way(node, way)) is not None:
                yield way, target, False
