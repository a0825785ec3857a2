"""The log of letters: who was sent what by which channel, what became of it and what it cost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.masking import shown_number
from cti.office.identity.models import PersonRow
from cti.office.messages.channels.port import CARRIES_TITLES, Carries
from cti.office.messages.deliveries import ENDED, STATE_TITLES, Posting, State
from cti.office.messages.models import DeliveryRow
from cti.office.messages.outbox import Outbox
from cti.office.messages.rights import EXPORT, MANAGE, SEE
from cti.office.messages.templates import Said
from cti.office.messages.timeline import text_for
from cti.office.sheets.writing import SheetWriter
from cti.store.engine import Store
from cti.store.listing import Listed, listed

MOST = 100_000
CHUNK = 200
HEADINGS = ("创建时间", "方式", "渠道", "接收人", "内容", "状态", "条数", "费用（元）", "发送人", "说明")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters to list; an empty field limits nothing."""

    carries: str = ""
    channel: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """What went by a channel, and what it cost in yuan."""

    channel: str
    title: str
    sent: int
    delivered: int
    failed: int
    dropped: int
    parts: int
    cost: float


class DeliveryLog:
    """Reads the letters within reach, and sends one again."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, outbox: Outbox) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._outbox = outbox

    async def find(self, visitor: Visitor, wanted: Wanted, page: int, size: int) -> Listed[DeliveryRow]:
        """A page, the newest first."""
        visitor.need(SEE)
        limits = [*visitor.reach(SEE).limits(DeliveryRow), *_limits(wanted)]
        order: list[ColumnElement[Any]] = [DeliveryRow.created_at.desc(), DeliveryRow.id.desc()]
        async with self._store.reading() as session:
            return await listed(session, DeliveryRow, limits, order, page, size)

    async def names(self, rows: Sequence[DeliveryRow]) -> Mapping[str, str]:
        """The names of the people of the house among those who were written to."""
        async with self._store.reading() as session:
            return await _names(session, rows)

    async def sums(self, visitor: Visitor, wanted: Wanted) -> list[Sum]:
        """What each channel sent and cost in a period."""
        visitor.need(SEE)

        def counted(*states: State) -> ColumnElement[int]:
            return func.sum(case((DeliveryRow.state.in_([one.value for one in states]), 1), else_=0))

        states = counted(State.SENT), counted(State.DELIVERED), counted(State.FAILED), counted(State.DROPPED)
        went = case((DeliveryRow.sent_at.is_not(None), DeliveryRow.parts), else_=0)
        sums = select(DeliveryRow.channel, *states, func.sum(went), func.sum(DeliveryRow.cost))
        limits = [*visitor.reach(SEE).limits(DeliveryRow), *_limits(wanted)]
        async with self._store.reading() as session:
            rows = (await session.execute(sums.where(*limits).group_by(DeliveryRow.channel))).all()
        found = []
        for name, sent, delivered, failed, dropped, parts, cost in sorted(rows):
            counts = (int(sent), int(delivered), int(failed), int(dropped), int(parts))
            found.append(Sum(name, self.channel_title(name), *counts, cost=int(cost) / 1000))
        return found

    def channel_title(self, name: str) -> str:
        """What people call a channel; its name when it is gone."""
        sender = self._outbox.senders.get(name)
        return name if sender is None else sender.described.title

    async def resend(self, visitor: Visitor, id: str) -> DeliveryRow:
        """Send a letter that has ended once more, as a new one. Conflict for one that has not."""
        visitor.need(MANAGE)
        async with self._store.writing() as session:
            row = await session.get(DeliveryRow, id, with_for_update=True)
            if row is None or not visitor.reach(MANAGE).covers(row.organisation, row.region):
                raise NotFound("no_letter", "消息不存在")
            if row.state not in ENDED:
                raise Conflict("not_ended", "该消息尚在发送")
            if row.secret:
                raise Conflict("secret", "验证码不能重发，请收件人重新获取")
            said = Said(row.kind, row.subject, row.text, row.text, row.outline, row.template, enclosed=row.enclosed)
            posting = Posting(
                Carries(row.carries), row.address, said, row.organisation, row.region, person=row.person,
                about=row.about, sender=visitor.name, automatic=False, urgent=row.urgent,
                channel=row.channel if row.carries == Carries.ROBOT else "",
            )  # fmt: skip
            fresh = await self._outbox.post(session, posting, signed=True)
            if not fresh:
                raise Conflict("no_channel", "没有可用的渠道")
            await self._audit.write(session, visitor, "letter.resent", f"letter:{id}", after={"as": fresh})
            found = await session.get(DeliveryRow, fresh)
            assert found is not None, "it was just posted"
            return found

    async def export(self, visitor: Visitor, wanted: Wanted) -> bytes:
        """The letters as a spreadsheet, as the visitor may see them."""
        visitor.need(EXPORT)
        limits = [
            *visitor.reach(SEE).limits(DeliveryRow), *visitor.reach(EXPORT).limits(DeliveryRow), *_limits(wanted),
        ]  # fmt: skip
        every = select(DeliveryRow).where(*limits).order_by(DeliveryRow.created_at.desc(), DeliveryRow.id.desc())
        writer = SheetWriter(HEADINGS)
        count = 0
        async with self._store.reading() as session:
            rows = await session.stream_scalars(every.limit(MOST).execution_options(yield_per=CHUNK))
            async for chunk in rows.partitions(CHUNK):
                names = await _names(session, chunk)
                count += len(chunk)
                await asyncio.to_thread(writer.add, [self._line(visitor, row, names) for row in chunk])
        await self._audit.note(visitor, "letter.exported", "letter:", {"rows": count})
        return await asyncio.to_thread(writer.finish)

    def _line(self, visitor: Visitor, row: DeliveryRow, names: Mapping[str, str]) -> list[str | int | float | None]:
        return [
            row.created_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"), CARRIES_TITLES[Carries(row.carries)],
            self.channel_title(row.channel), recipient(visitor, row, names), text_for(visitor, row),
            STATE_TITLES[State(row.state)], row.parts, row.cost / 1000, row.sender or "系统", row.last_error,
        ]  # fmt: skip


def recipient(visitor: Visitor, row: DeliveryRow, names: Mapping[str, str]) -> str:
    """To whom it went, as a visitor may see it: a colleague by name, a number masked by right."""
    if row.person is not None:
        return names.get(row.person, "")
    if row.carries == Carries.SMS:
        return shown_number(visitor, Number.parse(row.address))
    return "群" if row.carries == Carries.ROBOT else f"{row.address[:1]}***@{row.address.partition('@')[2]}"


async def _names(session: AsyncSession, rows: Sequence[DeliveryRow]) -> Mapping[str, str]:
    ids = {row.person for row in rows if row.person is not None}
    found = await session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids)))
    return dict(found.tuples().all())


def _limits(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (DeliveryRow.carries, wanted.carries),
        (DeliveryRow.channel, wanted.channel),
        (DeliveryRow.state, wanted.state),
    ):
        if value:
            found.append(column == value)
    if wanted.since is not None:
        found.append(DeliveryRow.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(DeliveryRow.created_at < wanted.until)
    return found
