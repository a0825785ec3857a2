"""What can be counted: rows of a module's tables as facts with names, declared in one line by whoever owns them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Join, SQLColumnExpression

from cti.base.expressions.types import MOMENT, Type
from cti.base.visitor import Visitor
from cti.office.references.reference import Reference

Words = Mapping[str, str] | Reference


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known of each row: `value` is its column, or what is worked out of some.

    Conditions of definitions read it by its name. Figures can be split by those that are `split`; `words` are those of
    its values. What is `shown` stands in the list behind a figure: nothing in it may be masked for anybody.
    """

    title: str
    type: Type
    value: SQLColumnExpression[Any]
    words: Words = field(default_factory=dict)
    split: bool = False
    shown: bool = False


@dataclass(frozen=True, slots=True)
class FactSource:
    """Rows of one kind. `rows` is the table, or some joined one to one; `id` tells one from the other.

    `readable` are the conditions on the rows that a visitor may count by `permission`: his scope, the same as in the
    lists of the module. `screen` names the screen whose record a row in the list behind a figure opens, by `record`.
    Where facts read other tables than that of the moments, `touched_by` says how they hang together: a change of a row
    there touches the rows whose second column is what its first one is. Then days that are over are kept.

    Rows of records that were removed (`removed_at`) are not counted, and are again when they are restored; where they
    are history that stays (uses of an article that is gone), `with_removed` says so. `subject` is what the audit calls
    such a record.
    """

    name: str
    title: str
    permission: str
    rows: FromClause
    id: SQLColumnExpression[str]
    facts: Mapping[str, Fact]
    readable: Callable[[Visitor], list[ColumnElement[bool]]]
    screen: str = ""
    record: SQLColumnExpression[str] | None = None
    touched_by: tuple[tuple[SQLColumnExpression[Any], SQLColumnExpression[Any]], ...] = ()
    with_removed: bool = False
    subject: str = ""

    @property
    def there(self) -> list[ColumnElement[bool]]:
        """The conditions on rows that count at all, whoever asks."""
        if self.with_removed:
            return []
        return [one.c.removed_at.is_(None) for one in tables_of(self.rows) if "removed_at" in one.c]

    @property
    def types(self) -> dict[str, Type]:
        """What expressions read of a row."""
        return {name: fact.type for name, fact in self.facts.items()}

    @property
    def columns(self) -> dict[str, Any]:
        """The facts as SQL has them."""
        return {name: fact.value for name, fact in self.facts.items()}

    @property
    def moments(self) -> list[str]:
        """The facts by which a row can fall into a period."""
        return [name for name, fact in self.facts.items() if fact.type == MOMENT]

    @property
    def splits(self) -> dict[str, Fact]:
        """The facts that figures can be split by."""
        return {name: fact for name, fact in self.facts.items() if fact.split}


@dataclass(frozen=True, slots=True)
class MoreFacts:
    """What a module knows of another's rows; `touched_by` says which tables of its own these facts read."""

    facts: Mapping[str, Fact]
    touched_by: tuple[tuple[SQLColumnExpression[Any], SQLColumnExpression[Any]], ...] = ()


def tables_of(rows: FromClause) -> list[FromClause]:
    """A table itself, or all of those that are joined."""
    return [*tables_of(rows.left), *tables_of(rows.right)] if isinstance(rows, Join) else [rows]
