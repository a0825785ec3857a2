"""SMS to citizens: by template, to mobile numbers, not to those who opted out, not at night, and not too many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Invalid
from cti.base.settings import MessageSettings
from cti.office.messages.channels.port import Carries
from cti.office.messages.deliveries import OPEN, Posting, State
from cti.office.messages.models import DeliveryRow
from cti.office.messages.opt_outs import OptOuts
from cti.office.messages.outbox import Outbox
from cti.office.messages.quiet import after_quiet
from cti.office.messages.templates import Filled, Templates

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SentToCitizen:
    """What becomes of an SMS: when it goes at the earliest, or why it is not sent."""

    delivery: str
    at: datetime
    dropped: str = ""


class CitizenMessages:
    """Sends to citizens in the transaction of what it follows from."""

    def __init__(
        self, outbox: Outbox, templates: Templates, opt_outs: OptOuts, clock: Clock, settings: MessageSettings
    ) -> None:
        self._outbox = outbox
        self._templates = templates
        self._opt_outs = opt_outs
        self._clock = clock
        self.settings = settings

    async def send_to_citizen(
        self,
        session: AsyncSession,
        number: Number,
        what: Filled,
        *,
        organisation: str,
        region: str,
        about: str = "",
        sender: str = "",
        once: bool = False,
    ) -> SentToCitizen:
        """Send an SMS; it stands in the timeline of the record `about` (`ticket:01J…`), sent or not.

        With `once` the same text about this record goes to this number no second time.

        Without a `sender` it is sent by the house itself: then not to numbers that opted out, nor in the citizens'
        quiet hours (it waits for their end), nor more often than the settings say for a record in an hour and a number
        in a day. Invalid for a number that takes no SMS, a template that is not there, and where no channel brings SMS.
        """
        if number.kind is not NumberKind.MOBILE:
            raise Invalid("no_mobile", "该号码不是手机号码，不能接收短信", "number")
        now, automatic = self._clock.wall(), not sender
        said = await self._templates.said(session, what)
        if once and (before := await self._said_before(session, number, about, said.sms)) is not None:
            return SentToCitizen(before.id, before.created_at, "此前已发送")
        dropped = await self._why_not(session, number, about, now) if automatic else ""
        settings = self.settings
        at = after_quiet(now, settings.citizens_quiet_from, settings.citizens_quiet_until) if automatic else now
        posting = Posting(
            Carries.SMS, number.digits, said, organisation, region, about=about, sender=sender, automatic=automatic,
            not_before=at, dropped=dropped,
        )  # fmt: skip
        delivery = await self._outbox.post(session, posting)
        if not delivery:
            raise Invalid("no_channel", "没有配置短信渠道")
        return SentToCitizen(delivery, at, dropped)

    async def _why_not(self, session: AsyncSession, number: Number, about: str, now: datetime) -> str:
        if await self._opt_outs.has(session, number):
            return "该号码已退订"
        counted = DeliveryRow.automatic, DeliveryRow.state != State.DROPPED.value
        if about:
            # Several people may have asked for the same: the limit is each one's own.
            this_record = (
                DeliveryRow.about == about, DeliveryRow.address_index == number.digits,
                DeliveryRow.created_at > now - HOUR,
            )  # fmt: skip
            if await _count(session, *counted, *this_record) >= self.settings.record_an_hour:
                return f"该记录一小时内已向该号码自动发送 {self.settings.record_an_hour} 条"
        this_number = DeliveryRow.address_index == number.digits, DeliveryRow.created_at > now - DAY
        if await _count(session, *counted, *this_number, DeliveryRow.person.is_(None)) >= self.settings.number_a_day:
            return f"该号码一天内已自动发送 {self.settings.number_a_day} 条"
        return ""

    async def _said_before(self, session: AsyncSession, number: Number, about: str, text: str) -> DeliveryRow | None:
        mine = DeliveryRow.about == about, DeliveryRow.address_index == number.digits
        rows = (await session.scalars(select(DeliveryRow).where(*mine))).all()
        return next((row for row in rows if row.text == text), None)

    async def of_record(self, session: AsyncSession, about: str) -> list[DeliveryRow]:
        """What was sent about a record, the newest first."""
        wanted = select(DeliveryRow).where(DeliveryRow.about == about).order_by(DeliveryRow.created_at.desc())
        return list((await session.scalars(wanted)).all())

    async def withdraw(self, session: AsyncSession, about: str) -> int:
        """Drop what waits for a record that needs it no more; returns how many letters."""
        waiting = DeliveryRow.about == about, DeliveryRow.state == OPEN[0].value
        rows = (await session.scalars(select(DeliveryRow).where(*waiting).with_for_update())).all()
        for row in rows:
            row.state, row.ended_at, row.last_error = State.DROPPED.value, self._clock.wall(), "不再需要"
        return len(rows)


async def _count(session: AsyncSession, *limits: object) -> int:
    wanted = select(func.count()).select_from(DeliveryRow).where(*limits)  # type: ignore[arg-type] # conditions
    return await session.scalar(wanted) or 0
