"""Who may give which role to whom: nobody gives, takes from or governs more than he has himself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from cti.identity.directory import Organisation, level_of, load_roles, widest
from cti.identity.permissions import LEVEL_TITLES, Level, Reach, Role
from cti.identity.visitor import ALL, Visitor
from cti.refusal import Invalid, NotAllowed


def reach_of(visitor: Visitor, known: dict[str, Role]) -> Reach:
    """How far the visitor's roles reach; the house itself reaches all."""
    if not visitor.roles and visitor.may(ALL):
        return Reach.ALL
    return widest([known[name] for name in visitor.roles if name in known])


async def check_governs(session: AsyncSession, visitor: Visitor, names: Sequence[str]) -> None:
    """Refuse roles that do not exist or that give more than the visitor has."""
    known = await load_roles(session)
    if unknown := [name for name in names if name not in known]:
        raise Invalid("no_role", f"角色不存在：{unknown[0][:40]}", "roles")
    for name in names:
        check_within(visitor, known, known[name])


def check_within(visitor: Visitor, known: dict[str, Role], role: Role) -> None:
    """Refuse a role that gives more than the visitor has."""
    if not role.is_within(visitor.permissions, reach_of(visitor, known)):
        raise NotAllowed("stronger_role", f"您不能管理角色“{role.title}”")


async def check_levels(
    session: AsyncSession, names: Sequence[str], organisation: Organisation, organisations: dict[str, Organisation]
) -> None:
    """Refuse roles that are not for people of this organisation's level."""
    known = await load_roles(session)
    level = level_of(organisation, organisations)
    for name in names:
        if known[name].level not in (Level.ANY, level):
            title, wanted = known[name].title, LEVEL_TITLES[known[name].level]
            raise Invalid("role_level", f"角色“{title}”只能授予{wanted}机构的人员", "roles")
