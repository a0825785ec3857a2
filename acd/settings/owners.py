"""Whose a queue is: the organisations' that its settings name, or everybody's (`*`); without any, the house's alone.

Who reaches one of them sees the queue with all its figures, since a count of callers cannot be divided afterwards: a
queue that serves several counties names them all, and a county that must not see what others do has a queue of its own.
"""

from __future__ import annotations

from acd.settings.schema import AcdSettings
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor

SHARED = "*"
Owners = frozenset[str]


def owners_of(settings: AcdSettings, queue: str, house: str) -> Owners:
    """The organisations of a queue; one that is no more in the settings is the house's."""
    found = settings.queues.get(queue)
    return frozenset(found.organisations if found else ()) or frozenset({house})


def reaches(scope: Scope, owners: Owners) -> bool:
    """Whether a scope has a queue of these organisations."""
    return scope == EVERYTHING or SHARED in owners or any(scope.has(one) for one in owners)


def may_see(visitor: Visitor, permission: str, settings: AcdSettings, queue: str, house: str) -> bool:
    """Whether the visitor's permission reaches a queue."""
    return visitor.may(permission) and reaches(visitor.reach(permission), owners_of(settings, queue, house))
