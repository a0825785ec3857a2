"""Routes of roles, and of what whole regions may not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import pydantic

from cti.base.http.routes import Body, OptionView, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.identity.api.fields import Name, Version
from cti.office.identity.permissions import FIRST_ROLES, LEVEL_TITLES, REACH_TITLES, Level, Reach, Role
from cti.office.identity.roles import RegionSwitch, RoleData
from cti.office.identity.service import Identity
from cti.office.screens.forms import form


def words_of(titles: Mapping[Reach, str] | Mapping[Level, str]) -> dict[str, str]:
    """Values of an enumeration with their words."""
    return {one.value: title for one, title in titles.items()}


Permission = Annotated[str, pydantic.Field(min_length=1, max_length=60)]


class RoleFields(Body):
    """What is said of a role."""

    title: str = pydantic.Field(min_length=1, max_length=80, title="角色名称")
    permissions: list[Permission] = pydantic.Field(
        max_length=500, title="权限", json_schema_extra=form(kind="choices", options_from="/api/options/permissions")
    )
    reach: Reach = pydantic.Field(title="数据范围", json_schema_extra=form(options=words_of(REACH_TITLES)))
    level: Level = pydantic.Field(
        default=Level.ANY, title="适用层级", json_schema_extra=form(options=words_of(LEVEL_TITLES))
    )
    note: str = pydantic.Field(default="", max_length=200, title="说明")
    second_factor: bool = pydantic.Field(default=False, title="须二次验证")

    def data(self) -> RoleData:
        """What was filled in, as the service takes it."""
        return RoleData(**{name: getattr(self, name) for name in RoleFields.model_fields})


class NewRole(RoleFields):
    """A role that does not exist yet; its name is never changed."""

    name: Name = pydantic.Field(
        title="角色标识", json_schema_extra=form(help="小写字母开头，建立后不能修改", wrong="小写字母、数字、横线")
    )


class RoleEdit(RoleFields):
    """A changed role; `version` is the one that was read."""

    version: Version


class RoleView(pydantic.BaseModel):
    """A role; `*` among the permissions is all of them. One that is `fixed` cannot be removed.

    `offered` are permissions that came later and that it has not, since the city has changed it.
    """

    name: str = pydantic.Field(title="角色标识")
    title: str = pydantic.Field(title="角色名称", json_schema_extra=form(width=150))
    permissions: list[str]
    permission_titles: list[str] = pydantic.Field(title="权限", json_schema_extra=form(width=320))
    reach: Reach
    reach_title: str = pydantic.Field(title="数据范围")
    level: Level
    level_title: str = pydantic.Field(title="适用层级")
    note: str = pydantic.Field(title="说明")
    second_factor: bool = pydantic.Field(title="须二次验证")
    fixed: bool = pydantic.Field(title="系统自带")
    offered: list[str] = []
    offered_titles: list[str] = pydantic.Field(default=[], title="待采纳的新权限", json_schema_extra=form(width=220))
    has_offer: bool = False
    version: int


class RolesQuery(Page):
    """Filters of the list of roles."""

    search: str = pydantic.Field(default="", max_length=40)
    level: Level | None = None


class SwitchView(pydantic.BaseModel):
    """A region and the permissions that nobody in it has."""

    region: str = pydantic.Field(title="代码")
    title: str = pydantic.Field(title="行政区域")
    off: list[str]
    off_titles: list[str] = pydantic.Field(title="停用的功能")
    version: int


class SwitchEdit(Body):
    """What nobody of a region shall have."""

    off: list[Permission] = pydantic.Field(
        default=[],
        max_length=500,
        title="停用的功能",
        json_schema_extra=form(kind="choices", options_from="/api/options/permissions", help="空为全部启用"),
    )
    version: Version


class RolesApi:
    """Keeps roles and what was offered to them, and switches functions of whole regions."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._roles = identity.roles

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        manage = "roles.manage"
        return [
            Route("GET", "/api/roles", self.all, "people.see", "角色列表"),
            Route("POST", "/api/roles", self.add, manage, "新增角色", 201),
            Route("GET", "/api/roles/{role}", self.find, "people.see", "角色详情"),
            Route("PUT", "/api/roles/{role}", self.edit, manage, "修改角色"),
            Route("DELETE", "/api/roles/{role}", self.remove, manage, "删除角色"),
            Route("POST", "/api/roles/{role}/offer", self.take_offer, manage, "采纳角色的新权限"),
            Route("DELETE", "/api/roles/{role}/offer", self.decline_offer, manage, "不采纳角色的新权限"),
            Route("GET", "/api/options/roles", self.options, "people.see", "可授予的角色"),
            Route("GET", "/api/options/permissions", self.permissions, "people.see", "权限"),
            Route("GET", "/api/regions", self.switches, "people.see", "区域列表"),
            Route("GET", "/api/regions/{region}", self.region, "people.see", "区域详情"),
            Route("PUT", "/api/regions/{region}", self.switch, manage, "设置区域功能"),
        ]

    async def all(self, visitor: Visitor, query: RolesQuery) -> Paged[RoleView]:
        """A page of the roles, each with what it may do."""
        offers = await self._roles.offers(visitor)
        found = [
            self._view(one, offers.get(one.name, ()))
            for one in await self._roles.all(visitor)
            if (query.search in one.title or query.search in one.name) and query.level in (None, one.level)
        ]
        return Paged[RoleView].cut(found, query)

    async def find(self, visitor: Visitor, role: str) -> RoleView:
        """One role, with what it may do and how far."""
        found = await self._roles.find(visitor, role)
        return self._view(found, (await self._roles.offers(visitor)).get(role, ()))

    async def add(self, visitor: Visitor, body: NewRole) -> RoleView:
        """Make a role; nobody gives more than he has."""
        return self._view(await self._roles.add(visitor, body.name, body.data()))

    async def edit(self, visitor: Visitor, role: str, body: RoleEdit) -> RoleView:
        """Change a role whose version is still the one that was read."""
        return self._view(await self._roles.edit(visitor, role, body.version, body.data()))

    async def take_offer(self, visitor: Visitor, role: str) -> RoleView:
        """Give a role the permissions that it is offered."""
        return self._view(await self._roles.take_offer(visitor, role))

    async def decline_offer(self, visitor: Visitor, role: str) -> RoleView:
        """Leave it as it is."""
        return self._view(await self._roles.decline_offer(visitor, role))

    async def remove(self, visitor: Visitor, role: str) -> None:
        """Remove a role that nobody has."""
        await self._roles.remove(visitor, role)

    async def options(self, visitor: Visitor) -> list[OptionView]:
        """The roles that the visitor may give."""
        return [OptionView(value=one.name, title=one.title) for one in await self._roles.givable(visitor)]

    async def permissions(self, visitor: Visitor) -> list[OptionView]:
        """The permissions that the visitor has and so may give."""
        known = self._identity.permissions.items()
        return [OptionView(value=name, title=title) for name, title in known if visitor.may(name)]

    async def switches(self, visitor: Visitor, query: Page) -> Paged[SwitchView]:
        """List the regions that have organisations."""
        return Paged[SwitchView].cut([self._switch(one) for one in await self._roles.switches(visitor)], query)

    async def region(self, visitor: Visitor, region: str) -> SwitchView:
        """What nobody of a region has, whatever his role."""
        return self._switch(await self._roles.region(visitor, region))

    async def switch(self, visitor: Visitor, region: str, body: SwitchEdit) -> SwitchView:
        """Say what nobody of a region has."""
        return self._switch(await self._roles.switch(visitor, region, body.version, body.off))

    def _view(self, role: Role, offered: Sequence[str] = ()) -> RoleView:
        permissions = sorted(role.permissions)
        return RoleView(
            name=role.name,
            title=role.title,
            permissions=permissions,
            permission_titles=self._titles(permissions),
            reach=role.reach,
            reach_title=REACH_TITLES[role.reach],
            level=role.level,
            level_title=LEVEL_TITLES[role.level],
            note=role.note,
            second_factor=role.second_factor,
            fixed=role.name in {one.name for one in FIRST_ROLES},
            offered=list(offered),
            offered_titles=self._titles(offered),
            has_offer=bool(offered),
            version=role.version,
        )

    def _switch(self, one: RegionSwitch) -> SwitchView:
        off = list(one.off)
        return SwitchView(
            region=one.region, title=one.title, off=off, off_titles=self._titles(off), version=one.version
        )

    def _titles(self, permissions: Sequence[str]) -> list[str]:
        return ["全部权限" if one == "*" else self._identity.permissions.get(one, one) for one in permissions]
