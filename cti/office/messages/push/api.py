"""Routes of one's own browsers that are told something while the console is closed."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, Route
from cti.base.visitor import Visitor
from cti.office.messages.push.devices import PushDevices
from cti.office.messages.push.sealing import Sender


class PushView(pydantic.BaseModel):
    """The house's public key (base64url), empty where there is no push; on how many browsers one is told."""

    key: str
    devices: int


class Endpoint(Body):
    """A browser's address at its push service."""

    endpoint: str = pydantic.Field(min_length=10, max_length=1000, title="推送地址")


class Device(Endpoint):
    """With its keys, as its `PushSubscription` says them."""

    key: str = pydantic.Field(max_length=100, title="浏览器公钥")
    secret: str = pydantic.Field(max_length=40, title="共享密钥")


class PushApi:
    """One's own."""

    def __init__(self, devices: PushDevices, sender: Sender) -> None:
        self._devices, self._sender = devices, sender

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/inbox/push", self.state, SIGNED_IN, "我的手机推送"),
            Route("POST", "/api/inbox/push", self.add, SIGNED_IN, "在这个浏览器接收推送"),
            Route("POST", "/api/inbox/push/remove", self.remove, SIGNED_IN, "不再在这个浏览器接收推送"),
        ]

    async def state(self, visitor: Visitor) -> PushView:
        """Whether there is push, and on how many browsers one is told."""
        key = self._sender.key if self._devices.services else ""
        return PushView(key=key, devices=await self._devices.count(visitor))

    async def add(self, visitor: Visitor, body: Device) -> None:
        """Be told on this browser."""
        await self._devices.add(visitor, body.endpoint, body.key, body.secret)

    async def remove(self, visitor: Visitor, body: Endpoint) -> None:
        """Be told nothing more on it."""
        await self._devices.remove(visitor, body.endpoint)
