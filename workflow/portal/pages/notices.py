"""Routes by which a citizen's browser asks to be told that there is news, and to be told no more."""

from __future__ import annotations

import pydantic

from cti.base.citizen import Citizen
from cti.base.http.routes import CITIZEN, Route
from cti.base.refusal import Conflict
from cti.office.messages.push.api import Device, Endpoint
from workflow.portal.accounts import Accounts
from workflow.portal.notices import Notices

AT = "/mine/notices"


class NoticesView(pydantic.BaseModel):
    """The house's public key (base64url), empty where there is no push; on how many browsers he is told."""

    key: str
    devices: int


class NoticePages:
    """The routes."""

    def __init__(self, notices: Notices, accounts: Accounts) -> None:
        self._notices, self._accounts = notices, accounts

    def routes(self) -> list[Route]:
        """All of them are about his own browsers."""
        return [
            Route("GET", AT, self.state, CITIZEN, "我的消息提醒", outside=True),
            Route("POST", AT, self.add, CITIZEN, "在这个浏览器接收提醒", outside=True),
            Route("POST", f"{AT}/remove", self.remove, CITIZEN, "不再在这个浏览器接收提醒", outside=True),
        ]

    async def state(self, citizen: Citizen) -> NoticesView:
        """Whether there is push, and on how many browsers he is told."""
        return NoticesView(key=self._notices.key, devices=await self._notices.count(await self._accounts.of(citizen)))

    async def add(self, citizen: Citizen, body: Device) -> None:
        """Tell him on this browser."""
        if citizen.is_probe:
            raise Conflict("no_push", "没有开通消息提醒")
        await self._notices.add(await self._accounts.of(citizen), body.endpoint, body.key, body.secret)

    async def remove(self, citizen: Citizen, body: Endpoint) -> None:
        """Tell him nothing more on it."""
        await self._notices.remove(await self._accounts.of(citizen), body.endpoint)
