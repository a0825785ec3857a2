"""What gateways tell of letters afterwards: they come in signed, and end a letter as delivered or failed."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web
from sqlalchemy import or_, select

from cti.base.addresses import is_among
from cti.base.clock import Clock
from cti.base.http.routes import PUBLIC, Exchange, Route
from cti.base.refusal import NotAllowed, NotFound
from cti.office.messages.channels.description import ReceiptsDescription
from cti.office.messages.channels.http_gateway import value_at
from cti.office.messages.deliveries import State
from cti.office.messages.models import DeliveryRow
from cti.office.messages.outbox import Outbox
from cti.store.engine import Store

BODY_BYTES = 256 * 1024
MOST = 500
"""Receipts in one body."""
OLD_SECONDS = 300
"""How far a signature's time may lie from ours."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the letter that the gateway calls `number`."""

    number: str
    state: str


class Receipts:
    """The route for gateways."""

    def __init__(self, outbox: Outbox, store: Store, clock: Clock) -> None:
        self._outbox = outbox
        self._store = store
        self._clock = clock

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        path = "/api/message_receipts/{channel}"
        return [Route("POST", path, self.receive, PUBLIC, "短信回执", limit=BODY_BYTES)]

    async def receive(self, channel: str, exchange: Exchange) -> web.Response:
        """Take receipts in. NotFound for a channel that gets none, NotAllowed when they are not signed as agreed."""
        sender = self._outbox.senders.get(channel)
        described = sender.described.receipts if sender is not None else None
        if described is None:
            raise NotFound("no_channel", "没有这个渠道，或不接收回执")
        body = await exchange.request.content.read(BODY_BYTES + 1)
        if len(body) > BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(BODY_BYTES, len(body))
        self._check(described, exchange, body)
        for receipt in _read(described, exchange.request.content_type, body):
            await self.take(channel, described, receipt)
        return web.Response(text=described.answer)

    def _check(self, described: ReceiptsDescription, exchange: Exchange, body: bytes) -> None:
        if described.senders and not is_among(exchange.address, described.senders):
            raise NotAllowed("not_signed", "回执来源地址不符")
        request = exchange.request
        if described.sign == "token":
            said, wanted = request.query.get("token", ""), described.secret
        else:
            at = request.headers.get("X-Timestamp", "")
            if not at.isdecimal() or abs(int(at) - self._clock.wall().timestamp()) > OLD_SECONDS:
                raise NotAllowed("not_signed", "回执的时间不符")
            said = request.headers.get("X-Signature", "").lower()
            wanted = hmac.new(described.secret.encode(), at.encode() + b"." + body, "sha256").hexdigest()
        if not hmac.compare_digest(said.encode(), wanted.encode()):
            raise NotAllowed("not_signed", "回执的签名不符")

    async def take(self, channel: str, described: ReceiptsDescription, receipt: Receipt) -> bool:
        """End the letter that a receipt is about, once; False when there is none that waits for one."""
        if not receipt.number:
            return False
        delivered = receipt.state in {str(one) for one in described.delivered}
        failed = {str(one) for one in described.failed}
        if not delivered and failed and receipt.state not in failed:
            return False
        its = or_(DeliveryRow.gateway_number == receipt.number, DeliveryRow.id == receipt.number)
        wanted = select(DeliveryRow).where(DeliveryRow.channel == channel, its)
        async with self._store.writing() as session:
            row = await session.scalar(wanted.with_for_update().limit(1))
            if row is None or row.state != State.SENT.value:
                return False
            row.state = State.DELIVERED.value if delivered else State.FAILED.value
            row.ended_at = self._clock.wall()
            row.last_error = "" if delivered else f"回执 {receipt.state[:60]}"
        return True


def _read(described: ReceiptsDescription, kind: str, body: bytes) -> Iterator[Receipt]:
    said: Any
    if kind == "application/x-www-form-urlencoded":
        said = dict(parse_qsl(body.decode("utf-8", "replace")))
    else:
        try:
            said = msgspec.json.decode(body)
        except msgspec.DecodeError:
            raise web.HTTPBadRequest from None
    every = value_at(said, described.items) if described.items else said
    for one in (every if isinstance(every, list) else [every])[:MOST]:
        number, state = value_at(one, described.number), value_at(one, described.state)
        yield Receipt("" if number is None else str(number), "" if state is None else str(state))
