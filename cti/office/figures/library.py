"""The definitions of figures of the house: see `cti.office.workshop.library`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cti.base.documents import Document, DocumentError
from cti.base.findings import Finding, validated
from cti.office.figures import proving
from cti.office.figures.definition import Figure
from cti.office.figures.facts import FactSource
from cti.office.figures.lint import lint
from cti.office.figures.sentences import say
from cti.office.workshop import invisible
from cti.office.workshop.kept import Proof, in_order
from cti.office.workshop.library import Library


@dataclass(frozen=True, slots=True)
class FigureFile:
    """A definition with where everything stands in its file."""

    head: Figure
    document: Document
    revision: int = 0

    @property
    def name(self) -> str:
        """Its name."""
        return self.head.figure

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
        """What a comparison names: everything that changes what the figure says."""
        head = self.head
        return {**head.counts, "source": head.source, "at": head.at, "only": head.only, "formula": head.worked_out,
                "unit": head.unit, "since": head.since, "ground": head.ground, "target": head.target}  # fmt: skip


class FigureLibrary(Library[FigureFile]):
    """`sources` are the facts that can be counted; modules add theirs by `offer`."""

    kind: ClassVar[str] = "figure"
    schema_name: ClassVar[str] = "figure.schema.json"

    def __init__(self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True) -> None:
        self.sources: dict[str, FactSource] = {}
        super().__init__(folder, shipped=shipped, deliver=deliver, schema=schema())

    def offer(self, source: FactSource) -> Callable[[], None]:
        """Let figures be counted of these facts; returns the undo. ValueError when the name is taken."""
        if source.name in self.sources:
            raise ValueError(f"two sources of facts are named {source.name}")
        self.sources[source.name] = source

        def undo() -> None:
            self.sources.pop(source.name, None)

        return undo

    # ── see `Library` ──

    def read(self, document: Document, revision: int = 0) -> FigureFile:
        """See `Library.read`."""
        return FigureFile(validated(document, Figure), document, revision)

    def examine(self, document: Document) -> tuple[FigureFile | None, list[Finding]]:
        """See `Library.examine`."""
        try:
            found = self.read(document)
        except DocumentError as error:
            return None, in_order([*map(Finding.of, error.problems), *invisible.check(document)])
        return found, in_order([*lint(found.head, document, self.sources), *invisible.check(document)])

    def other_name(self, found: FigureFile, name: str) -> Finding:
        """See `Library.other_name`."""
        return Finding.at(found.document, ("figure",), say("figure-other", figure=found.name, name=name))

    def prove(self, found: FigureFile) -> Sequence[Proof]:
        """Count the rows of each of its tests."""
        source = self.sources[found.head.source]
        return [
            Proof(
                test.name,
                found.document.problem(("tests", index), "").line,
                tuple(proving.failures(found.head, test, source)),
            )
            for index, test in enumerate(found.head.tests)
        ]

    def breaks(self, found: FigureFile) -> list[Finding]:
        """Nothing: reports name figures, and say when one is no more."""
        return []


def schema() -> str:
    """The JSON schema of definitions: editors complete and check by it."""
    found = Figure.model_json_schema(by_alias=True)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Figure"}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
