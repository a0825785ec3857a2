"""Routes of one's own session."""

from __future__ import annotations

import pydantic

from cti.base.http.guard import EndSockets, browser_token_of, csrf_of
from cti.base.http.routes import PUBLIC, SIGNED_IN, Body, Exchange, Route
from cti.base.visitor import ALL, Visitor
from cti.office.identity.api.fields import Login, Secret
from cti.office.identity.service import Identity


class SignIn(Body):
    """Who signs in; `code` is from the app or a recovery code, for those who have a second factor."""

    login: Login
    password: Secret
    code: str = pydantic.Field(default="", max_length=16)


class Me(pydantic.BaseModel):
    """The person who is signed in, as the console needs it.

    `must` names what comes before anything else: `password` (change it), `second_factor` (turn it on).
    """

    id: str
    login: str
    name: str
    agent_no: str | None
    organisation: str
    organisation_title: str
    roles: list[str]
    permissions: list[str]
    auto_answer: bool
    must: list[str]


class SessionAnswer(pydantic.BaseModel):
    """A session; `csrf` goes into `X-CSRF` of every change."""

    person: Me
    csrf: str


class PasswordChange(Body):
    """One's own new password."""

    old: Secret
    password: Secret


class SessionApi:
    """Signs in and out, tells who one is, and changes one's own password."""

    def __init__(self, identity: Identity, end_sockets: EndSockets) -> None:
        self._identity = identity
        self._end_sockets = end_sockets

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("POST", "/api/session", self.sign_in, PUBLIC, "登录"),
            Route("GET", "/api/session", self.me, SIGNED_IN, "当前登录人"),
            Route("DELETE", "/api/session", self.sign_out, SIGNED_IN, "退出登录"),
            Route("PUT", "/api/session/password", self.change_password, SIGNED_IN, "修改本人密码"),
        ]

    async def _session(self, visitor: Visitor, token: str) -> SessionAnswer:
        every = self._identity.permissions if visitor.may(ALL) else visitor.permissions
        me = Me(
            id=visitor.person,
            login=visitor.login,
            name=visitor.name,
            agent_no=visitor.agent_no,
            organisation=visitor.organisation,
            organisation_title=await self._identity.organisations.own_title(visitor),
            roles=list(visitor.roles),
            permissions=sorted(every),
            auto_answer=visitor.auto_answer,
            must=list(visitor.must),
        )
        return SessionAnswer(person=me, csrf=csrf_of(token))

    async def sign_in(self, exchange: Exchange, body: SignIn) -> SessionAnswer:
        """Begin a session by login and password, and by a code where one has a second factor."""
        known = browser_token_of(exchange.request)
        visitor, token = await self._identity.sessions.sign_in(
            body.login, body.password, exchange.address, exchange.browser, body.code, known
        )
        exchange.start_session = token
        exchange.know_browser = await self._identity.sessions.remember_browser(visitor, known)
        return await self._session(visitor, token)

    async def me(self, visitor: Visitor, exchange: Exchange) -> SessionAnswer:
        """Who is signed in."""
        return await self._session(visitor, exchange.token)

    async def sign_out(self, visitor: Visitor, exchange: Exchange) -> None:
        """End the session and its sockets."""
        visitor.need_session()
        await self._identity.sessions.sign_out(visitor)
        exchange.end_session = True
        await self._end_sockets(visitor.session)

    async def change_password(self, visitor: Visitor, exchange: Exchange, body: PasswordChange) -> None:
        """Change one's own password; one signs in anew."""
        visitor.need_session()
        await self._identity.people.change_password(visitor, body.old, body.password)
        exchange.end_session = True
