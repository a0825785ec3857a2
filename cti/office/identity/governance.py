"""Who may give which role to whom: nobody gives, takes from or governs more than he has himself.

Each permission of a role must be the visitor's own, and reach as far. Those who govern others are the city's alone: a
county's administrator neither makes another nor resets or ends one, and so never becomes him.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid, NotAllowed
from cti.base.scope import EVERYTHING
from cti.base.visitor import ALL, Visitor
from cti.office.identity.directory import Organisation, granting, level_of, load_roles, widest
from cti.office.identity.duties import check_separate
from cti.office.identity.permissions import GOVERNING, LEVEL_TITLES, Level, Reach, Role

MANAGE, SERVE = "people.manage", "people.serve"
ROLES, ENTRUST = "roles.manage", "roles.entrust"


def reach_of(visitor: Visitor, known: dict[str, Role], permission: str) -> Reach | None:
    """How far the visitor's permission reaches, None without it; the house's reaches all."""
    if not visitor.may(permission):
        return None
    if not visitor.roles:
        return Reach.ALL if visitor.may(ALL) else Reach.OWN
    return widest(granting([known[name] for name in visitor.roles if name in known], permission))


def is_within(visitor: Visitor, known: dict[str, Role], role: Role, *, ordinary: bool = True) -> bool:
    """Whether the visitor has all that a role gives, as far as it reaches; perhaps only what governs others."""
    wide = list(Reach)
    for permission in role.permissions if ordinary else role.permissions & GOVERNING:
        reach = reach_of(visitor, known, permission)
        if reach is None or wide.index(reach) < wide.index(role.reach):
            return False
    city = EVERYTHING in (visitor.reach(MANAGE), visitor.reach(ROLES))
    return city or not role.permissions & GOVERNING


def may_give(visitor: Visitor, known: dict[str, Role], role: Role) -> bool:
    """Whether the visitor may define a role and give it to others: he has all of it, or is entrusted with all roles."""
    entrusted = visitor.reach(ENTRUST) == EVERYTHING and ALL not in role.permissions
    return entrusted or is_within(visitor, known, role)


async def check_gives(
    session: AsyncSession, visitor: Visitor, person: str, before: Sequence[str], after: Sequence[str], *, separate: bool
) -> None:
    """Refuse to change a person's roles when one of them does not exist, or is not the visitor's to give or take.

    With `separate` nobody has more than one of the three duties; the house at its command line may give what it wants.
    """
    known = await load_roles(session)
    if unknown := [name for name in after if name not in known]:
        raise Invalid("no_role", f"角色不存在：{unknown[0][:40]}", "roles")
    for name in sorted({*before} ^ {*after}):
        may = is_within if person == visitor.person else may_give
        if name in known and not may(visitor, known, known[name]):
            raise NotAllowed("stronger_role", f"您不能管理角色“{known[name].title}”")
    if separate and visitor.person and {*before} != {*after}:
        check_separate(known[name] for name in after)


async def check_governs(session: AsyncSession, visitor: Visitor, names: Sequence[str]) -> None:
    """Refuse to touch the account of somebody with these roles who may do more than the visitor.

    Who has `people.serve` for all keeps the accounts of those too who work with permissions that he has not; those
    who govern others he must equal all the same.
    """
    known = await load_roles(session)
    serves = visitor.reach(SERVE) == EVERYTHING
    for name in names:
        if name in known and not is_within(visitor, known, known[name], ordinary=not serves):
            raise NotAllowed("stronger_role", f"您不能管理角色“{known[name].title}”")


def check_within(visitor: Visitor, known: dict[str, Role], role: Role) -> None:
    """Refuse a role that gives more than the visitor has."""
    if not may_give(visitor, known, role):
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
