"""How far a request is, for the citizen on the public site: by its number and the last four digits of his telephone.

Whoever has both learns the stage in plain words and the days, and nothing that somebody wrote. Of what is confidential,
of a wrong number and of wrong digits the answer is the same, and a number is asked only so often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pydantic
from sqlalchemy import select

from cti.base.clock import Clock
from cti.base.http.routes import PUBLIC, Body, Route
from cti.base.rates import Rate
from cti.base.refusal import NotFound
from cti.store.engine import Store
from workflow.tickets.models import TicketRow

TRIES_AN_HOUR = 6
"""How often one number is asked in an hour: to try all digits takes two months."""
WORDS = {
    "registered": "已受理", "review": "已受理", "final": "已受理", "difficult": "正在研究办理",
    "handling": "承办单位正在办理", "again": "承办单位正在重新办理", "province": "已转上级办理",
    "result": "已答复，正在审核",
    "revisit": "已答复，等待回访", "later": "已答复，等待回访", "judged": "正在重新研究", "ruling": "正在重新研究",
    "archiving": "已办结", "archived": "已办结", "withdrawn": "已撤回", "voided": "已作废",
}  # fmt: skip
OTHERWISE = "正在办理"


class ProgressBody(Body):
    """Both must fit."""

    number: str = pydantic.Field(min_length=6, max_length=40, title="工单编号")
    digits: str = pydantic.Field(pattern=r"^[0-9]{4}$", title="联系电话后四位")


@dataclass(frozen=True, slots=True)
class ProgressView:
    """What a citizen is told."""

    number: str
    words: str
    registered_at: datetime
    changed_at: datetime
    ended_at: datetime | None


class Progress:
    """The service and its route."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._rate = Rate(clock, TRIES_AN_HOUR / 3600, TRIES_AN_HOUR)

    def routes(self) -> list[Route]:
        """The table."""
        return [Route("POST", "/progress/find", self.find, PUBLIC, "查询办理进度", outside=True, challenge=True)]

    async def find(self, body: ProgressBody) -> ProgressView:
        """How far it is. NotFound alike for all that is not to be told, TooMany for a number that many ask."""
        number = body.number.upper()
        self._rate.take(number)
        mine = TicketRow.number == number, TicketRow.contact_last_four == body.digits
        wanted = select(TicketRow).where(*mine, TicketRow.confidential.is_(False), TicketRow.removed_at.is_(None))
        async with self._store.reading() as session:
            row = await session.scalar(wanted.limit(1))
            if row is not None and row.master is not None:
                # Merged with another's: its stage is his too, its text is not.
                stage = await session.scalar(select(TicketRow.stage).where(TicketRow.id == row.master))
            else:
                stage = row.stage if row is not None else ""
        if row is None:
            raise NotFound("no_ticket", "没有找到：请核对工单编号和登记时所留电话的后四位")
        words = WORDS.get(stage or "", OTHERWISE)
        return ProgressView(row.number, words, row.created_at, row.updated_at, row.ended_at)
