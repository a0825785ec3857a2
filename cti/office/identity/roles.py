"""Roles, made and changed by administrators: permissions, reach and level; and what whole regions may not do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import EVERYTHING
from cti.base.visitor import ALL, Visitor
from cti.office.identity import granting, regions
from cti.office.identity.audit.trail import Audit
from cti.office.identity.directory import level_of, load_organisations, load_roles, role_of
from cti.office.identity.duties import check_separate
from cti.office.identity.governance import check_within, may_give
from cti.office.identity.models import PersonRow, RegionSwitchRow, RoleRow
from cti.office.identity.permissions import ADMIN, FIRST_ROLES, Level, Reach, Role
from cti.office.identity.signing_in.sessions import Sessions
from cti.store.edits import edit, locked, unless_taken
from cti.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleData:
    """What can be said and changed of a role."""

    title: str
    permissions: Sequence[str]
    reach: Reach
    level: Level = Level.ANY
    note: str = ""
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class RegionSwitch:
    """A region that has organisations, and the permissions that nobody in it has. `version` 0: never changed."""

    region: str
    title: str
    off: tuple[str, ...]
    version: int


class Roles:
    """The service of roles. `permissions` maps every permission of the house to its title; plugins add to it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        sessions: Sessions,
        permissions: Mapping[str, str],
        *,
        separate: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._sessions = sessions
        self.permissions = permissions
        self._separate = separate

    async def begin(self, grants: Mapping[str, Collection[str]] | None = None) -> None:
        """Make the first roles where they are missing; the house does it at each start.

        `grants` maps roles to permissions that plugins want them to have. Each is given once: what an administrator
        takes away afterwards stays away, and a role that the city has changed is offered it; see `granting`.
        """
        async with self._store.writing() as session:
            present = await load_roles(session)
            session.add_all(
                RoleRow(
                    name=one.name,
                    title=one.title,
                    permissions=sorted(one.permissions),
                    reach=one.reach.value,
                    level=one.level.value,
                    note=one.note,
                    second_factor=one.second_factor,
                )
                for one in FIRST_ROLES
                if one.name not in present
            )
            await session.flush()
            made = [one.name for one in FIRST_ROLES if one.name not in present]
            await granting.give(session, made, grants or {})

    async def all(self, visitor: Visitor) -> list[Role]:
        """All roles, for who may see people."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            return list((await load_roles(session)).values())

    async def givable(self, visitor: Visitor) -> list[Role]:
        """Those that the visitor may give."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            known = await load_roles(session)
        return [one for one in known.values() if may_give(visitor, known, one)]

    async def find(self, visitor: Visitor, name: str) -> Role:
        """A role by its name. NotAllowed, NotFound."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            found = (await load_roles(session)).get(name)
        if found is None:
            raise NotFound("no_role", "角色不存在")
        return found

    async def add(self, visitor: Visitor, name: str, data: RoleData) -> Role:
        """A new role. Invalid, Conflict, NotAllowed."""
        _need_city(visitor)
        with unless_taken("角色标识已被使用", "name"):
            async with self._store.writing() as session:
                known = await load_roles(session)
                if name in known:
                    raise Conflict("taken", "角色标识已被使用", "name")
                values = self._checked(visitor, known, name, data, frozenset())
                row = RoleRow(name=name, **values)
                session.add(row)
                await session.flush()
                role = role_of(row)
                await self._audit.write(session, visitor, "role.added", f"role:{name}", after=_shown(role))
        return role

    async def edit(self, visitor: Visitor, name: str, version: int, data: RoleData) -> Role:
        """Change a role; it holds at once for all who have it. Conflict when somebody else did since `version`."""
        _need_city(visitor)
        async with self._store.writing() as session:
            row = await _row(session, name)
            known, before = await load_roles(session), role_of(row)
            check_within(visitor, known, before)
            kept = (before.permissions, before.reach, before.level)
            if name == ADMIN.name and (frozenset(data.permissions), data.reach, data.level) != kept:
                raise NotAllowed("fixed_role", "管理员角色的权限和范围不能修改")
            values = self._checked(visitor, known, name, data, before.permissions)
            await self._check_levels(session, name, data.level)
            if self._separate and frozenset(data.permissions) != before.permissions:
                await self._check_duties(session, known, name, frozenset(data.permissions))
            if await edit(session, row, version, values, visitor, self._clock.wall()):
                await granting.settle(session, row)
                shown = _shown(before), _shown(role_of(row))
                await self._audit.write(session, visitor, "role.edited", f"role:{name}", *shown)
            role = role_of(row)
        self._sessions.forget_all()
        return role

    async def offers(self, visitor: Visitor) -> dict[str, tuple[str, ...]]:
        """What modules that came later would have roles do that the city has changed, by role."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            rows = (await session.scalars(select(RoleRow))).all()
            found = {row.name: await granting.offered_to(session, row, self.permissions) for row in rows}
        return {name: names for name, names in found.items() if names}

    async def take_offer(self, visitor: Visitor, name: str) -> Role:
        """Give a role what it is offered; as `edit`. Conflict when there is nothing any more."""
        role = await self.find(visitor, name)
        offered = (await self.offers(visitor)).get(name)
        if not offered:
            raise Conflict("no_offer", "没有待采纳的新权限")
        data = RoleData(
            title=role.title, permissions=sorted({*role.permissions, *offered}), reach=role.reach, level=role.level,
            note=role.note, second_factor=role.second_factor,
        )  # fmt: skip
        return await self.edit(visitor, name, role.version, data)

    async def decline_offer(self, visitor: Visitor, name: str) -> Role:
        """Leave a role as it is. Conflict when nothing is offered any more."""
        _need_city(visitor)
        async with self._store.writing() as session:
            row = await _row(session, name)
            check_within(visitor, await load_roles(session), role_of(row))
            offered = await granting.offered_to(session, row, self.permissions)
            if not offered:
                raise Conflict("no_offer", "没有待采纳的新权限")
            await granting.settle(session, row, declined=True)
            said = {"permissions": list(offered)}
            await self._audit.write(session, visitor, "role.offer_declined", f"role:{name}", before=said)
            return role_of(row)

    async def remove(self, visitor: Visitor, name: str) -> None:
        """Remove a role that nobody has."""
        _need_city(visitor)
        async with self._store.writing() as session:
            row = await _row(session, name)
            check_within(visitor, await load_roles(session), role_of(row))
            if name in {one.name for one in FIRST_ROLES}:
                raise NotAllowed("fixed_role", "系统自带的角色不能删除")
            having = await session.scalar(select(func.count()).select_from(PersonRow).where(has_role(name)))
            if having:
                raise Conflict("in_use", f"还有 {having} 人使用该角色，请先调整他们的角色")
            await self._audit.write(session, visitor, "role.removed", f"role:{name}", _shown(role_of(row)))
            await session.delete(row)

    def _checked(
        self, visitor: Visitor, known: dict[str, Role], name: str, data: RoleData, before: frozenset[str]
    ) -> dict[str, Any]:
        wanted = frozenset(data.permissions)
        # What a plugin brought that is not there now stays as it was.
        if unknown := sorted(wanted - before - {ALL} - set(self.permissions)):
            raise Invalid("no_permission", f"没有这项权限：{unknown[0][:60]}", "permissions")
        role = Role(name, data.title, wanted, data.reach, data.level, data.note)
        check_within(visitor, known, role)
        if self._separate and visitor.person and wanted != before:
            check_separate([role], "permissions")
        if data.level is Level.COUNTY and data.reach is Reach.ALL:
            raise Invalid("reach", "县区级角色的数据范围不能是全部", "reach")
        return {
            "title": data.title,
            "permissions": sorted(wanted),
            "reach": data.reach.value,
            "level": data.level.value,
            "note": data.note,
            "second_factor": data.second_factor,
        }

    async def _check_levels(self, session: AsyncSession, name: str, level: Level) -> None:
        if level is Level.ANY:
            return
        organisations = await load_organisations(session)
        having = (await session.scalars(select(PersonRow.organisation).where(has_role(name)).distinct())).all()
        if any(level_of(organisations[one], organisations) is not level for one in having):
            raise Conflict("in_use", "已有其他层级机构的人员使用该角色", "level")

    async def _check_duties(
        self, session: AsyncSession, known: dict[str, Role], name: str, permissions: frozenset[str]
    ) -> None:
        """That nobody who has the role would have more than one duty by what it gives now."""
        roles = {**known, name: replace(known[name], permissions=permissions)}
        for held in await session.scalars(select(PersonRow.roles).where(has_role(name))):
            check_separate((roles[one] for one in held if one in roles), "permissions")

    async def switches(self, visitor: Visitor) -> list[RegionSwitch]:
        """The regions within reach that have organisations."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            organisations = await load_organisations(session)
            rows = {row.region: row for row in await session.scalars(select(RegionSwitchRow))}
        reach = visitor.reach("people.see")
        codes = {one.region for one in organisations.values() if reach.covers(one.name, one.region)}
        return [
            RegionSwitch(code, regions.title_of(code), tuple(row.off) if row else (), row.version if row else 0)
            for code in sorted(codes)
            for row in [rows.get(code)]
        ]

    async def region(self, visitor: Visitor, region: str) -> RegionSwitch:
        """One of them; NotFound for others."""
        found = next((one for one in await self.switches(visitor) if one.region == region), None)
        if found is None:
            raise NotFound("no_region", "行政区域不存在")
        return found

    async def switch(self, visitor: Visitor, region: str, version: int, off: Sequence[str]) -> RegionSwitch:
        """Say which permissions nobody of a region has. Only somebody whose reach is wider than the region may."""
        visitor.need("roles.manage")
        regions.check(region)
        reach = visitor.reach("roles.manage")
        inside = reach.regions is not None and region in reach.regions and region != visitor.region
        if reach != EVERYTHING and not inside:
            raise NotFound("no_region", "行政区域不存在")
        if unknown := sorted(set(off) - set(self.permissions)):
            raise Invalid("no_permission", f"没有这项权限：{unknown[0][:60]}", "off")
        subject = f"region:{region}"
        with unless_taken("该区域的设置已被他人修改，请刷新后重试"):
            async with self._store.writing() as session:
                row = await locked(session, RegionSwitchRow, region)
                before = {"off": row.off} if row else {"off": []}
                if row is None:
                    if version != 0:
                        raise Conflict("changed", "该区域的设置已被他人修改，请刷新后重试")
                    row = RegionSwitchRow(region=region, off=sorted(set(off)))
                    session.add(row)
                    await session.flush()
                else:
                    await edit(session, row, version, {"off": sorted(set(off))}, visitor, self._clock.wall())
                if before["off"] != row.off:
                    await self._audit.write(session, visitor, "region.switched", subject, before, {"off": row.off})
                found = RegionSwitch(region, regions.title_of(region), tuple(row.off), row.version)
        self._sessions.forget_all()
        return found


def has_role(name: str) -> Any:
    """The condition that a person has a role."""
    return cast(PersonRow.roles, String).contains(f'"{name}"', autoescape=True)


def _need_city(visitor: Visitor) -> None:
    """Roles are the whole hotline's: who reaches only a part of it does not change what others may do."""
    visitor.need("roles.manage")
    if visitor.reach("roles.manage") != EVERYTHING:
        raise NotAllowed("city_only", "角色由市级统一管理")


async def _row(session: AsyncSession, name: str) -> RoleRow:
    row = await locked(session, RoleRow, name)
    if row is None:
        raise NotFound("no_role", "角色不存在")
    return row


def _shown(role: Role) -> dict[str, Any]:
    shown = {key: value for key, value in asdict(role).items() if key not in ("name", "version")}
    return {**shown, "permissions": sorted(role.permissions)}
