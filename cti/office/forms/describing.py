"""A form as the console draws it: fields of `cti.office.screens`, conditions on other fields told as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from cti.base.expressions import Expression
from cti.base.expressions.syntax import Binary, Items, Literal, Name, Tree, Unary
from cti.office.forms.checking import FormScope
from cti.office.forms.definition import LONGEST, Field, Form
from cti.office.screens import description


@dataclass(frozen=True, slots=True)
class Source:
    """Where options come from: a path of the console's API; `search` asks it with `?search=`."""

    path: str
    search: bool = False


SOURCES: dict[str, Source] = {
    "organisations": Source("/api/options/organisations"),
    "people": Source("/api/options/people", search=True),
    "regions": Source("/api/options/regions", search=True),
}
"""What every house has; modules add theirs to the form library."""
CITATIONS = "citations"
"""A source that is there while a module has texts to cite: see `cti.office.citing`."""

_KINDS: dict[str, description.FieldKind] = {
    "integer": "number", "organisation": "choice", "organisations": "choices", "person": "choice",
}  # fmt: skip
_OF_TYPE = {"organisation": "organisations", "organisations": "organisations", "person": "people"}


def fields_of(form: Form, facts: Mapping[str, Any], sources: Mapping[str, Source]) -> tuple[description.Field, ...]:
    """The fields for a record: conditions that read no field are worked out now. ExpressionError.

    Where nobody has texts to cite, nobody is asked for them.
    """
    types = form.types
    known = {"record": {}, "actor": {}, "time": {}, **facts}
    scope = FormScope({}, known)
    found = []
    headed: set[int] = set()
    for _, name, one, part in form.every():
        if one.source == CITATIONS and CITATIONS not in sources:
            continue
        conditions = [when for when in (part.when if part is not None else None, one.when) if when is not None]
        asked = [when for when in conditions if when.names & types.keys()]
        if not all(when.truth(scope) for when in conditions if when not in asked):
            continue
        section = part.title if part is not None and id(part) not in headed else None
        headed.add(id(part))
        when = shown_by(asked[0], types) if asked else None
        found.append(_field(name, one, sources, when, section))
    return tuple(found)


def _field(
    name: str, one: Field, sources: Mapping[str, Source], when: description.When | None, section: str | None
) -> description.Field:
    source = sources.get(one.source or _OF_TYPE.get(one.type, ""))
    is_text = one.type in LONGEST
    kind = _KINDS.get(one.type) or cast("description.FieldKind", one.type)
    return description.Field(
        key=name,
        title=one.title,
        kind=kind,
        required=one.required,
        help=one.help or None,
        pattern=f"^(?:{one.pattern})$" if one.pattern else None,
        wrong=one.wrong or None,
        min=one.min if kind == "number" else None,
        max=one.max if kind == "number" else None,
        step=1 if one.type == "integer" else None,
        max_length=int(one.max if one.max is not None else LONGEST[one.type]) if is_text and kind != "rich" else None,
        default=one.default,
        options=tuple(description.Option(value=value, title=title) for value, title in one.choices.items()),
        options_from=source.path if source is not None else None,
        options_search=source.search if source is not None else False,
        when=when,
        section=section,
        rows=tuple(_field(key, column, sources, None, None) for key, column in one.rows.items()),
        total=one.total,
        sensitive=one.sensitive,
        formula=one.formula.text if one.formula is not None else None,
    )


def shown_by(condition: Expression, fields: Mapping[str, Any]) -> description.When | None:
    """A condition on one field as the console asks it; None for one that it cannot ask."""
    found = _among(condition.tree, fields)
    return description.When(key=found[0], among=tuple(found[1])) if found is not None else None


def _among(tree: Tree, fields: Mapping[str, Any]) -> tuple[str, list[Any]] | None:
    match tree:
        case Name(name) if name in fields:
            return name, [True]
        case Unary("not", Name(name)) if name in fields:
            return name, [False, None]
        case Binary("==", Name(name), Literal(value)) if name in fields:
            return name, [value]
        case Binary("in", Name(name), Items(items)) if name in fields and all(isinstance(x, Literal) for x in items):
            return name, [one.value for one in items if isinstance(one, Literal)]
        case Binary("or", left, right):
            first, second = _among(left, fields), _among(right, fields)
            if first is not None and second is not None and first[0] == second[0]:
                return first[0], [*first[1], *second[1]]
    return None
