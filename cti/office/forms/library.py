"""The forms of the house: see `cti.office.workshop.library`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from cti.base.documents import Document, DocumentError
from cti.base.expressions import ExpressionError
from cti.base.findings import Finding, validated
from cti.office.forms import checking, describing
from cti.office.forms.checking import Checked
from cti.office.forms.definition import Form
from cti.office.forms.describing import SOURCES, Source
from cti.office.forms.lint import lint
from cti.office.forms.sentences import say
from cti.office.screens import description
from cti.office.workshop import invisible
from cti.office.workshop.kept import Proof, in_order
from cti.office.workshop.library import Library


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form with where everything stands in its file."""

    head: Form
    document: Document
    revision: int = 0

    @property
    def name(self) -> str:
        """Its name."""
        return self.head.form

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
        return {name: (field, part.when if part is not None else None) for _, name, field, part in self.head.every()}


class FormLibrary(Library[FormFile]):
    """`sources` are where options come from; modules add theirs by `offer`."""

    kind: ClassVar[str] = "form"
    schema_name: ClassVar[str] = "form.schema.json"

    def __init__(self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True) -> None:
        self.sources: dict[str, Source] = dict(SOURCES)
        super().__init__(folder, shipped=shipped, deliver=deliver, schema=schema())

    def offer(self, name: str, source: Source) -> Callable[[], None]:
        """Fields may take their options from here; returns the undo."""
        self.sources[name] = source

        def undo() -> None:
            self.sources.pop(name, None)

        return undo

    # ── what people fill in ──

    def form(self, name: str) -> Form | None:
        """The form that a name means now; None when there is none."""
        found = self._current.get(name)
        return found.head if found is not None else None

    def fields(self, form: Form, facts: Mapping[str, Any]) -> tuple[description.Field, ...]:
        """What the console asks; ExpressionError when a condition cannot be worked out."""
        return describing.fields_of(form, facts, self.sources)

    def check_values(self, name: str, given: Mapping[str, Any], facts: Mapping[str, Any]) -> Checked:
        """What somebody filled in; a form that does not exist lets everything pass. ExpressionError."""
        form = self.form(name)
        return Checked(dict(given)) if form is None else checking.check(form, given, facts)

    # ── see `Library` ──

    def read(self, document: Document, revision: int = 0) -> FormFile:
        """See `Library.read`."""
        return FormFile(validated(document, Form), document, revision)

    def examine(self, document: Document) -> tuple[FormFile | None, list[Finding]]:
        """See `Library.examine`."""
        try:
            found = self.read(document)
        except DocumentError as error:
            return None, in_order([*map(Finding.of, error.problems), *invisible.check(document)])
        return found, in_order([*lint(found.head, document, self.sources), *invisible.check(document)])

    def other_name(self, found: FormFile, name: str) -> Finding:
        """See `Library.other_name`."""
        return Finding.at(found.document, ("form",), say("form-other", form=found.name, name=name))

    def prove(self, found: FormFile) -> Sequence[Proof]:
        """Check the values of each of its tests."""
        return [
            Proof(test.name, found.document.problem(("tests", index), "").line, tuple(_failures(found.head, index)))
            for index, test in enumerate(found.head.tests)
        ]

    def breaks(self, found: FormFile) -> list[Finding]:
        """Errors that publishing it would make in what reads its fields: `dependants` says them."""
        return self.dependants(found)

    dependants: Callable[[FormFile], list[Finding]] = staticmethod(lambda found: [])
    """What processes would complain of; they set it."""


def _failures(form: Form, index: int) -> list[str]:
    test = form.tests[index]
    try:
        errors = checking.check(form, test.values, {"record": test.record}).errors
    except ExpressionError as error:
        return [str(error.message)]
    return [
        *(say("form-wrong", field=name, words=words) for name, words in errors.items() if name not in test.wrong),
        *(say("form-right", field=name) for name in test.wrong if name not in errors),
    ]


def schema() -> str:
    """The JSON schema of form files: editors complete and check by it."""
    found = Form.model_json_schema(by_alias=True)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Form"}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
