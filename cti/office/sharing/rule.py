"""The rule as conditions on rows. It stands here once: lists, single records, counts, search, exports and changes all
ask it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import aliased

from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.sharing.models import RecordShareRow
from cti.store.columns import Owned

Condition = ColumnElement[bool]
Way = list[Condition]
"""Conditions that must all hold."""
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
        found: list[Way] = [[*scope.limits(table), *self._own(table, visitor, scope)]]
        if not found[0]:
            return found
        if self.house and house and not writing:
            found.append([table.organisation == house])
        if self.given:
            found.append([table.id.in_(select(RecordShareRow.record).where(*shares(kind, visitor, scope, writing)))])
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
    return or_(false(), *(and_(True, *way) for way in ways))


def given_in(table: type[Any], kind: str, visitor: Visitor, permission: str) -> Condition:
    """That a row was shared with the visitor, to be asked row by row: for who was given a great part of all."""
    scope, share = visitor.reach(permission), aliased(RecordShareRow)
    return select(share.record).where(share.record == table.id, *shares(kind, visitor, scope, False, share)).exists()


def shares(kind: str, visitor: Visitor, scope: Scope, writing: bool, share: Any = RecordShareRow) -> Way:
    """The conditions on shares that are a visitor's, by himself or by an organisation that he reaches."""
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
