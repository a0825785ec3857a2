"""Where people of the house want to be told beyond the console, and the letters that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.messages.channels.description import Sends
from cti.office.messages.channels.port import Carries
from cti.office.messages.deliveries import Posting
from cti.office.messages.models import ContactRow
from cti.office.messages.outbox import Outbox
from cti.office.messages.quiet import after_quiet
from cti.office.messages.service import Told
from cti.office.messages.urgency import Urgency
from cti.store.engine import Store

From = Literal["off", "normal", "urgent"]
"""The least urgency at which somebody wants to be told by a channel."""

RANKS = {urgency.value: rank for rank, urgency in enumerate(Urgency)}
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody has set for himself; quiet hours are times of day (`21:00`), empty for none."""

    mobile: str = ""
    mail: str = ""
    sms_from: From = "urgent"
    mail_from: From = "normal"
    quiet_from: str = ""
    quiet_until: str = ""


class Contacts:
    """Everybody's own, and the letters by which he is told; what is urgent knows no quiet hours.

    Letters belong to the house's own organisation and region.
    """

    def __init__(self, store: Store, clock: Clock, audit: Audit, outbox: Outbox, house: tuple[str, str]) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._outbox = outbox
        self._house = house

    async def of(self, visitor: Visitor) -> Contact:
        """What the visitor has set."""
        async with self._store.reading() as session:
            row = await session.get(ContactRow, visitor.person)
        return Contact() if row is None else _contact(row)

    async def set(self, visitor: Visitor, contact: Contact) -> Contact:
        """Set it. Invalid for a number that takes no SMS."""
        visitor.need_session()
        mobile = Number.parse(contact.mobile) if contact.mobile else None
        if mobile is not None and mobile.kind is not NumberKind.MOBILE:
            raise Invalid("no_mobile", "请填写手机号码", "mobile")
        if bool(contact.quiet_from) != bool(contact.quiet_until):
            raise Invalid("quiet", "免打扰的开始和结束时间须一起填写", "quiet_until")
        values = {
            "mobile": mobile.digits if mobile else None, "mail": contact.mail or None, "sms_from": contact.sms_from,
            "mail_from": contact.mail_from, "quiet_from": contact.quiet_from, "quiet_until": contact.quiet_until,
        }  # fmt: skip
        async with self._store.writing() as session:
            row = await session.get(ContactRow, visitor.person, with_for_update=True)
            changed = [name for name, value in values.items() if row is None or getattr(row, name) != value]
            if row is None:
                row = ContactRow(person=visitor.person, updated_at=self._clock.wall(), **values)
                session.add(row)
            else:
                for name in changed:
                    setattr(row, name, values[name])
                row.updated_at = self._clock.wall()
            if changed:
                # Which, not what: the audit has no numbers.
                about = f"person:{visitor.person}"
                await self._audit.write(session, visitor, "contact.changed", about, after={"fields": changed})
            return _contact(row)

    async def carry(self, session: AsyncSession, told: Told) -> None:
        """Post the letters that a message means, in its own transaction."""
        await self._say_to_robots(session, told)
        for begin in range(0, len(told.persons), CHUNK):
            some = told.persons[begin : begin + CHUNK]
            for row in await session.scalars(select(ContactRow).where(ContactRow.person.in_(some))):
                for carries, address, least in (
                    (Carries.SMS, row.mobile, row.sms_from),
                    (Carries.MAIL, row.mail, row.mail_from),
                ):
                    if address and least in RANKS and RANKS[told.urgency.value] >= RANKS[least]:
                        await self._post(session, told, carries, address, row)

    async def _post(
        self, session: AsyncSession, told: Told, carries: Carries, address: str, row: ContactRow | None
    ) -> None:
        urgent = told.urgency is Urgency.URGENT
        later = None if urgent or row is None else after_quiet(told.at, row.quiet_from, row.quiet_until)
        organisation, region = self._house
        posting = Posting(
            carries, address, told.said, organisation, region, urgent=urgent, not_before=later, sender=told.by,
            person=None if row is None else row.person, channel=address if carries is Carries.ROBOT else "",
        )  # fmt: skip
        await self._outbox.post(session, posting)

    async def _say_to_robots(self, session: AsyncSession, told: Told) -> None:
        for name, sender in self._outbox.senders.items():
            if sender.described.carries is Carries.ROBOT and _meant(sender.described.sends, told):
                await self._post(session, told, Carries.ROBOT, name, None)


def _meant(sends: Sends, told: Told) -> bool:
    kinds = not sends.kinds or told.said.kind in sends.kinds
    return kinds and RANKS[told.urgency.value] >= RANKS[sends.urgency]


def _contact(row: ContactRow) -> Contact:
    mobile = Number.parse(row.mobile).national if row.mobile else ""
    return Contact(mobile, row.mail or "", _from(row.sms_from), _from(row.mail_from), row.quiet_from, row.quiet_until)


def _from(text: str) -> From:
    return "normal" if text == "normal" else "urgent" if text == "urgent" else "off"
