"""Routes of sessions, people, organisations and roles."""

from __future__ import annotations

from typing import Annotated

import pydantic

from cti.identity.directory import Organisation, Person
from cti.identity.people import PersonData
from cti.identity.service import Identity
from cti.identity.visitor import ALL, Visitor
from cti.web.guard import csrf_of
from cti.web.hub import Hub
from cti.web.routes import PUBLIC, SIGNED_IN, Body, Exchange, Page, Route

Login = Annotated[str, pydantic.Field(min_length=1, max_length=40)]
Secret = Annotated[str, pydantic.StringConstraints(min_length=1, max_length=128, strip_whitespace=False)]
Name = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class SignIn(Body):
    """Who signs in."""

    login: Login
    password: Secret


class Me(pydantic.BaseModel):
    """The person who is signed in, as the console needs it."""

    id: str
    login: str
    name: str
    agent_no: str | None
    organisation: str
    roles: list[str]
    permissions: list[str]
    auto_answer: bool


class SessionAnswer(pydantic.BaseModel):
    """A session; `csrf` goes into `X-CSRF` of every change."""

    person: Me
    csrf: str


class PasswordChange(Body):
    """One's own new password."""

    old: Secret
    password: Secret


class PersonFields(Body):
    """What is said of a person."""

    login: Login
    name: str = pydantic.Field(min_length=1, max_length=40)
    agent_no: str | None = pydantic.Field(default=None, pattern=r"^[0-9]{2,8}$")
    organisation: Name
    roles: list[Name] = pydantic.Field(max_length=20)
    auto_answer: bool = False

    def data(self) -> PersonData:
        """For the service."""
        return PersonData(
            login=self.login,
            name=self.name,
            agent_no=self.agent_no,
            organisation=self.organisation,
            roles=list(dict.fromkeys(self.roles)),
            auto_answer=self.auto_answer,
        )


class NewPerson(PersonFields):
    """A new account; without a password one is made at random."""

    password: Secret | None = None


class PersonEdit(PersonFields):
    """A changed account; `version` is the one that was read."""

    version: int = pydantic.Field(ge=1, le=2**31 - 1)


class PersonAdded(pydantic.BaseModel):
    """The new account and its password, shown this once."""

    person: Person
    password: str


class NewPassword(pydantic.BaseModel):
    """A password, shown this once."""

    password: str


class PeopleQuery(Page):
    """Filters of the list of people."""

    search: str = pydantic.Field(default="", max_length=40)
    organisation: str = pydantic.Field(default="", max_length=40)


class PeopleAnswer(pydantic.BaseModel):
    """A page of people."""

    items: list[Person]
    total: int
    page: int
    size: int


class OrganisationFields(Body):
    """A new organisation."""

    name: Name
    title: str = pydantic.Field(min_length=1, max_length=80)
    region: str = pydantic.Field(pattern=r"^[0-9]{6}$")
    parent: Name


class RoleAnswer(pydantic.BaseModel):
    """A role."""

    name: str
    title: str
    permissions: list[str]
    reach: str


class IdentityApi:
    """The handlers."""

    def __init__(self, identity: Identity, hub: Hub) -> None:
        self._identity = identity
        self._hub = hub

    def routes(self) -> list[Route]:
        """The table."""
        return [
            Route("POST", "/api/session", self.sign_in, PUBLIC, "登录"),
            Route("GET", "/api/session", self.me, SIGNED_IN, "当前登录人"),
            Route("DELETE", "/api/session", self.sign_out, SIGNED_IN, "退出登录"),
            Route("PUT", "/api/session/password", self.change_password, SIGNED_IN, "修改本人密码"),
            Route("GET", "/api/people", self.people, "people.see", "人员列表"),
            Route("POST", "/api/people", self.add, "people.manage", "新增人员", 201),
            Route("GET", "/api/people/{person}", self.person, "people.see", "人员详情"),
            Route("PUT", "/api/people/{person}", self.edit, "people.manage", "修改人员"),
            Route("POST", "/api/people/{person}/disable", self.disable, "people.manage", "停用人员"),
            Route("POST", "/api/people/{person}/enable", self.enable, "people.manage", "启用人员"),
            Route("POST", "/api/people/{person}/password", self.reset, "people.manage", "重置密码"),
            Route("GET", "/api/organisations", self.organisations, "people.see", "机构列表"),
            Route("POST", "/api/organisations", self.add_organisation, "people.manage", "新增机构", 201),
            Route("GET", "/api/roles", self.roles, "people.see", "角色列表"),
        ]

    def _session(self, visitor: Visitor, token: str) -> SessionAnswer:
        every = self._identity.permissions if visitor.may(ALL) else visitor.permissions
        me = Me(
            id=visitor.person,
            login=visitor.login,
            name=visitor.name,
            agent_no=visitor.agent_no,
            organisation=visitor.organisation,
            roles=list(visitor.roles),
            permissions=sorted(every),
            auto_answer=visitor.auto_answer,
        )
        return SessionAnswer(person=me, csrf=csrf_of(token))

    async def sign_in(self, exchange: Exchange, body: SignIn) -> SessionAnswer:
        """Begin a session."""
        visitor, token = await self._identity.sessions.sign_in(
            body.login, body.password, exchange.address, exchange.browser
        )
        exchange.start_session = token
        return self._session(visitor, token)

    async def me(self, visitor: Visitor, exchange: Exchange) -> SessionAnswer:
        """Who is signed in."""
        return self._session(visitor, exchange.token)

    async def sign_out(self, visitor: Visitor, exchange: Exchange) -> None:
        """End the session and its sockets."""
        await self._identity.sessions.sign_out(visitor)
        exchange.end_session = True
        await self._hub.end_session(visitor.session)

    async def change_password(self, visitor: Visitor, exchange: Exchange, body: PasswordChange) -> None:
        """Change one's own password; one signs in anew."""
        await self._identity.people.change_password(visitor, body.old, body.password)
        exchange.end_session = True

    async def people(self, visitor: Visitor, query: PeopleQuery) -> PeopleAnswer:
        """List people."""
        found = await self._identity.people.search(visitor, query.search, query.organisation, query.page, query.size)
        return PeopleAnswer(items=list(found.items), total=found.total, page=query.page, size=query.size)

    async def person(self, visitor: Visitor, person: str) -> Person:
        """One person."""
        return await self._identity.people.find(visitor, person)

    async def add(self, visitor: Visitor, body: NewPerson) -> PersonAdded:
        """Make an account."""
        person, password = await self._identity.people.add(visitor, body.data(), body.password)
        return PersonAdded(person=person, password=password)

    async def edit(self, visitor: Visitor, person: str, body: PersonEdit) -> Person:
        """Change an account."""
        return await self._identity.people.edit(visitor, person, body.version, body.data())

    async def disable(self, visitor: Visitor, person: str) -> Person:
        """Disable an account."""
        return await self._identity.people.set_enabled(visitor, person, False)

    async def enable(self, visitor: Visitor, person: str) -> Person:
        """Enable an account again."""
        return await self._identity.people.set_enabled(visitor, person, True)

    async def reset(self, visitor: Visitor, person: str) -> NewPassword:
        """Give a new password."""
        return NewPassword(password=await self._identity.people.reset_password(visitor, person))

    async def organisations(self, visitor: Visitor) -> list[Organisation]:
        """List organisations."""
        return await self._identity.organisations.all(visitor)

    async def add_organisation(self, visitor: Visitor, body: OrganisationFields) -> Organisation:
        """Make an organisation."""
        organisation = Organisation(body.name, body.title, body.region, body.parent)
        await self._identity.organisations.add(visitor, organisation)
        return organisation

    async def roles(self, visitor: Visitor) -> list[RoleAnswer]:
        """List roles."""
        return [
            RoleAnswer(name=one.name, title=one.title, permissions=sorted(one.permissions), reach=one.reach)
            for one in await self._identity.organisations.roles(visitor)
        ]
