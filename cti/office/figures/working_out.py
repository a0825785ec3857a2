"""A figure's number: its counts put together of their pieces, and its formula worked out over them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cti.base.expressions import ExpressionError
from cti.office.figures.definition import Count, Figure
from cti.office.figures.groups import Key, Sums
from cti.office.figures.kept.cuts import CALENDAR, Cells
from cti.office.figures.measures import Piece, Ranked, put_together


def worked_out(figure: Figure, sums: Sums) -> float | None:
    """The figure's value in its unit; None where its formula divides by nothing, or reads what is not there."""
    counts = {**nothing_of(figure.counts), **sums.counts}
    if any(counts[name] is None for name in figure.worked_out.names & counts.keys()):
        return None
    try:
        found = figure.worked_out.value(_Scope(counts))
    except ExpressionError:
        return None
    return float(found) * 100 if figure.unit == "percent" else float(found)


def together(
    counts: Mapping[str, Count], made: Mapping[str, Sequence[Piece]], values: Sequence[float | None]
) -> Iterator[tuple[str, float | None]]:
    """Each count, of the pieces of all of them in their order."""
    rest = list(values)
    for name, count in counts.items():
        own, rest = rest[: len(made[name])], rest[len(made[name]) :]
        found = put_together(count, own)
        yield name, found if found is None else plain(found)


def own_and_whole(figure: Figure) -> tuple[dict[str, Count], dict[str, Count]]:
    """A figure's counts: those of each group, and those of all groups together."""
    counts = figure.counts.items()
    return {name: one for name, one in counts if not one.whole}, {name: one for name, one in counts if one.whole}


def flat_of(counts: Mapping[str, Count]) -> dict[str, Count]:
    """Those that are put together of pieces."""
    return {name: count for name, count in counts.items() if count.method != "percentile"}


def is_by_values(count: Count, splits: Collection[str]) -> bool:
    """Whether a percentile is told by how many rows have which value; a split by departments has few alike."""
    return count.grain is not None and all(one in CALENDAR for one in splits)


def ranked_of(cells: Cells, rank: int) -> dict[Key, Ranked]:
    """Where a percentile lies in each group, of cells whose last key is the value."""
    counted: dict[Key, dict[float, int]] = {}
    for (*key, value), (rows,) in cells.found.items():
        counted.setdefault(tuple(key), {})[float(value)] = int(rows or 0)
    return {key: Ranked.among(values, rank) for key, values in counted.items()}


def nothing_of(counts: Mapping[str, Count]) -> dict[str, float | None]:
    """What is counted where there is no row."""
    return {name: 0 if count.adds_up else None for name, count in counts.items()}


def says(count: Count, value: float | None) -> bool:
    """Whether a group is shown for this: for any number that was worked out, and for any that is not nothing."""
    return bool(value) if count.adds_up else value is not None


def plain(value: Any) -> float | None:
    """A number of the database, whole where it is whole.

    Twelve digits of it: in its last ones a sum depends on the order in which the rows came, and a figure has one value.
    """
    if value is None:
        return None
    number = float(f"{float(value):.12g}")
    return int(number) if number.is_integer() else number


class _Scope:
    def __init__(self, values: Mapping[str, float | None]) -> None:
        self._values = values

    def value(self, name: str) -> Any:
        return self._values[name]

    def ask(self, function: str, argument: str) -> bool:
        return False
