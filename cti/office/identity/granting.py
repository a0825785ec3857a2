"""Which permissions each role was given by the house and its plugins, so that none is given twice.

A role that the city has changed is hers: what comes later is offered to it, and an administrator takes it or not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import ALL
from cti.office.identity.models import RoleRow
from cti.office.identity.permissions import FIRST_ROLES
from cti.store.edits import edits_of
from cti.store.models import StateRow
from cti.store.upsert import insert_or_change

GRANTED = "granted"
"""The kind of kept states that say what a role was given: one a role; once it was one a permission (`role/name`)."""


class Granted(msgspec.Struct):
    """What was ever given or offered to a role, and what of it is offered still."""

    known: list[str] = []
    offered: list[str] = []


async def granted(session: AsyncSession) -> dict[str, Granted]:
    """By role, what it was given or offered so far."""
    found: dict[str, Granted] = {}
    for row in await session.scalars(select(StateRow).where(StateRow.kind == GRANTED)):
        role, _, name = row.key.partition("/")
        one = found.setdefault(role, Granted())
        if name:
            one.known = [*one.known, name]
        else:
            said = msgspec.json.decode(row.data, type=Granted)
            one.known, one.offered = [*one.known, *said.known], said.offered
    return found


async def give(session: AsyncSession, fresh_roles: Collection[str], grants: Mapping[str, Collection[str]]) -> None:
    """Give roles what they have not been given before: the first roles their own, and what plugins want them to have.

    `fresh_roles` were made just now.
    """
    wanted = {one.name: set(one.permissions) - {ALL} for one in FIRST_ROLES}
    for role, names in grants.items():
        wanted.setdefault(role, set()).update(names)
    before, after = await granted(session), dict[str, Granted]()
    rows = {row.name: row for row in await session.scalars(select(RoleRow))}
    for role, names in wanted.items():
        row, had = rows.get(role), before.get(role, Granted())
        fresh = names.difference(had.known)
        if row is None or not fresh:
            continue
        missing = fresh.difference(row.permissions)
        if missing and role not in fresh_roles and await _is_changed(session, row):
            offered = {*had.offered, *missing}
        else:
            offered = set(had.offered)
            if missing and ALL not in row.permissions:
                row.permissions = sorted({*row.permissions, *missing})
        after[role] = Granted(sorted({*had.known, *fresh}), sorted(offered))
    await keep(session, after)


async def keep(session: AsyncSession, said: Mapping[str, Granted]) -> None:
    """Keep what each role was given."""
    rows = [{"kind": GRANTED, "key": role, "data": msgspec.json.encode(one).decode()} for role, one in said.items()]
    if rows:
        await session.execute(insert_or_change(StateRow, ("kind", "key"), "data"), rows)


async def offered_to(session: AsyncSession, role: RoleRow, known: Collection[str]) -> tuple[str, ...]:
    """The permissions that a role may take, of those that there are now."""
    row = await session.get(StateRow, (GRANTED, role.name))
    said = msgspec.json.decode(row.data, type=Granted) if row is not None else Granted()
    return tuple(name for name in said.offered if name in known and not {name, ALL} & set(role.permissions))


async def settle(session: AsyncSession, role: RoleRow, *, declined: bool = False) -> None:
    """What the role has now is not offered to it any more, what was declined neither."""
    row = await session.get(StateRow, (GRANTED, role.name))
    if row is None:
        return
    said = msgspec.json.decode(row.data, type=Granted)
    left = [] if declined else [one for one in said.offered if one not in role.permissions]
    if left != said.offered:
        await keep(session, {role.name: Granted(said.known, left)})


async def _is_changed(session: AsyncSession, row: RoleRow) -> bool:
    """Whether somebody has said what the role may do."""
    return any("permissions" in one.fields for one in await edits_of(session, row))
