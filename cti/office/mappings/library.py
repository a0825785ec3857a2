"""The mappings of the house: see `cti.office.workshop.library`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cti.base.documents import Document, DocumentError
from cti.base.findings import Finding, validated
from cti.office.mappings.applying import MappingFails, applied
from cti.office.mappings.definition import Mapping as Definition
from cti.office.mappings.definition import Test
from cti.office.mappings.sentences import say
from cti.office.workshop import invisible
from cti.office.workshop.kept import Proof, in_order
from cti.office.workshop.library import Library

FILES = "mappings"
"""The folder of the state directory."""


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping with where everything stands in its file."""

    head: Definition
    document: Document
    revision: int = 0

    @property
    def name(self) -> str:
        """Its name."""
        return self.head.mapping

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
        """What a comparison names: its fields."""
        return dict(self.head.fields)


class MappingLibrary(Library[MappingFile]):
    """The published mappings."""

    kind: ClassVar[str] = "mapping"
    schema_name: ClassVar[str] = "mapping.schema.json"

    def __init__(self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True) -> None:
        super().__init__(folder, shipped=shipped, deliver=deliver, schema=schema())

    def read(self, document: Document, revision: int = 0) -> MappingFile:
        """See `Library.read`."""
        return MappingFile(validated(document, Definition), document, revision)

    def examine(self, document: Document) -> tuple[MappingFile | None, list[Finding]]:
        """See `Library.examine`."""
        try:
            found = self.read(document)
        except DocumentError as error:
            return None, in_order([*map(Finding.of, error.problems), *invisible.check(document)])
        return found, in_order([*_lint(found.head, document), *invisible.check(document)])

    def other_name(self, found: MappingFile, name: str) -> Finding:
        """See `Library.other_name`."""
        return Finding.at(found.document, ("mapping",), say("mapping-other", mapping=found.name, name=name))

    def prove(self, found: MappingFile) -> Sequence[Proof]:
        """Map what each of its tests gives."""
        return [
            Proof(test.name, found.document.problem(("tests", index), "").line, tuple(_failures(found.head, test)))
            for index, test in enumerate(found.head.tests)
        ]

    def breaks(self, found: MappingFile) -> list[Finding]:
        """Nothing: who names a mapping takes whatever it gives."""
        return []


def _lint(mapping: Definition, document: Document) -> Iterator[Finding]:
    for path, field in mapping.fields.items():
        steps = path.split(".")
        for length in range(1, len(steps)):
            if (other := ".".join(steps[:length])) in mapping.fields:
                yield Finding.at(document, ("fields", path), say("mapping-inside", field=path, other=other))
        if field.optional and field.has_else:
            yield Finding.at(document, ("fields", path, "else"), say("mapping-useless"), severity="warning")
    if not mapping.tests:
        yield Finding.at(document, ("mapping",), say("mapping-untested"), severity="warning")


def _failures(mapping: Definition, test: Test) -> Iterator[str]:
    try:
        found = applied(mapping, test.given)
    except MappingFails as error:
        if error.field != test.fails:
            yield say("mapping-fails", field=error.field, words=str(error))
        return
    if test.fails:
        yield say("mapping-passes", field=test.fails)
    elif found != test.gives:
        yield say("mapping-differs", found=json.dumps(found, ensure_ascii=False)[:300])


def schema() -> str:
    """The JSON schema of mapping files: editors complete and check by it."""
    found = Definition.model_json_schema(by_alias=True)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Mapping"}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
