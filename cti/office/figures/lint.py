"""Lint of definitions of figures: what is wrong with a file beside its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cti.base.expressions import Expression, ExpressionError
from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, Type
from cti.base.files.documents import Document, Where
from cti.base.files.findings import Finding, close_to
from cti.base.files.sentences import Words
from cti.office.figures.conditions import Conditions
from cti.office.figures.definition import FORMULA_NAMES, METHODS, Between, Count, Figure
from cti.office.figures.facts import FactSource
from cti.office.figures.sentences import say

IN_EXPRESSION = ("{words}, in {expression}", "{words}（表达式 {expression}）")


def lint(figure: Figure, document: Document, sources: Mapping[str, FactSource]) -> Iterator[Finding]:
    """All findings but those of its shape."""
    source = sources.get(figure.source)
    if source is None:
        hint = close_to(figure.source, sources) or _there(sources)
        yield Finding.at(document, ("source",), say("facts-unknown", name=figure.source), suggestion=hint)
        return
    look = _Look(figure, document, source)
    yield from look.moment(("at",), figure.at)
    yield from look.condition(("only",), figure.only)
    for name, count in figure.counts.items():
        yield from look.condition((name, "if"), count.when)
        if count.at is not None:
            yield from look.moment((name, "at"), count.at)
        yield from _measure(look, document, name, count)
    yield from _formula(figure, document)
    for index, test in enumerate(figure.tests):
        for row, facts in enumerate(test.rows):
            for fact in facts:
                if fact not in source.facts:
                    yield look.unknown(("tests", index, "rows", row, fact), fact)
    if not figure.tests:
        yield Finding.at(document, ("figure",), say("untested"), severity="warning")


def _measure(look: _Look, document: Document, name: str, count: Count) -> Iterator[Finding]:
    said = [one for one in METHODS if getattr(count, one) is not None]
    for other in said[1:]:
        yield Finding.at(document, (name, other), say("one-method", methods=", ".join(METHODS)))
    for key in ("rank", "grain"):
        if key in count.model_fields_set and count.method != "percentile":
            yield Finding.at(document, (name, key), say(f"{key}-of-nothing"))
    match count.measure:
        case Between(begin=begin, end=end):
            yield from look.moment((name, count.method, "begin"), begin)
            yield from look.moment((name, count.method, "end"), end)
        case str(fact):
            yield from look.fact((name, count.method), fact, NUMBER, "number-fact-needed")


class _Look:
    def __init__(self, figure: Figure, document: Document, source: FactSource) -> None:
        self._document, self._source = document, source
        self._conditions = Conditions(source.columns, source.types)

    def moment(self, where: Where, name: str) -> Iterator[Finding]:
        yield from self.fact(where, name, MOMENT, "moment-needed")

    def fact(self, where: Where, name: str, wanted: Type, code: str) -> Iterator[Finding]:
        fact = self._source.facts.get(name)
        if fact is None:
            yield self.unknown(where, name)
        elif fact.type != wanted:
            names = [one for one, other in self._source.facts.items() if other.type == wanted]
            yield Finding.at(self._document, where, say(code, name=name), suggestion=_there(names))

    def unknown(self, where: Where, name: str) -> Finding:
        words = say("fact-unknown", source=self._source.title, name=name)
        hint = close_to(name, self._source.facts) or _there(self._source.facts)
        return Finding.at(self._document, where, words, suggestion=hint)

    def condition(self, where: Where, condition: Expression | None) -> Iterator[Finding]:
        if condition is None:
            return
        found: list[Finding] = []

        def complain(words: Words, at: int) -> None:
            said = words.inside(*IN_EXPRESSION, expression=condition.text)
            found.append(Finding.at(self._document, where, said, suggestion=_there(self._source.facts)))

        kind = condition.type(self._source.types, complain)
        if not found and kind != BOOLEAN:
            complain(say("truth-needed", found=kind), 0)
        if not found:
            try:
                self._conditions.truth(condition)
            except ExpressionError as error:
                complain(error.message, error.at)
        yield from found


def _formula(figure: Figure, document: Document) -> Iterator[Finding]:
    formula = figure.formula
    if formula is None:
        return
    found: list[Finding] = []

    def complain(words: Words, at: int) -> None:
        said = words.inside(*IN_EXPRESSION, expression=formula.text)
        found.append(Finding.at(document, ("formula",), said, suggestion=_there(FORMULA_NAMES)))

    formula.type(FORMULA_NAMES, complain)
    for name in sorted((formula.names & FORMULA_NAMES.keys()) - figure.counts.keys()):
        complain(say("count-lacking", name=name), 0)
    yield from found


def _there(names: Mapping[str, object] | list[str]) -> Words:
    return say("hint-facts", names=", ".join(names))
