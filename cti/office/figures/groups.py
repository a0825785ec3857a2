"""What is asked of counting, and what it tells: groups of rows with what was counted of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement

from cti.base.refusal import Invalid
from cti.office.figures.kept.late import LateDay
from cti.office.figures.periods import Period

MOST_CELLS = 5000
"""Groups that one answer may have."""
MOST_VALUES = 200_000
"""Values of all groups by which a percentile is told."""
VALUE = "#value"
"""Beside the splits, of which none has such a name."""
Key = tuple[str, ...]


@dataclass(slots=True)
class Sums:
    """What was counted of one group; None for what cannot be worked out over no rows."""

    counts: dict[str, float | None] = field(default_factory=dict)


@dataclass(slots=True)
class Groups:
    """What was counted: of each group, of all, of one without rows; and how many days changed after they were told."""

    cells: dict[Key, Sums]
    total: Sums
    nothing: Sums
    late: int = 0


@dataclass(frozen=True, slots=True)
class LateGroup:
    """A group of a day that changed: what was counted of it first, and what is now."""

    day: LateDay
    key: Key
    was: Sums
    now: Sums


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: in which periods, split by what, only where a split has this value, and of what rows beside."""

    periods: tuple[Period, ...]
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    also: tuple[ColumnElement[bool], ...] = ()


@dataclass(frozen=True, slots=True)
class More:
    """By what is counted apart from the splits, under which further conditions, and how many groups that may make."""

    names: tuple[str, ...] = ()
    value: ColumnElement[str] | None = None
    limits: tuple[ColumnElement[bool], ...] = ()
    most: int = MOST_CELLS


NOTHING_MORE = More()


def too_many() -> Invalid:
    """The refusal of more groups than one answer may have."""
    return Invalid("too_many_groups", f"分组超过 {MOST_CELLS} 个，请减少分组或缩小范围", "by")
