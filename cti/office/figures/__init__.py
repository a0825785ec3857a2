"""Figures of the house (统计口径): a file says what one means, modules declare what counts, one function counts."""

from cti.office.figures.facts import Fact, FactSource
from cti.office.figures.periods import Period
from cti.office.figures.service import Figures

__all__ = ["Fact", "FactSource", "Figures", "Period"]
