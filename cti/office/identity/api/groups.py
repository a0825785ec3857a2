"""Routes of groups of people."""

from __future__ import annotations

from typing import Annotated

import pydantic

from cti.base.http.routes import Body, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.identity.api.fields import Name, Version
from cti.office.identity.groups import Group, GroupData
from cti.office.identity.service import Identity
from cti.office.screens.forms import form

Id = Annotated[str, pydantic.Field(pattern=r"^[0-9A-Z]{26}$")]


class GroupFields(Body):
    """What is said of a group; leader and members are ids of people."""

    title: str = pydantic.Field(min_length=1, max_length=40, title="班组名称")
    organisation: Name = pydantic.Field(
        title="所属机构", json_schema_extra=form(kind="choice", options_from="/api/options/organisations")
    )
    leader: Id | None = pydantic.Field(
        default=None,
        title="组长",
        json_schema_extra=form(kind="choice", options_from="/api/options/people", options_search=True),
    )
    members: list[Id] = pydantic.Field(
        default=[],
        max_length=500,
        title="成员",
        json_schema_extra=form(kind="choices", options_from="/api/options/people", options_search=True),
    )

    def data(self) -> GroupData:
        """What was filled in, as the service takes it."""
        return GroupData(
            title=self.title, organisation=self.organisation, leader=self.leader, members=tuple(self.members)
        )


class GroupEdit(GroupFields):
    """A changed group; `version` is the one that was read."""

    version: Version


class GroupView(pydantic.BaseModel):
    """A group with its members."""

    id: str
    title: str = pydantic.Field(title="班组名称")
    organisation: str
    organisation_title: str = pydantic.Field(title="所属机构")
    leader: str | None
    leader_name: str = pydantic.Field(title="组长")
    members: list[str]
    member_names: list[str] = pydantic.Field(title="成员")
    version: int


class GroupsQuery(Page):
    """Filters of the list of groups."""

    search: str = pydantic.Field(default="", max_length=40)
    organisation: str = pydantic.Field(default="", max_length=40)


class GroupsApi:
    """Keeps groups of people: `people.see` reads them, `people.manage` changes them."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._groups = identity.groups

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/groups", self.all, "people.see", "班组列表"),
            Route("POST", "/api/groups", self.add, "people.manage", "新增班组", 201),
            Route("GET", "/api/groups/{group}", self.find, "people.see", "班组详情"),
            Route("PUT", "/api/groups/{group}", self.edit, "people.manage", "修改班组"),
            Route("DELETE", "/api/groups/{group}", self.remove, "people.manage", "删除班组"),
        ]

    async def all(self, visitor: Visitor, query: GroupsQuery) -> Paged[GroupView]:
        """A page of the groups within the visitor's reach."""
        found = await self._groups.all(visitor, query.search, query.organisation)
        return Paged[GroupView].cut(await self._views(visitor, found), query)

    async def find(self, visitor: Visitor, group: str) -> GroupView:
        """One group with its members."""
        return await self._view(visitor, await self._groups.find(visitor, group))

    async def add(self, visitor: Visitor, body: GroupFields) -> GroupView:
        """Make a group of people of an organisation."""
        return await self._view(visitor, await self._groups.add(visitor, body.data()))

    async def edit(self, visitor: Visitor, group: str, body: GroupEdit) -> GroupView:
        """Change a group whose version is still the one that was read."""
        return await self._view(visitor, await self._groups.edit(visitor, group, body.version, body.data()))

    async def remove(self, visitor: Visitor, group: str) -> None:
        """Remove a group; its members stay."""
        await self._groups.remove(visitor, group)

    async def _view(self, visitor: Visitor, group: Group) -> GroupView:
        (found,) = await self._views(visitor, [group])
        return found

    async def _views(self, visitor: Visitor, groups: list[Group]) -> list[GroupView]:
        titles = {one.name: one.title for one in await self._identity.organisations.all(visitor)}
        return [
            GroupView(
                id=one.id,
                title=one.title,
                organisation=one.organisation,
                organisation_title=titles.get(one.organisation, one.organisation),
                leader=one.leader,
                leader_name=next((member.name for member in one.members if member.id == one.leader), ""),
                members=[member.id for member in one.members],
                member_names=[member.name for member in one.members],
                version=one.version,
            )
            for one in groups
        ]
