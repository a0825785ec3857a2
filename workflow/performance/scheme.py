"""A scheme of KPIs (考核方案) as its file says it: who is scored by which figures, by what steps and weights.

```yaml
scheme: agents_month
title: 座席月度绩效
of: agents                      # or units
every: month                    # or quarter
appeal_days: 5
kpis:
  answered:
    title: 接听量
    figure: agent_talks         # one of the house's figures, split by who is scored
    weight: 20
    steps: {800: 100, 600: 80, 0: 40}   # from which value on how many points; at most, where less is better
  busy:
    title: 每小时通话
    figures: {talks: agent_talks, hours: agent_signed_in}
    formula: talks / hours      # told, and not 0, where it divides by nothing
    unit: times
    better: more
    weight: 30
    zero: 4                     # or 0 points here and 100 there, and a line between
    full: 12
  quality: {title: 质检平均分, figure: quality_average, weight: 50, zero: 60, full: 95, least: 2}
tests:
  - name: 没有质检时按其余指标
    values: {answered: 700, busy: {talks: 90, hours: 10}, quality: null}
    score: 72.5
```
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pydantic

from cti.base.expressions import Expression
from cti.base.files.parts import NAME, Name, Part, Variable
from cti.office.figures.definition import Unit
from cti.office.workshop.definitions import FileTest, Head
from workflow.performance.rules import Every, Of

Number = Annotated[float, pydantic.Field(allow_inf_nan=False)]
Points = Annotated[float, pydantic.Field(ge=0, le=200, allow_inf_nan=False)]
Given = float | None | dict[Variable, float | None]
USUAL_BY = {"agents": "agent", "units": "unit"}


class Kpi(Part):
    """A KPI (考核指标). Its value is that of `figure`, or comes of several `figures` by `formula`.

    `by` is the fact of the figure that says who is scored; `least` the least denominator of which a rate says anything.
    `none` says what counts where there is no value: nothing (`skip`: the others share the weight), or these points.
    """

    title: str = pydantic.Field(min_length=1, max_length=40)
    about: str = pydantic.Field(default="", max_length=300)
    figure: Name | None = None
    figures: dict[Variable, Name] = pydantic.Field(default={}, max_length=6)
    formula: Expression | None = None
    by: Variable | None = None
    unit: Unit | None = None
    better: Literal["more", "less", ""] = ""
    weight: float = pydantic.Field(gt=0, le=1000)
    steps: dict[Number, Points] = pydantic.Field(default={}, max_length=20)
    zero: Number | None = None
    full: Number | None = None
    least: int = pydantic.Field(default=0, ge=0)
    none: Literal["skip"] | Points = "skip"

    @property
    def named(self) -> dict[str, str]:
        """The figures by the names under which the formula reads them; `value` is the only one."""
        return dict(self.figures) or ({"value": self.figure} if self.figure else {})


class SchemeTest(FileTest):
    """What somebody with these values gets: a KPI's value, or those of its figures; one not named has none."""

    values: dict[str, Given] = pydantic.Field(default={})
    score: float | None


class Scheme(Head):
    """The whole file. A score is the points of the KPIs that count, by their weights, of 100.

    Who has values for less than `enough` percent of the weights gets no score.
    """

    WORD: ClassVar[str] = "scheme"

    scheme: str = pydantic.Field(pattern=NAME)
    title: str = pydantic.Field(min_length=1, max_length=60)
    of: Of
    every: Every = "month"
    appeal_days: int = pydantic.Field(default=5, ge=0, le=60)
    enough: float = pydantic.Field(default=50, ge=0, le=100)
    kpis: dict[Name, Kpi] = pydantic.Field(min_length=1, max_length=40)
    tests: tuple[SchemeTest, ...] = ()

    def by(self, name: str) -> str:
        """The fact that says who is scored by a KPI."""
        return self.kpis[name].by or USUAL_BY[self.of]

    @property
    def total(self) -> float:
        """All weights together."""
        return sum(one.weight for one in self.kpis.values())

    @property
    def compared(self) -> dict[str, object]:
        """What a comparison of two revisions names."""
        return {**self.kpis, "of": self.of, "every": self.every, "enough": self.enough,
                "appeal_days": self.appeal_days}  # fmt: skip
