"""Lint of print templates: what its blocks print, and what their values read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cti.base.expressions import Expression, Template
from cti.base.expressions.types import TEXT, Type, record
from cti.base.files.documents import Document, Where
from cti.base.files.findings import Finding, close_to
from cti.base.files.sentences import Words
from cti.office.printing.definition import SORTS, Block, Printout
from cti.office.printing.kinds import Printed
from cti.office.printing.sentences import say

IN_EXPRESSION = ("{words}, in {expression}", "{words}（表达式 {expression}）")


def lint(printout: Printout, document: Document, kinds: Mapping[str, Printed]) -> Iterator[Finding]:
    """What names something that is not there, or cannot be worked out; `kinds` is what can be printed."""
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
