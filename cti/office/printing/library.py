"""The print templates of the house: see `cti.office.workshop.definitions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from cti.base.expressions import ExpressionError
from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.base.offers import offered
from cti.office.printing.definition import Printout
from cti.office.printing.kinds import Printed
from cti.office.printing.lint import lint
from cti.office.printing.pieces import filled_in
from cti.office.printing.sentences import say
from cti.office.workshop.definitions import Definition, Definitions

PRINT_EXAMPLE = {"by": "张三", "at": "2026-03-02 10:00", "house": "12345热线"}
PrintFile = Definition[Printout]


class PrintLibrary(Definitions[Printout]):
    """`kinds` is what can be printed; modules add theirs by `offer`."""

    model = Printout
    kind: ClassVar[str] = "printout"
    schema_name: ClassVar[str] = "printout.schema.json"

    def __init__(self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True) -> None:
        self.kinds: dict[str, Printed] = {}
        super().__init__(folder, shipped=shipped, deliver=deliver)

    def offer(self, kind: Printed) -> Callable[[], None]:
        """Let templates be written for a kind of things; returns the undo. ValueError when the name is taken."""
        return offered(self.kinds, kind.name, kind, "kinds of printed things")

    def lint(self, head: Printout, document: Document) -> Iterable[Finding]:
        """See `Definitions.lint`."""
        return lint(head, document, self.kinds)

    def failures(self, head: Printout, index: int) -> Iterator[str]:
        """Fill in the template with the values of the test."""
        test, kind = head.tests[index], self.kinds[head.about]
        given = {name: {**_empty(kind, name), **value} if isinstance(value, dict) else value
                 for name, value in test.data.items()}  # fmt: skip
        data = {"record": _empty(kind, "record"), "print": PRINT_EXAMPLE, **given}
        try:
            text = filled_in(head, data).text
        except ExpressionError as error:
            yield str(error.message)
            return
        yield from (say("print-lacks", words=one) for one in test.says if one not in text)


def _empty(kind: Printed, name: str) -> dict[str, str]:
    return dict.fromkeys(kind.record, "") if name == "record" else {}
