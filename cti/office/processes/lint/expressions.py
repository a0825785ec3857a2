"""Lint of expressions: names and types that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cti.base.expressions import Expression
from cti.base.expressions.types import ANY, BOOLEAN, MOMENT, NONE, NUMBER, TEXT, Type, record, type_of
from cti.base.files.documents import Document, Where
from cti.base.files.findings import Finding
from cti.base.files.sentences import Words
from cti.office.processes.definition import Action, Effects, Process, Step
from cti.office.processes.lint import places
from cti.office.processes.lint.known import Known
from cti.office.processes.sentences import say

IN_EXPRESSION = ("{words}, in {expression}", "{words}（表达式 {expression}）")
ANYTHING = "*"
_COUNTED = record(dict.fromkeys(("all", "open", "ended"), NUMBER))
_TEXTS = ("id", "step", "organisation", "region", "holder", "person", "role", "outcome")


def check(process: Process, document: Document, known: Known) -> Iterator[Finding]:
    """All findings about expressions. What only the house does is filled in by programs: nothing is known of it."""
    names = types(process, known)
    for where, expression, form, in_join in _every(process):
        yield from _one(document, where, expression, names, _form(form, known), in_join=in_join)


def _form_of(step: Step, action: Action | None) -> str | None:
    """The form that is filled in, `*` for what a program fills in."""
    rules = (action.who or step.who) if action is not None else ()
    if action is not None and action.form is None and rules and all(one.of == "house" for one in rules):
        return ANYTHING
    return action.form if action is not None else None


def types(process: Process, known: Known) -> dict[str, Type]:
    """What may be read everywhere in a process."""
    values = {name: ANY if type_of(value) == NONE else type_of(value) for name, value in process.values.items()}
    case = record({**dict.fromkeys(_TEXTS, TEXT), "values": record(values)})
    fields = {"all": NUMBER, "open": NUMBER, "ended": NUMBER, **dict.fromkeys(process.roles, _COUNTED)}
    return {
        **values,
        "record": known.records.get(process.about, ANY),
        "case": case,
        "actor": record(dict.fromkeys(("id", "name", "organisation", "region"), TEXT)),
        "part": record({**dict.fromkeys(_TEXTS, TEXT), "values": ANY}),
        "parts": record(fields),
        "clocks": record(dict.fromkeys(process.clocks, record({"runs": BOOLEAN, "overdue": BOOLEAN}))),
        "count": record(dict.fromkeys(process.action_names, NUMBER)),
        "time": record({"now": MOMENT, "date": TEXT}),
    }


def _form(name: str | None, known: Known) -> Type | None:
    """What `form` is where a form of this name is filled in; None where there is none."""
    if name is None:
        return None
    form = (known.forms or {}).get(name)
    return record(form.types) if form is not None else ANY


def _one(
    document: Document,
    where: Where,
    expression: Expression,
    names: Mapping[str, Type],
    form: Type | None,
    *,
    in_join: bool,
) -> Iterator[Finding]:
    there = dict(names)
    if form is not None:
        there["form"] = form
    elif "form" in expression.names:
        yield Finding.at(document, where, say("form-none"), suggestion=say("hint-form"))
        there["form"] = ANY
    if not in_join:
        if "part" in expression.names:
            yield Finding.at(document, where, say("part-none"))
            there["part"] = ANY
        else:
            del there["part"]
    found: list[Finding] = []

    def complain(words: Words, at: int) -> None:
        said = words.inside(*IN_EXPRESSION, expression=expression.text)
        there_are = form.fields if words.code == "field-unknown" and "form." in expression.text and form else there
        hint = say("hint-there", names=", ".join(sorted(there_are or there)))
        found.append(Finding.at(document, where, said, suggestion=hint))

    expression.type(there, complain)
    yield from found


def _every(process: Process) -> Iterator[tuple[Where, Expression, str | None, bool]]:
    """Every expression: its place, the form that is filled in there, and whether it is about one task (`part`)."""
    for where, step, key, way in places.ways(process):
        action = process.steps[step].actions.get(key) if where[-2:-1] not in (("passes",), ("joins",)) else None
        form, in_join = _form_of(process.steps[step], action), where[-2:-1] == ("joins",)
        if way.when is not None:
            yield (*where, "if"), way.when, form, in_join
        for name, one in way.sets.items():
            yield (*where, "sets", name), one, form, in_join
    for where, step, _, effects in places.effects(process):
        form = _form_of(process.steps[step], effects if isinstance(effects, Action) else None)
        for place, expression, about_part in _of(effects):
            yield (*where, *place), expression, form, about_part
    for where, _, at, _, action in places.actions(process):
        form = _form_of(at, action)
        if action.shown is not None:
            yield (*where, "if"), action.shown, None, False
        for index, need in enumerate(action.needs):
            yield (*where, "needs", index, "unless"), need.unless, form, False
            for expression in need.says.expressions:
                yield (*where, "needs", index, "says"), expression, form, False
    for name, clock in process.clocks.items():
        for index, limit in enumerate(clock.limits):
            if limit.when is not None:
                yield ("clocks", name, "limits", index, "if"), limit.when, None, False
            yield ("clocks", name, "limits", index, "amount"), limit.amount, None, False


def _of(effects: Effects) -> Iterator[tuple[Where, Expression, bool]]:
    for name, one in effects.sets.items():
        yield ("sets", name), one, False
    if effects.holder is not None:
        yield ("holder",), effects.holder, False
    if effects.person is not None:
        yield ("person",), effects.person, False
    for index, begin in enumerate(effects.begins):
        yield ("begins", index, "to"), begin.to, False
        for name, one in begin.sets.items():
            yield ("begins", index, "sets", name), one, False
    for index, reopen in enumerate(effects.reopens):
        if reopen.when is not None:
            yield ("reopens", index, "if"), reopen.when, True
        for name, one in reopen.sets.items():
            yield ("reopens", index, "sets", name), one, True
    for name, change in effects.clocks.items():
        if change.by is not None:
            yield ("clocks", name, "by", "amount"), change.by.amount, False
