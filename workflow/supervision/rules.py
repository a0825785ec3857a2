"""Whose cards and supervisions somebody sees: the one place that says so, for every list, page, export and act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cti.base.visitor import Visitor
from cti.office.sharing.rule import Way

SEE, INSPECT, ANSWER, POINTS = "supervision.see", "supervision.inspect", "supervision.answer", "supervision.points"
EXPORT = "supervision.export"


@dataclass(frozen=True, slots=True)
class Units:
    """A table as one of rows that belong to the inspected unit."""

    organisation: Any
    region: Any


def ways(table: Any, visitor: Visitor, permission: str) -> list[Way]:
    """By which rows are the visitor's: as the one who inspects, as a unit that is inspected, as the person.

    An inspector sees those of the hotlines within his reach, whoever is inspected; people of a unit those of the units
    within theirs; who reaches his own only, such as an agent, those that name him.
    """
    if not visitor.may(permission):
        return []
    found: list[Way] = []
    if permission != ANSWER and visitor.may(INSPECT):
        found.append(visitor.reach(INSPECT).limits(table))
        if not found[0]:
            return found
    if permission != INSPECT and visitor.may(ANSWER):
        reach = visitor.reach(ANSWER)
        if reach.agent is None:
            units: Any = Units(table.unit, table.unit_region)
            found.append(reach.limits(units))
        elif visitor.person and hasattr(table, "person"):
            found.append([table.person == visitor.person])
    return found
