"""A figure's counts as SQL over its source, made once: to make expressions and splits costs more than to count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, case, cast, func

from cti.base.expressions.types import BOOLEAN
from cti.base.refusal import Invalid
from cti.office.figures.conditions import Conditions
from cti.office.figures.definition import Count, Figure
from cti.office.figures.facts import FactSource
from cti.office.figures.measures import Piece, measured, pieces
from cti.office.figures.periods import STEPS, step_of

MOST = 1000


class Recipe:
    """What is the same for whoever asks: whose rows he may count is not in it."""

    def __init__(self, figure: Figure, source: FactSource, *, sqlite: bool) -> None:
        self.figure, self.source = figure, source
        self._sqlite = sqlite
        self._conditions = Conditions(source.columns, source.types)
        self._pieces: dict[tuple[str, ...], dict[str, Sequence[Piece]]] = {}
        self._splits: dict[tuple[str, str], ColumnElement[str]] = {}
        self.limits = (self._conditions.truth(figure.only), *source.there)
        """The conditions on rows that count at all."""

    def pieces(self, counts: Mapping[str, Count]) -> dict[str, Sequence[Piece]]:
        """The pieces of each of some counts."""
        names = tuple(counts)
        if names not in self._pieces:
            made: dict[str, Sequence[Piece]] = {
                name: pieces(self._conditions, self.source.columns, one) for name, one in counts.items()
            }
            self._pieces[names] = made
        return self._pieces[names]

    def truth(self, count: Count) -> ColumnElement[bool]:
        """Whether a row fulfils a count's condition."""
        return self._conditions.truth(count.when)

    def measured(self, count: Count) -> ColumnElement[Any] | None:
        """The number that a count works out over its rows; None where they are only counted."""
        return measured(self.source.columns, count)

    def moment(self, at: str) -> SQLColumnExpression[Any]:
        """The fact by which rows are in a period."""
        return self.source.facts[at].value

    def day(self, at: str) -> ColumnElement[str]:
        """The day of that."""
        return step_of(self.moment(at), "day", sqlite=self._sqlite)

    def split(self, name: str, at: str) -> ColumnElement[str]:
        """The text of a split: of a step of the moment `at`, or of a fact; Invalid when there is none."""
        if (name, at) not in self._splits:
            self._splits[name, at] = self._split(name, at)
        return self._splits[name, at]

    def _split(self, name: str, at: str) -> ColumnElement[str]:
        if name in STEPS:
            return step_of(self.moment(at), name, sqlite=self._sqlite)
        fact = self.source.splits.get(name)
        if fact is None:
            raise Invalid("no_split", f"“{self.source.title}”不能按“{name}”分组", "by")
        if fact.type == BOOLEAN:
            return case((fact.value, "true"), else_="false")
        return func.coalesce(cast(fact.value, Text), "")


class Recipes:
    """Those of a house, of the latest definitions and sources."""

    def __init__(self, *, sqlite: bool) -> None:
        self._sqlite = sqlite
        self._made: dict[tuple[int, int], Recipe] = {}

    def of(self, figure: Figure, source: FactSource) -> Recipe:
        """The recipe of a definition; it holds both, so that no other object can come to have their ids."""
        key = id(figure), id(source)
        if (found := self._made.get(key)) is None:
            if len(self._made) >= MOST:
                self._made.clear()
            found = self._made[key] = Recipe(figure, source, sqlite=self._sqlite)
        return found
