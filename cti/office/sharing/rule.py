"""The rule as conditions on rows. It stands here once: lists, single records, counts, search, exports and changes all
ask it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.sharing.models import RecordShareRow
from cti.store.columns import Owned

Condition = ColumnElement[bool]
Way = list[Condition]
"""Conditions that must all hold."""


class Reached(list[ColumnElement[bool]]):
    """The way of rows that lie within a scope: an index of words can leave out all others beforehand."""

    def __init__(self, scope: Scope, limits: Way) -> None:
        super().__init__(limits)
        self.scope = scope


class Given(list[ColumnElement[bool]]):
    """The way of rows of a table whose ids stand in a column of another one, such as that of shares.

    `ids` selects them, for who was given few: they are gone one by one. `each` asks row by row, for who was given a
    great part of all, and where one row is meant.
    """

    def __init__(self, table: Any, column: InstrumentedAttribute[str], limits: Way) -> None:
        self.ids: Select[tuple[str]] = select(column).where(*limits)
        self.each: Condition = select(column).where(column == table.id, *limits).correlate(table).exists()
        super().__init__([table.id.in_(self.ids)])


PERSON, ORGANISATION, ROLE, GROUP = "person", "organisation", "role", "group"
WHOM = {PERSON: "人员", ORGANISATION: "机构", ROLE: "角色", GROUP: "班组"}


@dataclass(frozen=True, slots=True)
class Shared:
    """Who reads and changes records of a kind, beside whom the reach of a role covers by organisation and region.

    Who reaches his own only reads rows in which one of the columns `own` names him (an id of a person), or `group` one
    of his groups; with no `own` columns, rows are his whole organisation's. Where the records are `given`, single ones
    can be shared with people, organisations, roles and groups, to be read or changed. What belongs to the hotline's
    own organisation is read by all with `house`.
    """

    own: tuple[str, ...] = ("created_by",)
    group: str | None = None
    given: bool = False
    house: bool = False

    def ways(
        self, table: Any, kind: str, visitor: Visitor, permission: str, *, house: str = "", writing: bool = False
    ) -> list[Way]:
        """The ways in which a row may be the visitor's by a permission; one is enough, none means no row is.

        They are apart so that a long list can take each by its own index; `within` is all of them together.
        """
        if not visitor.may(permission):
            return []
        scope = visitor.reach(permission)
        found: list[Way] = [Reached(scope, [*scope.limits(table), *self._own(table, visitor, scope)])]
        if not found[0]:
            return found
        if self.house and house and not writing:
            found.append(Reached(Scope(organisations=frozenset({house})), [table.organisation == house]))
        if self.given:
            found.append(Given(table, RecordShareRow.record, shares(kind, visitor, scope, writing)))
        return found

    def _own(self, table: type[Owned], visitor: Visitor, scope: Scope) -> Way:
        if scope.agent is None or not self.own:
            return []
        # An empty column names nobody, and so does the id of the house itself.
        his = [getattr(table, name) == visitor.person for name in self.own] if visitor.person else []
        if self.group is not None and visitor.groups:
            his.append(getattr(table, self.group).in_(visitor.groups))
        return [or_(false(), *his)]


def within(ways: list[Way]) -> Condition:
    """All ways as one condition."""
    return or_(false(), *(way.each if isinstance(way, Given) else and_(True, *way) for way in ways))


def shares(kind: str, visitor: Visitor, scope: Scope, writing: bool) -> Way:
    """The conditions on shares that are a visitor's, by himself or by an organisation that he reaches."""
    share = RecordShareRow
    whom: list[Condition] = []
    if visitor.person:
        whom.append(and_(share.sort == PERSON, share.whom == visitor.person))
    for sort, names in (
        (ORGANISATION, {visitor.organisation} | (scope.inside if scope.organisations is None else scope.organisations)),
        (ROLE, visitor.roles),
        (GROUP, visitor.groups),
    ):
        if some := sorted(name for name in names if name):
            whom.append(and_(share.sort == sort, share.whom.in_(some)))
    limits: Way = [share.kind == kind, or_(false(), *whom)]
    return [*limits, share.writes.is_(True)] if writing else limits
