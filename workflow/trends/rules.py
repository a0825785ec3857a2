"""Who may read what: rows belong to the organisation and region of their ticket."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false

from cti.base.visitor import Visitor

SEE, HANDLE = "trends.see", "trends.handle"


def limits_of(visitor: Visitor, permission: str, table: Any) -> list[ColumnElement[bool]]:
    """The rows within reach; none for who reaches his own work alone: these are nobody's. NotAllowed."""
    visitor.need(permission)
    scope = visitor.reach(permission)
    return scope.limits(table) if scope.agent is None else [false()]
