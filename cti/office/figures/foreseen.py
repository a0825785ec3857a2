"""Asking for figures before somebody looks: nothing is counted now, and their days are kept when he does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cti.base.visitor import Visitor
from cti.office.figures.counting import EVERY, Counting
from cti.office.figures.groups import NOTHING_MORE, Asked
from cti.office.figures.kept.cuts import Cut
from cti.office.figures.library import FigureFile
from cti.office.figures.periods import Period
from cti.office.figures.service import Figures
from cti.office.figures.working_out import flat_of, is_by_values, own_and_whole


def foresee(
    figures: Figures, visitor: Visitor, file: FigureFile, period: Period, by: Sequence[str], *, compare: bool
) -> None:
    """Have the days kept that this figure will be counted of for this visitor, when `Kept.fill` next runs."""
    kept, source = figures.kept, figures.source(file.head)
    if kept is None:
        return
    counting = Counting(figures.recipes.of(file.head, source), visitor, kept)
    periods = (period, *(figures.earlier(period, by) if compare else ()))
    for cut in _cuts(counting, file, Asked(periods, tuple(by))):
        kept.expect(cut, periods)


def _cuts(counting: Counting, file: FigureFile, asked: Asked) -> Iterator[Cut]:
    """As `Counting.groups` makes them."""
    own, whole = own_and_whole(file.head)
    wanted = [(own, asked), (whole, Asked(asked.periods))]
    if asked.by and not all(count.adds_up for count in own.values()):
        wanted.append((own, replace(asked, by=())))
    for counts, how in wanted:
        for at, some in counting.by_moment(counts).items():
            flat = flat_of(some)
            found = [counting.cut(counting.every(flat), tuple(flat), at, how, NOTHING_MORE)] if flat else []
            for name in some.keys() - flat.keys():
                if is_by_values(some[name], how.by):
                    found.append(counting.cut(EVERY, (name,), at, how, counting.more(some[name])))
            yield from filter(None, found)
