"""Routes on the public site by which citizens sign in and out, and those by which the staff ends a session."""

from __future__ import annotations

from datetime import datetime

import pydantic

from cti.base.citizen import Citizen
from cti.base.http.guard import csrf_of
from cti.base.http.routes import CITIZEN, PUBLIC, Body, Exchange, Page, Paged, Route
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS, Disclosure, shown_number
from cti.office.public_sessions.models import PublicSessionRow
from cti.office.public_sessions.service import END, SEE, PublicSessions, Wanted
from cti.office.records.office import Office
from cti.office.screens.forms import form


class CodeBody(Body):
    """Where the code goes."""

    number: str = pydantic.Field(min_length=5, max_length=20, title="手机号码")


class EnterBody(CodeBody):
    """The number, and what was sent to it."""

    code: str = pydantic.Field(pattern=r"^[0-9]{6}$", title="验证码")


class EndBody(Body):
    """Which of his sessions a citizen ends."""

    everywhere: bool = pydantic.Field(default=False, title="所有设备")


class CitizenView(pydantic.BaseModel):
    """Who is signed in; `csrf` goes into `X-CSRF` of whatever changes something."""

    number: str
    csrf: str


class PublicSessionQuery(Page):
    """Sessions of a number, or only those that are open."""

    number: str = pydantic.Field(default="", max_length=20, title="手机号码")
    purpose: str = pydantic.Field(default="", max_length=200, title="查询事由")
    open: bool = pydantic.Field(default=False, title="有效")


class PublicSessionView(pydantic.BaseModel):
    """A citizen's session on the public site, as the staff see it."""

    id: str = pydantic.Field(title="编号")
    number: str = pydantic.Field(title="手机号码")
    address: str = pydantic.Field(title="网络地址")
    created_at: datetime = pydantic.Field(title="登录时间")
    seen_at: datetime = pydantic.Field(title="最近使用")
    open: bool = pydantic.Field(
        title="状态",
        json_schema_extra=form(kind="choice", options={"true": "有效", "false": "已结束"}),
    )


class PublicSessionsApi:
    """Signs citizens in and out by mobile and code; the staff lists sessions and ends them."""

    def __init__(self, sessions: PublicSessions, office: Office) -> None:
        self._sessions, self._office = sessions, office

    def outside(self) -> list[Route]:
        """Those of the public site."""
        return [
            Route("POST", "/session/code", self.code, PUBLIC, "发送登录验证码", outside=True, challenge=True),
            Route("POST", "/session", self.enter, PUBLIC, "市民登录", outside=True),
            Route("GET", "/session", self.current, CITIZEN, "当前登录的市民", outside=True),
            Route("DELETE", "/session", self.leave, CITIZEN, "市民退出登录", outside=True),
        ]

    def routes(self) -> list[Route]:
        """The routes by which the staff lists and ends sessions."""
        one = "/api/public_sessions"
        return [
            Route("GET", one, self.all, SEE, "市民在公众网站的登录"),
            Route("DELETE", f"{one}/{{id}}", self.kill, END, "结束市民在公众网站的登录"),
        ]

    async def code(self, body: CodeBody, exchange: Exchange) -> None:
        """Send a code to a mobile number."""
        await self._sessions.send_code(body.number, exchange.address)

    async def enter(self, body: EnterBody, exchange: Exchange) -> CitizenView:
        """Begin a citizen's session by the code that was sent."""
        citizen, token = await self._sessions.begin(body.number, body.code, exchange.address, exchange.browser)
        exchange.start_session = token
        return CitizenView(number=citizen.number.masked, csrf=csrf_of(token))

    async def current(self, citizen: Citizen, exchange: Exchange) -> CitizenView:
        """Who is signed in."""
        return CitizenView(number=citizen.number.masked, csrf=csrf_of(exchange.token))

    async def leave(self, citizen: Citizen, body: EndBody, exchange: Exchange) -> None:
        """Sign out, here or everywhere."""
        await self._sessions.end(citizen, everywhere=body.everywhere)
        exchange.end_session = True

    async def all(self, visitor: Visitor, query: PublicSessionQuery) -> Paged[PublicSessionView]:
        """A page of citizens' sessions, for the staff."""
        wanted = Wanted(query.number, query.purpose, query.open)
        found = await self._sessions.find(visitor, wanted, query.page, query.size)
        await Disclosure(self._office.audit).seen(
            visitor, SEE_NUMBERS, "public_session", [row.id for row in found.rows]
        )
        items = [self._view(visitor, row) for row in found.rows]
        return Paged(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def kill(self, visitor: Visitor, id: str) -> None:
        """End a citizen's session at once."""
        await self._sessions.kill(visitor, id)

    def _view(self, visitor: Visitor, row: PublicSessionRow) -> PublicSessionView:
        return PublicSessionView(
            id=row.id, number=shown_number(visitor, Number.parse(row.number)), address=row.address,
            created_at=row.created_at, seen_at=row.seen_at, open=self._sessions.is_open(row),
        )  # fmt: skip
