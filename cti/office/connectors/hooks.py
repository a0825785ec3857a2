"""What other systems tell us: signed, kept before it is worked on, and once, however often it comes."""

from __future__ import annotations

from typing import Any

import msgspec
import structlog
from aiohttp import web

from cti.base.addresses import is_among
from cti.base.clock import Clock
from cti.base.http.bodies import read_body
from cti.base.http.routes import PUBLIC, Exchange, Route
from cti.base.refusal import Invalid, NotAllowed, NotFound
from cti.office.connectors.description import Incoming
from cti.office.connectors.service import Connectors
from cti.office.connectors.signing import NotSigned, check

log = structlog.get_logger(__name__)

BODY_BYTES = 1024 * 1024


class Hooks:
    """The route for other systems, on the public site alone."""

    def __init__(self, connectors: Connectors, clock: Clock) -> None:
        self._connectors, self._clock = connectors, clock

    def routes(self) -> list[Route]:
        """Each route with its permission, and what it is called in the contract."""
        title = "其他系统的通知"
        return [Route("POST", "/hooks/{connector}", self.receive, PUBLIC, title, limit=BODY_BYTES, outside=True)]

    async def receive(self, connector: str, exchange: Exchange) -> web.Response:
        """Keep what came. NotFound for a connector that hears nothing, NotAllowed when it is not signed as agreed."""
        one = self._connectors.all.get(connector)
        incoming = one.described.incoming if one is not None else None
        if incoming is None:
            raise NotFound("no_connector", "没有这个接收地址")
        body = await read_body(exchange.request, BODY_BYTES)
        id = self._checked(connector, incoming, exchange, body)
        fresh = await self._connectors.keep_heard(connector, id, _object(body))
        return web.json_response({"id": id, "received": True, "again": not fresh}, status=202)

    def _checked(self, connector: str, incoming: Incoming, exchange: Exchange, body: bytes) -> str:
        if incoming.senders and not is_among(exchange.address, incoming.senders):
            log.warning("hook from elsewhere", connector=connector, address=exchange.address)
            raise NotAllowed("not_signed", "来源或签名不符")
        now = self._clock.wall().timestamp()
        try:
            return check(incoming.signature, exchange.request.headers, body, now, incoming.window)
        except NotSigned as error:
            log.warning("hook not signed", connector=connector, address=exchange.address, reason=str(error))
            raise NotAllowed("not_signed", "来源或签名不符") from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise Invalid("json", "不是有效的 JSON") from None
    if not isinstance(found, dict):
        raise Invalid("json", "应为 JSON 对象")
    return found
