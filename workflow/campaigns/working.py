"""What an agent does with somebody on a list: takes the next, dials, says what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS, Disclosure
from cti.telephony.redialling import ANSWERED
from workflow.campaigns.attempts import Attempts, move, policy_of, put_off
from workflow.campaigns.barring import Barring
from workflow.campaigns.models import CampaignRow, TargetRow
from workflow.campaigns.service import WORK
from workflow.campaigns.targets import HELD, Targets
from workflow.campaigns.views import TargetDone, TargetView

LOOKED_AT = 20
"""Of those who are due so many are looked at for one who may be called now."""

Work = Callable[[AsyncSession, TargetRow], Awaitable[None]]


class Working:
    """The verbs, each in the audit. Conflict when somebody was quicker."""

    def __init__(self, targets: Targets, attempts: Attempts, barring: Barring) -> None:
        self._targets = targets
        self._attempts = attempts
        self._barring = barring
        self._office = targets.office

    async def next(self, visitor: Visitor, queues: Collection[str]) -> TargetView:
        """The next one of the campaigns in which agents look first, of these queues, becomes the visitor's.

        Who has one in hand is shown that. NotFound when nobody is to be called now.
        """
        visitor.need(WORK)
        async with self._targets.changing() as session:
            now = self._office.clock.wall()
            own = [TargetRow.agent == visitor.person, TargetRow.state.in_(HELD), TargetRow.removed_at.is_(None)]
            row = await session.scalar(select(TargetRow).where(*own).order_by(TargetRow.due_at, TargetRow.id).limit(1))
            if row is None:
                wanted = (
                    select(TargetRow, CampaignRow)
                    .join(CampaignRow, CampaignRow.id == TargetRow.campaign)
                    .where(
                        *self._targets.readable(visitor),
                        CampaignRow.state == "running",
                        CampaignRow.mode == "preview",
                        CampaignRow.queue.in_(list(queues)),
                        CampaignRow.removed_at.is_(None),
                        TargetRow.state == "waiting",
                        TargetRow.due_at <= now,
                        TargetRow.removed_at.is_(None),
                    )
                    .order_by(TargetRow.due_at, TargetRow.id)
                    .limit(LOOKED_AT)
                    .with_for_update(of=TargetRow, skip_locked=True)
                )
                for one, campaign in (await session.execute(wanted)).tuples():
                    if (barred := await self._barring.found(session, campaign, one, now)) is None:
                        row = one
                        break
                    put_off(one, barred)
                if row is not None:
                    self._take(row, visitor)
                    await self._targets.audit(session, visitor, "taken", row.id)
            found = (await self._targets.shown_all(session, visitor, [row]))[0] if row is not None else None
        if found is None:
            raise NotFound("nobody", "现在没有需要外呼的对象")
        await Disclosure(self._office.audit).seen(visitor, SEE_NUMBERS, self._targets.kind, [found.id])
        await self._targets.changed([found.id])
        return found

    async def take(self, visitor: Visitor, id: str) -> TargetView:
        """He is the visitor's to call. Conflict when somebody has him, or his campaign does not run."""

        async def work(session: AsyncSession, row: TargetRow) -> None:
            self._take(row, visitor)

        return await self._moved(visitor, id, "taken", work, needs=("waiting",))

    async def release(self, visitor: Visitor, id: str) -> TargetView:
        """Somebody else may call him."""

        async def work(session: AsyncSession, row: TargetRow) -> None:
            move(row, "waiting")
            row.agent = row.agent_name = ""

        return await self._moved(visitor, id, "released", work, needs=("taken",))

    async def again(self, visitor: Visitor, id: str) -> TargetView:
        """Who was not reached, or is done with, is called once more: with all his attempts."""

        async def work(session: AsyncSession, row: TargetRow) -> None:
            move(row, "waiting")
            row.attempts, row.due_at, row.agent, row.agent_name = 0, self._office.clock.wall(), "", ""

        visitor.need(self._targets.edit_permission)
        return await self._moved(visitor, id, "again", work, needs=("failed", "stopped", "done"))

    async def dialling(self, visitor: Visitor, id: str) -> str:
        """The number to dial now: the attempt is written down before. NotFound, Conflict."""
        number = ""

        async def work(session: AsyncSession, row: TargetRow) -> None:
            nonlocal number
            campaign = await session.get_one(CampaignRow, row.campaign)
            if (barred := await self._barring.found(session, campaign, row, self._office.clock.wall())) is not None:
                raise Conflict(barred.result or "not_now", barred.words)
            number = Number.parse(row.number).national
            move(row, "dialling")
            self._attempts.begin(session, row, visitor.name)

        await self._moved(visitor, id, "dialled", work, needs=("taken",))
        return number

    async def done(
        self, visitor: Visitor, id: str, body: TargetDone, answers: Mapping[str, Any] | None = None
    ) -> TargetView:
        """What came of it, as the agent says, with what his campaign's script asks. Invalid, Conflict."""
        now = self._office.clock.wall()
        if body.code == "later" and (body.due_at is None or body.due_at <= now):
            raise Invalid("due_at", "请填写晚于现在的约定时间", "due_at")

        async def work(session: AsyncSession, row: TargetRow) -> None:
            campaign = await session.get(CampaignRow, row.campaign)
            form = campaign.form if campaign is not None else ""
            reached = body.code == "reached"
            filled = self._targets.scripts.filled(form, answers or {}, reached=reached) if form else None
            # Who was asked before and is not reached again keeps his answers.
            row.answers = filled or row.answers
            row.code, row.note = body.code, body.note
            row.agent, row.agent_name = visitor.person, visitor.name
            if row.state == "dialling":
                # Still on the line, or the end of the call is on its way here.
                move(row, "talked")
                row.result = ANSWERED
            if body.code == "later":
                move(row, "waiting")
                row.due_at = body.due_at or now
                # He is promised a call: one more than the rule says, if need be.
                row.attempts = min(row.attempts, max((await policy_of(session, row)).attempts - 1, 0))
            elif body.code == "do_not_call":
                move(row, "stopped")
                await self._targets.do_not_call.asked(session, visitor, row.number, row.organisation, row.region)
            else:
                move(row, "failed" if body.code == "not_reached" else "done")

        return await self._moved(visitor, id, "done", work, needs=HELD)

    async def _moved(self, visitor: Visitor, id: str, action: str, work: Work, needs: Sequence[str]) -> TargetView:
        visitor.need(WORK)
        async with self._targets.changing() as session:
            row = await self._targets.row(session, visitor, id, lock=True, permission=WORK)
            if row.state not in needs:
                raise Conflict("state", "该外呼对象的状态已变化，请刷新后重试")
            if (
                row.state in HELD
                and row.agent not in ("", visitor.person)
                and not visitor.may(self._targets.edit_permission)
            ):
                raise Conflict("taken", f"{row.agent_name} 正在处理")
            before = self._targets.told(row)
            await work(session, row)
            row.updated_at = self._office.clock.wall()
            await self._targets.audit(session, visitor, action, id, before, self._targets.told(row))
            (found,) = await self._targets.shown_all(session, visitor, [row])
        await self._targets.changed([id])
        return found

    def _take(self, row: TargetRow, visitor: Visitor) -> None:
        move(row, "taken")
        row.agent, row.agent_name = visitor.person, visitor.name
        row.updated_at = self._office.clock.wall()
