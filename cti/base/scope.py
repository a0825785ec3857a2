"""Whose rows somebody may see: all, those of some organisations or regions, or those of one agent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement


class OwnedTable(Protocol):
    """A table whose rows belong to an organisation and a region; `cti.store.columns.Owned` makes one."""

    organisation: Any
    region: Any


@dataclass(frozen=True, slots=True)
class Scope:
    """None means no limit. `agent` limits to what that agent (工号) took part in; the table's service applies it.

    `inside` are the organisations of `regions`, for what is known by its organisation only.
    """

    organisations: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    agent: str | None = None
    inside: frozenset[str] = field(default=frozenset(), compare=False)

    def limits(self, table: type[OwnedTable]) -> list[ColumnElement[bool]]:
        """The conditions on a table of owned rows, for `where`."""
        found: list[ColumnElement[bool]] = []
        if self.organisations is not None:
            found.append(table.organisation.in_(self.organisations))
        if self.regions is not None:
            found.append(table.region.in_(self.regions))
        return found

    def covers(self, organisation: str, region: str) -> bool:
        """Whether something of this organisation and region lies within, agents apart."""
        return (self.organisations is None or organisation in self.organisations) and (
            self.regions is None or region in self.regions
        )

    def only(self, organisations: frozenset[str]) -> Scope:
        """What of it lies in these organisations."""
        found = organisations if self.organisations is None else self.organisations & organisations
        return replace(self, organisations=found, inside=self.inside & organisations)

    def has(self, organisation: str) -> bool:
        """Whether something of this organisation lies within, agents apart."""
        return (self.organisations is None or organisation in self.organisations) and (
            self.regions is None or organisation in self.inside
        )


EVERYTHING = Scope()
NOTHING = Scope(frozenset(), frozenset(), "")
"""The scope of somebody who may not: no row lies within."""
