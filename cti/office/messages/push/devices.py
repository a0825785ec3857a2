"""Browsers that somebody wants to be told on: he adds and removes his own, at the browser itself."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.messages.push.models import PushDeviceRow, PushLetterRow
from cti.office.messages.push.sealing import KEY, SECRET, unpacked
from cti.store.engine import Store

MOST = 5
"""Browsers of one person; the oldest goes."""
LOCAL = ("127.0.0.1", "localhost")


def is_allowed(endpoint: str, services: Sequence[str]) -> bool:
    """Whether the house may send there: by TLS, to one of these hosts (`*.example.com` for all below one) alone."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL):
        return False
    return any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in services)


class PushDevices:
    """The service; each function is about the visitor's own."""

    def __init__(self, store: Store, clock: Clock, audit: Audit) -> None:
        self._store, self._clock, self._audit = store, clock, audit
        self.services: Sequence[str] = ()
        """Hosts of push services to which the house may send; none: there is no push."""

    async def count(self, visitor: Visitor) -> int:
        """How many he has."""
        return await self.count_of(visitor.person)

    async def count_of(self, person: str) -> int:
        """How many a person has."""
        async with self._store.reading() as session:
            mine = select(func.count()).where(PushDeviceRow.person == person)
            return int(await session.scalar(mine) or 0)

    async def add(self, visitor: Visitor, endpoint: str, key: str, secret: str) -> None:
        """This browser is his from now on. Conflict where there is no push, Invalid for another address or keys."""
        visitor.need_session()
        async with self._store.writing() as session:
            await self.put(session, visitor.person, endpoint, key, secret)
            await self._audit.write(session, visitor, "push_device.added", f"person:{visitor.person}")

    async def put(self, session: AsyncSession, person: str, endpoint: str, key: str, secret: str) -> None:
        """A browser is this person's from now on, and nobody else's. Conflict and Invalid as in `add`."""
        if not self.services:
            raise Conflict("no_push", "没有开通手机推送")
        if not is_allowed(endpoint, self.services):
            raise Invalid("push_service", "这个浏览器的推送服务不在允许的范围内，请联系管理员", "endpoint")
        try:
            unpacked(key, KEY), unpacked(secret, SECRET)
        except ValueError:
            raise Invalid("push_keys", "浏览器给出的密钥不正确，请重新开启", "key") from None
        await self.drop(session, endpoint)
        mine = select(PushDeviceRow.id).where(PushDeviceRow.person == person)
        there = (await session.scalars(mine.order_by(PushDeviceRow.created_at.desc()).offset(MOST - 1))).all()
        await self._let_go(session, there)
        row = PushDeviceRow(
            id=new_id(), person=person, endpoint=endpoint, endpoint_index=endpoint, key=key, secret=secret,
            created_at=self._clock.wall(),
        )  # fmt: skip
        session.add(row)

    async def remove(self, visitor: Visitor, endpoint: str) -> None:
        """Tell nothing more on this browser, if it is his."""
        visitor.need_session()
        async with self._store.writing() as session:
            if await self.drop(session, endpoint, visitor.person):
                await self._audit.write(session, visitor, "push_device.removed", f"person:{visitor.person}")

    async def drop(self, session: AsyncSession, endpoint: str, person: str = "") -> bool:
        """Let go of the browser with this address, if it is this person's, and of what is on its way to it."""
        whose = [PushDeviceRow.person == person] if person else []
        wanted = select(PushDeviceRow.id).where(PushDeviceRow.endpoint_index == endpoint, *whose)
        return await self._let_go(session, (await session.scalars(wanted)).all())

    async def forget(self, session: AsyncSession, person: str) -> None:
        """Let go of all browsers of a person."""
        wanted = select(PushDeviceRow.id).where(PushDeviceRow.person == person)
        await self._let_go(session, (await session.scalars(wanted)).all())

    async def _let_go(self, session: AsyncSession, devices: Sequence[str]) -> bool:
        await session.execute(delete(PushLetterRow).where(PushLetterRow.device.in_(devices)))
        await session.execute(delete(PushDeviceRow).where(PushDeviceRow.id.in_(devices)))
        return bool(devices)
