"""The mappings of the house: see `cti.office.workshop.definitions`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.office.mappings.applying import MappingFails, applied
from cti.office.mappings.definition import Mapping
from cti.office.mappings.sentences import say
from cti.office.workshop.definitions import Definition, Definitions

FILES = "mappings"
"""The folder of the state directory."""
MappingFile = Definition[Mapping]


class MappingLibrary(Definitions[Mapping]):
    """The mappings that were published, with their revisions."""

    model = Mapping
    kind: ClassVar[str] = "mapping"
    schema_name: ClassVar[str] = "mapping.schema.json"

    def lint(self, head: Mapping, document: Document) -> Iterator[Finding]:
        """See `Definitions.lint`."""
        for path, field in head.fields.items():
            steps = path.split(".")
            for length in range(1, len(steps)):
                if (other := ".".join(steps[:length])) in head.fields:
                    yield Finding.at(document, ("fields", path), say("mapping-inside", field=path, other=other))
            if field.optional and field.has_else:
                yield Finding.at(document, ("fields", path, "else"), say("mapping-useless"), severity="warning")
        if not head.tests:
            yield Finding.at(document, ("mapping",), say("mapping-untested"), severity="warning")

    def failures(self, head: Mapping, index: int) -> Iterator[str]:
        """Map what the test gives."""
        test = head.tests[index]
        try:
            found = applied(head, test.given)
        except MappingFails as error:
            if error.field != test.fails:
                yield say("mapping-fails", field=error.field, words=str(error))
            return
        if test.fails:
            yield say("mapping-passes", field=test.fails)
        elif found != test.gives:
            yield say("mapping-differs", found=json.dumps(found, ensure_ascii=False)[:300])
