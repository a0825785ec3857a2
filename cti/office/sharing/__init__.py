"""Whose rows of a kind of records somebody reads and changes: one rule for every read and write, closed by default."""

from cti.office.sharing.rule import Shared

__all__ = ["Shared"]
