"""A form as its file says it: fields, and parts that are there under a condition.

Conditions read fields by their names, and `record` (what the form is about), `actor` and `time`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import pydantic

from cti.base.expressions import Expression
from cti.base.expressions.types import ANY, BOOLEAN, DATE, MOMENT, NUMBER, TEXT, Type, list_of
from cti.base.files.documents import Where
from cti.base.files.parts import Name, OneOrMore, Part, Variable
from cti.office.workshop.definitions import FileTest, Head

FieldType = Literal[
    "text", "long", "phone", "number", "integer", "flag", "date", "time", "choice", "choices", "tags", "organisation",
    "organisations", "person", "rich", "rows",
]  # fmt: skip
RESERVED = ("record", "actor", "time")
"""Names that no field may have: conditions read something else by them."""

ROW_TYPES = ("text", "long", "phone", "number", "integer", "flag", "date", "time", "choice")
"""What a column of rows can be."""
MOST_ROWS = 100

TYPES: dict[str, Type] = {
    "number": NUMBER, "integer": NUMBER, "flag": BOOLEAN, "date": DATE, "time": MOMENT,
    "rows": list_of(ANY),
    **dict.fromkeys(("choices", "tags", "organisations"), list_of(TEXT)),
}  # fmt: skip
LONGEST = {"text": 200, "long": 4000, "phone": 32, "rich": 20_000}
MOST = 200
"""Values that a field for several may have."""


class Branch(Part):
    """An option of a tree, with those below it."""

    title: str
    below: dict[str, Branch] = pydantic.Field(default={})


class Field(Part):
    """What is asked. A choice has `options` (value: words), a `tree` of them, or those of a source by name (`from`).

    `min` and `max` bound a number, the characters of a text, or how many are chosen. `pattern` is a regular expression
    for the whole text, `wrong` what is said when it does not fit. A field of `rows` holds several small records with
    these columns; `min` and `max` count them, and a column with `total` is added up below.
    What a `formula` of other numbers comes to (`price * count`) nobody fills in; of rows it reads columns of its row.
    While an agent is in a `sensitive` one, the recording of his talk is paused.
    """

    title: str
    type: FieldType = "text"
    required: bool = False
    help: str = ""
    when: Expression | None = pydantic.Field(default=None, alias="if")
    min: float | None = None
    max: float | None = None
    pattern: str = ""
    wrong: str = ""
    options: dict[str, str] = pydantic.Field(default={})
    tree: dict[str, Branch] = pydantic.Field(default={})
    source: Name | None = pydantic.Field(default=None, alias="from")
    default: str | int | float | bool | None = None
    rows: dict[Variable, Field] = pydantic.Field(default={})
    total: bool = False
    sensitive: bool = False
    formula: Expression | None = None

    @property
    def several(self) -> bool:
        """Whether its value is a list."""
        return self.type in ("choices", "tags", "organisations", "rows")

    @property
    def kind(self) -> Type:
        """What an expression reads of it."""
        return TYPES.get(self.type, TEXT)

    @property
    def choices(self) -> dict[str, str]:
        """All options with their words; those of a tree with the words of what stands above them."""
        return {**self.options, **dict(_flat(self.tree, ()))}


def _flat(tree: dict[str, Branch], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for value, branch in tree.items():
        titles = (*above, branch.title)
        yield value, " / ".join(titles)
        yield from _flat(branch.below, titles)


class FormPart(Part):
    """More fields under a heading, when the condition holds: what a category or a kind of caller adds."""

    title: str
    when: Expression | None = pydantic.Field(default=None, alias="if")
    fields: dict[Variable, Field] = pydantic.Field(min_length=1)


class FormTest(FileTest):
    """A test: these values with that record are right, or `wrong` in these fields."""

    values: dict[str, Any] = pydantic.Field(default={})
    record: dict[str, Any] = pydantic.Field(default={})
    wrong: Annotated[tuple[str, ...], OneOrMore] = ()


class Form(Head):
    """A form's file: its fields in order, when they are asked for, and tests."""

    WORD: ClassVar[str] = "form"

    form: Name
    fields: dict[Variable, Field] = pydantic.Field(default={})
    parts: tuple[FormPart, ...] = ()
    tests: tuple[FormTest, ...] = ()

    @property
    def compared(self) -> Mapping[str, object]:
        """The fields of all parts, by which two revisions are compared."""
        return {name: (field, part.when if part is not None else None) for _, name, field, part in self.every()}

    def every(self) -> Iterator[tuple[Where, str, Field, FormPart | None]]:
        """Every field with its place in the file, its name, and the part that it stands in."""
        for name, field in self.fields.items():
            yield ("fields", name), name, field, None
        for index, part in enumerate(self.parts):
            for name, field in part.fields.items():
                yield ("parts", index, "fields", name), name, field, part

    @property
    def types(self) -> dict[str, Type]:
        """What expressions read of it, by field."""
        return {name: field.kind for _, name, field, _ in self.every()}
