"""From values to points, scores and ranks. Pure; no figure is asked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cti.base.expressions import ExpressionError
from workflow.performance.scheme import Kpi, Scheme

POINTS = 100.0
NOTHING = "没有数据"
ABSENT = "没有这个指标，或它的模块没有运行"


@dataclass(frozen=True, slots=True)
class Part:
    """What one figure says of somebody: its value, and what it was made of; `why` says why it has none."""

    value: float | None
    numerator: float = 0.0
    denominator: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A KPI of somebody: its value, or why there is none; points, None where it does not count; what it costs him."""

    kpi: str
    value: float | None
    points: float | None
    why: str = ""
    lost: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """What all KPIs come to; `counted` is the share of the weights that count, in percent."""

    score: float | None
    counted: float
    lines: list[Line] = field(default_factory=list)


class _Values:
    def __init__(self, values: Mapping[str, float | None]) -> None:
        self._values = values

    def value(self, name: str) -> Any:
        return self._values[name]

    def ask(self, function: str, argument: str) -> bool:
        return False


def value_of(kpi: Kpi, parts: Mapping[str, Part]) -> tuple[float | None, str]:
    """A KPI's value of what its figures say, or None and why; a division by nothing is told, and is no zero."""
    for name in kpi.named:
        part = parts.get(name, Part(None, why=NOTHING))
        if part.why == ABSENT:
            return None, ABSENT
        if part.denominator is not None and 0 < part.denominator < kpi.least:
            return None, f"样本只有 {part.denominator:g}，不足 {kpi.least}"
    if kpi.formula is None:
        part = parts.get("value", Part(None, why=NOTHING))
        return part.value, "" if part.value is not None else part.why or NOTHING
    values = {name: parts[name].value if name in parts else None for name in kpi.named}
    lacking = [kpi.named[name] for name in sorted(kpi.formula.names & values.keys()) if values[name] is None]
    if lacking:
        return None, f"{NOTHING}：{'、'.join(lacking)}"
    try:
        found = float(kpi.formula.value(_Values(values)))
    except ExpressionError:
        said = "，".join(f"{name} = {value:g}" for name, value in values.items() if value is not None)
        return None, f"公式 {kpi.formula.text} 除以零或算不出（{said}）"
    return found, ""


def points_of(kpi: Kpi, value: float, better: str) -> float:
    """The points of a value: by steps, or on the line from `zero` to `full`."""
    if kpi.steps:
        if better == "less":
            reached = [points for most, points in sorted(kpi.steps.items()) if value <= most + 1e-9]
            return reached[0] if reached else 0.0
        reached = [points for least, points in sorted(kpi.steps.items()) if value >= least - 1e-9]
        return reached[-1] if reached else 0.0
    assert kpi.zero is not None and kpi.full is not None
    share = (value - kpi.zero) / (kpi.full - kpi.zero)
    return POINTS * min(max(share, 0.0), 1.0)


def scored(scheme: Scheme, values: Mapping[str, tuple[float | None, str]], better: Mapping[str, str]) -> Score:
    """The score of somebody's values; `better` is the direction of each KPI."""
    found: list[tuple[str, float | None, float | None, str]] = []
    for name, kpi in scheme.kpis.items():
        value, why = values.get(name, (None, NOTHING))
        if value is not None:
            points: float | None = points_of(kpi, value, better.get(name, ""))
        else:
            points = None if kpi.none == "skip" else kpi.none
        found.append((name, value, points, why))
    given = [(name, value, None if points is None else round(points, 4), why) for name, value, points, why in found]
    return weighed(scheme, given)


def weighed(scheme: Scheme, found: Sequence[tuple[str, float | None, float | None, str]]) -> Score:
    """The score of lines that have their points: also after one was corrected."""
    weights = {name: scheme.kpis[name].weight for name, _, points, _ in found if points is not None}
    whole = sum(weights.values())
    counted = 100 * whole / scheme.total
    lines = [
        Line(name, value, points, why,
             round(weights[name] / whole * max(POINTS - points, 0.0), 4) if points is not None else 0.0)
        for name, value, points, why in found
    ]  # fmt: skip
    if not whole or counted + 1e-9 < scheme.enough:
        return Score(None, round(counted, 2), lines)
    total = sum(weights[one.kpi] * one.points for one in lines if one.points is not None) / whole
    return Score(round(total, 2), round(counted, 2), lines)


def ranks(scores: Mapping[str, float | None]) -> dict[str, int | None]:
    """The rank of each, the best is 1; equal scores share one, and who has no score has none."""
    order = sorted((score for score in scores.values() if score is not None), reverse=True)
    first = {score: at + 1 for at, score in reversed(list(enumerate(order)))}
    return {one: None if score is None else first[score] for one, score in scores.items()}
