"""Revisits by SMS (短信链接): who was not reached by telephone answers on a page, by a link that dies once it was used.

The link goes to the number that the ticket has, and to no other; it counts while the ticket waits for its revisit with
that number, nobody has it in hand, and for some days. Tables have a keyed hash of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import NotFound, Refusal
from cti.office.messages import Filled, Messages, Template
from cti.office.messages.citizens import CitizenMessages
from workflow.revisit.models import LinkRow, RevisitRow
from workflow.revisit.results import Heard, Results
from workflow.revisit.service import BY, Revisits
from workflow.revisit.settings import RevisitSettings

log = structlog.get_logger(__name__)

AT = "/revisit"
KIND = "revisit_link"
TEXT = Template(
    KIND,
    KIND,
    "回访短信链接",
    "诉求回访",
    "您反映的诉求{编号}已有答复，我们未能接通您的电话。请评价办理结果：{链接}（{天数}天内有效，填写一次后失效）",
    {"编号": "工单编号", "链接": "评价页面的地址", "天数": "链接有效天数"},
    secret=True,
)
OVER = "链接已失效：已经评价过、已超过有效期，或该诉求已由工作人员回访。如需帮助请拨打12345。"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page says of a ticket: nothing that others may not read over his shoulder."""

    number: str
    about: str


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the template; returns the undo."""
    messages.templates.add_kind(KIND, "智能回访短信")
    return messages.templates.add(TEXT)


class Links:
    """Sends them and takes the answers. `host` is the public site's name, empty where it has none."""

    def __init__(self, revisits: Revisits, results: Results, citizens: CitizenMessages, host: str) -> None:
        self._revisits, self._results, self._citizens, self._host = revisits, results, citizens, host
        self._office = revisits.office
        self.settings = RevisitSettings()
        self.draw: Callable[[], str] = lambda: secrets.token_urlsafe(16)
        """A new link's secret."""

    @property
    def site(self) -> str:
        """The public site's address; empty where nobody has said it."""
        return self.settings.site.rstrip("/") or (f"https://{self._host}" if self._host else "")

    async def send(self, session: AsyncSession, row: RevisitRow) -> None:
        """Send one in the transaction in which nobody was reached; what cannot be sent hinders nothing."""
        if not self.site:
            log.warning("no link is sent: neither revisit.site nor public.names says the public site's address")
            return
        token, days, now = self.draw(), self.settings.link_days, self._office.clock.wall()
        values = {"编号": row.ticket_number, "链接": f"{self.site}{AT}/{token}", "天数": str(days)}
        try:
            sent = await self._citizens.send_to_citizen(
                session, Number.parse(row.number), Filled(KIND, values),
                organisation=row.organisation, region=row.region, about=f"ticket:{row.ticket}",
            )  # fmt: skip
        except Refusal as refusal:
            log.info("no link is sent", revisit=row.id, reason=refusal.detail)
            return
        if sent.dropped:
            return
        session.add(
            LinkRow(
                id=new_id(), organisation=row.organisation, region=row.region, revisit=row.id, key=self._key(token),
                number=row.number, sent_at=now, until=now + timedelta(days=days), used_at=None,
            )
        )  # fmt: skip

    async def asked(self, token: str) -> Asked:
        """What a link asks about. NotFound with why once it is over."""
        async with self._office.store.reading() as session:
            _, row = await self._living(session, token)
        return Asked(row.ticket_number, row.about)

    async def answer(self, token: str, heard: Heard) -> None:
        """Take the answer, once: it goes where one by telephone goes. NotFound once the link is over."""
        async with self._revisits.changing() as session:
            link, row = await self._living(session, token, lock=True)
            before = self._revisits.told(row)
            link.used_at = self._office.clock.wall()
            by_itself = await self._results.answered(session, row, heard, "sms")
            await self._revisits.audit(session, BY, "answered_by_link", row.id, before, self._revisits.told(row))
            id = row.id
        await self._results.taken(id, by_itself=by_itself)

    async def _living(self, session: AsyncSession, token: str, *, lock: bool = False) -> tuple[LinkRow, RevisitRow]:
        wanted = select(LinkRow).where(LinkRow.key == self._key(token))
        link = await session.scalar(wanted.with_for_update() if lock else wanted)
        over = NotFound("link_over", OVER)
        if link is None or link.used_at is not None or link.until <= self._office.clock.wall():
            raise over
        row = await session.get(RevisitRow, link.revisit, with_for_update=lock)
        if row is None or row.removed_at is not None or row.state != "human":
            raise over
        ticket = (await self._revisits.revisiting.still(session, [row.ticket])).get(row.ticket)
        if ticket is None or ticket.is_taken or ticket.contact != link.number:
            raise over
        return link, row

    def _key(self, token: str) -> str:
        return self._office.store.cipher.mac("revisit link", token.encode())[:64]
