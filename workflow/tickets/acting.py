"""What people do with tickets: take an offered action, claim one, hand out the next, do the same for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.bulk.asking import BulkAnswer
from cti.office.citing.service import Citing
from cti.office.processes.engine import Offer
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from cti.office.work.successors import name_of
from cti.store.turn import is_alone
from workflow.tickets import merging, rules
from workflow.tickets.calls.behind import CallPurpose
from workflow.tickets.duties import DUTY_PERMISSIONS, HANDED_OUT, duty_limits
from workflow.tickets.following import HOUSE
from workflow.tickets.handlers import check_units
from workflow.tickets.models import TicketRow
from workflow.tickets.rules import SEE
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.views import Duty, TicketView

MANY = {"submit": "送审", "accept": "审核通过", "archive": "归档"}
"""Actions that are taken with many tickets at once."""
ADDING: Mapping[str, CallPurpose] = {"remind": "remind", "supplement": "supplement"}
"""What a citizen has added to his ticket, by the action's name."""
CLAIM = "tickets.claim"
LEAD = "tickets.lead"
TRIED = 50


class Acts:
    """Acts on tickets of the service, each in one transaction with what follows from it."""

    def __init__(self, tickets: Tickets, timers: Timers) -> None:
        self._tickets = tickets
        self._cases = tickets.cases
        self._office = tickets.office
        self._timers = timers
        self._undo = timers.register(TimerKind(CLAIM, "工单领取到期", self._claims_over))

    def close(self) -> None:
        """Let claims wait for the next one who serves them."""
        self._undo()

    async def offers(self, visitor: Visitor, id: str) -> dict[str, tuple[Offer, ...]]:
        """What the visitor may do now with a ticket, and with each of its tasks that he may see, by case."""
        visitor.need(SEE)
        async with self._office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            return await self._cases.offers(session, visitor, row.case)

    async def act(
        self, visitor: Visitor, id: str, action: str, form: Mapping[str, Any], task: str = "", call: str = ""
    ) -> None:
        """Take an action with a ticket, or with one of its tasks. NotFound, NotAllowed, Invalid, Conflict.

        What a citizen adds in a talk belongs to that `call`, without one to that in which the visitor talks now.
        """
        visitor.need(SEE)
        if action in ADDING:
            call = call or self._talk_of(visitor)
        async with self._office.store.writing() as session:
            done = await self.act_in(session, visitor, id, action, form, task, call)
        await self.acted(*{id, done})

    async def act_in(
        self, session: AsyncSession, visitor: Visitor, id: str, action: str, form: Mapping[str, Any], task: str = "",
        call: str = "", *, own_words: bool = False,
    ) -> str:  # fmt: skip
        """The same in a transaction of somebody else's, who calls `acted` with the answer once that is over.

        Returns the ticket that it was done with: what is added to a merged one goes to that into which it was merged.
        A program cites in its `own_words`.
        """
        row = await self._tickets.row(session, visitor, id)
        if action in ADDING and row.stage == "merged" and row.master:
            row = await self._tickets.row(session, visitor, row.master)
        case = task or row.case
        master = str(form.get("master") or "") if action == "merge" else ""
        await self._lock(session, row, master)
        if master:
            await self._check_master(session, visitor, row, master)
        await self._check_claim(session, visitor, row, case, action)
        was_claimed = row.person != ""
        await check_units(session, action, form)
        if cited := form.get("citations"):
            form = {**form, "citations": await self._cite(session, visitor, row, cited, own_words=own_words)}
        before = row.master
        await self._cases.act(session, visitor, case, action, form, root=row.case)
        if row.master != before:
            await merging.note(session, self._office.audit, visitor, row, before)
        if was_claimed:
            await self._timers.drop(session, CLAIM, row.id)
        if action in ADDING and call:
            await self._tickets.note_call(session, visitor, row, call, ADDING[action])
        return row.id

    async def _cite(
        self, session: AsyncSession, visitor: Visitor, row: TicketRow, cited: Any, *, own_words: bool
    ) -> list[str]:
        """What an answer is based on, kept as it reads now; the answer names it in words."""
        if not isinstance(cited, list) or not all(isinstance(one, str) for one in cited):
            raise Invalid("citations", "引用的知识应为若干项", "citations")
        return await self._office.need(Citing).cite(session, visitor, KIND, row.id, cited, own_words=own_words)

    async def acted(self, *ids: str) -> None:
        """What was done with these tickets is committed: timers may go off, and lists follow."""
        self._cases.done()
        await self._tickets.changed(ids)

    def _talk_of(self, visitor: Visitor) -> str:
        call = self._tickets.calls.now(visitor)
        return call.id if call is not None else ""

    async def act_on_many(
        self, visitor: Visitor, ids: Sequence[str], action: str, form: Mapping[str, Any]
    ) -> BulkAnswer:
        """The same for many, each on its own: what is refused for one is told with its reason, and stops no other."""
        return await self._tickets.bulk(ids, lambda id: self.act(visitor, id, action, form))

    async def take(self, visitor: Visitor, id: str) -> None:
        """Claim a ticket at its step. Conflict when somebody else has it."""
        visitor.need(SEE)
        async with self._office.store.writing() as session:
            row = await self._tickets.row(session, visitor, id)
            await self._lock(session, row)
            await self._claim(session, visitor, row)
        await self._tickets.changed([id])

    async def release(self, visitor: Visitor, id: str) -> None:
        """Give it back to all whose turn it is."""
        visitor.need(SEE)
        async with self._office.store.writing() as session:
            row = await self._tickets.row(session, visitor, id)
            await self._cases.release(session, visitor, row.case)
            await self._timers.drop(session, CLAIM, row.id)
        await self._tickets.changed([id])

    async def next(self, visitor: Visitor, duty: Duty) -> TicketView:
        """Hand out the next ticket of a list: the one that the visitor has, else the urgent and due first."""
        if duty not in HANDED_OUT:
            raise Invalid("duty", "该列表不能自动分派", "duty")
        permission = DUTY_PERMISSIONS[duty]
        visitor.need(permission)
        mine = [*visitor.reach(permission).limits(TicketRow), *duty_limits(visitor, duty)]
        async with self._office.store.writing() as session:
            wanted = select(TicketRow).where(*mine, TicketRow.person.in_((visitor.person, "")))
            order = (TicketRow.person.desc(), TicketRow.urgent.desc(), TicketRow.due_at, TicketRow.id)
            for row in (await session.scalars(wanted.order_by(*order).limit(TRIED))).all():
                if row.person == visitor.person:
                    return await self._tickets.shown_whole(session, visitor, row)
                try:
                    await self._claim(session, visitor, row)
                except (Conflict, NotAllowed):
                    continue
                await session.refresh(row)
                return await self._tickets.shown_whole(session, visitor, row)
        raise NotFound("none_left", "没有待分派的工单")

    async def _claim(self, session: AsyncSession, visitor: Visitor, row: TicketRow) -> None:
        if row.outcome:
            raise Conflict("over", "工单已办结，不能领取")
        if row.person and not visitor.is_for(row.person):
            raise await self._taken(session, row)
        await self._cases.take(session, visitor, row.case)
        if row.stage in HANDED_OUT:
            until = self._office.clock.wall() + timedelta(minutes=self._tickets.settings.claim_minutes)
            await self._timers.set(session, CLAIM, row.id, until, {"person": visitor.person})

    async def _claims_over(self, session: AsyncSession, due: Sequence[Due]) -> None:
        """Who claimed a ticket and did nothing with it has it no longer."""
        for one in due:
            row = await session.get(TicketRow, one.key)
            if row is not None and row.person == one.data["person"] and row.stage in HANDED_OUT:
                await self._cases.set_free(session, HOUSE, row.case)

    async def _check_claim(
        self, session: AsyncSession, visitor: Visitor, row: TicketRow, case: str, action: str
    ) -> None:
        """What somebody has claimed is his to decide; others may still add to it, the shift leader may all, and whose
        request it is may say at any time what his process lets him say.
        """
        if (
            case != row.case
            or row.stage not in HANDED_OUT
            or not row.person
            or visitor.is_for(row.person)
            or visitor.may(LEAD)
            or visitor.is_citizen
        ):
            return
        if action not in ADDING:
            raise await self._taken(session, row)

    @staticmethod
    async def _taken(session: AsyncSession, row: TicketRow) -> Conflict:
        """Who comes second is told who has it."""
        name = await name_of(session, row.person)
        return Conflict("taken", f"该工单已被他人领取{f'（{name}）' if name else ''}，请刷新")

    async def _lock(self, session: AsyncSession, row: TicketRow, master: str = "") -> None:
        """All that an act may move, in one order for everybody: the ticket, its master, those merged into it.

        The ticket is then as it stands now.
        """
        if not is_alone(session):
            merged = (TicketRow.master == row.id) | (TicketRow.id.in_([row.id, row.master or "", master]))
            await self._cases.lock_all(session, select(TicketRow.case).where(merged))
            await session.refresh(row)
        await self._cases.lock(session, row.case)

    async def _check_master(self, session: AsyncSession, visitor: Visitor, row: TicketRow, master: str) -> None:
        """Of two that are merged into each other nobody would answer; so a master is merged into nothing itself."""
        found = await session.get(TicketRow, master, populate_existing=True)
        if found is None or not rules.is_inside(visitor, found):
            raise Invalid("no_master", "没有这个主单", "master")
        if found.id == row.id:
            raise Invalid("same", "不能合并到自身", "master")
        if found.master is not None or found.stage == "merged":
            raise Conflict("merged", f"{found.number} 本身已合并到其他工单，请选择其主单")
        if found.outcome or found.stage in ("revisit", "later"):
            raise Conflict("ended", f"{found.number} 已经答复，不能作为主单")
        followers = select(TicketRow.id).where(TicketRow.master == row.id, TicketRow.stage == "merged")
        if await session.scalar(followers.limit(1)) is not None:
            raise Conflict("is_master", "该工单是其他工单的主单，请先拆分")
