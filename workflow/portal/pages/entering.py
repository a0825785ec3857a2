"""Signing in by mobile and code, in two steps that need no script, and signing out."""

from __future__ import annotations

import pydantic
from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.http.routes import CITIZEN, PUBLIC, Exchange, Query, Route
from cti.base.refusal import Invalid, Refusal
from cti.office.public_sessions.service import PublicSessions
from workflow.portal.accounts import Accounts
from workflow.portal.filling import faults_of
from workflow.portal.pages.proof import Proof
from workflow.portal.passwords import CitizenPasswords
from workflow.portal.rendering import Pages, inside, see_other


class NextQuery(Query):
    """Where he wanted to go."""

    next: str = pydantic.Field(default="/mine", max_length=500)


class EnteringPages:
    """The routes."""

    def __init__(
        self, pages: Pages, sessions: PublicSessions, accounts: Accounts, proof: Proof, unified: str,
        passwords: CitizenPasswords,
    ) -> None:  # fmt: skip
        self._pages, self._sessions, self._accounts, self._proof = pages, sessions, accounts, proof
        self._unified, self._passwords = unified, passwords

    def routes(self) -> list[Route]:
        """Who is not signed in yet, and who wants to be no more."""
        return [
            Route("GET", "/enter", self.begin, PUBLIC, "市民登录页面", outside=True, page=True),
            Route("POST", "/enter/code", self.code, PUBLIC, "市民登录：发送验证码", outside=True, page=True),
            Route("POST", "/enter", self.enter, PUBLIC, "市民登录：核对验证码", outside=True, page=True),
            Route("GET", "/enter/password", self.ask_password, PUBLIC, "市民用密码登录页面", outside=True, page=True),
            Route("POST", "/enter/password", self.by_password, PUBLIC, "市民用密码登录", outside=True, page=True),
            Route("POST", "/leave", self.leave, CITIZEN, "市民退出登录页面", outside=True, page=True),
        ]

    async def begin(self, query: NextQuery, exchange: Exchange) -> web.Response:
        """Ask for the number."""
        if exchange.citizen is not None and await self._accounts.has(exchange.citizen):
            return see_other(inside(query.next, "/mine"))
        return self._asked(exchange, "number", query.next)

    def _asked(
        self, exchange: Exchange, step: str, then: str, *, faults: dict[str, str] | None = None, again: bool = False
    ) -> web.Response:
        return self._pages.page(
            exchange, "portal/enter.html", "登录或注册", private=True, step=step, then=inside(then, "/mine"),
            said=exchange.form, faults=faults or {}, proof=self._proof.asked(), again=again, over="&over=true" in then,
            unified=self._unified,
            status=422 if faults else 200,
        )  # fmt: skip

    async def code(self, exchange: Exchange) -> web.Response:
        """Send a code, and ask for it."""
        form = exchange.form
        try:
            if not form.get("agree"):
                raise Invalid("agree", "请阅读个人信息保护说明，并勾选同意", "agree")
            self._proof.check(form)
            await self._sessions.send_code(form.get("number"), exchange.address)
        except Refusal as refusal:
            return self._asked(exchange, "number", form.get("next"), faults=faults_of(refusal))
        return self._asked(exchange, "code", form.get("next"))

    async def enter(self, exchange: Exchange) -> web.Response:
        """Begin his session; his account is made at the first time."""
        form = exchange.form
        try:
            citizen, token = await self._sessions.begin(
                form.get("number"), form.get("code"), exchange.address, exchange.browser,
                same=await self._accounts.had(exchange),
            )  # fmt: skip
        except Refusal as refusal:
            return self._asked(exchange, "code", form.get("next"), faults=faults_of(refusal), again=True)
        await self._accounts.open(citizen)
        exchange.start_session = token
        return see_other(inside(form.get("next"), "/mine"))

    async def ask_password(self, query: NextQuery, exchange: Exchange) -> web.Response:
        """Ask for number and password."""
        return self._asked(exchange, "password", query.next)

    async def by_password(self, exchange: Exchange) -> web.Response:
        """Begin the session of who has set a password before."""
        form = exchange.form
        try:
            _, exchange.start_session = await self._passwords.enter(
                form.get("number"), form.get("password"), exchange.address, exchange.browser
            )
        except Refusal as refusal:
            return self._asked(exchange, "password", form.get("next"), faults=faults_of(refusal))
        return see_other(inside(form.get("next"), "/mine"))

    async def leave(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Sign out, here or everywhere."""
        await self._accounts.sign_out(citizen, everywhere=exchange.form.get("everywhere") == "yes")
        exchange.end_session = True
        return see_other("/?left=1")
