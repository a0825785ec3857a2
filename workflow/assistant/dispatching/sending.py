"""Dispatches tickets that wait for their reviewer, by the tickets' own process and with a reviewer's rights alone."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from cti.base.ids import new_id
from cti.base.refusal import Refusal
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.identity.directory import load_organisations
from cti.office.records import Office
from workflow.assistant.dispatching.records import Dispatches
from workflow.assistant.dispatching.rule import DispatchRule
from workflow.assistant.filing import Filing
from workflow.assistant.learning.linear import Ranked
from workflow.assistant.models import DispatchRow
from workflow.assistant.trained import in_use
from workflow.tickets.acting import Acts
from workflow.tickets.events import TicketEvent, TicketMoved, TicketTaskEnded
from workflow.tickets.rules import SEE
from workflow.tickets.texts import TicketTexts, Waiting

log = structlog.get_logger(__name__)

WAITS, REVIEW = "review", "tickets.review"
BACK = ("review", "difficult")
"""Stages to which a ticket comes back that its unit has not answered: the dispatch was wrong."""
NAME = "智能派单"
FORM = {"joint": [], "assisting": [], "note": ""}
"""The rest of the form of a dispatch: who else takes part, people say."""
MOST_WAITING = 1_000
_DRAW = random.SystemRandom().random


class Sending:
    """Hears where tickets stand. What cannot be dispatched surely, or at all, waits for people as before."""

    def __init__(
        self, office: Office, texts: TicketTexts, acts: Acts, filing: Filing, rule: DispatchRule,
        dispatches: Dispatches, draw: Callable[[], float] = _DRAW,
    ) -> None:  # fmt: skip
        self._office, self._texts, self._acts, self._filing = office, texts, acts, filing
        self._rule, self._dispatches, self._draw = rule, dispatches, draw
        self._heard: asyncio.Queue[TicketEvent] = asyncio.Queue(MOST_WAITING)

    def hear(self, event: TicketMoved | TicketTaskEnded) -> None:
        """Something happened to a ticket."""
        if not self._heard.full():
            self._heard.put_nowait(event)

    async def run(self) -> None:
        """Take them in order."""
        while True:
            event = await self._heard.get()
            try:
                await self.take(event)
            except Exception:
                log.exception("automatic dispatch failed", ticket=event.record)

    async def take(self, event: TicketEvent) -> None:
        """Dispatch what has begun to wait; note what became of what was dispatched."""
        if isinstance(event, TicketTaskEnded):
            if event.outcome == "replied":
                await self._dispatches.became(event.record, "answered")
        elif isinstance(event, TicketMoved):
            if event.stage in BACK:
                await self._dispatches.became(event.record, "missed")
            if event.stage == WAITS:
                await self.send(event.record)

    async def send(self, ticket: str) -> bool:
        """Whether it was dispatched."""
        async with self._office.store.reading() as session:
            rule = await self._rule.now(session)
            model = await in_use(session, "department")
        if not rule.is_on or rule.lacks or model is None:
            return False
        waiting = await self._texts.waiting(ticket)
        if waiting is None or waiting.urgent or waiting.confidential:
            return False
        # What was read a moment ago may be the model before, and know no unit that is new.
        await self._filing.refresh(now=True)
        text = f"{waiting.title}\n{waiting.content}"
        ranked = await self._ranked(waiting, text)
        if not ranked or ranked[0].probability < float(rule.threshold):
            return False
        row = self._row(waiting, text, ranked, model.number)
        row.review = "waiting" if self._draw() * 100 < rule.share else ""
        try:
            await self._write(waiting, row)
        except Refusal as refusal:
            log.info("not dispatched", ticket=ticket, reason=refusal.detail)
            return False
        except IntegrityError:
            # Another engine was quicker.
            return False
        await self._acts.acted(ticket)
        await self._dispatches.changed([row.id])
        return True

    async def _ranked(self, waiting: Waiting, text: str) -> Sequence[Ranked]:
        """Nothing where the first is of another region: whose county that is, people say."""
        ranked = self._filing.departments(text)
        if not ranked:
            return []
        async with self._office.store.reading() as session:
            units = await load_organisations(session)
        first, home = units.get(ranked[0].name), waiting.region.rstrip("0")
        if first is None or not (first.region.startswith(home) or home.startswith(first.region.rstrip("0"))):
            return []
        return ranked

    def _row(self, waiting: Waiting, text: str, ranked: Sequence[Ranked], model: int) -> DispatchRow:
        now = self._office.clock.wall()
        others = "、".join(f"{self._filing.title_of(one.name)} {one.probability:.0%}" for one in ranked[1:4])
        return DispatchRow(
            id=new_id(), organisation=waiting.organisation, region=waiting.region, created_by="", created_at=now,
            updated_at=now, version=1, ticket=waiting.id, number=waiting.number, unit=ranked[0].name,
            probability=round(ranked[0].probability, 4), words="、".join(self._filing.reasons(text, ranked))[:200],
            others=others[:300], model=model, state="sent", note="",
        )  # fmt: skip

    async def _write(self, waiting: Waiting, row: DispatchRow) -> None:
        who = reviewer(waiting)
        async with self._office.store.writing() as session:
            if await session.scalar(select(DispatchRow.id).where(DispatchRow.ticket == waiting.id)):
                raise Refusal("known", "已自动派过一次，由人派审")
            session.add(row)
            await session.flush()
            await self._acts.act_in(session, who, waiting.id, "dispatch", {**FORM, "lead": row.unit})
            said = {"number": row.number, "unit": row.unit, "probability": row.probability, "words": row.words}
            subject = f"{Dispatches.kind}:{row.id}"
            await self._office.audit.write(session, who, f"{Dispatches.kind}.sent", subject, None, said)


def reviewer(waiting: Waiting) -> Visitor:
    """The house as a reviewer of the ticket's own hotline: it sees and may what he does, and nothing else."""
    return Visitor(
        "", NAME, NAME, None, waiting.organisation, waiting.region, permissions=frozenset({SEE, REVIEW}),
        scope=Scope(organisations=frozenset({waiting.organisation})),
    )  # fmt: skip
