"""Readers of the account: who follows it, and whose number each has shown to be his."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.citizen import Citizen
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor, system
from cti.office.public_sessions.holders import Holders
from cti.office.records import Office
from cti.store.listing import Listed, listed
from workflow.wechat.models import WechatReaderRow

SEE, UNBIND, MANAGE = "wechat.see", "wechat.unbind", "wechat.manage"
BY = system("微信公众号")


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader; `number` (canonical digits) is empty as long as he is bound to none."""

    id: str
    openid: str
    number: str


class Readers:
    """The service. A number counts as a reader's as long as it is not another's since he bound it (`holders`)."""

    def __init__(self, office: Office, holders: Holders) -> None:
        self._office, self._store, self._clock, self._holders = office, office.store, office.clock, holders

    async def seen(self, openid: str, *, follows: bool = True) -> Reader:
        """He wrote, came, or left; known from then on."""
        try:
            return await self._seen(openid, follows=follows)
        except IntegrityError:
            # Of two that came at once the other was first.
            return await self._seen(openid, follows=follows)

    async def _seen(self, openid: str, *, follows: bool) -> Reader:
        async with self._store.writing() as session:
            row = await _row(session, openid) or self._new(session, openid)
            row.follows, row.seen_at = follows, self._clock.wall()
            await session.flush()
        return (await self._told([row]))[0]

    async def _told(self, rows: Sequence[WechatReaderRow]) -> list[Reader]:
        held = await self._holders.held({row.number for row in rows if row.number})
        return [Reader(row.id, row.openid, row.number if _is_his(row, held) else "") for row in rows]

    def _new(self, session: AsyncSession, openid: str) -> WechatReaderRow:
        now = self._clock.wall()
        row = WechatReaderRow(
            id=new_id(), openid=openid, openid_index=openid, number="", number_index="", follows=False,
            created_at=now, seen_at=now, bound_at=None, organisation=self._office.organisation,
            region=self._office.region,
        )  # fmt: skip
        session.add(row)
        return row

    async def number_of(self, openid: str) -> Number | None:
        """The number that he is bound to, as long as it is not another's since."""
        async with self._store.reading() as session:
            row = await _row(session, openid)
        digits = (await self._told([row]))[0].number if row is not None else ""
        return Number.parse(digits) if digits else None

    async def bind(self, openid: str, citizen: Citizen) -> None:
        """He has shown here that the number is his, and by WeChat who he is."""
        async with self._store.writing() as session:
            row = await _row(session, openid) or self._new(session, openid)
            digits, now = citizen.number.digits, self._clock.wall()
            row.number, row.number_index, row.bound_at, row.seen_at = digits, digits, now, now
            await session.flush()
            said = {"number": citizen.number.masked}
            await self._office.audit.write(session, BY, "wechat_reader.bound", f"wechat_reader:{row.id}", after=said)

    async def bound_to(self, citizen: Citizen) -> int:
        """How many WeChat accounts are bound to his number."""
        async with self._store.reading() as session:
            return len((await session.scalars(_of_number(citizen.number))).all())

    async def release(self, session: AsyncSession, number: Number, by: Visitor = BY) -> None:
        """Nobody is bound to the number any more."""
        for row in (await session.scalars(_of_number(number).with_for_update())).all():
            await self._released(session, row, by)

    async def release_own(self, citizen: Citizen) -> None:
        """He ends it himself."""
        async with self._store.writing() as session:
            await self.release(session, citizen.number)

    async def _released(self, session: AsyncSession, row: WechatReaderRow, by: Visitor) -> None:
        said = {"number": Number.parse(row.number).masked}
        row.number, row.number_index, row.bound_at = "", "", None
        await self._office.audit.write(session, by, "wechat_reader.released", f"wechat_reader:{row.id}", before=said)

    async def following(self, numbers: Sequence[str]) -> list[Reader]:
        """Who of those bound to these numbers follows the account."""
        wanted = select(WechatReaderRow).where(
            WechatReaderRow.number_index.in_(numbers), WechatReaderRow.bound_at.is_not(None), WechatReaderRow.follows
        )
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [one for one in await self._told(rows) if one.number]

    # ── the staff ────────────────────────────────────────────────────────────────────────────────────────────────

    async def find(self, visitor: Visitor, page: int, size: int) -> Listed[WechatReaderRow]:
        """A page of those who are bound, the newest first."""
        visitor.need(SEE)
        limits = [*visitor.reach(SEE).limits(WechatReaderRow), WechatReaderRow.bound_at.is_not(None)]
        order = (WechatReaderRow.bound_at.desc(), WechatReaderRow.id.desc())
        async with self._store.reading() as session:
            return await listed(session, WechatReaderRow, limits, order, page, size)

    async def unbind(self, visitor: Visitor, id: str) -> None:
        """Somebody of the staff ends a binding. NotFound also for what lies out of reach."""
        visitor.need(UNBIND)
        limits = [WechatReaderRow.id == id, *visitor.reach(UNBIND).limits(WechatReaderRow)]
        async with self._store.writing() as session:
            row = await session.scalar(select(WechatReaderRow).where(*limits).with_for_update())
            if row is None or row.bound_at is None:
                raise NotFound("no_reader", "没有这个绑定")
            await self._released(session, row, visitor)


async def _row(session: AsyncSession, openid: str) -> WechatReaderRow | None:
    found: WechatReaderRow | None = await session.scalar(
        select(WechatReaderRow).where(WechatReaderRow.openid_index == openid)
    )
    return found


def _is_his(row: WechatReaderRow, held: Mapping[str, tuple[datetime, datetime]]) -> bool:
    if row.bound_at is None or row.number not in held:
        return False
    since, until = held[row.number]
    return since <= row.bound_at <= until


def _of_number(number: Number) -> Select[tuple[WechatReaderRow]]:
    return select(WechatReaderRow).where(
        WechatReaderRow.number_index == number.digits, WechatReaderRow.bound_at.is_not(None)
    )
