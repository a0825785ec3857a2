"""Lint of forms: what is wrong with a form file beside its shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from cti.base.expressions import Expression
from cti.base.expressions.check import walk
from cti.base.expressions.syntax import Binary, Literal, Name
from cti.base.expressions.types import ANY, MOMENT, TEXT, Type, record
from cti.base.files.documents import Document, Where
from cti.base.files.findings import Finding, close_to
from cti.base.files.sentences import Words
from cti.office.forms.definition import RESERVED, ROW_TYPES, Field, Form, FormPart
from cti.office.forms.describing import shown_by
from cti.office.forms.sentences import say

FACTS: dict[str, Type] = {
    "record": ANY,
    "actor": record(dict.fromkeys(("id", "name", "organisation", "region"), TEXT)),
    "time": record({"now": MOMENT, "date": TEXT}),
}
IN_EXPRESSION = ("{words}, in {expression}", "{words}（表达式 {expression}）")


def lint(form: Form, document: Document, sources: Collection[str]) -> Iterator[Finding]:
    """All findings but those of its shape."""
    seen: set[str] = set()
    for where, name, field, part in form.every():
        if name in RESERVED:
            yield Finding.at(document, where, say("field-reserved", name=name))
        if name in seen:
            yield Finding.at(document, where, say("field-twice", name=name))
        seen.add(name)
        yield from _field(form, document, where, field, part, sources)
        yield from _formula(document, where, field, {key: one for _, key, one, _ in form.every()})
    for index, part in enumerate(form.parts):
        if part.when is not None:
            yield from _condition(form, document, ("parts", index, "if"), part.when)


def _field(
    form: Form, document: Document, where: Where, field: Field, part: FormPart | None, sources: Collection[str]
) -> Iterator[Finding]:
    offers = [key for key, has in (("options", field.options), ("tree", field.tree), ("from", field.source)) if has]
    if field.type in ("choice", "choices") and not offers:
        yield Finding.at(document, where, say("options-missing", type=field.type))
    if field.type not in ("choice", "choices") and offers:
        yield Finding.at(document, (*where, offers[0]), say("options-useless", type=field.type))
    if (field.type == "rows") != bool(field.rows):
        yield Finding.at(document, where, say("rows-missing" if field.type == "rows" else "rows-useless"))
    for name, column in field.rows.items():
        place = (*where, "rows", name)
        if column.type not in ROW_TYPES or column.when is not None:
            yield Finding.at(
                document, place, say("column-complex"), suggestion=say("hint-there", names=", ".join(ROW_TYPES))
            )
        else:
            yield from _field(form, document, place, column, None, sources)
            yield from _formula(document, place, column, field.rows)
    if field.source is not None and field.source not in sources:
        hint = close_to(field.source, sources) or say("hint-there", names=", ".join(sorted(sources)))
        yield Finding.at(document, (*where, "from"), say("source-unknown", name=field.source), suggestion=hint)
    if field.default is not None and field.source is None and field.choices and str(field.default) not in field.choices:
        yield Finding.at(document, (*where, "default"), say("default-none", value=field.default))
    if field.min is not None and field.max is not None and field.min > field.max:
        yield Finding.at(document, (*where, "min"), say("limits-crossed"))
    if field.pattern:
        try:
            re.compile(field.pattern)
        except re.error as error:
            yield Finding.at(document, (*where, "pattern"), say("pattern-bad", reason=error))
    if field.when is not None:
        yield from _condition(form, document, (*where, "if"), field.when)
        outer = part.when if part is not None else None
        if outer is not None and all(one.names & form.types.keys() for one in (outer, field.when)):
            words = say("condition-complex")
            yield Finding.at(document, (*where, "if"), words, suggestion=say("hint-condition"))


def _formula(document: Document, where: Where, field: Field, others: Mapping[str, Field]) -> Iterator[Finding]:
    """Figures of the same form or row, joined by + - * / alone: what the console can reckon while somebody types."""
    if field.formula is None:
        return
    numbers = [name for name, one in others.items() if one.type in ("number", "integer") and one.formula is None]
    simple = all(
        isinstance(one, Name | Literal) or (isinstance(one, Binary) and one.operator in "+-*/")
        for one in walk(field.formula.tree)
    )
    if field.type not in ("number", "integer") or not simple or field.formula.names - set(numbers):
        hint = say("hint-there", names=", ".join(numbers))
        yield Finding.at(document, (*where, "formula"), say("formula-complex"), suggestion=hint)


def _condition(form: Form, document: Document, where: Where, condition: Expression) -> Iterator[Finding]:
    names = {**FACTS, **form.types}
    found: list[Finding] = []

    def complain(words: Words, at: int) -> None:
        hint = say("hint-there", names=", ".join(sorted(names)))
        said = words.inside(*IN_EXPRESSION, expression=condition.text)
        found.append(Finding.at(document, where, said, suggestion=hint))

    condition.type(names, complain)
    yield from found
    if not found and condition.names & form.types.keys() and shown_by(condition, form.types) is None:
        yield Finding.at(document, where, say("condition-complex"), suggestion=say("hint-condition"))
