"""The print templates of the house: see `cti.office.workshop.library`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cti.base.documents import Document, DocumentError, Where
from cti.base.expressions import Expression, ExpressionError, Template
from cti.base.expressions.types import TEXT, Type, record
from cti.base.findings import Finding, close_to, validated
from cti.base.sentences import Words
from cti.office.printing.definition import SORTS, Block, Printout
from cti.office.printing.kinds import Printed
from cti.office.printing.pieces import filled_in
from cti.office.printing.sentences import say
from cti.office.workshop import invisible
from cti.office.workshop.kept import Proof, in_order
from cti.office.workshop.library import Library

IN_EXPRESSION = ("{words}, in {expression}", "{words}（表达式 {expression}）")
PRINT_EXAMPLE = {"by": "张三", "at": "2026-03-02 10:00", "house": "12345热线"}


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A template with where everything stands in its file."""

    head: Printout
    document: Document
    revision: int = 0

    @property
    def name(self) -> str:
        """Its name."""
        return self.head.printout

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
        """What a comparison names: its blocks by their place."""
        return {f"{index}. {block.sort}": block for index, block in enumerate(self.head.blocks, 1)}


class PrintLibrary(Library[PrintFile]):
    """`kinds` is what can be printed; modules add theirs by `offer`."""

    kind: ClassVar[str] = "printout"
    schema_name: ClassVar[str] = "printout.schema.json"

    def __init__(self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True) -> None:
        self.kinds: dict[str, Printed] = {}
        super().__init__(folder, shipped=shipped, deliver=deliver, schema=schema())

    def offer(self, kind: Printed) -> Callable[[], None]:
        """Let templates be written for a kind of things; returns the undo."""
        self.kinds[kind.name] = kind

        def undo() -> None:
            self.kinds.pop(kind.name, None)

        return undo

    # ── see `Library` ──

    def read(self, document: Document, revision: int = 0) -> PrintFile:
        """See `Library.read`."""
        return PrintFile(validated(document, Printout), document, revision)

    def examine(self, document: Document) -> tuple[PrintFile | None, list[Finding]]:
        """See `Library.examine`."""
        try:
            found = self.read(document)
        except DocumentError as error:
            return None, in_order([*map(Finding.of, error.problems), *invisible.check(document)])
        return found, in_order([*_lint(found.head, document, self.kinds), *invisible.check(document)])

    def other_name(self, found: PrintFile, name: str) -> Finding:
        """See `Library.other_name`."""
        return Finding.at(found.document, ("printout",), say("printout-other", printout=found.name, name=name))

    def prove(self, found: PrintFile) -> Sequence[Proof]:
        """Fill in each of its tests."""
        return [
            Proof(
                test.name, found.document.problem(("tests", index), "").line,
                tuple(_failures(found.head, index, self.kinds[found.head.about])),
            )
            for index, test in enumerate(found.head.tests)
        ]  # fmt: skip

    def breaks(self, found: PrintFile) -> list[Finding]:
        """Nothing depends on a template."""
        return []


def _failures(printout: Printout, index: int, kind: Printed) -> Iterator[str]:
    test = printout.tests[index]
    given = {name: {**_empty(kind, name), **value} if isinstance(value, dict) else value
             for name, value in test.data.items()}  # fmt: skip
    data = {"record": _empty(kind, "record"), "print": PRINT_EXAMPLE, **given}
    try:
        text = filled_in(printout, data).text
    except ExpressionError as error:
        yield str(error.message)
        return
    yield from (say("print-lacks", words=one) for one in test.says if one not in text)


def _empty(kind: Printed, name: str) -> dict[str, str]:
    return dict.fromkeys(kind.record, "") if name == "record" else {}


def _lint(printout: Printout, document: Document, kinds: Mapping[str, Printed]) -> Iterator[Finding]:
    kind = kinds.get(printout.about)
    if kind is None:
        hint = close_to(printout.about, kinds) or say("hint-printed", names=", ".join(kinds))
        yield Finding.at(document, ("about",), say("printed-unknown", name=printout.about), suggestion=hint)
        return
    yield from _template(document, ("foot",), printout.foot, kind.types)
    for index, block in enumerate(printout.blocks):
        yield from _block(document, ("blocks", index), block, kind)


def _block(document: Document, where: Where, block: Block, kind: Printed) -> Iterator[Finding]:
    if not block.sort:
        yield Finding.at(document, where, say("block-one", names=", ".join(SORTS)))
        return
    yield from _expression(document, (*where, "if"), block.when, kind.types)
    for name in ("title", "heading", "text"):
        yield from _template(document, (*where, name), getattr(block, name), kind.types)
    for index, item in enumerate(block.fields):
        yield from _template(document, (*where, "fields", index, "value"), item.value, kind.types)
    if block.rows is not None:
        if block.rows not in kind.lists:
            words = say("rows-unknown", about=kind.title, name=block.rows)
            hint = say("hint-printed", names=", ".join(kind.lists))
            yield Finding.at(document, (*where, "rows"), words, suggestion=hint)
            return
        if not block.columns:
            yield Finding.at(document, (*where, "rows"), say("columns-missing"))
        types = {**kind.types, "row": record(dict.fromkeys(kind.lists[block.rows], TEXT))}
        for index, column in enumerate(block.columns):
            yield from _template(document, (*where, "columns", index, "value"), column.value, types)
    if block.sheet is not None and block.sheet not in kind.sheets:
        words = say("sheet-unknown", about=kind.title, name=block.sheet)
        hint = say("hint-printed", names=", ".join(kind.sheets))
        yield Finding.at(document, (*where, "sheet"), words, suggestion=hint)


def _template(
    document: Document, where: Where, template: Template | None, types: Mapping[str, Type]
) -> Iterator[Finding]:
    for expression in template.expressions if template is not None else ():
        yield from _expression(document, where, expression, types)


def _expression(
    document: Document, where: Where, expression: Expression | None, types: Mapping[str, Type]
) -> Iterator[Finding]:
    if expression is None:
        return
    found: list[Finding] = []

    def complain(words: Words, at: int) -> None:
        said = words.inside(*IN_EXPRESSION, expression=expression.text)
        found.append(Finding.at(document, where, said))

    expression.type(types, complain)
    yield from found


def schema() -> str:
    """The JSON schema of templates: editors complete and check by it."""
    found = Printout.model_json_schema(by_alias=True)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Printout"}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
