"""How far a request is, for the citizen on the public site: by its number and the last four digits of his telephone.

Whoever has both learns the stage in plain words, the days, who leads and by when, and nothing that somebody wrote. Of
what is confidential, of a wrong number and of wrong digits the answer is the same; one address asks a number only so
often. Who is signed in by his mobile sees his latest requests in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.citizen import Citizen
from cti.base.clock import Clock
from cti.base.http.routes import CITIZEN, PUBLIC, Body, Exchange, Route
from cti.base.rates import Rate, household_of
from cti.base.refusal import NotFound
from cti.office.processes.service import Cases
from cti.store.engine import Store
from workflow.tickets.by_citizens.whose import his_own
from workflow.tickets.models import TicketRow
from workflow.tickets.pages.titles import Titles
from workflow.tickets.telling.citizen_sms import due_of

MOST_OWN = 20
TRIES_AN_HOUR = 6
"""How often an address asks one number in an hour: to try all digits takes it two months."""
WORDS = {
    "registered": "已受理", "review": "已受理", "final": "已受理", "difficult": "正在研究办理",
    "handling": "承办单位正在办理", "again": "承办单位正在重新办理", "province": "已转上级办理",
    "result": "已答复，正在审核",
    "revisit": "已答复，等待回访", "later": "已答复，等待回访", "judged": "正在重新研究", "ruling": "正在重新研究",
    "archiving": "已办结", "archived": "已办结", "withdrawn": "已撤回", "voided": "已作废",
}  # fmt: skip
OTHERWISE = "正在办理"


class ProgressBody(Body):
    """What a citizen says to see his ticket: both must fit."""

    number: str = pydantic.Field(min_length=6, max_length=40, title="工单编号")
    digits: str = pydantic.Field(pattern=r"^[0-9]{4}$", title="联系电话后四位")


@dataclass(frozen=True, slots=True)
class ProgressView:
    """What a citizen is told; `unit` leads, `extended` says how often it was given more time until `due_at`."""

    number: str
    words: str
    unit: str
    due_at: datetime | None
    extended: int
    registered_at: datetime
    changed_at: datetime
    ended_at: datetime | None


class Progress:
    """The service and its route."""

    def __init__(self, store: Store, clock: Clock, cases: Cases, titles: Titles) -> None:
        self._store, self._cases, self._titles = store, cases, titles
        self._rate = Rate(clock, TRIES_AN_HOUR / 3600, TRIES_AN_HOUR)

    def routes(self) -> list[Route]:
        """By number and telephone for everybody, and all of one's own for who is signed in."""
        return [
            Route("POST", "/progress/find", self.asked, PUBLIC, "查询办理进度", outside=True, challenge=True),
            Route("GET", "/progress/mine", self.mine, CITIZEN, "本人的诉求", outside=True),
        ]

    async def mine(self, citizen: Citizen) -> list[ProgressView]:
        """The latest of his, but for what is confidential."""
        wanted = select(TicketRow).where(his_own(citizen), TicketRow.confidential.is_(False))
        wanted = wanted.order_by(TicketRow.created_at.desc(), TicketRow.id.desc()).limit(MOST_OWN)
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted)).all()
            return [await self.told(session, row, await self.handled(session, row)) for row in rows]

    async def asked(self, body: ProgressBody, exchange: Exchange) -> ProgressView:
        """How far it is, for whoever asks from an address."""
        return await self.find(body, exchange.address)

    async def find(self, body: ProgressBody, address: str = "") -> ProgressView:
        """How far it is. NotFound alike for all that is not to be told, TooMany for who asks a number often.

        Strangers' tries lock it for their own address alone, so its owner finds it from his.
        """
        number = body.number.upper()
        self._rate.take(f"{household_of(address)} {number}")
        mine = TicketRow.number == number, TicketRow.contact_last_four == body.digits
        wanted = select(TicketRow).where(*mine, TicketRow.confidential.is_(False), TicketRow.removed_at.is_(None))
        async with self._store.reading() as session:
            row = await session.scalar(wanted.limit(1))
            if row is None:
                raise NotFound("no_ticket", "没有找到：请核对工单编号和登记时所留电话的后四位")
            return await self.told(session, row, await self.handled(session, row))

    async def handled(self, session: AsyncSession, row: TicketRow) -> TicketRow:
        """Merged with another's: how far that is, is his answer too; its text is not."""
        master = await session.get(TicketRow, row.master) if row.master is not None else None
        return master or row

    async def told(self, session: AsyncSession, row: TicketRow, handled: TicketRow) -> ProgressView:
        """A request as the public site tells it; `handled` is it, or what it was merged into."""
        words = WORDS.get(handled.stage, OTHERWISE)
        family = (await self._cases.family(session, handled.case)).cases
        await self._titles.read(session)
        root = family[handled.case]
        due = due_of(await self._cases.deadlines(session, handled.case), root, family.values())
        leads = [one for one in family.values() if one.parent == root.id and one.role == "lead"]
        return ProgressView(
            number=row.number, words=words, unit=self._titles.unit(handled.lead) if handled.lead else "", due_at=due,
            extended=int(leads[-1].values.get("extended") or 0) if leads else 0, registered_at=row.created_at,
            changed_at=row.updated_at, ended_at=row.ended_at,
        )  # fmt: skip
