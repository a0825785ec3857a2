"""Signing in on the public site by WeChat (网页授权): who is not bound yet binds his number once (用户绑定)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from urllib.parse import quote, unquote

import pydantic
import structlog
from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.http.guard import is_https
from cti.base.http.routes import CITIZEN, PUBLIC, Exchange, Query, Route
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotAllowed, NotFound, NotSignedIn
from cti.office.public_sessions.service import PublicSessions
from cti.office.records import Office
from workflow.portal.accounts import Accounts
from workflow.portal.rendering import Pages, inside, see_other
from workflow.wechat.readers import Readers
from workflow.wechat.settings import WechatSettings
from workflow.wechat.speaking.account import OfficialAccount
from workflow.wechat.speaking.errors import WechatError

log = structlog.get_logger(__name__)

AT, BACK, BIND, FREE = "/wechat", "/wechat/back", "/wechat/bind", "/wechat/free"
STATE, PROVEN = "wechat-state", "wechat-reader"
"""Cookies: what he left for WeChat with, and who he is by WeChat, until he has shown a number."""
SECONDS = 600
SESSION = "wechat"


class NextQuery(Query):
    """Where he wants to go."""

    next: str = pydantic.Field(default="/mine", max_length=300)


class BackQuery(Query):
    """What WeChat says."""

    code: str = pydantic.Field(default="", max_length=200)
    state: str = pydantic.Field(default="", max_length=100)


class WechatEntering:
    """The routes."""

    def __init__(
        self, office: Office, settings: Callable[[], WechatSettings], account: OfficialAccount, readers: Readers,
        sessions: PublicSessions, accounts: Accounts, pages: Pages,
    ) -> None:  # fmt: skip
        self._settings, self._account, self._readers, self._clock = settings, account, readers, office.clock
        self._sessions, self._accounts, self._pages, self._cipher = sessions, accounts, pages, office.store.cipher

    def routes(self) -> list[Route]:
        """Those of the public site."""
        return [
            Route("GET", AT, self.leave, PUBLIC, "用微信登录", outside=True, page=True),
            Route("GET", BACK, self.come_back, PUBLIC, "从微信返回", outside=True, page=True),
            Route("GET", BIND, self.binding, CITIZEN, "微信绑定页面", outside=True, page=True),
            Route("POST", BIND, self.bind, CITIZEN, "绑定微信", outside=True, page=True),
            Route("POST", FREE, self.release, CITIZEN, "解除自己的微信绑定", outside=True, page=True),
        ]

    async def leave(self, query: NextQuery, exchange: Exchange) -> web.Response:
        """To WeChat, to be told who he is; who is signed in already, or is elsewhere than in WeChat, goes on here."""
        settings, then = self._settings(), inside(query.next, "/mine")
        if not settings.enabled:
            raise NotFound("not_found", "没有这个页面")
        signed_in = exchange.citizen is not None and await self._accounts.has(exchange.citizen)
        proven = bool(self._proven(exchange))
        if "MicroMessenger/" not in exchange.browser or (signed_in and (proven or not then.startswith(BIND))):
            return see_other(then)
        state = secrets.token_urlsafe(24)
        response = see_other(self._account.sign_in_at(f"{settings.site}{BACK}", state))
        _give(response, exchange, STATE, f"{state}.{quote(then, safe='')}", AT)
        return response

    async def come_back(self, query: BackQuery, exchange: Exchange) -> web.Response:
        """Known by WeChat: signed in when he is bound, else led to bind his number first."""
        state, _, then = exchange.request.cookies.get(STATE, "").partition(".")
        if not state or not query.code or not hmac.compare_digest(state.encode(), query.state.encode()):
            raise NotAllowed("state", "登录已过期，请从公众号菜单重新进入")
        then = inside(unquote(then), "/mine")
        try:
            openid = await self._account.reader_of(query.code)
        except WechatError as error:
            log.warning("WeChat does not say who came", code=error.code)
            raise Conflict("wechat", f"微信登录没有成功：{error.words}，请从公众号菜单重新进入") from None
        number = await self._readers.number_of(openid)
        known = number is not None and await self._signed_in(exchange, number)
        if not known and not then.startswith(BIND):
            then = f"{BIND}?next={quote(then, safe='')}"
        response = self._pages.page(exchange, "wechat/back.html", "微信登录", private=True, then=then, known=known)
        # The session's cookie is for requests from our own pages alone: it comes with what this page asks for.
        response.headers["Refresh"] = f"0; url={then}"
        _give(response, exchange, PROVEN, self._proof(openid), "/")
        response.del_cookie(STATE, path=AT)
        return response

    async def _signed_in(self, exchange: Exchange, number: Number) -> bool:
        """Whether his session began; else he shows by a code that the number is his (still)."""
        if not await self._accounts.has(Citizen("", number)):
            return False
        try:
            begun = await self._sessions.resume(number.digits, exchange.address, exchange.browser, SESSION)
        except NotSignedIn:
            return False
        exchange.start_session = begun[1]
        return True

    async def known_as(self, exchange: Exchange) -> str:
        """The number (canonical digits) that is bound to who WeChat said he is; empty when there is none."""
        openid = self._proven(exchange)
        number = await self._readers.number_of(openid) if openid else None
        return number.digits if number is not None else ""

    async def binding(self, citizen: Citizen, query: NextQuery, exchange: Exchange) -> web.Response:
        """Who is signed in binds WeChat to his number, or ends that."""
        openid = self._proven(exchange)
        number = await self._readers.number_of(openid) if openid else None
        then = inside(query.next, "/mine")
        this = number is not None and number.digits == citizen.number.digits
        if this and then != "/mine" and not then.startswith(BIND):
            return see_other(then)
        return self._pages.page(
            exchange, "wechat/bind.html", "微信绑定", private=True, then=then, in_wechat=bool(openid), this=this,
            bound=await self._readers.bound_to(citizen),
        )  # fmt: skip

    async def bind(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Bind who WeChat said he is to the number that he has shown."""
        await self._accounts.of(citizen)
        if not (openid := self._proven(exchange)):
            raise Conflict("not_in_wechat", "请在微信中打开公众号，点击菜单“用户绑定”")
        await self._readers.bind(openid, citizen)
        return see_other(inside(exchange.form.get("next"), BIND))

    async def release(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """He is bound no more."""
        await self._readers.release_own(citizen)
        response = see_other(BIND)
        response.del_cookie(PROVEN, path="/")
        return response

    # ── who he is by WeChat ──────────────────────────────────────────────────────────────────────────────────────

    def _proof(self, openid: str) -> str:
        said = f"{int(self._clock.wall().timestamp()) + SECONDS}.{openid}"
        return f"{said}.{self._cipher.mac(PROVEN, said.encode())}"

    def _proven(self, exchange: Exchange) -> str:
        said, _, mac = exchange.request.cookies.get(PROVEN, "").rpartition(".")
        until, _, openid = said.partition(".")
        if not self._cipher.is_mac(PROVEN, said.encode(), mac) or int(until) < self._clock.wall().timestamp():
            return ""
        return openid


def _give(response: web.Response, exchange: Exchange, name: str, value: str, path: str) -> None:
    # Lax: he comes back from WeChat's site.
    secure = is_https(exchange.request)
    response.set_cookie(name, value, path=path, max_age=SECONDS, httponly=True, samesite="Lax", secure=secure)
