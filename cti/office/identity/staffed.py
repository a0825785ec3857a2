"""In which organisations somebody has a permission, himself or from above."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import Text, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.identity.directory import Organisation, granting, known_roles
from cti.office.identity.models import PersonRow
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import has_role


async def staffed(session: AsyncSession, known: Mapping[str, Organisation], permission: str) -> frozenset[str]:
    """Organisations in use where somebody with an open account has the permission, there or in one above it."""
    giving = granting((await known_roles(session)).values(), permission)
    if not giving:
        return frozenset()
    wanted = select(PersonRow.organisation, cast(PersonRow.roles, Text)).where(
        PersonRow.disabled_at.is_(None), or_(*(has_role(role.name) for role in giving))
    )
    narrow = {role.name for role in giving if role.reach in (Reach.OWN, Reach.ORGANISATION)}
    names = {role.name for role in giving}
    at, below = set[str](), set[str]()
    for organisation, roles in await session.execute(wanted.distinct()):
        mine = names.intersection(msgspec.json.decode(roles))
        at |= {organisation} if mine else set()
        below |= {organisation} if mine - narrow else set()
    return frozenset(name for name, one in known.items() if not one.closed and _has(known, name, at, below))


def _has(known: Mapping[str, Organisation], name: str, at: Collection[str], below: Collection[str]) -> bool:
    """Whether one of its own may, or somebody above who reaches down; the house at the top handles nobody's work."""
    if name in at:
        return True
    seen, parent = {name}, known[name].parent
    while parent is not None and parent in known and parent not in seen:
        if parent in below and known[parent].parent is not None:
            return True
        seen.add(parent)
        parent = known[parent].parent
    return False
