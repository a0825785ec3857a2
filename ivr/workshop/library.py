"""The flows of the house: see `cti.office.workshop.library`. A call keeps the flow it was handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.office.workshop.kept import errors
from cti.office.workshop.library import Library, Overlay
from ivr.definition import reading
from ivr.definition.flow import Flow
from ivr.findings.sentences import say
from ivr.lint import Known, lint_reading
from ivr.nodes import Call
from ivr.speech.spoken_pieces import PromptTexts
from ivr.trying import tests as proving
from ivr.trying.tests import FlowProof

SHIPPED = Path(__file__).parents[1] / "flows"
SCHEMA = "flow.schema.json"


def _anything(_: Mapping[str, Flow]) -> Known:
    return Known()


class FlowLibrary(Library[Flow]):
    """`known` tells what flows may name; `texts` are the prompts' words."""

    kind: ClassVar[str] = "flow"
    schema_name: ClassVar[str] = SCHEMA

    def __init__(
        self,
        folder: Path | None = None,
        *,
        known: Callable[[Mapping[str, Flow]], Known] = _anything,
        texts: PromptTexts | None = None,
        shipped: Path = SHIPPED,
        deliver: bool = True,
    ) -> None:
        self._known = known
        self.texts = texts
        schema = shipped / SCHEMA
        super().__init__(
            folder, shipped=[shipped], deliver=deliver, schema=schema.read_text("utf-8") if schema.exists() else ""
        )

    @property
    def flows(self) -> Mapping[str, Flow]:
        """All published flows by name."""
        return self.files

    def known(self) -> Known:
        """What flows may name now."""
        return self._known(self._current)

    def read(self, document: Document, revision: int = 0) -> Flow:
        """See `Library.read`."""
        return reading.flow_of(document, revision)

    def examine(self, document: Document) -> tuple[Flow | None, list[Finding]]:
        """See `Library.examine`."""
        found = reading.read(document)
        return found.flow, lint_reading(found, self.known())

    def other_name(self, found: Flow, name: str) -> Finding:
        """See `Library.other_name`."""
        return Finding.at(found.document, ("flow",), say("flow-other", flow=found.name, name=name))

    def prove(self, found: Flow) -> Sequence[FlowProof]:
        """Run the flow's own tests. Must not be called on an event loop's thread."""
        return proving.prove(found, Overlay(self, found), self.texts) if self.texts is not None else []

    def breaks(self, found: Flow) -> list[Finding]:
        """Errors that publishing it would make in flows that call it."""
        wrong: list[Finding] = []
        for other in self._current.values():
            calls = any(isinstance(node, Call) and node.call == found.name for node in other.nodes.values())
            if other.name != found.name and calls:
                known = self._known({**self._current, found.name: found})
                wrong += errors(lint_reading(reading.Reading(other, ()), known))
        return wrong
