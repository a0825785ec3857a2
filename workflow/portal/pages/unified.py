"""Signing in by the city's unified identity: to the provider, back, and the number that is shown once."""

from __future__ import annotations

from urllib.parse import urlsplit

import pydantic
from aiohttp import web

from cti.base.http.guard import host_of, is_https
from cti.base.http.routes import PUBLIC, Exchange, Query, Route
from cti.base.refusal import Invalid, NotSignedIn, Refusal
from cti.office.public_sessions.service import PublicSessions
from workflow.portal.accounts import Accounts
from workflow.portal.filling import faults_of
from workflow.portal.identities import AWAY, Identities
from workflow.portal.pages.entering import NextQuery
from workflow.portal.pages.proof import Proof
from workflow.portal.rendering import Pages, inside, see_other

AT = "/enter/unified"
COOKIE = "portal-unified"


class StartQuery(Query):
    """Who knows him, and where he is to come to (OpenID Connect Core 4)."""

    iss: str = pydantic.Field(max_length=500)
    target_link_uri: str = pydantic.Field(default="", max_length=500)


class UnifiedPages:
    """The routes."""

    def __init__(
        self, pages: Pages, identities: Identities, sessions: PublicSessions, accounts: Accounts, proof: Proof
    ) -> None:
        self._pages, self._identities, self._sessions = pages, identities, sessions
        self._accounts, self._proof = accounts, proof

    def routes(self) -> list[Route]:
        """Away, back, and the two steps of the number."""
        return [
            Route("GET", AT, self.leave, PUBLIC, "统一身份认证：前往", outside=True, page=True),
            Route(
                "GET", f"{AT}/start", self.start, PUBLIC, "统一身份认证：从其他系统的页面进入", outside=True, page=True
            ),
            Route("GET", f"{AT}/back", self.back, PUBLIC, "统一身份认证：返回", outside=True, page=True),
            Route("POST", f"{AT}/code", self.code, PUBLIC, "统一身份认证：发送验证码", outside=True, page=True),
            Route("POST", f"{AT}/bind", self.bind, PUBLIC, "统一身份认证：绑定手机号码", outside=True, page=True),
        ]

    async def start(self, query: StartQuery, exchange: Exchange) -> web.Response:
        """A page of another system, where he has signed in, sends him here: he is known here, too, and sees what it
        meant. It leads to no other site, and to no other provider.
        """
        if not self._identities.issuer or query.iss.rstrip("/") != self._identities.issuer.rstrip("/"):
            return self._failed(exchange, NotSignedIn("sso_issuer", "不是本网站使用的统一身份认证"))
        meant = urlsplit(query.target_link_uri)
        here = not meant.netloc or (meant.netloc == host_of(exchange.request) and meant.scheme in ("http", "https"))
        path = f"{meant.path}?{meant.query}" if meant.query else meant.path
        return await self.leave(NextQuery(next=path if here and path else "/mine"), exchange)

    async def leave(self, query: NextQuery, exchange: Exchange) -> web.Response:
        """Send the browser to the provider."""
        scheme = "https" if is_https(exchange.request) else "http"
        redirect = f"{scheme}://{host_of(exchange.request)}{AT}/back"
        try:
            url, cookie = await self._identities.leave(redirect, inside(query.next, "/mine"))
        except NotSignedIn as refusal:
            return self._failed(exchange, refusal)
        response = web.Response(status=303, headers={"Location": url})
        # It comes back by a link from another site, with which a strict cookie would not be sent.
        return _keep(response, exchange, cookie, "Lax")

    async def back(self, exchange: Exchange) -> web.Response:
        """Who came back; at the first time he is asked for his number."""
        try:
            met = await self._identities.come_back(dict(exchange.request.query), _kept(exchange))
        except NotSignedIn as refusal:
            return self._failed(exchange, refusal)
        entered = await self._identities.enter(met, exchange.address, exchange.browser)
        if entered is not None:
            _, exchange.start_session = entered
            # A page, which leads on: the session's cookie is not sent along a way that began at another site.
            response = self._pages.page(exchange, "portal/entered.html", "登录成功", private=True, then=met.then)
            response.del_cookie(COOKIE, path="/enter")
            return response
        return _keep(self._asked(exchange, "number"), exchange, self._identities.sealed(met), "Strict")

    def _asked(self, exchange: Exchange, step: str, faults: dict[str, str] | None = None) -> web.Response:
        return self._pages.page(
            exchange, "portal/bind.html", "绑定手机号码", private=True, step=step, said=exchange.form, unified=
            self._identities.title, faults=faults or {}, proof=self._proof.asked(), status=422 if faults else 200,
        )  # fmt: skip

    async def code(self, exchange: Exchange) -> web.Response:
        """Send a code to his number."""
        form = exchange.form
        try:
            self._identities.met(_kept(exchange))
            if not form.get("agree"):
                raise Invalid("agree", "请阅读个人信息保护说明，并勾选同意", "agree")
            self._proof.check(form)
            await self._sessions.send_code(form.get("number"), exchange.address)
        except NotSignedIn as refusal:
            return self._failed(exchange, refusal)
        except Refusal as refusal:
            return self._asked(exchange, "number", faults_of(refusal))
        return self._asked(exchange, "code")

    async def bind(self, exchange: Exchange) -> web.Response:
        """The number is his: his account is bound, and his session begins."""
        form = exchange.form
        try:
            met = self._identities.met(_kept(exchange))
            same = await self._identities.number_of(met)
            citizen, token = await self._sessions.begin(
                form.get("number"), form.get("code"), exchange.address, exchange.browser, same=same
            )
        except NotSignedIn as refusal:
            return self._failed(exchange, refusal)
        except Refusal as refusal:
            return self._asked(exchange, "code", faults_of(refusal))
        await self._identities.bind(met, await self._accounts.open(citizen))
        exchange.start_session = token
        response = see_other(met.then)
        response.del_cookie(COOKIE, path="/enter")
        return response

    def _failed(self, exchange: Exchange, refusal: Refusal) -> web.Response:
        """Not signed in by this way: the other one is there."""
        return self._pages.page(
            exchange, "portal/refused.html", "没有登录", status=401, private=True,
            words=f"{refusal.detail}。也可以用短信验证码登录。",
        )  # fmt: skip


def _kept(exchange: Exchange) -> str:
    return exchange.request.cookies.get(COOKIE, "")


def _keep(response: web.Response, exchange: Exchange, cookie: str, same_site: str) -> web.Response:
    response.set_cookie(
        COOKIE, cookie, path="/enter", max_age=int(AWAY.total_seconds()), httponly=True, samesite=same_site,
        secure=is_https(exchange.request),
    )  # fmt: skip
    return response
