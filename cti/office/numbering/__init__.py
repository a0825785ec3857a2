"""Numbers by rule for records of any kind: each has its own, in order, and each that is missing has its reason."""

from cti.office.numbering.rule import Facts, Numbered

__all__ = ["Facts", "Numbered"]
