"""A figure as its file says it: of which rows it counts what, how its value comes of that, since when, by what law.

Conditions read the facts of the figure's source by their names. The formula reads `numerator`, `denominator` and
`pending`; it has no value where it divides by nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Literal

import pydantic

from cti.base.expressions import Expression
from cti.base.expressions.types import NUMBER, Type
from cti.base.files.parts import Name, Part, Variable
from cti.office.workshop.definitions import FileTest, Head

Unit = Literal["percent", "count", "items", "people", "times", "seconds", "hours", "score", "characters"]
UNITS: dict[str, str] = {
    "percent": "%", "count": "件", "items": "条", "people": "人", "times": "次", "seconds": "秒", "hours": "小时",
    "score": "分", "characters": "字",
}  # fmt: skip
SHARE, ALONE = Expression("numerator / denominator"), Expression("numerator")
"""The formulas of figures that say none."""
COUNTS = ("numerator", "denominator", "pending")
FORMULA_NAMES: dict[str, Type] = dict.fromkeys(COUNTS, NUMBER)


class Between(Part):
    """The seconds from one moment of a row to another."""

    begin: Variable
    end: Variable


Measure = Variable | Between
METHODS = ("sum", "average", "least", "most", "percentile")


class Count(Part):
    """How many rows fulfil the condition, or what is worked out over a number or a duration of them, by one method.

    Rows in which that is not there are left out. `percentile` is the value below which `rank` percent of them lie, 50
    by default: the median. With a `grain` values are rounded to multiples of it first: then how many have which value
    is kept of days that are over, else each row is read each time. `at` stands in place of the figure's moment. A count
    over the `whole` is the same for all groups, so that their shares can be told.
    """

    when: Expression | None = pydantic.Field(default=None, alias="if")
    sum: Measure | None = None
    average: Measure | None = None
    least: Measure | None = None
    most: Measure | None = None
    percentile: Measure | None = None
    rank: int = pydantic.Field(default=50, ge=1, le=99)
    grain: float | None = pydantic.Field(default=None, gt=0, allow_inf_nan=False)
    whole: bool = False
    at: Variable | None = None

    @property
    def method(self) -> str:
        """How a number is worked out over the rows; empty where they are counted."""
        return next((one for one in METHODS if getattr(self, one) is not None), "")

    @property
    def measure(self) -> Measure | None:
        """What is added up or averaged; None where rows are counted."""
        found: Measure | None = getattr(self, self.method) if self.method else None
        return found

    @property
    def adds_up(self) -> bool:
        """Whether the count of all is the sum of those of its groups."""
        return self.method in ("", "sum")


class FigureTest(FileTest):
    """Rows, each with the facts that matter, and the figure that they must give; `value: null` is no value."""

    rows: tuple[dict[str, Any], ...]
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    pending: float | None = None


class Figure(Head):
    """The whole file. A row belongs to the period in which its moment `at` lies.

    `only` limits all counts. `better` says whether more or less of it is good, `target` what is aimed at, `group` under
    which heading it stands.
    """

    WORD: ClassVar[str] = "figure"

    figure: Name
    about: str = ""
    group: str = ""
    unit: Unit
    source: Name
    at: Variable
    only: Expression | None = None
    numerator: Count
    denominator: Count | None = None
    pending: Count | None = None
    formula: Expression | None = None
    better: Literal["more", "less", ""] = ""
    target: float | None = None
    since: date | None = None
    ground: str = ""
    tests: tuple[FigureTest, ...] = ()

    @property
    def compared(self) -> Mapping[str, object]:
        """Everything that changes what the figure says."""
        return {**self.counts, "source": self.source, "at": self.at, "only": self.only, "formula": self.worked_out,
                "unit": self.unit, "since": self.since, "ground": self.ground, "target": self.target}  # fmt: skip

    @property
    def counts(self) -> dict[str, Count]:
        """Those that it has, by name."""
        return {name: count for name in COUNTS if (count := getattr(self, name)) is not None}

    @property
    def worked_out(self) -> Expression:
        """The formula, or the usual one."""
        return self.formula or (SHARE if self.denominator else ALONE)
