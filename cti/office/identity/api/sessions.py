"""Routes of open sessions: one's own, and those of people whom one manages."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import pydantic

from cti.base.http.guard import EndSockets
from cti.base.http.routes import SIGNED_IN, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.identity.service import Identity


class OpenSessionView(pydantic.BaseModel):
    """A session that is open; `current` is the one that asks."""

    id: str
    person: str
    login: str = pydantic.Field(title="账号")
    name: str = pydantic.Field(title="姓名")
    created_at: datetime = pydantic.Field(title="登录时间")
    seen_at: datetime = pydantic.Field(title="最近操作")
    address: str = pydantic.Field(title="地址")
    browser: str = pydantic.Field(title="浏览器")
    current: bool = pydantic.Field(title="当前会话")


class SessionsQuery(Page):
    """Whose: a person's, or of those whose login or name contains `search`."""

    person: str = pydantic.Field(default="", max_length=26)
    search: str = pydantic.Field(default="", max_length=40)


class SessionsApi:
    """Lists open sessions and ends them: everybody his own, a manager those of his people."""

    def __init__(self, identity: Identity, end_sockets: EndSockets) -> None:
        self._sessions = identity.sessions
        self._end_sockets = end_sockets

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/session/all", self.own, SIGNED_IN, "本人的登录会话"),
            Route("GET", "/api/sessions", self.all, "people.manage", "登录会话"),
            Route("DELETE", "/api/sessions/{session}", self.end, SIGNED_IN, "结束登录会话"),
        ]

    async def own(self, visitor: Visitor, query: Page) -> Paged[OpenSessionView]:
        """One's own sessions, the one seen last first."""
        found = [OpenSessionView(**asdict(one)) for one in await self._sessions.own(visitor)]
        return Paged[OpenSessionView].cut(found, query)

    async def all(self, visitor: Visitor, query: SessionsQuery) -> Paged[OpenSessionView]:
        """Sessions of people within reach."""
        found = await self._sessions.find(visitor, query.person, query.search)
        return Paged[OpenSessionView].cut([OpenSessionView(**asdict(one)) for one in found], query)

    async def end(self, visitor: Visitor, session: str) -> None:
        """End a session and its sockets."""
        visitor.need_session()
        await self._sessions.end(visitor, session)
        await self._end_sockets(session)
