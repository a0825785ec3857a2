"""The forms of the house: see `cti.office.workshop.definitions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from cti.base.expressions import ExpressionError
from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.base.offers import offered
from cti.office.forms import checking, describing
from cti.office.forms.checking import Checked
from cti.office.forms.definition import Form
from cti.office.forms.describing import CITATIONS, SOURCES, Source
from cti.office.forms.lint import lint
from cti.office.forms.sentences import say
from cti.office.screens import description
from cti.office.workshop.definitions import Definition, Definitions

FormFile = Definition[Form]


class FormLibrary(Definitions[Form]):
    """`sources` are where options come from; modules add theirs by `offer`."""

    model = Form
    kind: ClassVar[str] = "form"
    schema_name: ClassVar[str] = "form.schema.json"

    def __init__(self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True) -> None:
        self.sources: dict[str, Source] = dict(SOURCES)
        super().__init__(folder, shipped=shipped, deliver=deliver)

    def offer(self, name: str, source: Source) -> Callable[[], None]:
        """Fields may take their options from here; returns the undo. ValueError when the name is taken."""
        return offered(self.sources, name, source, "sources of options")

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

    def lint(self, head: Form, document: Document) -> Iterable[Finding]:
        """See `Definitions.lint`."""
        return lint(head, document, {CITATIONS, *self.sources})

    def failures(self, head: Form, index: int) -> Iterable[str]:
        """Check the values of the test."""
        test = head.tests[index]
        try:
            errors = checking.check(head, test.values, {"record": test.record}).errors
        except ExpressionError as error:
            return [str(error.message)]
        return [
            *(say("form-wrong", field=name, words=words) for name, words in errors.items() if name not in test.wrong),
            *(say("form-right", field=name) for name in test.wrong if name not in errors),
        ]

    def breaks(self, found: FormFile) -> list[Finding]:
        """Errors that publishing it would make in what reads its fields: `dependants` says them."""
        return self.dependants(found)

    dependants: Callable[[FormFile], list[Finding]] = staticmethod(lambda found: [])
    """What processes would complain of; they set it."""
