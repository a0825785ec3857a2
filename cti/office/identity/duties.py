"""Separation of duties (三员分立): system, security and audit lie with three people; none covers his own tracks.

GB/T 22239-2019 (等保 2.0) asks at the third level for system, audit and security management apart (安全管理中心).
"""

from __future__ import annotations

from collections.abc import Iterable

from cti.base.refusal import Invalid
from cti.base.visitor import ALL
from cti.office.identity.permissions import DUTIES, Role


def duties_of(roles: Iterable[Role]) -> tuple[str, ...]:
    """The titles of the duties that some roles give together."""
    given = frozenset[str]().union(*(role.permissions for role in roles))
    return tuple(title for permission, title in DUTIES.items() if given & {permission, ALL})


def check_separate(roles: Iterable[Role], field: str = "roles") -> None:
    """Refuse roles that give one person more than one of the duties."""
    if len(found := duties_of(roles)) > 1:
        raise Invalid("duties", f"已启用三员分立：一人不能同时承担{'、'.join(found)}", field)
