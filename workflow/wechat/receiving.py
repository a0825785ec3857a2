"""What WeChat tells: checked, kept once, answered at once (it waits five seconds), and worked on afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import structlog
from aiohttp import web
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from cti.base.http.bodies import read_body
from cti.base.http.routes import PUBLIC, Exchange, Query, Route
from cti.base.refusal import NotAllowed, NotFound
from cti.office.records import Office
from workflow.wechat.models import WechatReceivedRow
from workflow.wechat.settings import WechatSettings
from workflow.wechat.speaking.envelope import Envelope, NotGenuine, check
from workflow.wechat.speaking.incoming import LONGEST, Incoming, fields_of, incoming_of

log = structlog.get_logger(__name__)

AT = "/wechat/callback"
STALE = 600.0
"""Seconds by which a call may be older or newer than our clock: an older one is somebody's copy."""
KEPT = timedelta(days=3)
"""How long it is known that something came: WeChat tries again for seconds only."""
AGAIN, TRIES, BATCH, AT_ONCE = 5.0, 24, 100, 8
SUCCESS = "success"


class CallbackQuery(Query):
    """What WeChat says beside the message."""

    signature: str = ""
    timestamp: str = ""
    nonce: str = ""
    echostr: str = ""
    openid: str = ""
    encrypt_type: str = ""
    msg_signature: str = ""


class Receiving:
    """The route, and the work. `work` does what a message asks for; what it raises is tried again."""

    def __init__(
        self, office: Office, settings: Callable[[], WechatSettings], work: Callable[[Incoming], Awaitable[None]]
    ) -> None:
        self._store, self._clock, self._settings, self._work = office.store, office.clock, settings, work
        self._came = asyncio.Event()

    def routes(self) -> list[Route]:
        """For WeChat's servers alone."""
        return [
            Route("GET", AT, self.verify, PUBLIC, "微信验证服务器地址", outside=True),
            Route("POST", AT, self.receive, PUBLIC, "微信推送的消息", outside=True, limit=LONGEST),
        ]

    async def verify(self, query: CallbackQuery) -> web.Response:
        """Show that we know the token: when the address is entered at WeChat."""
        settings = self._open()
        self._check(query.signature, settings.token, query.timestamp, query.nonce)
        return web.Response(text=query.echostr[:200], content_type="text/plain")

    async def receive(self, query: CallbackQuery, exchange: Exchange) -> web.Response:
        """A message in safe mode (安全模式): kept, if it is new, and acknowledged."""
        settings, raw = self._open(), await read_body(exchange.request, LONGEST)
        try:
            sealed = fields_of(raw).get("Encrypt", "")
            self._check(query.msg_signature, settings.token, query.timestamp, query.nonce, sealed)
            incoming = incoming_of(fields_of(Envelope(settings.key, settings.app_id).open(sealed)))
        except NotGenuine as error:
            log.warning("refused on WeChat's callback", reason=str(error), address=exchange.address)
            raise _refused() from None
        if await self.keep(incoming):
            self._came.set()
        return web.Response(text=SUCCESS, content_type="text/plain")

    def _open(self) -> WechatSettings:
        if not (settings := self._settings()).enabled:
            raise NotFound("not_found", "没有这个页面")
        return settings

    def _check(self, signature: str, token: str, timestamp: str, *more: str) -> None:
        now = self._clock.wall().timestamp()
        try:
            check(signature, token, timestamp, *more)
        except NotGenuine:
            raise _refused() from None
        if not timestamp.isdecimal() or abs(int(timestamp[:15]) - now) > STALE:
            log.warning("an old call on WeChat's callback", timestamp=timestamp[:20])
            raise _refused()

    # ── the work ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def keep(self, incoming: Incoming) -> bool:
        """Keep it; False for what came before."""
        told = msgspec.json.encode(dict(incoming.fields)).decode()
        row = WechatReceivedRow(id=incoming.id, at=self._clock.wall(), told=told, tries=0, done_at=None)
        try:
            async with self._store.writing() as session:
                session.add(row)
        except IntegrityError:
            return False
        return True

    async def run(self) -> None:
        """Work on what came, also before this engine started."""
        while True:
            self._came.clear()
            try:
                if await self.look():
                    continue
            except Exception:
                log.exception("what WeChat told is not worked on")
            try:
                async with asyncio.timeout(AGAIN):
                    await self._came.wait()
            except TimeoutError:
                pass

    async def look(self) -> bool:
        """Work on what waits: readers side by side, what one wrote in order. Whether anything was done."""
        async with self._store.reading() as session:
            waits = select(WechatReceivedRow).where(WechatReceivedRow.done_at.is_(None))
            first = waits.order_by(WechatReceivedRow.at, WechatReceivedRow.id).limit(BATCH)
            rows = (await session.scalars(first)).all()
        by_reader: dict[str, list[Incoming]] = {}
        for row in rows:
            incoming = incoming_of(msgspec.json.decode(row.told, type=dict[str, str]))
            by_reader.setdefault(incoming.openid, []).append(incoming)
        slots = asyncio.Semaphore(AT_ONCE)

        async def of_one(all_of_him: list[Incoming]) -> bool:
            async with slots:
                return all([await self._one(incoming) for incoming in all_of_him])

        done = await asyncio.gather(*(of_one(one) for one in by_reader.values()))
        return any(done)

    async def _one(self, incoming: Incoming) -> bool:
        done = True
        try:
            await self._work(incoming)
        except Exception:
            log.exception("a message of WeChat is not worked on", id=incoming.id, kind=incoming.kind)
            done = False
        now = self._clock.wall()
        async with self._store.writing() as session:
            row = await session.get_one(WechatReceivedRow, incoming.id, with_for_update=True)
            row.tries += 1
            if done or row.tries >= TRIES:
                row.told, row.done_at = "", now
            await session.execute(delete(WechatReceivedRow).where(WechatReceivedRow.at < now - KEPT))
        return done


def _refused() -> NotAllowed:
    return NotAllowed("not_genuine", "签名不正确")
