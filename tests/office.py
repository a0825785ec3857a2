"""What services of plugins stand on in tests: the kit that plugins elsewhere have too, and this checkout."""

from __future__ import annotations

from cti.base.cli_settings import ROOT
from cti.testing.office import BOSS, CITY_TOP, EAST, WEST, a_call, cheap_passwords, office_on, transactions, visitor

__all__ = [
    "BOSS",
    "CITY_TOP",
    "EAST",
    "ROOT",
    "WEST",
    "a_call",
    "cheap_passwords",
    "office_on",
    "transactions",
    "visitor",
]
