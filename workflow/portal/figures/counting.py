"""The figures of a day: the thirty days before it, with what is too small to be told left out.

A count below `least` may be a person whom his neighbours recognise, so it is hidden; where all but one of a whole are
told, the one hidden is what is missing, so then the next smallest is hidden, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import structlog

from cti.base.refusal import Refusal
from cti.base.visitor import system
from cti.office.figures import Figures
from cti.office.figures.definition import UNITS
from cti.office.figures.periods import Period
from cti.office.figures.service import Counted
from workflow.portal.figures.settings import PublicFigures

log = structlog.get_logger(__name__)

DAYS = 30
REGISTERED = "tickets_registered"
OTHERS = "其他"
BY = system("portal_figures")


class Number(msgspec.Struct, frozen=True):
    """A figure of the whole; `words` is its value with the unit, or why there is none."""

    title: str
    about: str
    words: str


class Share(msgspec.Struct, frozen=True):
    """A group and its count; None is hidden."""

    title: str
    count: int | None


class Published(msgspec.Struct, frozen=True):
    """What is public on a day: from `first` to `last`, both counted."""

    first: date
    last: date
    numbers: tuple[Number, ...] = ()
    trend: tuple[Share, ...] = ()
    types: tuple[Share, ...] = ()
    matters: tuple[Share, ...] = ()


async def counted_on(figures: Figures, chosen: PublicFigures, day: date) -> Published:
    """Count for a day. A figure that the house does not have is left out."""
    period = Period("own", day - timedelta(days=DAYS), day - timedelta(days=1))
    numbers = []
    for name in chosen.names:
        if (found := await _value(figures, name, period)) is not None:
            about = figures.file(BY, name).head.about
            numbers.append(Number(found.title, about, _words(found, chosen.least)))
    trend = await _value(figures, REGISTERED, period, "day") if chosen.trend else None
    types = await _value(figures, REGISTERED, period, "type") if chosen.types else None
    matters = await _value(figures, REGISTERED, period, "category") if chosen.matters else None
    return Published(
        period.first, period.last, tuple(numbers),
        _days(period, trend, chosen.least) if trend is not None else (),
        folded(_shares(types), chosen.least) if types is not None else (),
        _hottest(matters, chosen) if matters is not None else (),
    )  # fmt: skip


async def _value(figures: Figures, name: str, period: Period, *by: str) -> Counted | None:
    try:
        return await figures.value(BY, name, period, by)
    except Refusal as refusal:
        log.warning("a figure of the public site is not there", figure=name, reason=refusal.detail)
        return None


def _words(found: Counted, least: int) -> str:
    now = found.total.now
    of = now.numerator if now.denominator is None else now.denominator
    if now.value is None or 0 < of < least:
        return "数量过少，不公布"
    digits = 0 if now.value == round(now.value) else 1
    return f"{now.value:,.{digits}f} {UNITS[found.unit]}".replace(" %", "%")


def _days(period: Period, found: Counted, least: int) -> tuple[Share, ...]:
    counts = {cell.by[0]: round(cell.now.numerator) for cell in found.cells}
    days = [period.first + timedelta(days=at) for at in range(DAYS)]
    told = hidden([counts.get(one.isoformat(), 0) for one in days], least)
    return tuple(Share(one.isoformat(), count) for one, count in zip(days, told, strict=True))


def _shares(found: Counted) -> list[Share]:
    return [Share(cell.titles[0] or "未分类", round(cell.now.numerator)) for cell in found.cells]


def _hottest(found: Counted, chosen: PublicFigures) -> tuple[Share, ...]:
    """The most frequent categories; what has none is no matter."""
    named = [Share(cell.titles[0], round(cell.now.numerator)) for cell in found.cells if cell.by[0] and cell.titles[0]]
    hot = [one for one in named if one.count is not None and one.count >= chosen.least]
    return tuple(sorted(hot, key=lambda one: (-(one.count or 0), one.title))[: chosen.matters])


def hidden(counts: Sequence[int], least: int) -> list[int | None]:
    """The counts, those below `least` as None; never a single one, which the total would tell."""
    small = {at for at, count in enumerate(counts) if 0 < count < least}
    others = sorted((count, at) for at, count in enumerate(counts) if at not in small and count)
    if len(small) == 1 and others:
        small.add(others[0][1])
    return [None if at in small else count for at, count in enumerate(counts)]


def folded(shares: Sequence[Share], least: int) -> tuple[Share, ...]:
    """The groups, the most frequent first; small ones are one group, which is not small itself."""
    ordered = sorted(shares, key=lambda one: -(one.count or 0))
    small = [one for one in ordered if (one.count or 0) < least]
    kept = ordered[: len(ordered) - len(small)]
    while small and kept and (len(small) == 1 or sum(one.count or 0 for one in small) < least):
        small.append(kept.pop())
    total = sum(one.count or 0 for one in small)
    return (*kept, Share(OTHERS, total if total >= least else None)) if small else tuple(kept)
