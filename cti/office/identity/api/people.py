"""Routes of people's accounts: listing, making, changing, passwords, switching off."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body, OptionView, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.identity.api.fields import Login, Name, Secret, Version
from cti.office.identity.directory import Person
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.office.screens.description import Tone
from cti.office.screens.forms import form

AgentNo = Annotated[str, pydantic.Field(pattern=r"^[0-9]{2,8}$")]


class PersonFields(Body):
    """What is said of a person."""

    login: Login = pydantic.Field(title="账号", json_schema_extra=form(help="字母、数字、点、横线或下划线"))
    name: str = pydantic.Field(min_length=1, max_length=40, title="姓名")
    agent_no: AgentNo | None = pydantic.Field(
        default=None,
        title="工号",
        json_schema_extra=form(help="接听电话的人员需要工号", wrong="2 至 8 位数字"),
    )
    organisation: Name = pydantic.Field(title="机构", json_schema_extra=form(options_from="/api/options/organisations"))
    roles: list[Name] = pydantic.Field(
        max_length=20, title="角色", json_schema_extra=form(kind="choices", options_from="/api/options/roles")
    )
    auto_answer: bool = pydantic.Field(default=False, title="自动应答")

    def data(self) -> PersonData:
        """What was filled in, as the service takes it."""
        return PersonData(
            login=self.login,
            name=self.name,
            agent_no=self.agent_no,
            organisation=self.organisation,
            roles=list(dict.fromkeys(self.roles)),
            auto_answer=self.auto_answer,
        )


class NewPerson(PersonFields):
    """A new account; without a password one is made at random, which is to be changed first unless `change` is off."""

    password: Secret | None = pydantic.Field(
        default=None, title="初始密码", json_schema_extra=form(kind="password", help="不填则随机生成")
    )
    change: bool = pydantic.Field(default=True, title="首次登录须修改密码")


class PersonEdit(PersonFields):
    """A changed account; `version` is the one that was read."""

    version: Version


class GivenRoles(Body):
    """The roles that a person has from now on; `version` is the person's that was read."""

    roles: list[Name] = pydantic.Field(
        max_length=20, title="角色", json_schema_extra=form(kind="choices", options_from="/api/options/roles")
    )
    version: Version


class PersonAdded(pydantic.BaseModel):
    """The new account and its password, shown this once."""

    person: Person
    password: str


class NewPassword(pydantic.BaseModel):
    """A password, shown this once."""

    password: str


class PeopleQuery(Page):
    """Filters of the list of people; an organisation takes those below it along."""

    search: str = pydantic.Field(default="", max_length=40)
    organisation: str = pydantic.Field(default="", max_length=40)
    role: str = pydantic.Field(default="", max_length=40)
    disabled: bool | None = None
    sort: Literal[
        "login", "-login", "name", "-name", "agent_no", "-agent_no", "organisation", "-organisation",
        "created_at", "-created_at",
    ] = "login"  # fmt: skip


STATES = {"false": "正常", "true": "已停用"}
TONES: dict[str, Tone] = {"false": "ready", "true": "off"}


class PersonView(pydantic.BaseModel):
    """Somebody with an account, and the names of organisation and roles."""

    id: str
    login: str = pydantic.Field(title="账号")
    name: str = pydantic.Field(title="姓名")
    agent_no: str | None = pydantic.Field(title="工号")
    organisation: str = pydantic.Field(title="机构标识")
    organisation_title: str = pydantic.Field(title="机构", json_schema_extra=form(width=190))
    roles: list[str] = pydantic.Field(title="角色标识")
    role_titles: list[str] = pydantic.Field(title="角色")
    auto_answer: bool = pydantic.Field(title="自动应答")
    disabled: bool = pydantic.Field(title="状态", json_schema_extra=form(options=STATES, tones=TONES))
    second_factor: bool = pydantic.Field(title="二次验证")
    locked_until: datetime | None = pydantic.Field(title="锁定至", json_schema_extra=form(hidden=True))
    version: int


class NumberQuery(Page):
    """For which organisation a free agent number is wanted."""

    organisation: Name


class NumberAnswer(pydantic.BaseModel):
    """An agent number that is free."""

    agent_no: str


class HolderView(pydantic.BaseModel):
    """Who has or had an agent number; `until` is null for the one who has it."""

    person: str
    name: str
    since: datetime
    until: datetime | None


class PeopleApi:
    """Keeps people and their passwords, within the reach of who manages them."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/people", self.people, "people.see", "人员列表"),
            Route("POST", "/api/people", self.add, "people.manage", "新增人员", 201),
            Route("GET", "/api/people/{person}", self.person, "people.see", "人员详情"),
            Route("PUT", "/api/people/{person}", self.edit, "people.manage", "修改人员"),
            Route("PUT", "/api/people/{person}/roles", self.give_roles, "roles.manage", "授予角色"),
            Route("POST", "/api/people/{person}/disable", self.disable, "people.manage", "停用人员"),
            Route("POST", "/api/people/{person}/enable", self.enable, "people.manage", "启用人员"),
            Route("POST", "/api/people/{person}/password", self.reset, "people.manage", "重置密码"),
            Route("POST", "/api/people/{person}/unlock", self.unlock, "people.manage", "解除锁定"),
            Route("DELETE", "/api/people/{person}/second-factor", self.clear, "people.manage", "停用他人的二次验证"),
            Route("GET", "/api/options/people", self.options, "people.see", "可选人员"),
            Route("GET", "/api/agent-numbers/next", self.next_number, "people.manage", "下一个可用工号"),
            Route("GET", "/api/agent-numbers/{number}", self.holders, "people.see", "工号使用记录"),
        ]

    async def people(self, visitor: Visitor, query: PeopleQuery) -> Paged[PersonView]:
        """A page of the people within the visitor's reach."""
        found = await self._identity.people.search(
            visitor,
            query.search,
            query.organisation,
            query.page,
            query.size,
            role=query.role,
            disabled=query.disabled,
            sort=query.sort,
        )
        items = await self._views(visitor, found.items)
        return Paged(items=items, total=found.total, page=query.page, size=query.size)

    async def person(self, visitor: Visitor, person: str) -> PersonView:
        """One person within the visitor's reach."""
        (found,) = await self._views(visitor, [await self._identity.people.find(visitor, person)])
        return found

    async def add(self, visitor: Visitor, body: NewPerson) -> PersonAdded:
        """Make an account; its first password is in this answer and never again."""
        person, password = await self._identity.people.add(visitor, body.data(), body.password, change=body.change)
        return PersonAdded(person=person, password=password)

    async def edit(self, visitor: Visitor, person: str, body: PersonEdit) -> Person:
        """Change an account whose version is still the one that was read."""
        return await self._identity.people.edit(visitor, person, body.version, body.data())

    async def give_roles(self, visitor: Visitor, person: str, body: GivenRoles) -> Person:
        """Change what a person may do."""
        roles = list(dict.fromkeys(body.roles))
        return await self._identity.people.give_roles(visitor, person, body.version, roles)

    async def disable(self, visitor: Visitor, person: str) -> Person:
        """Switch an account off: nobody signs in with it until it is enabled."""
        return await self._identity.people.set_enabled(visitor, person, False)

    async def enable(self, visitor: Visitor, person: str) -> Person:
        """Enable an account again."""
        return await self._identity.people.set_enabled(visitor, person, True)

    async def reset(self, visitor: Visitor, person: str) -> NewPassword:
        """Give a new password."""
        return NewPassword(password=await self._identity.people.reset_password(visitor, person))

    async def unlock(self, visitor: Visitor, person: str) -> Person:
        """Let somebody try again who typed wrong passwords too often."""
        return await self._identity.people.unlock(visitor, person)

    async def clear(self, visitor: Visitor, person: str) -> None:
        """Turn off the second factor of somebody who lost his telephone."""
        await self._identity.people.clear_second_factor(visitor, person)

    async def options(self, visitor: Visitor, query: PeopleQuery) -> list[OptionView]:
        """People to choose from, by a part of login, name or agent number."""
        found = await self._identity.people.search(
            visitor, query.search, query.organisation, query.page, query.size, role=query.role, disabled=False
        )
        return [OptionView(value=one.id, title=f"{one.name}（{one.agent_no or one.login}）") for one in found.items]

    async def next_number(self, visitor: Visitor, query: NumberQuery) -> NumberAnswer:
        """A free agent number of an organisation."""
        return NumberAnswer(agent_no=await self._identity.agent_numbers.next(visitor, query.organisation))

    async def holders(self, visitor: Visitor, number: AgentNo) -> list[HolderView]:
        """Who had a number, the latest first."""
        found = await self._identity.agent_numbers.holders(visitor, number)
        return [HolderView(**asdict(one)) for one in found]

    async def _views(self, visitor: Visitor, people: list[Person] | tuple[Person, ...]) -> list[PersonView]:
        organisations = {one.name: one.title for one in await self._identity.organisations.all(visitor)}
        roles = {one.name: one.title for one in await self._identity.roles.all(visitor)}
        return [
            PersonView(
                **{**asdict(one), "roles": list(one.roles)},
                organisation_title=organisations.get(one.organisation, one.organisation),
                role_titles=[roles.get(name, name) for name in one.roles],
            )
            for one in people
        ]
